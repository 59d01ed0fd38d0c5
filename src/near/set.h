/*
 * set.h - sets of numbers as sorted arrays, and how alike two of them are
 *
 *     n = set_sort(a, n, scratch);
 *     J = set_similarity(a, na, b, nb, 0.8);     -1 when J < 0.8
 *
 * Jaccard similarity J is |A and B| / |A or B|, compared with the threshold as
 * a quotient of doubles: 4 of 5 is 0.8.
 */
#ifndef NEAR_SET_H
#define NEAR_SET_H

#include <stddef.h>
#include <stdint.h>

/*
 * Sort n well-mixed hashes and leave out repeats.  scratch has room for n.
 * Returns how many are left.
 */
size_t set_sort(uint64_t *at, size_t n, uint64_t *scratch);

/*
 * Jaccard similarity of two sets when it is at least the threshold, else -1.
 * Two empty sets are alike: 1.
 */
double set_similarity(const uint64_t *a, size_t na, const uint64_t *b,
		      size_t nb, double threshold);

/* The least |A and B| for which two sets of these sizes reach the threshold. */
size_t set_needed(size_t na, size_t nb, double threshold);

#endif
