/* constraint_read.c - constraints read out of an instruction */
#define _GNU_SOURCE /* memmem */
#include <stdlib.h>

#include "filter/constraint_form.h"
#include "text/utf8.h"

const char *const constraint_name[ASK_KINDS] = {
	"chars", "words", "sentences", "paragraphs", "items", "bullets",
	"placeholders", "highlights", "json", "language", "one-word",
	"yes-no", "uppercase", "lowercase", "without", "include", "start",
	"end", "title", "postscript", "quoted", "no-script", "only-script",
};

const char *const verdict_name[VERDICTS] = {
	"obeyed", "violated", "unknown",
};

/* -- numbers -- */

struct number_word {
	const char *word;
	int value;
};

static const struct number_word english[] = {
	{ "eleven", 11 }, { "twelve", 12 }, { "fifteen", 15 },
	{ "twenty", 20 }, { "thirty", 30 }, { "forty", 40 }, { "fifty", 50 },
	{ "hundred", 100 }, { "one", 1 }, { "two", 2 }, { "three", 3 },
	{ "four", 4 }, { "five", 5 }, { "six", 6 }, { "seven", 7 },
	{ "eight", 8 }, { "nine", 9 }, { "ten", 10 },
};

/* An English number word that starts at text, as a whole word. */
static int english_number(struct str text, size_t *used)
{
	for (size_t i = 0; i < sizeof english / sizeof *english; i++) {
		size_t n = strlen(english[i].word), k = 0;

		while (k < n && k < text.n &&
		       (text.at[k] | 32) == english[i].word[k])
			k++;
		if (k == n && (k == text.n || !is_ascii_letter(text.at[k]))) {
			*used = n;
			return english[i].value;
		}
	}
	return 0;
}

static int kanji_digit(uint32_t c)
{
	static const uint32_t digits[] = {
		0x4e00, 0x4e8c, 0x4e09, 0x56db, 0x4e94,
		0x516d, 0x4e03, 0x516b, 0x4e5d,
	};

	for (int i = 0; i < 9; i++)
		if (digits[i] == c)
			return i + 1;
	return 0;
}

/* 二百五十 and such; 0 when text does not start with a kanji number. */
static int kanji_number(struct str text, size_t *used)
{
	const char *at = text.at, *end = at + text.n;
	int sum = 0, digit = 0;

	while (at < end) {
		const char *from = at;
		uint32_t c = utf8_next(&at);
		int unit = c == 0x5341 ? 10 : c == 0x767e ? 100
				 : c == 0x5343	? 1000
						: 0;

		if (!unit && !kanji_digit(c)) {
			at = from;
			break;
		}
		if (unit) {
			sum += (digit ? digit : 1) * unit;
			digit = 0;
		} else {
			digit = kanji_digit(c);
		}
	}
	*used = (size_t)(at - text.at);
	return sum + digit;
}

/* Digits of either width, with commas between thousands. */
static int digit_number(struct str text, size_t *used)
{
	const char *at = text.at, *end = at + text.n;
	int value = 0;

	*used = 0;
	while (at < end && value < 10000000) {
		uint32_t c = utf8_next(&at);

		if (c >= 0xff10 && c <= 0xff19)
			c -= 0xff10 - '0';
		if (c == ',' && *used && at < end && *at >= '0' && *at <= '9')
			continue;
		if (c < '0' || c > '9')
			break;
		value = value * 10 + (int)(c - '0');
		*used = (size_t)(at - text.at);
	}
	return value;
}

/* The numbers in text: up to two of them. */
static size_t read_numbers(struct str text, double number[2])
{
	bool inside = false; /* a word: "someone" has no number */
	size_t n = 0;

	while (text.n && n < 2) {
		size_t used = 0;
		int value = digit_number(text, &used);

		if (!used)
			value = kanji_number(text, &used);
		if (!used && !inside)
			value = english_number(text, &used);
		if (used)
			number[n++] = value;
		inside = is_ascii_letter(*text.at);
		if (!used)
			used = 1;
		while (used < text.n &&
		       ((unsigned char)text.at[used] & 0xc0) == 0x80)
			used++;
		text.at += used;
		text.n -= used;
	}
	return n;
}

/* -- bounds -- */

/* Does the word start somewhere in text?  Small letters mean both cases. */
static bool has(struct str text, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; i + n <= text.n; i++) {
		size_t k = 0;

		if (i && is_ascii_letter(word[0]) &&
		    is_ascii_letter(text.at[i - 1]))
			continue;
		while (k < n && (text.at[i + k] == word[k] ||
				 (is_ascii_letter(word[k]) &&
				  (text.at[i + k] | 32) == word[k])))
			k++;
		if (k == n)
			return true;
	}
	return false;
}

