/* chrf.c - how much of the right answer's characters is there: chrF2 */
#include "train/chrf.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "text/utf8.h"

/* The characters of a text that are no white space. */
static uint32_t *characters(struct str text, size_t *n)
{
	uint32_t *c = mem_array(text.n, sizeof *c);
	const char *at = text.at, *end = text.at + text.n;

	*n = 0;
	while (at < end) {
		uint32_t next = utf8_next(&at);

		if (next > ' ' && next != 0xa0 && next != 0x3000)
			c[(*n)++] = next;
	}
	return c;
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* Hashes of all n-grams of an order, sorted. */
static size_t grams(const uint32_t *c, size_t n, size_t order, uint64_t *gram)
{
	size_t count = n >= order ? n - order + 1 : 0;

	for (size_t i = 0; i < count; i++)
		gram[i] = hash64(c + i, order * sizeof *c, 0);
	if (count)
		qsort(gram, count, sizeof *gram, by_value);
	return count;
}

static uint64_t common(const uint64_t *a, size_t n, const uint64_t *b,
		       size_t m)
{
	uint64_t found = 0;

	for (size_t i = 0, j = 0; i < n && j < m;) {
		if (a[i] == b[j]) {
			found++;
			i++;
			j++;
		} else if (a[i] < b[j]) {
			i++;
		} else {
			j++;
		}
	}
	return found;
}

void chrf_add(struct chrf *chrf, struct str answer, struct str right)
{
	size_t n, m;
	uint32_t *a = characters(answer, &n), *b = characters(right, &m);
	uint64_t *x = mem_array(n + 1, sizeof *x);
	uint64_t *y = mem_array(m + 1, sizeof *y);

	for (size_t order = 1; order <= CHRF_ORDER; order++) {
		size_t xs = grams(a, n, order, x), ys = grams(b, m, order, y);

		chrf->match[order - 1] += common(x, xs, y, ys);
		chrf->answer[order - 1] += xs;
		chrf->right[order - 1] += ys;
	}
	free(a);
	free(b);
	free(x);
	free(y);
}

void chrf_join(struct chrf *chrf, const struct chrf *other)
{
	for (int i = 0; i < CHRF_ORDER; i++) {
		chrf->match[i] += other->match[i];
		chrf->answer[i] += other->answer[i];
		chrf->right[i] += other->right[i];
	}
}

double chrf_score(const struct chrf *chrf)
{
	double precision = 0, recall = 0;
	int orders = 0;

	for (int i = 0; i < CHRF_ORDER; i++) {
		if (!chrf->answer[i] || !chrf->right[i])
			continue;
		precision += (double)chrf->match[i] / (double)chrf->answer[i];
		recall += (double)chrf->match[i] / (double)chrf->right[i];
		orders++;
	}
	if (!orders || precision + recall == 0)
		return 0;
	precision /= orders;
	recall /= orders;
	return 100 * 5 * precision * recall / (4 * precision + recall);
}
