/* length.c - how long the texts are: quantiles, exact, and a histogram */
#include "stats/length.h"

static unsigned bin_of(uint64_t length)
{
	unsigned bin = 0;

	for (; length; length >>= 1)
		bin++;
	return bin < LENGTHS_BINS ? bin : LENGTHS_BINS - 1;
}

void lengths_add(struct lengths *lengths, uint64_t length)
{
	if (!lengths->count)
		lengths->count = mem_array(LENGTHS_EXACT,
					   sizeof *lengths->count);
	if (length < LENGTHS_EXACT)
		lengths->count[length]++;
	else
		vec_push(&lengths->large, length);
	lengths->n++;
	lengths->sum += length;
	lengths->bin[bin_of(length)]++;
	if (length > lengths->most)
		lengths->most = length;
}

static int ascending(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

uint64_t lengths_quantile(struct lengths *lengths, double q)
{
	uint64_t rank, seen = 0;

	if (!lengths->n)
		return 0;
	rank = (uint64_t)(q * (double)(lengths->n - 1) + 0.5);
	for (uint64_t i = 0; i < LENGTHS_EXACT; i++) {
		seen += lengths->count[i];
		if (seen > rank)
			return i;
	}
	qsort(lengths->large.at, lengths->large.n, sizeof *lengths->large.at,
	      ascending);
	return lengths->large.at[rank - seen];
}

double lengths_mean(const struct lengths *lengths)
{
	return lengths->n ? (double)lengths->sum / (double)lengths->n : 0;
}

unsigned lengths_bins(const struct lengths *lengths)
{
	unsigned bins = LENGTHS_BINS;

	while (bins && !lengths->bin[bins - 1])
		bins--;
	return bins;
}

void lengths_free(struct lengths *lengths)
{
	free(lengths->count);
	vec_free(&lengths->large);
	*lengths = (struct lengths){ 0 };
}
