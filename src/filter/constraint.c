/* constraint.c - does a response obey what its instruction asks for? */
#define _GNU_SOURCE /* memmem */
#include "filter/constraint.h"

#include "filter/count.h"
#include "filter/view.h"
#include "read/scan.h"
#include "text/lang.h"
#include "text/normal.h"
#include "text/script.h"
#include "text/utf8.h"

/* -- counts -- */

/* A list of counts that all kinds of bounds can be held against. */
static enum verdict between(struct range n, double least, double most)
{
	if (n.high < least || n.low > most)
		return VIOLATED;
	return n.low >= least && n.high <= most ? OBEYED : UNKNOWN;
}

/* Of a number that is only roughly meant: near is well, far is not. */
static enum verdict near(struct range n, double wanted, double well,
			 double wrong)
{
	if (between(n, wanted * (1 - wrong), wanted * (1 + wrong)) == VIOLATED)
		return VIOLATED;
	if (between(n, wanted * (1 - well), wanted * (1 + well)) == OBEYED)
		return OBEYED;
	return UNKNOWN;
}

static enum verdict judge_count(const struct constraint *c, struct range n)
{
	bool few = c->n <= 10 && c->kind != ASK_CHARS && c->kind != ASK_WORDS;

	if (!n.known)
		return UNKNOWN;
	switch (c->bound) {
	case BOUND_LEAST:
		return between(n, c->n, 1e18);
	case BOUND_MOST:
		return between(n, 0, c->n);
	case BOUND_RANGE:
		/* "50-100 words": a few more are as well */
		if (!few && between(n, c->n * 0.9, c->most * 1.1) != VIOLATED)
			return between(n, c->n, c->most) == OBEYED ? OBEYED
								   : UNKNOWN;
		return between(n, c->n, c->most);
	case BOUND_EXACT:
		return between(n, c->n, c->n);
	case BOUND_PLAIN:
		return few ? between(n, c->n, c->n) : near(n, c->n, 0.1, 0.4);
	case BOUND_ABOUT:
		return near(n, c->n, few ? 0 : 0.1, 0.5);
	}
	return UNKNOWN;
}

/* Spans between two marks on one line: [name], *part*, **part**. */
static struct range count_enclosed(struct str text, char open, char close)
{
	struct range n = { .known = true };

	for (size_t i = 0; i < text.n; i++) {
		size_t from = i + 1, to;

		if (text.at[i] != open)
			continue;
		while (open == close && from < text.n && text.at[from] == open)
			from++;
		to = from;
		while (to < text.n && text.at[to] != close &&
		       text.at[to] != '\n')
			to++;
		if (to == text.n || text.at[to] == '\n')
			continue;
		n.high += to > from;
		while (open == close && to + 1 < text.n &&
		       text.at[to + 1] == close)
			to++;
		i = to;
	}
	n.low = n.high;
	return n;
}

/* Items where the answer has no list: there is no telling. */
static struct range count_of(const struct constraint *c, struct str response)
{
	struct range n;

	switch (c->kind) {
	case ASK_CHARS:
		return count_chars(response);
	case ASK_WORDS:
		return count_words(response);
	case ASK_SENTENCES:
		return count_sentences(response);
	case ASK_PARAGRAPHS:
		return count_paragraphs(response);
	case ASK_PLACEHOLDERS:
		return count_enclosed(response, '[', ']');
	case ASK_HIGHLIGHTS:
		n = count_enclosed(response, '*', '*');
		n.low = 0; /* bold and bullets use the sign too */
		return n;
	default:
		return count_items(response);
	}
}

/*
 * Items: what is counted is one list of the answer.  Fewer than wanted may
 * stand in the prose before it, so only an exact and sure count is wrong.
 */
static enum verdict check_items(const struct constraint *c, struct range n)
{
	enum verdict verdict = judge_count(c, n);

	if (verdict == VIOLATED && c->bound == BOUND_ABOUT)
		return UNKNOWN;
	return verdict;
}

