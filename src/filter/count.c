/* count.c - how many words, sentences, paragraphs, items */
#include "filter/count.h"

#include <stdint.h>

#include "filter/view.h"
#include "text/script.h"
#include "text/utf8.h"

/* -- lines and marks -- */

bool text_line(struct str *text, struct str *line)
{
	const char *end;

	if (!text->n)
		return false;
	end = memchr(text->at, '\n', text->n);
	line->at = text->at;
	line->n = end ? (size_t)(end - text->at) : text->n;
	text->at += line->n + (end != NULL);
	text->n -= line->n + (end != NULL);
	if (line->n && line->at[line->n - 1] == '\r')
		line->n--;
	return true;
}

size_t count_lines(struct str text)
{
	struct str line;
	size_t n = 0;

	while (text_line(&text, &line))
		n += text_trim(line).n > 0;
	return n;
}

/* "12." "3)" "(4)" "５．" "第一に": the number, and the bytes it takes. */
static size_t number_mark(struct str text, long *number)
{
	const char *at = text.at, *end = text.at + text.n;
	bool open = false;
	size_t digits = 0;

	*number = 0;
	while (at < end) {
		const char *from = at;
		uint32_t c = utf8_next(&at);

		if (c >= 0xff10 && c <= 0xff19) /* full width */
			c -= 0xff10 - '0';
		if (!digits && (c == '(' || c == 0xff08)) {
			open = true;
		} else if (c >= '0' && c <= '9' && digits < 3) {
			*number = *number * 10 + (long)(c - '0');
			digits++;
		} else if (!digits && c >= 0x2460 && c <= 0x2473) {
			*number = (long)(c - 0x2460) + 1; /* ① */
			return (size_t)(at - text.at);
		} else if (digits && (c == ')' || c == 0xff09)) {
			return (size_t)(at - text.at);
		} else if (digits && !open &&
			   (c == 0xff0e || c == 0x3001 || c == ':')) {
			return (size_t)(at - text.at);
		} else if (digits && !open && c == '.') {
			/* "1.5" is no mark */
			if (at < end && *at >= '0' && *at <= '9')
				return 0;
			return (size_t)(at - text.at);
		} else {
			(void)from;
			return 0;
		}
	}
	return 0;
}

static size_t bullet_mark(struct str text)
{
	const char *at = text.at;
	uint32_t c;

	if (!text.n)
		return 0;
	c = utf8_next(&at);
	switch (c) {
	case 0x2022: /* • */
	case 0x2023:
	case 0x2043:
	case 0x30fb: /* ・ */
	case 0xff65:
	case 0x00b7:
	case 0x25cf: /* ● */
	case 0x25cb:
	case 0x25e6:
	case 0x25a0:
	case 0x25aa:
	case 0x25c6:
	case 0x25c7:
	case 0x25b6:
	case 0x2713:
	case 0x2714:
		return (size_t)(at - text.at);
	case '-':
	case '*':
	case '+':
	case 0x2013:
	case 0x2014:
		/* a mark stands apart; "**bold**" and "--" do not */
		if ((size_t)(at - text.at) < text.n && *at == ' ')
			return (size_t)(at - text.at) + 1;
	}
	return 0;
}

size_t list_mark(struct str line, size_t *indent, long *number)
{
	struct str text = line;
	size_t n;

	*number = 0;
	while (text.n && (*text.at == ' ' || *text.at == '\t')) {
		text.at++;
		text.n--;
	}
	*indent = line.n - text.n;
	if (str_starts(text, STR("**"))) { /* "**1. Title**" */
		text.at += 2;
		text.n -= 2;
	}
	n = bullet_mark(text);
	return n ? n : number_mark(text, number);
}

size_t count_marked_lines(struct str text)
{
	struct str line;
	size_t n = 0, indent;
	long number;

	while (text_line(&text, &line))
		n += list_mark(line, &indent, &number) > 0;
	return n;
}

/* -- characters and words -- */

struct range count_chars(struct str text)
{
	struct range n = { .known = true };
	const char *at, *end;

