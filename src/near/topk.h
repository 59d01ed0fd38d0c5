/*
 * topk.h - the most alike rows of one matrix for each row of another
 *
 * Rows are unit vectors, so their products are cosines.  A block of queries
 * meets a tile of rows in one matrix product; what is above a query's worst
 * neighbour so far goes into its list at once, so that the cosines are looked
 * at while they are in cache and never stored.
 *
 *     topk_start(&list, queries, k);
 *     topk_add(&list, query, queries, row, id, rows, C);   any number
 *     topk_get(&list, q) ...
 *
 * Shapes     query (queries, C), row (rows, C), id (rows) or NULL: from + row;
 *            lists (queries, k), best first; of equal cosines the lower id
 *            comes first, whatever the order of the calls
 * Threads    a list each
 */
#ifndef NEAR_TOPK_H
#define NEAR_TOPK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "near/cosines.h"

enum {
	TOPK_QUERIES = COSINES_QUERIES, /* at most, in a block */
	TOPK_NONE = UINT32_MAX,
};

struct near {
	float cosine;
	uint32_t id; /* TOPK_NONE: there are fewer rows than k */
};

struct topk {
	struct near *at; /* (queries, k) */
	size_t queries, k, room;
	uint32_t *self;  /* (queries) an id that is no neighbour, TOPK_NONE */
	struct cosines tile;
};

void topk_start(struct topk *topk, size_t queries, size_t k);

/* Rows `from` and on of a matrix; their ids are id[...], or their numbers. */
void topk_add(struct topk *topk, const float *query, const float *row,
	      const uint32_t *id, size_t from, size_t rows, size_t c);
void topk_free(struct topk *topk);

/* Put one into a list (k) that is best first, if it is good enough. */
bool topk_put(struct near *list, size_t k, struct near near);

#endif