/* What the words around the number say; strict: the number itself is out. */
static enum bound read_bound(struct str text, int *strict)
{
	static const struct {
		const char *word;
		enum bound bound;
		int strict;
	} bounds[] = {
		{ "no more than", BOUND_MOST, 0 },
		{ "not more than", BOUND_MOST, 0 },
		{ "no less than", BOUND_LEAST, 0 },
		{ "no fewer than", BOUND_LEAST, 0 },
		{ "more than", BOUND_LEAST, 1 },
		{ "greater than", BOUND_LEAST, 1 },
		{ "less than", BOUND_MOST, -1 },
		{ "fewer than", BOUND_MOST, -1 },
		{ "at least", BOUND_LEAST, 0 },
		{ "at most", BOUND_MOST, 0 },
		{ "少なくとも", BOUND_LEAST, 0 },
		{ "最低でも", BOUND_LEAST, 0 },
		{ "or less", BOUND_MOST, 0 },
		{ "or fewer", BOUND_MOST, 0 },
		{ "or more", BOUND_LEAST, 0 },
		{ "up to", BOUND_MOST, 0 },
		{ "under", BOUND_MOST, 0 },
		{ "over", BOUND_LEAST, 0 },
		{ "within", BOUND_MOST, 0 },
		{ "exceed", BOUND_MOST, 0 },
		{ "max", BOUND_MOST, 0 },
		{ "min", BOUND_LEAST, 0 },
		{ "+", BOUND_LEAST, 0 },
		{ "exactly", BOUND_EXACT, 0 },
		{ "precisely", BOUND_EXACT, 0 },
		{ "about", BOUND_ABOUT, 0 },
		{ "around", BOUND_ABOUT, 0 },
		{ "approximately", BOUND_ABOUT, 0 },
		{ "roughly", BOUND_ABOUT, 0 },
		{ "以内", BOUND_MOST, 0 },
		{ "以下", BOUND_MOST, 0 },
		{ "未満", BOUND_MOST, -1 },
		{ "以上", BOUND_LEAST, 0 },
		{ "程度", BOUND_ABOUT, 0 },
		{ "くらい", BOUND_ABOUT, 0 },
		{ "ぐらい", BOUND_ABOUT, 0 },
		{ "ほど", BOUND_ABOUT, 0 },
		{ "前後", BOUND_ABOUT, 0 },
	};

	*strict = 0;
	for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++)
		if (has(text, bounds[i].word)) {
			*strict = bounds[i].strict;
			return bounds[i].bound;
		}
	return BOUND_PLAIN;
}

static bool counts(enum constraint_kind kind)
{
	return kind <= ASK_HIGHLIGHTS;
}

static bool read_count(struct constraint *c, struct str text)
{
	double number[2] = { 0, 0 };
	int strict;
	size_t n = read_numbers(text, number);

	c->bound = read_bound(text, &strict);
	if (has(text, "a single"))
		number[n++ ? 1 : 0] = 1;
	c->n = number[0] + strict;
	if (!n)
		return c->kind == ASK_BULLETS; /* bullets, however many */
	if (n == 2 && number[1] > number[0]) {
		c->bound = BOUND_RANGE;
		c->n = number[0];
		c->most = number[1];
	}
	if (c->kind == ASK_ITEMS && (c->n < 2 || c->n > 100))
		return false;
	/* "in two words" is said of ideas; "at least 5 words" of rhymes */
	if (c->kind == ASK_WORDS && c->n < 10 && c->bound != BOUND_EXACT)
		return false;
	if (c->kind == ASK_CHARS && c->n < 5)
		return false;
	return c->n >= 1;
}

/* -- words -- */

/* The last quoted word in text, without its quotes. */
static bool read_quoted(struct constraint *c, struct str text)
{
	static const char *const pairs[][2] = {
		{ "\"", "\"" }, { "“", "”" }, { "「", "」" },
		{ "『", "』" }, { "'", "'" },
	};

	if (has(text, "読点") || has(text, "句点")) {
		c->word = has(text, "読点") ? STR("、") : STR("。");
		return true;
	}
	if (has(text, "commas")) {
		c->word = STR(",");
		return true;
	}
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		size_t open = strlen(pairs[i][0]), close = strlen(pairs[i][1]);
		const char *from = memmem(text.at, text.n, pairs[i][0], open);
		const char *to;

		if (!from)
			continue;
		from += open;
		to = memmem(from, (size_t)(text.at + text.n - from),
			    pairs[i][1], close);
		while (to && to > from && to[-1] == '.')
			to--; /* "It is often said that..." */
		if (!to || to == from)
			continue;
		c->word = (struct str){ from, (size_t)(to - from) };
		return true;
	}
	return false;
}

