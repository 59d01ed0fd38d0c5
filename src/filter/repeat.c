/* repeat.c - does a text say the same over and over? */
#include "filter/repeat.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"

enum {
	FEWEST = 50,     /* n-grams that say something */
	MOST = 32 << 10, /* bytes that are looked at */
	SAMPLE = 4,      /* one window in so many, */
	SHORT = 2048,    /* of texts that are longer than this */
	TABLE = 1 << 12,
};

/*
 * A text without repetition shows itself: of windows of 8 bytes chosen by
 * their own content, few have been seen before.
 */
static bool is_varied(struct str text)
{
	uint32_t seen[TABLE] = { 0 };
	uint64_t most = text.n < SHORT ? 3 : 0; /* of the top two bits */
	size_t sampled = 0, again = 0;

	for (size_t i = 0; i + 8 <= text.n; i++) {
		uint64_t window;
		uint32_t mark, *slot;

		memcpy(&window, text.at + i, 8);
		window *= UINT64_C(0x9e3779b97f4a7c15);
		if (window >> 62 > most) /* all, or one in SAMPLE */
			continue;
		mark = (uint32_t)(window >> 20) | 1;
		slot = &seen[window >> 50 & (TABLE - 1)];
		again += *slot == mark;
		*slot = mark;
		sampled++;
	}
	return sampled > text.n / (4 * SAMPLE) && again * 5 < sampled;
}

static int by_value(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return a < b ? -1 : a > b;
}

static int by_count(const void *left, const void *right)
{
	size_t a = *(const size_t *)left, b = *(const size_t *)right;

	return a > b ? -1 : a < b;
}

/* The share of the most frequent of n hashes, which are sorted here. */
static double top_share(uint64_t *gram, size_t n)
{
	size_t *count = mem_array(n, sizeof *count);
	size_t unique = 0, once = 0, top, sum = 0;

	qsort(gram, n, sizeof *gram, by_value);
	for (size_t i = 0; i < n; i++)
		if (i && gram[i] == gram[i - 1])
			count[unique - 1]++;
		else
			count[unique++] = 1;
	for (size_t i = 0; i < unique; i++)
		once += count[i] == 1;
	qsort(count, unique, sizeof *count, by_count);
	top = (size_t)sqrt((double)unique);
	if (top > unique - once)
		top = unique - once;
	for (size_t i = 0; i < top; i++)
		sum += count[i];
	free(count);
	return (double)sum / (double)n;
}

static bool is_start(char c)
{
	return ((unsigned char)c & 0xc0) != 0x80;
}

/* The share over units whose starts are `start`; end is start[units]. */
static bool above(struct str text, const size_t *start, size_t units,
		  unsigned n, double most)
{
	uint64_t *gram;
	bool found = false;
	size_t grams;

	if (n < 1 || units < n + FEWEST - 1)
		return false;
	grams = units - n + 1;
	gram = mem_array(grams, sizeof *gram);
	for (size_t i = 0; i < grams; i++)
		gram[i] = hash64(text.at + start[i], start[i + n] - start[i],
				 0);
	found = top_share(gram, grams) > most;
	free(gram);
	return found;
}

static struct str shorten(struct str text)
{
	if (text.n > MOST) {
		text.n = MOST;
		while (!is_start(text.at[text.n]))
			text.n--;
	}
	return text;
}

bool repeat_chars(struct str text, double most, unsigned n)
{
	size_t *start, units = 0;
	bool found;

	text = shorten(text);
	if (text.n < FEWEST || is_varied(text))
		return false;
	start = mem_array(text.n + 1, sizeof *start);
	for (size_t i = 0; i < text.n; i++)
		if (is_start(text.at[i]))
			start[units++] = i;
	start[units] = text.n;
	found = above(text, start, units, n, most);
	free(start);
	return found;
}

bool repeat_words(struct str text, double most, unsigned n)
{
	size_t *start, units = 0;
	bool found, inside = false;

	text = shorten(text);
	if (text.n < FEWEST || is_varied(text))
		return false;
	start = mem_array(text.n + 1, sizeof *start);
	for (size_t i = 0; i < text.n; i++) {
		bool space = text.at[i] == ' ' || text.at[i] == '\n' ||
			     text.at[i] == '\t' || text.at[i] == '\r';

		if (!space && !inside)
			start[units++] = i;
		inside = !space;
	}
	start[units] = text.n;
	found = above(text, start, units, n, most);
	free(start);
	return found;
}
