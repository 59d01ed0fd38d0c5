/* check.c - what a rule can look for that is no pattern */
#include "filter/check.h"

#include <math.h>

#include "filter/loop.h"
#include "filter/repeat.h"
#include "text/normal.h"
#include "text/script.h"
#include "text/utf8.h"

/* -- helpers -- */

static bool all_of(const struct part *part, struct span *span)
{
	*span = (struct span){ 0, part->text.n };
	return true;
}

/* The character that ends at `end`, and where it starts. */
static uint32_t char_before(struct str text, size_t end, size_t *start)
{
	const char *at = text.at + end;

	do
		at--;
	while (((unsigned char)*at & 0xc0) == 0x80);
	*start = (size_t)(at - text.at);
	return utf8_next(&at);
}

/* `.` `!` `?` before white space or the end, 。！？, or a line end. */
static bool ends_sentence(uint32_t c, const char *next, const char *end)
{
	switch (c) {
	case '\n':
	case 0x3002: /* 。 */
	case 0xff01:
	case 0xff1f:
	case 0xff0e:
		return true;
	case '.':
	case '!':
	case '?':
		return next == end || *next == ' ' || *next == '\n' ||
		       *next == '\t' || *next == '\r';
	}
	return false;
}

/* -- one field -- */

static bool look_empty(const struct view *view, const struct part *part,
		       const struct check *check, struct span *span)
{
	(void)view;
	(void)check;
	return text_trim(part->text).n == 0 && all_of(part, span);
}

static bool look_long_sentence(const struct view *view,
			       const struct part *part,
			       const struct check *check, struct span *span)
{
	const char *at = part->text.at, *end = at + part->text.n;
	const char *start = at;
	size_t n = 0;

	(void)view;
	if (part->text.n <= check->number[0])
		return false;
	while (at < end) {
		uint32_t c = utf8_next(&at);

		n++;
		if (!ends_sentence(c, at, end) && at < end)
			continue;
		if ((double)n > check->number[0]) {
			span->start = (size_t)(start - part->text.at);
			span->end = (size_t)(at - part->text.at);
			return true;
		}
		start = at;
		n = 0;
	}
	return false;
}

/* What may stand between two の of a chain: parts of nouns. */
static bool in_noun(uint32_t c)
{
	enum script script = script_of(c);

	return script == SCRIPT_HAN || script == SCRIPT_KATAKANA ||
	       c == 0x30fc || /* ー */
	       (c < 0x80 && char_kind(c) == CHAR_LETTER) ||
	       char_kind(c) == CHAR_DIGIT;
}

static bool look_no_chain(const struct view *view, const struct part *part,
			  const struct check *check, struct span *span)
{
	enum { NO = 0x306e, NOUN = 12 };
	const char *at = part->text.at, *end = at + part->text.n;
	const char *start = at, *last = at;
	size_t links = 0, noun = 0;

	(void)view;
	while (at < end) {
		const char *from = at;
		uint32_t c = utf8_next(&at);

		if (c == NO && noun > 0 && noun <= NOUN) {
			links++;
			noun = 0;
		} else if (c != NO && in_noun(c)) {
			if (links == 0 && noun == 0)
				start = from;
			noun++;
			last = at;
		} else {
			if ((double)links >= check->number[0] && noun)
				break;
			links = noun = 0;
		}
	}
	if ((double)links < check->number[0] || !noun)
		return false;
	span->start = (size_t)(start - part->text.at);
	span->end = (size_t)(last - part->text.at);
	return true;
}

/* Signs that people draw lines with. */
static bool draws_lines(uint32_t c)
{
	return (c < 0x80 && strchr("-=_*.#~+|`<>/\\", (int)c)) ||
	       (c >= 0x2500 && c < 0x2600) || c == 0x2026 || c == 0x2014 ||
	       c == 0x2015 || c == 0x30fb;
}

static bool is_run(uint32_t c, size_t n, double least)
{
	return (double)n >= least && char_kind(c) != CHAR_SPACE &&
	       !draws_lines(c);
}

static bool look_char_run(const struct view *view, const struct part *part,
			  const struct check *check, struct span *span)
{
	const char *at = part->text.at, *end = at + part->text.n, *start = at;
	uint32_t last = 0;
	size_t n = 0;

	(void)view;
	while (at < end) {
		const char *from = at;
		uint32_t c = utf8_next(&at);

		if (c == last) {
			n++;
			continue;
		}
		if (is_run(last, n, check->number[0]))
			break;
		last = c;
		start = from;
		n = 1;
	}
	if (!is_run(last, n, check->number[0]))
		return false;
	span->start = (size_t)(start - part->text.at);
	span->end = span->start;
	for (const char *p = start; n; n--) {
		utf8_next(&p);
		span->end = (size_t)(p - part->text.at);
	}
	return true;
}

static bool compare(double value, const struct check *check, size_t op)
{
	return str_is(check->word[op], "<") ? value < check->number[op + 1]
					    : value > check->number[op + 1];
}