static bool read_language(struct constraint *c, struct str text)
{
	static const char *const names[][2] = {
		{ "english", "en" }, { "japanese", "ja" }, { "chinese", "zh" },
		{ "korean", "ko" }, { "french", "fr" }, { "german", "de" },
		{ "spanish", "es" }, { "russian", "ru" }, { "italian", "it" },
		{ "portuguese", "pt" }, { "arabic", "ar" }, { "hindi", "hi" },
		{ "thai", "th" }, { "greek", "el" }, { "hebrew", "he" },
		{ "英語", "en" }, { "日本語", "ja" }, { "中国語", "zh" },
		{ "韓国語", "ko" }, { "フランス語", "fr" }, { "ドイツ語", "de" },
		{ "スペイン語", "es" }, { "ロシア語", "ru" },
		{ "イタリア語", "it" }, { "vietnamese", "vi" },
		{ "persian", "fa" }, { "urdu", "ur" }, { "bengali", "bn" },
		{ "tamil", "ta" }, { "telugu", "te" }, { "kannada", "kn" },
		{ "marathi", "mr" }, { "gujarati", "gu" },
		{ "punjabi", "pa" }, { "nepali", "ne" }, { "swahili", "sw" },
		{ "finnish", "fi" }, { "bulgarian", "bg" },
	};
	size_t found = 0;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (has(text, names[i][0])) {
			c->word = str_of(names[i][1]);
			found++;
		}
	return found == 1;
}

static bool read_script(struct constraint *c, struct str text)
{
	c->word = has(text, "ひらがな")	  ? STR("Hiragana")
		  : has(text, "カタカナ") ? STR("Katakana")
					  : STR("Han");
	return true;
}

static bool read_details(struct constraint *c, struct str text)
{
	if (counts(c->kind))
		return read_count(c, text);
	switch (c->kind) {
	case ASK_WITHOUT:
	case ASK_INCLUDE:
	case ASK_START:
	case ASK_END:
		return read_quoted(c, text);
	case ASK_LANGUAGE:
		return read_language(c, text);
	case ASK_NO_SCRIPT:
	case ASK_ONLY_SCRIPT:
		return read_script(c, text);
	default:
		return true;
	}
}

/* -- context -- */

/* The sentence around a span: what its words are said about. */
static struct str sentence_around(struct str text, struct span span)
{
	enum { NEAR = 240 }; /* bytes */
	size_t from = span.start, to = span.end;

	if (text.n > span.end + NEAR)
		text.n = span.end + NEAR;
	while (from && span.start - from < NEAR && !strchr(".?!\n", text.at[from - 1]) &&
	       !(from >= 3 && memcmp(text.at + from - 3, "。", 3) == 0))
		from--;
	while (to < text.n && !strchr(".?!\n", text.at[to]) &&
	       !(to + 3 <= text.n && memcmp(text.at + to, "。", 3) == 0))
		to++;
	return (struct str){ text.at + from, to - from };
}

static bool inside_quotes(struct str text, struct span span)
{
	size_t quotes = 0;
	int corner = 0;

	for (size_t i = 0; i < span.start; i++) {
		quotes += text.at[i] == '"';
		if (i + 3 <= span.start) {
			corner += memcmp(text.at + i, "「", 3) == 0;
			corner -= memcmp(text.at + i, "」", 3) == 0;
		}
	}
	return quotes % 2 || corner > 0;
}

static bool has_any(struct str text, const char *const *word, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (has(text, word[i]))
			return true;
	return false;
}

#define HAS_ANY(text, words) has_any(text, words, sizeof words / sizeof *words)

/*
 * "do not include the word", "I'll start with": what stands before turns the
 * meaning round.
 */
