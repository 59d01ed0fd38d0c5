/* join.c - prefixes: candidates among which no match is missing */
#include "near/join.h"

#include <math.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"

enum { CELLS = 1 << 22, CLASSES = 33 };

int join_init(struct join *join)
{
	join->seen = mem_try(CELLS, sizeof *join->seen);
	return join->seen ? 0 : ERR_NOMEM;
}

void join_free(struct join *join)
{
	free(join->seen);
	*join = (struct join){ 0 };
}

void join_sample(struct join *join, const uint64_t *set, size_t n)
{
	for (size_t i = 0; i < n; i++)
		join->seen[set[i] % CELLS] += join->seen[set[i] % CELLS] <
					      UINT32_MAX;
}

/* 0: not seen, 1: once, 2: two or three times, 3: four to seven, ... */
static unsigned class_of(const struct join *join, uint64_t member)
{
	uint32_t seen = join->seen[member % CELLS];

	return seen ? 32 - (unsigned)__builtin_clz(seen) : 0;
}

/* |set| - ceil(t |set|) + 1, where rounding errs to the longer side. */
static size_t prefix_length(double threshold, size_t n)
{
	double least = ceil(threshold * (double)n - 1e-9 * (double)n);
	size_t length = n - (size_t)least + 1;

	return length < n ? length : n;
}

/* A counting sort by class, of which only the front is needed. */
size_t join_prefix(const struct join *join, double threshold,
		   const uint64_t *set, size_t n, uint64_t *out)
{
	size_t count[CLASSES] = { 0 }, at[CLASSES];
	size_t length = prefix_length(threshold, n), sum = 0;

	for (size_t i = 0; i < n; i++)
		count[class_of(join, set[i])]++;
	for (size_t c = 0; c < CLASSES; c++) {
		at[c] = sum;
		sum += count[c];
	}
	for (size_t i = 0; i < n; i++) {
		size_t to = at[class_of(join, set[i])]++;

		if (to < length)
			out[to] = set[i];
	}
	return length;
}