/* SCRIPT >|< SHARE [LETTERS]: share of the letters that are of the script. */
static bool look_script_share(const struct view *view, const struct part *part,
			      const struct check *check, struct span *span)
{
	const char *at = part->text.at, *end = at + part->text.n;
	double least = check->n > 3 ? check->number[3] : 20;
	size_t letters = 0, own = 0;

	(void)view;
	while (at < end) {
		enum script script = script_of(utf8_next(&at));

		if (script == SCRIPT_COMMON || script == SCRIPT_INHERITED)
			continue;
		letters++;
		own += str_is(check->word[0], script_name(script));
	}
	return (double)letters >= least && letters &&
	       compare((double)own / (double)letters, check, 1) &&
	       all_of(part, span);
}

/* >|< SHARE [CHARS]: share of neither letters, digits nor space. */
static bool look_symbol_share(const struct view *view, const struct part *part,
			      const struct check *check, struct span *span)
{
	const char *at = part->text.at, *end = at + part->text.n;
	double least = check->n > 2 ? check->number[2] : 20;
	size_t chars = 0, symbols = 0;

	(void)view;
	while (at < end) {
		enum char_kind kind = char_kind(utf8_next(&at));

		chars++;
		symbols += kind == CHAR_PUNCTUATION || kind == CHAR_OPERATOR ||
			   kind == CHAR_SYMBOL || kind == CHAR_CONTROL;
	}
	return (double)chars >= least && chars &&
	       compare((double)symbols / (double)chars, check, 0) &&
	       all_of(part, span);
}

static double argument(const struct check *check, size_t i, double otherwise)
{
	return check->n > i ? check->number[i] : otherwise;
}

static bool look_repetition_char(const struct view *view,
				 const struct part *part,
				 const struct check *check, struct span *span)
{
	(void)view;
	return repeat_chars(part->text, argument(check, 0, 0.5),
			    (unsigned)argument(check, 1, 10)) &&
	       all_of(part, span);
}

static bool look_repetition_word(const struct view *view,
				 const struct part *part,
				 const struct check *check, struct span *span)
{
	(void)view;
	return repeat_words(part->text, argument(check, 0, 0.5),
			    (unsigned)argument(check, 1, 5)) &&
	       all_of(part, span);
}

static bool look_loop(const struct view *view, const struct part *part,
		      const struct check *check, struct span *span)
{
	(void)view;
	return loop_at_end(part->text, check->number[0], span);
}

static bool look_repetition_line(const struct view *view,
				 const struct part *part,
				 const struct check *check, struct span *span)
{
	(void)view;
	return loop_of_lines(part->text, argument(check, 0, 0.5)) &&
	       all_of(part, span);
}

/* -- cut off -- */

static bool among(struct str word, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_is(word, list[i]))
			return true;
	return false;
}

/* Does the text end with an English word that wants another? */
static bool ends_wanting(struct str text)
{
	static const char *const wanting[] = {
		"the", "a", "an", "of", "and", "or", "to", "with", "for",
		"from", "by", "that", "which", "is", "are", "was", "were",
		"as", "at", "into", "their", "its", "your", "our", "such",
		"than", "because", "between", "while", "including",
	};
	size_t start = text.n;

	while (start && (text.at[start - 1] | 32) >= 'a' &&
	       (text.at[start - 1] | 32) <= 'z')
		start--;
	return start && text.at[start - 1] == ' ' &&
	       among((struct str){ text.at + start, text.n - start }, wanting,
		     sizeof wanting / sizeof *wanting);
}

/* Comma, 、, an opening bracket: something has to follow. */
static bool is_opening(uint32_t c)
{
	switch (c) {
	case ',':
	case '(':
	case '[':
	case '{':
	case 0x3001: /* 、 */
	case 0xff0c:
	case 0xff08:
	case 0x300c: /* 「 */
	case 0x300e:
	case 0x3010:
		return true;
	}
	return false;
}

/* Fences of code (``` at the start of a line) that are opened, not closed. */
static bool open_fence(struct str text, size_t *where)
{
	bool open = false;

	for (size_t i = 0; i + 3 <= text.n; i++) {
		if (memcmp(text.at + i, "```", 3) == 0) {
			open = !open;
			*where = i;
		}
		while (i < text.n && text.at[i] != '\n')
			i++;
	}
	return open;
}

static bool look_truncated(const struct view *view, const struct part *part,
			   const struct check *check, struct span *span)
{
	enum { PROSE = 80 }; /* bytes; a shorter answer may end as it likes */
	struct str text = text_trim(part->text);
	size_t offset = (size_t)(text.at - part->text.at), start;

	(void)view;
	(void)check;
	if (text.n < PROSE)
		return false;
	span->end = offset + text.n;
	if (open_fence(text, &start)) {
		span->start = offset + start;
		return true;
	}
	if (is_opening(char_before(text, text.n, &start))) {
		span->start = offset + start;
		return true;
	}
	span->start = span->end - 1;
	return ends_wanting(text);
}

