/* loop.c - did the writer get stuck? */
#include "filter/loop.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"

enum {
	TAIL = 8 << 10,  /* bytes of the end that are looked at */
	HEAD = 64 << 10, /* bytes of the start */
	LEAST = 60,      /* bytes that a loop takes */
	WORDS = 8,       /* bytes of letters in a unit that says something */
	LINE = 12,       /* the same of a line */
	LINES = 6,       /* fewer say nothing */
};

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* White space, and digits behind another: what a loop may change. */
static bool is_skipped(const char *at, size_t i)
{
	return is_space(at[i]) || (i && is_ascii_digit(at[i]) &&
				   is_ascii_digit(at[i - 1]));
}

static char alike(char c)
{
	return is_ascii_digit(c) ? '0' : c;
}

/*
 * The end of text, backwards, without white space and with numbers alike; from
 * each byte of it to its place in text.
 */
static size_t backwards(struct str text, char *out, uint32_t *place)
{
	size_t first = text.n > TAIL ? text.n - TAIL : 0, n = 0;

	for (size_t i = text.n; i > first; i--) {
		if (is_skipped(text.at, i - 1))
			continue;
		place[n] = (uint32_t)(i - 1);
		out[n++] = alike(text.at[i - 1]);
	}
	return n;
}

/* Is a prefix of `at` of at least LEAST bytes its period `times` over? */
static size_t find_loop(const char *at, uint32_t *border, size_t n,
			double times, size_t *period)
{
	size_t longest = 0;

	border[0] = 0;
	for (size_t i = 1, k = 0; i < n; i++) {
		while (k && at[i] != at[k])
			k = border[k - 1];
		k += at[i] == at[k];
		border[i] = (uint32_t)k;
		if (i + 1 >= LEAST &&
		    (double)(i + 1) >= times * (double)(i + 1 - k)) {
			longest = i + 1;
			*period = i + 1 - k;
		}
	}
	return longest;
}

/* Bytes of letters: what is in a text, but not in a table or a drawing. */
static bool is_letter(char c)
{
	return (unsigned char)c >= 0x80 || (((unsigned)c | 32) - 'a') < 26;
}

static size_t letters(const char *at, size_t n)
{
	size_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += is_letter(at[i]);
	return sum;
}

bool loop_at_end(struct str text, double times, struct span *span)
{
	char at[TAIL];
	uint32_t border[TAIL], place[TAIL];
	size_t n, period = 0, looped;

	if (text.n < LEAST)
		return false;
	n = backwards(text, at, place);
	looped = find_loop(at, border, n, times, &period);
	if (!looped || letters(at, period) < WORDS)
		return false;
	span->start = place[looped - period - 1];
	while (((unsigned char)text.at[span->start] & 0xc0) == 0x80)
		span->start--;
	span->end = text.n;
	return true;
}

static bool ends_line(struct str text, size_t i)
{
	static const char full_stop[] = "\xe3\x80\x82"; /* 。 */

	return text.at[i] == '\n' ||
	       (text.at[i] == '.' &&
		(i + 1 == text.n || is_space(text.at[i + 1]))) ||
	       (i >= 2 && memcmp(text.at + i - 2, full_stop, 3) == 0);
}

struct line {
	uint64_t hash;
	size_t n;
};

static int by_hash(const void *left, const void *right)
{
	const struct line *a = left, *b = right;

	return a->hash < b->hash ? -1 : a->hash > b->hash;
}

/* Hash a line from its first letter on, without white space. */
static struct line line_of(struct str text)
{
	struct line line = { UINT64_C(0xcbf29ce484222325), 0 };

	for (size_t i = 0; i < text.n; i++) {
		line.n += is_letter(text.at[i]);
		if (line.n && !is_space(text.at[i]))
			line.hash = (line.hash ^ (unsigned char)text.at[i]) *
				    UINT64_C(0x100000001b3);
	}
	return line;
}

bool loop_of_lines(struct str text, double share)
{
	struct line *line;
	size_t n = 0, start = 0, all = 0, again = 0;

	if (text.n > HEAD)
		text.n = HEAD;
	if (text.n < LINE * LINES)
		return false;
	line = mem_array(text.n / LINE + 1, sizeof *line);
	for (size_t i = 0; i < text.n; i++) {
		if (!ends_line(text, i) && i + 1 < text.n)
			continue;
		line[n] = line_of(
			(struct str){ text.at + start, i + 1 - start });
		n += line[n].n >= LINE;
		start = i + 1;
	}
	qsort(line, n, sizeof *line, by_hash);
	for (size_t i = 0; i < n; i++) {
		all += line[i].n;
		again += i && line[i].hash == line[i - 1].hash ? line[i].n : 0;
	}
	free(line);
	return n >= LINES && (double)again > share * (double)all;
}