static enum verdict check_bullets(const struct constraint *c,
				  struct str response, struct range *n)
{
	size_t marked = count_marked_lines(response);

	if (c->n >= 1) {
		*n = count_items(response);
		if (marked == 0 && count_lines(response) < 2)
			*n = (struct range){ true, 0, 1 };
		return judge_count(c, *n);
	}
	*n = (struct range){ true, (double)marked, (double)marked };
	if (marked >= 2)
		return OBEYED;
	/* one item, or lines without marks, may be meant as a list */
	return marked == 0 && count_lines(response) == 1 &&
			       count_sentences(response).low >= 2
		       ? VIOLATED
		       : UNKNOWN;
}

/* -- formats -- */

static bool is_json(struct str text)
{
	struct arena arena = { 0 };
	struct scan_error error;
	struct value value;
	bool good = scan_value(&arena, text_trim(text), &value, &error) == 0;

	arena_free(&arena);
	return good;
}

/* From the first bracket that opens to the last that closes. */
static bool bracketed(struct str text, char open, char close,
		      struct str *inner)
{
	const char *from = memchr(text.at, open, text.n);
	const char *to = from ? memrchr(text.at, close, text.n) : NULL;

	if (!to || to < from)
		return false;
	*inner = (struct str){ from, (size_t)(to - from) + 1 };
	return true;
}

static enum verdict check_json(struct str response)
{
	struct str inner;
	bool any = false;

	if (is_json(response))
		return OBEYED;
	if (bracketed(response, '{', '}', &inner)) {
		any = true;
		if (is_json(inner))
			return OBEYED;
	}
	if (bracketed(response, '[', ']', &inner)) {
		any = true;
		if (is_json(inner))
			return OBEYED;
	}
	return any ? UNKNOWN : VIOLATED; /* several, or with comments */
}

/* Languages of one script: the detector does not tell them apart. */
static bool one_script(struct str a, struct str b)
{
	static const char *const scripts[] = {
		"ja zh", "hi mr ne", "ar fa ur", "ru bg uk",
	};

	for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
		struct str all = str_of(scripts[i]);

		if (memmem(all.at, all.n, a.at, a.n) &&
		    memmem(all.at, all.n, b.at, b.n))
			return true;
	}
	return false;
}

static enum verdict check_language(struct str wanted, struct str response)
{
	enum { LETTERS = 20 };
	struct lang_evidence evidence = { 0 };
	const char *lang;

	lang_look(&evidence, response);
	lang = lang_decide(&evidence, &evidence);
	if (evidence.letters < LETTERS || strcmp(lang, "und") == 0)
		return UNKNOWN;
	if (str_is(wanted, lang))
		return OBEYED;
	if (one_script(wanted, str_of(lang)) ||
	    memmem(response.at, response.n, "```", 3))
		return UNKNOWN;
	return VIOLATED;
}

static enum verdict check_case(struct str response, bool upper)
{
	size_t right = 0, wrong = 0;

	for (size_t i = 0; i < response.n; i++) {
		bool capital = response.at[i] >= 'A' && response.at[i] <= 'Z';
		bool small = response.at[i] >= 'a' && response.at[i] <= 'z';

		right += upper ? capital : small;
		wrong += upper ? small : capital;
	}
	if (right + wrong < 10)
		return UNKNOWN;
	if (wrong == 0)
		return OBEYED;
	return wrong > 3 ? VIOLATED : UNKNOWN;
}

static enum verdict check_one_word(struct str response)
{
	struct range words = count_words(response);
	struct range sentences = count_sentences(response);

	if (words.known && words.high == 1)
		return OBEYED;
	if (words.known && words.low >= 5)
		return VIOLATED;
	if (!words.known && sentences.known && sentences.low >= 3)
		return VIOLATED; /* 一言で is kind to one sentence */
	return UNKNOWN;
}

/* -- words -- */

static bool is_word_byte(char c)
{
	return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
}

