/*
 * leak.h - rows that are alike: kept together, or found in two splits
 *
 * Two rows are alike when the sets of shingles of all their text have a
 * Jaccard similarity of at least the threshold.  leak_join() finds them by
 * MinHash and bands, which miss at most one pair in 10,000 at the threshold,
 * compares them exactly, and joins what is alike; a band that more than 1000
 * rows share is joined unseen, which makes families larger, never smaller.
 * leak_count() looks again by another way, prefixes of sets, which misses none.
 *
 *     rc = leak_join(&set, &dsu, par, 0.5);
 *     rc = leak_count(&set, 0.5, &found);
 *
 * Errors     ERR_NOMEM, ERR_IO, ERR_USAGE: the threshold is below 0.05
 */
#ifndef EXPORT_LEAK_H
#define EXPORT_LEAK_H

#include "export/gather.h"
#include "near/dsu.h"

int leak_join(const struct set *set, struct dsu *dsu, struct par *par,
	      double threshold, uint64_t memory);

struct leaks {
	uint64_t pairs;      /* of rows in different splits that are alike */
	int64_t first, second; /* ids of one such pair */
};

int leak_count(const struct set *set, double threshold, uint64_t memory,
	       struct leaks *found);

#endif