	text = text_trim(text);
	at = text.at;
	end = at + text.n;
	while (at < end) {
		uint32_t c = utf8_next(&at);
		enum char_kind kind = char_kind(c);

		n.high += c != '\n' && c != '\r';
		n.low += kind == CHAR_LETTER || kind == CHAR_DIGIT ||
			 kind == CHAR_NUMBER;
	}
	return n;
}

/* low: between white space; high: hyphens and slashes part words too. */
struct range count_words(struct str text)
{
	struct range n = { .known = true };
	const char *at = text.at, *end = at + text.n;
	bool in_low = false, in_high = false;

	while (at < end) {
		uint32_t c = utf8_next(&at);
		enum char_kind kind = char_kind(c);
		bool letter = kind == CHAR_LETTER || kind == CHAR_DIGIT ||
			      kind == CHAR_NUMBER;

		if (letter && c > 0x7f && script_is_cjk(script_of(c)))
			return (struct range){ false, 0, 0 };
		n.low += letter && !in_low;
		n.high += letter && !in_high;
		in_low = kind != CHAR_SPACE && (in_low || letter);
		in_high = letter || kind == CHAR_MARK;
	}
	return n;
}

/* -- sentences -- */

static bool is_stop(uint32_t c)
{
	return c == '.' || c == '!' || c == '?' || c == 0x3002 ||
	       c == 0xff01 || c == 0xff1f || c == 0xff0e;
}

static bool is_opening(uint32_t c)
{
	return c == '(' || c == '[' || c == 0x201c || c == 0x300c ||
	       c == 0x300e || c == 0xff08;
}

static bool is_closing(uint32_t c)
{
	return c == ')' || c == ']' || c == 0x201d || c == 0x300d ||
	       c == 0x300f || c == 0xff09;
}

/* "Mr." "e.g." "U.S." and the like: the letters before a full stop. */
static bool is_abbreviation(const char *start, const char *stop)
{
	static const char *const known[] = {
		"mr", "mrs", "ms", "dr", "prof", "st", "vs", "etc", "inc",
		"ltd", "co", "jr", "sr", "no", "vol", "fig", "approx", "dept",
		"est", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep",
		"sept", "oct", "nov", "dec", "gen", "gov", "sen", "rep", "rev",
		"al", "eq", "ca", "cf", "pp", "ph",
	};
	const char *from = stop;
	char word[8];
	size_t n;

	while (from > start && ((from[-1] | 32) >= 'a' &&
				(from[-1] | 32) <= 'z'))
		from--;
	n = (size_t)(stop - from);
	if (n == 1 || (n <= 3 && from > start && from[-1] == '.'))
		return true; /* an initial, "e.g." */
	if (!n || n >= sizeof word)
		return false;
	for (size_t i = 0; i < n; i++)
		word[i] = (char)(from[i] | 32);
	word[n] = '\0';
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcmp(word, known[i]) == 0)
			return true;
	return false;
}

/* Does a sentence surely end at this run of stops?  next is behind it. */
static bool surely_ends(uint32_t stop, const char *line, const char *at_stop,
			const char *next, const char *end)
{
	if (stop != '.' && stop != '!' && stop != '?')
		return true; /* 。 and its like end nothing else */
	while (next < end && (*next == '"' || *next == '\'' || *next == '*'))
		next++;
	if (next < end && *next != ' ')
		return false;
	while (next < end && *next == ' ')
		next++;
	if (stop == '.' && is_abbreviation(line, at_stop))
		return false;
	return next == end || (*next >= 'A' && *next <= 'Z') ||
	       (unsigned char)*next >= 0x80 || *next == '"';
}

