/*
 * length.h - how long the texts are: quantiles, exact, and a histogram
 *
 * Lengths below 64 Ki are counted one by one, the few above are kept, so a
 * quantile is the length of a text that is there.  Bins double in width: bin 0
 * is the empty text, bin i holds lengths from 2^(i-1) to 2^i - 1.
 *
 *     struct lengths lengths = { 0 };
 *     lengths_add(&lengths, 34);
 *     median = lengths_quantile(&lengths, 0.5);
 *     lengths_free(&lengths);
 */
#ifndef STATS_LENGTH_H
#define STATS_LENGTH_H

#include <stdint.h>

#include "base/vec.h"

enum { LENGTHS_EXACT = 1 << 16, LENGTHS_BINS = 33 };

struct lengths {
	uint64_t *count;     /* (LENGTHS_EXACT), NULL while n is 0 */
	VEC(uint64_t) large; /* the others */
	uint64_t n, sum, most;
	uint64_t bin[LENGTHS_BINS];
};

void lengths_add(struct lengths *lengths, uint64_t length);

/* The length of the text at share q of all, in order; 0 when there is none. */
uint64_t lengths_quantile(struct lengths *lengths, double q);
double lengths_mean(const struct lengths *lengths);

/* One more than the last bin that is not empty. */
unsigned lengths_bins(const struct lengths *lengths);
void lengths_free(struct lengths *lengths);

#endif
