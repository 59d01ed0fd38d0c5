/*
 * join.h - prefixes: candidates among which no match is missing
 *
 * Put the members of every set into one order.  If J(A, B) >= t, the first
 * |A| - ceil(t |A|) + 1 members of A and the first of B, counted alike, have a
 * member in common: else the overlap would be smaller than t |A| or t |B|.
 * Any order is right; rare members first makes few candidates, so members are
 * ordered by how often they occur in a sample of the sets, then by value.
 *
 *     join_init(&join);
 *     join_sample(&join, set, n);           some of the sets
 *     k = join_prefix(&join, 0.8, set, n, out);
 *     join_free(&join);
 *
 * Shapes     set (n) uint64, sorted; out (n)
 * Errors     ERR_NOMEM from join_init()
 * Threads    read-only after the last join_sample()
 * Source     Chaudhuri, Ganti, Kaushik, "A primitive operator for similarity
 *            joins in data cleaning", 2006; Mann, Augsten, Bouros, "An
 *            empirical evaluation of set similarity join techniques", 2016
 */
#ifndef NEAR_JOIN_H
#define NEAR_JOIN_H

#include <stddef.h>
#include <stdint.h>

struct join {
	uint32_t *seen; /* how often in the sample, by a hash of the member */
};

int join_init(struct join *join);
void join_sample(struct join *join, const uint64_t *set, size_t n);

/* Write the members of the prefix to out; returns how many. */
size_t join_prefix(const struct join *join, double threshold,
		   const uint64_t *set, size_t n, uint64_t *out);
void join_free(struct join *join);

#endif