static void count_in_line(struct str line, struct range *n)
{
	const char *at = line.at, *end = at + line.n;
	int depth = 0;
	bool quoted = false, open = false; /* text since the last stop */

	while (at < end) {
		const char *from = at;
		uint32_t c = utf8_next(&at);

		depth += is_opening(c);
		if (is_closing(c) && depth)
			depth--;
		if (c == '"')
			quoted = !quoted;
		if (!is_stop(c)) {
			open |= char_kind(c) == CHAR_LETTER ||
				char_kind(c) == CHAR_DIGIT;
			continue;
		}
		while (at < end) { /* "?!" and "..." are one */
			const char *next = at;

			if (!is_stop(utf8_next(&next)))
				break;
			at = next;
		}
		if (!open)
			continue;
		n->high++;
		if (!depth && !quoted &&
		    surely_ends(c, line.at, from, at, end))
			n->low++;
		open = false;
	}
	n->high += open;
}

struct range count_sentences(struct str text)
{
	struct range n = { .known = true };
	bool fenced = false;
	struct str line;

	while (text_line(&text, &line)) {
		size_t indent, mark;
		long number;

		if (str_starts(text_trim(line), STR("```")))
			fenced = !fenced;
		if (fenced) /* code has no sentences */
			return (struct range){ false, 0, 0 };
		mark = list_mark(line, &indent, &number);
		line = text_trim(line);
		if (mark && mark <= line.n) {
			line.at += mark;
			line.n -= mark;
		}
		count_in_line(line, &n);
	}
	if (n.high > 0 && n.low == 0)
		n.low = 1;
	return n;
}

/* -- paragraphs -- */

/* The last character of text, and where it starts. */
static uint32_t utf8_last(struct str text, size_t *start)
{
	const char *at = text.at + text.n;

	do
		at--;
	while (((unsigned char)*at & 0xc0) == 0x80);
	*start = (size_t)(at - text.at);
	return utf8_next(&at);
}

/* A block that ends as a sentence does: no heading, no lead to a list. */
static bool is_prose(struct str block)
{
	size_t indent;
	long number;

	if (list_mark(block, &indent, &number) || count_chars(block).high < 30)
		return false;
	while (block.n) { /* its last sign, quotes and brackets aside */
		size_t start;
		uint32_t c = utf8_last(block, &start);

		if (is_stop(c))
			return true;
		if (!is_closing(c) && c != '"' && c != '*')
			return false;
		block.n = start;
	}
	return false;
}

struct range count_paragraphs(struct str text)
{
	struct range n = { .known = true };
	struct str block = { NULL, 0 }, line;

	text = text_trim(text);
	n.high = (double)count_lines(text);
	while (text_line(&text, &line)) {
		if (text_trim(line).n) {
			if (!block.at)
				block.at = line.at;
			block.n = (size_t)(line.at + line.n - block.at);
			if (text.n)
				continue;
		}
		if (block.at)
			n.low += is_prose(text_trim(block));
		block = (struct str){ NULL, 0 };
	}
	return n;
}

/* -- items -- */

struct range count_items(struct str text)
{
	const struct range unknown = { false, 0, 0 };
	size_t least = SIZE_MAX, numbered = 0, marked = 0, between = 0;
	struct str rest, line;
	long last = 0;

	if (text.n > 1 && text.at[0] == ' ' && text.at[1] != ' ') {
		text.at++; /* what a tokenizer left is no indent */
		text.n--;
	}
	rest = text;
	while (text_line(&rest, &line)) {
		size_t indent;
		long number;

		if (str_starts(text_trim(line), STR("```")))
			return unknown;
		if (list_mark(line, &indent, &number) && indent < least)
			least = indent;
	}
	for (rest = text; text_line(&rest, &line);) {
		size_t indent, mark;
		long number;

		mark = list_mark(line, &indent, &number);
		if (mark && indent == least && number) {
			if (number != last + 1) /* a second list, or none */
				return unknown;
			last = number;
			numbered++;
		} else if (mark && indent == least) {
			if (marked && between > 0)
				return unknown; /* lists under headings */
			marked++;
		}
		if (!mark && text_trim(line).n)
			between += marked > 0;
		if (mark)
			between = 0;
	}
	if (numbered >= 2)
		return (struct range){ true, (double)numbered,
				       (double)numbered };
	if (marked >= 2 && !numbered)
		return (struct range){ true, (double)marked, (double)marked };
	return unknown;
}
