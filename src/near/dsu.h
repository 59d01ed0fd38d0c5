/*
 * dsu.h - disjoint sets: which members hang together
 *
 *     dsu_init(&dsu, n);
 *     dsu_join(&dsu, a, b);
 *     if (dsu_find(&dsu, a) == dsu_find(&dsu, b)) ...
 *     dsu_free(&dsu);
 *
 * The root of a set is its lowest member, whatever the order of the joins.
 *
 * Errors     ERR_NOMEM from dsu_init()
 * Source     Tarjan, "Efficiency of a good but not linear set union
 *            algorithm", 1975; path halving, and roots by number instead of by
 *            rank, which costs at most a factor of log n
 */
#ifndef NEAR_DSU_H
#define NEAR_DSU_H

#include <stddef.h>
#include <stdint.h>

struct dsu {
	uint32_t *parent; /* (n) */
	size_t n;
};

int dsu_init(struct dsu *dsu, size_t n);
uint32_t dsu_find(struct dsu *dsu, uint32_t member);
void dsu_join(struct dsu *dsu, uint32_t a, uint32_t b);
void dsu_free(struct dsu *dsu);

#endif
