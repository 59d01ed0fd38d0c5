/*
 * cells.h - vectors in cells: spherical k-means
 *
 * K centres are drawn, moved to the mean direction of what is nearest to them
 * a few times over a sample, and then every vector is given to its nearest
 * centre.  The draw depends on the seed only; nothing depends on the threads.
 *
 *     cells_find(&cells, x, N, C, K, seed, par);
 *     use(cells.of[i]);
 *     cells_free(&cells);
 *
 * Shapes     x (N, C) unit vectors or zero, centre (K, C), of (N)
 * Errors     ERR_NOMEM
 * Source     Dhillon and Modha, "Concept decompositions for large sparse text
 *            data using clustering", 2001
 */
#ifndef NEAR_CELLS_H
#define NEAR_CELLS_H

#include <stdint.h>

#include "base/par.h"

struct cells {
	float *centre;  /* (k, c) */
	uint32_t *of;   /* (n) the cell of a vector */
	uint32_t *size; /* (k) */
	size_t n, k, c;
};

int cells_find(struct cells *cells, const float *x, size_t n, size_t c,
	       size_t k, uint64_t seed, struct par *par);
void cells_free(struct cells *cells);

/* A number of cells that suits n vectors: about the square root. */
size_t cells_suit(size_t n);

#endif
