/*
 * cosines.h - cosines of a block of queries and a tile of rows
 *
 * What all searches by vectors share: one matrix product makes a tile, which is
 * then looked through while it is in cache.  Vectors have length 1 or are zero,
 * so a product is a cosine.
 *
 *     struct cosines tile = { 0 };
 *     cosines_make(&tile, query, queries, row, rows, C);
 *     for (i = scan(line, 0, rows, least); i < rows;
 *          i = scan(line, i + 1, rows, least))
 *             use(line[i]);                line = tile.at + q * COSINES_ROWS
 *     cosines_free(&tile);
 *
 * Shapes     query (queries, C), row (rows, C), at (queries, COSINES_ROWS);
 *            queries <= COSINES_QUERIES, rows <= COSINES_ROWS
 * Threads    a tile each
 */
#ifndef NEAR_COSINES_H
#define NEAR_COSINES_H

#include <stddef.h>
#include <stdint.h>

enum { COSINES_QUERIES = 128, COSINES_ROWS = 512 };

struct cosines {
	float *at;
};

void cosines_make(struct cosines *tile, const float *query, size_t queries,
		  const float *row, size_t rows, size_t c);
void cosines_free(struct cosines *tile);

/* cosine[i] = query (C) times row id[i] of x. */
void cosines_gather(const float *query, const float *x, const uint32_t *id,
		    size_t n, size_t c, float *cosine);

/* The first of cosine[i], ..., cosine[n - 1] that is >= least; n: none. */
typedef size_t cosines_scan(const float *cosine, size_t i, size_t n,
			    float least);
cosines_scan *cosines_scanner(void);

#endif
