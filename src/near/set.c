/* set.c - sets of numbers as sorted arrays, and how alike two of them are */
#include "near/set.h"

#include <stdbool.h>
#include <string.h>

enum { FEW = 20, RADIX = 256 };

static void sort_few(uint64_t *at, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		uint64_t one = at[i];
		size_t j = i;

		for (; j && at[j - 1] > one; j--)
			at[j] = at[j - 1];
		at[j] = one;
	}
}

/* The top bits of hashes cut them into small groups at once. */
static void sort(uint64_t *at, size_t n, uint64_t *scratch, unsigned shift)
{
	uint32_t end[RADIX] = { 0 };
	uint32_t from = 0;

	if (n <= FEW || shift > 56) {
		sort_few(at, n);
		return;
	}
	for (size_t i = 0; i < n; i++)
		end[at[i] >> shift & 0xff]++;
	for (size_t b = 0; b < RADIX; b++) {
		uint32_t size = end[b];

		end[b] = from;
		from += size;
	}
	for (size_t i = 0; i < n; i++)
		scratch[end[at[i] >> shift & 0xff]++] = at[i];
	memcpy(at, scratch, n * sizeof *at);
	if (n <= FEW * RADIX / 4) { /* groups of 5: neighbours are near */
		sort_few(at, n);
		return;
	}
	from = 0;
	for (size_t b = 0; b < RADIX; b++) {
		sort(at + from, end[b] - from, scratch, shift - 8);
		from = end[b];
	}
}

size_t set_sort(uint64_t *at, size_t n, uint64_t *scratch)
{
	size_t kept = 0;

	sort(at, n, scratch, 56);
	for (size_t i = 0; i < n; i++)
		if (!kept || at[i] != at[kept - 1])
			at[kept++] = at[i];
	return kept;
}

static bool reaches(size_t overlap, size_t both, double threshold)
{
	return (double)overlap >= threshold * (double)(both - overlap) &&
	       (double)overlap / (double)(both - overlap) >= threshold;
}

size_t set_needed(size_t na, size_t nb, double threshold)
{
	size_t both = na + nb;
	size_t need = (size_t)(threshold / (1 + threshold) * (double)both);

	/* Rounding may be off by one in either direction. */
	while (need && reaches(need - 1, both, threshold))
		need--;
	while (need < both && !reaches(need, both, threshold))
		need++;
	return need;
}

/*
 * The overlap, or less than `need` when it cannot be reached any more.  Which
 * side goes on is as good as random, so steps have no branches; whether it is
 * hopeless is asked now and then.
 */
static size_t overlap(const uint64_t *a, size_t na, const uint64_t *b,
		      size_t nb, size_t need)
{
	enum { STEPS = 16 };
	size_t i = 0, j = 0, common = 0;

	while (na - i >= STEPS && nb - j >= STEPS) {
		for (int step = 0; step < STEPS; step++) {
			uint64_t x = a[i], y = b[j];

			common += x == y;
			i += x <= y;
			j += y <= x;
		}
		if (common + (na - i) < need || common + (nb - j) < need)
			return 0;
	}
	while (i < na && j < nb) {
		uint64_t x = a[i], y = b[j];

		common += x == y;
		i += x <= y;
		j += y <= x;
	}
	return common;
}

double set_similarity(const uint64_t *a, size_t na, const uint64_t *b,
		      size_t nb, double threshold)
{
	size_t need, both = na + nb, found;

	if (!na || !nb)
		return na == nb ? 1 : -1;
	need = set_needed(na, nb, threshold);
	if (need > na || need > nb)
		return -1;
	found = overlap(a, na, b, nb, need);
	if (found < need || !found)
		return threshold > 0 ? -1 : 0;
	return (double)found / (double)(both - found);
}