static bool is_negated(const struct constraint *c, struct str text)
{
	enum { NEAR = 24 };
	static const char *const no[] = {
		"not ", "don't ", "doesn't ", "shouldn't ", "never ",
		"without ", "avoid ", "cannot ", "instead of ",
		/* what someone does, or did */
		"i'll ", "i will ", "will only ", "who ", "he ",
		"she ", "they ",
	};
	size_t from = c->span.start > NEAR ? c->span.start - NEAR : 0;

	/* these forms hold the negation themselves */
	if (counts(c->kind) || c->kind == ASK_WITHOUT ||
	    c->kind == ASK_LOWERCASE || c->kind == ASK_ONE_WORD)
		return false;
	return HAS_ANY(((struct str){ text.at + from, c->span.start - from }),
		       no);
}

/* Words that say that it is asked of something else than the answer. */
static bool is_about_other(const struct constraint *c, struct str sentence,
			   struct str text)
{
	static const char *const divider[] = { "divider", "***", "区切り線" };
	static const char *const other[] = {
		"each ", "every ", "per ", "given ", "you will be ",
		"you'll be ", "appear", "used in", "these ", "those ",
		"consist", "overlap", "i have", "there are", "if ",
		"unless", "first ", "last ", "has to ", "had to ",
		"needs to ", "それぞれ", "各", "ずつ", "以下の",
		"次の", "もし", "場合", "とは何", "でしょうか",
	};
	static const char *const code[] = {
		"function", "script", "code", "program", "python", "java",
		"class ", "api ", "parse", "query", "database", "string",
		"file", "sql", "regex", "regular expression", "array",
		"variable", "関数", "コード", "プログラム", "スクリプト",
		"文字列", "ファイル",
	};

	static const char *const part[] = {
		"paragraph", "note", "section", "line", "verse", "stanza",
		"each ", "highlight", "段落", "各", "行", "の節", "の章",
	};
	static const char *const words[] = {
		"word", "keyword", "letter of", "phrase", "name", "title",
		"heading", "label", "replace",
	};

	static const char *const of_script[] = { "漢字", "ひらがな", "カタカナ",
						 "半角", "全角", "文字「" };

	if (c->kind == ASK_CHARS && HAS_ANY(sentence, of_script))
		return true;
	/* parts that a line of stars divides may have many paragraphs */
	if (c->kind == ASK_PARAGRAPHS && HAS_ANY(text, divider))
		return true;
	if (counts(c->kind))
		return HAS_ANY(sentence, other);
	if (HAS_ANY(sentence, code))
		return true;
	if (c->kind == ASK_START || c->kind == ASK_END)
		return HAS_ANY(sentence, part);
	if (c->kind == ASK_UPPERCASE || c->kind == ASK_LOWERCASE)
		return HAS_ANY(sentence, words);
	return false;
}

static int by_start(const void *left, const void *right)
{
	const struct constraint *a = left, *b = right;

	return a->span.start < b->span.start ? -1
					     : a->span.start > b->span.start;
}

/* Two forms may find the same words; the longer finding counts. */
static void put(struct constraint *found, size_t *n, struct constraint c)
{
	for (size_t i = 0; i < *n; i++) {
		struct span *old = &found[i].span;

		if (c.span.start >= old->end || old->start >= c.span.end ||
		    found[i].kind != c.kind)
			continue;
		if (c.span.end - c.span.start > old->end - old->start)
			found[i] = c;
		return;
	}
	if (*n < CONSTRAINTS)
		found[(*n)++] = c;
}

size_t constraints_read(const struct constraints *constraints,
			struct pattern_room *room, struct str text,
			struct constraint *found)
{
	uint64_t seen[CONSTRAINT_FORMS / 64 + 1] = { 0 };
	size_t n = 0;

	if (text.n > CONSTRAINT_HEAD) {
		text.n = CONSTRAINT_HEAD;
		while (((unsigned char)text.at[text.n] & 0xc0) == 0x80)
			text.n--;
	}
	keywords_scan(&constraints->keywords, text, seen);
	for (size_t f = 0; f < constraints->n; f++) {
		struct constraint c = { .kind = form_kind(f) };
		size_t from = 0, tries = 0;

		if (!(seen[f / 64] >> f % 64 & 1))
			continue;
		while (from <= text.n && tries++ < CONSTRAINTS &&
		       form_find(constraints, f, room, text, from, &c.span)) {
			struct str match = { text.at + c.span.start,
					     c.span.end - c.span.start };

			from = c.span.end;
			if (!match.n)
				break;
			if (!inside_quotes(text, c.span) &&
			    !is_negated(&c, text) &&
			    !is_about_other(&c, sentence_around(text, c.span),
					    text) &&
			    read_details(&c, match))
				put(found, &n, c);
		}
	}
	if (n)
		qsort(found, n, sizeof *found, by_start);
	return n;
}
