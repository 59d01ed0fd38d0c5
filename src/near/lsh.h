/*
 * lsh.h - bands: which signatures are worth a closer look
 *
 * A signature is cut into b bands of r slots.  Two sets are candidates when all
 * slots of some band agree, which happens with probability
 *
 *     P(J) = 1 - (1 - J^r)^b
 *
 * lsh_plan() takes the longest r for which a pair at the threshold is missed at
 * most once in 10,000: longer bands mean fewer candidates for nothing.
 *
 *     lsh_plan(0.8, &plan);                 25 bands of 5 slots
 *     lsh_keys(&plan, sig, guard, keys);
 *
 * Shapes     sig (b * r) uint32, keys (b) uint64
 * Source     Leskovec, Rajaraman, Ullman, "Mining of Massive Datasets", 3.4
 */
#ifndef NEAR_LSH_H
#define NEAR_LSH_H

#include <stdint.h>

struct lsh_plan {
	uint32_t bands, rows;
};

/* ERR_USAGE when the threshold is below 0.05 or above 1. */
int lsh_plan(double threshold, struct lsh_plan *plan);

/* P(J) */
double lsh_recall(const struct lsh_plan *plan, double similarity);

/* One key a band; sets with different guards share none. */
void lsh_keys(const struct lsh_plan *plan, const uint32_t *sig, uint64_t guard,
	      uint64_t *key);

#endif