/* Does the word stand in text, whatever its case, as a whole word? */
static bool holds(struct str text, struct str word, bool whole)
{
	struct buf a = { 0 }, b = { 0 };
	const char *at, *end;
	bool found = false;

	normal_add(&a, text, NORMAL_ALL);
	normal_add(&b, word, NORMAL_ALL);
	at = a.at ? a.at : "";
	end = at + a.n;
	while (b.n && !found && at < end &&
	       (at = memmem(at, (size_t)(end - at), b.at, b.n))) {
		bool starts = at == a.at || !is_word_byte(at[-1]) ||
			      !is_word_byte(b.at[0]);
		bool ends = at + b.n == end || !is_word_byte(at[b.n]) ||
			    !is_word_byte(b.at[b.n - 1]);

		found = !whole || (starts && ends);
		at++;
	}
	buf_free(&a);
	buf_free(&b);
	return found;
}

/* The first or last part of text that a word of n bytes may stand in. */
static struct str edge(struct str text, size_t n, bool at_start)
{
	size_t room = 2 * n + 60;

	text = text_trim(text);
	if (text.n <= room)
		return text;
	if (!at_start)
		text.at += text.n - room;
	text.n = room;
	while (text.n && ((unsigned char)*text.at & 0xc0) == 0x80) {
		text.at++;
		text.n--;
	}
	return (struct str){ text.at, utf8_check(text.at, text.n) };
}

static enum verdict check_edge(struct str word, struct str response,
			       bool at_start)
{
	struct str text = text_trim(response);

	if (text.n >= word.n &&
	    memcmp(at_start ? text.at : text.at + text.n - word.n, word.at,
		   word.n) == 0)
		return OBEYED;
	return holds(edge(text, word.n, at_start), word, false) ? UNKNOWN
								: VIOLATED;
}

static enum verdict check_yes_no(struct str response)
{
	static const char *const either[] = {
		"yes", "no", "はい", "いいえ", "ハイ", "イイエ",
	};
	struct str text = text_trim(response);

	while (text.n && strchr("\"'(*[", *text.at)) {
		text.at++;
		text.n--;
	}
	for (size_t i = 0; i < sizeof either / sizeof *either; i++) {
		size_t n = strlen(either[i]);

		if (text.n >= n &&
		    holds((struct str){ text.at, n }, str_of(either[i]),
			  false) &&
		    (text.n == n || !is_word_byte(text.at[n])))
			return OBEYED;
		if (holds(text, str_of(either[i]), true))
			return UNKNOWN;
	}
	return VIOLATED;
}

/* Letters of one script, and of the others that Japanese is written in. */
static enum verdict check_script(struct str wanted, struct str response,
				 bool only)
{
	enum { FEW = 2 }; /* a name, a quotation */
	const char *at = response.at, *end = at + response.n;
	size_t own = 0, other = 0, wrong;

	while (at < end) {
		enum script script = script_of(utf8_next(&at));
		bool is_own = str_is(wanted, script_name(script));

		own += is_own;
		other += !is_own && (script_is_cjk(script) ||
				     script == SCRIPT_LATIN);
	}
	wrong = only ? other : own;
	return wrong == 0 ? OBEYED : wrong > FEW ? VIOLATED : UNKNOWN;
}

static enum verdict check_quoted(struct str response)
{
	struct str text = text_trim(response);

	if (text.n >= 2 && text.at[0] == '"' && text.at[text.n - 1] == '"')
		return OBEYED;
	if (str_starts(text, STR("「")) && text.n >= 6 &&
	    memcmp(text.at + text.n - 3, "」", 3) == 0)
		return OBEYED;
	return str_starts(text, STR("“")) || str_starts(text, STR("\"")) ||
			       str_starts(text, STR("「"))
		       ? UNKNOWN
		       : VIOLATED;
}