/* -- two fields -- */

static bool same(struct str a, struct str b)
{
	struct buf one = { 0 }, other = { 0 };
	bool equal = false;

	a = text_trim(a);
	b = text_trim(b);
	if (!a.n || a.n > 2 * b.n + 16 || b.n > 2 * a.n + 16)
		return false;
	if (str_equal(a, b))
		return true;
	normal_add(&one, a, NORMAL_ALL);
	normal_add(&other, b, NORMAL_ALL);
	equal = str_equal(buf_view(&one), buf_view(&other));
	buf_free(&one);
	buf_free(&other);
	return equal;
}

static bool look_echo(const struct view *view, const struct part *part,
		      const struct check *check, struct span *span)
{
	(void)check;
	return (same(part->text, view_text(view, part, FIELD_INSTRUCTION)) ||
		same(part->text, view_text(view, part, FIELD_INPUT))) &&
	       all_of(part, span);
}

static struct part *find_part(const struct view *view,
			      const struct part *near, enum field field)
{
	for (size_t i = 0; i < view->n; i++)
		if (view->part[i].field == field &&
		    view->part[i].exchange == near->exchange)
			return &view->part[i];
	return NULL;
}

/* A language that neither the instruction nor the input is in. */
static bool look_language_mismatch(const struct view *view,
				   const struct part *part,
				   const struct check *check,
				   struct span *span)
{
	enum { LETTERS = 20 }; /* bytes; less says too little */
	struct part *asked = find_part(view, part, FIELD_INSTRUCTION);
	struct part *input = find_part(view, part, FIELD_INPUT);
	struct str lang, other;

	(void)check;
	if (!asked || text_trim(part->text).n < LETTERS)
		return false;
	lang = part_lang(view, &view->part[part - view->part]);
	other = part_lang(view, asked);
	if (str_is(lang, "und") || str_is(other, "und") ||
	    str_equal(lang, other))
		return false;
	if (input && text_trim(input->text).n) {
		other = part_lang(view, input);
		if (str_equal(lang, other))
			return false;
	}
	return all_of(part, span);
}

/* Two constraints on the answer that cannot both be met. */
static bool look_contradiction(const struct view *view,
			       const struct part *part,
			       const struct check *check, struct span *span)
{
	const struct asked *asked = view_asked(view, part);
	size_t second = constraints_contradict(asked->found, asked->n);

	(void)check;
	if (second == asked->n)
		return false;
	*span = asked->found[second].span;
	return true;
}

/* -- the table -- */

static const struct check_kind kinds[] = {
	{ "empty", 0, 0, true, false, look_empty },
	{ "truncated", 0, 0, true, false, look_truncated },
	{ "repetition-char", 0, 2, true, false, look_repetition_char },
	{ "repetition-word", 0, 2, true, false, look_repetition_word },
	{ "repetition-line", 0, 1, true, false, look_repetition_line },
	{ "loop", 1, 1, true, false, look_loop },
	{ "long-sentence", 1, 1, true, false, look_long_sentence },
	{ "no-chain", 1, 1, true, false, look_no_chain },
	{ "char-run", 1, 1, true, false, look_char_run },
	{ "script-share", 3, 4, false, false, look_script_share },
	{ "symbol-share", 2, 3, false, false, look_symbol_share },
	{ "echo", 0, 0, true, false, look_echo },
	{ "language-mismatch", 0, 0, true, false, look_language_mismatch },
	{ "contradiction", 0, 0, true, true, look_contradiction },
	{ "constraint", 0, 0, true, true, NULL },
};

const struct check_kind *check_find(struct str name)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (str_is(name, kinds[i].name))
			return &kinds[i];
	return NULL;
}

/* -- check digits -- */

/* The ASCII digits of text: how many, or more than room. */
static size_t digits_of(struct str text, int *digit, size_t room)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++)
		if (text.at[i] >= '0' && text.at[i] <= '9') {
			if (n < room)
				digit[n] = text.at[i] - '0';
			n++;
		}
	return n;
}

bool check_luhn(struct str text)
{
	int digit[19], sum = 0;
	size_t n = digits_of(text, digit, 19);

	if (n < 13 || n > 19)
		return false;
	for (size_t i = 0; i < n; i++) {
		int d = digit[n - 1 - i] << (i & 1);

		sum += d > 9 ? d - 9 : d;
	}
	return sum % 10 == 0 && sum > 0;
}

bool check_my_number(struct str text)
{
	int digit[12], sum = 0;

	if (digits_of(text, digit, 12) != 12)
		return false;
	for (int n = 1; n <= 11; n++)
		sum += digit[11 - n] * (n <= 6 ? n + 1 : n - 5);
	return digit[11] == (sum % 11 <= 1 ? 0 : 11 - sum % 11);
}