static enum verdict check_word(const struct constraint *c,
			       struct str response)
{
	switch (c->kind) {
	case ASK_WITHOUT:
		return holds(response, c->word, true) ? VIOLATED : OBEYED;
	case ASK_INCLUDE:
		return holds(response, c->word, false) ? OBEYED : VIOLATED;
	case ASK_START:
		return check_edge(c->word, response, true);
	case ASK_END:
		return check_edge(c->word, response, false);
	case ASK_TITLE:
		return holds(response, STR("<<"), false) ? OBEYED : VIOLATED;
	case ASK_POSTSCRIPT:
		return holds(response, STR("P.S"), false) ||
				       holds(response, STR("PS"), true) ||
				       holds(response, STR("P.P.S"), false)
			       ? OBEYED
			       : VIOLATED;
	default:
		return UNKNOWN;
	}
}

enum verdict constraint_check(const struct constraint *c, struct str response,
			      struct range *found)
{
	*found = (struct range){ false, 0, 0 };
	if (!text_trim(response).n)
		return UNKNOWN; /* the rule for empty responses says it */
	switch (c->kind) {
	case ASK_BULLETS:
		return check_bullets(c, response, found);
	case ASK_ITEMS:
		*found = count_of(c, response);
		return check_items(c, *found);
	case ASK_CHARS:
	case ASK_WORDS:
	case ASK_SENTENCES:
	case ASK_PARAGRAPHS:
	case ASK_PLACEHOLDERS:
	case ASK_HIGHLIGHTS:
		*found = count_of(c, response);
		return judge_count(c, *found);
	case ASK_JSON:
		return check_json(response);
	case ASK_LANGUAGE:
		return check_language(c->word, response);
	case ASK_ONE_WORD:
		return check_one_word(response);
	case ASK_YES_NO:
		return check_yes_no(response);
	case ASK_UPPERCASE:
		return check_case(response, true);
	case ASK_LOWERCASE:
		return check_case(response, false);
	case ASK_QUOTED:
		return check_quoted(response);
	case ASK_NO_SCRIPT:
	case ASK_ONLY_SCRIPT:
		return check_script(c->word, response,
				    c->kind == ASK_ONLY_SCRIPT);
	case ASK_WITHOUT:
	case ASK_INCLUDE:
	case ASK_START:
	case ASK_END:
	case ASK_TITLE:
	case ASK_POSTSCRIPT:
	case ASK_KINDS:
		break;
	}
	return check_word(c, response);
}

/* -- two constraints -- */

static double least_of(const struct constraint *c)
{
	return c->bound == BOUND_MOST ? 0 : c->n;
}

static double most_of(const struct constraint *c)
{
	return c->bound == BOUND_RANGE	 ? c->most
	       : c->bound == BOUND_LEAST ? 1e18
					 : c->n;
}

size_t constraints_contradict(const struct constraint *found, size_t n)
{
	for (size_t i = 1; i < n; i++)
		for (size_t k = 0; k < i; k++) {
			const struct constraint *a = &found[k], *b = &found[i];

			/* items may be of two lists */
			if (a->kind != b->kind || a->kind > ASK_PARAGRAPHS ||
			    (a->bound == BOUND_ABOUT && b->bound != a->bound))
				continue;
			if (least_of(a) > most_of(b) ||
			    least_of(b) > most_of(a))
				return i;
		}
	return n;
}

/* -- in words -- */

void constraint_explain(const struct constraint *c, struct str response,
			struct buf *out)
{
	static const char *const bound[] = {
		"exactly ", "", "about ", "at least ", "at most ", "",
	};
	struct range found;
	enum verdict verdict = constraint_check(c, response, &found);

	buf_print(out, "%s: wanted ", verdict_name[verdict]);
	if (c->kind <= ASK_HIGHLIGHTS && c->n >= 1) {
		buf_print(out, "%s%g", bound[c->bound], c->n);
		if (c->bound == BOUND_RANGE)
			buf_print(out, " to %g", c->most);
		buf_print(out, " %s", constraint_name[c->kind]);
	} else {
		buf_text(out, constraint_name[c->kind]);
		if (c->word.n) {
			buf_byte(out, ' ');
			buf_str(out, c->word);
		}
	}
	if (found.known && found.low == found.high)
		buf_print(out, ", found %g", found.low);
	else if (found.known)
		buf_print(out, ", found %g to %g", found.low, found.high);
}
