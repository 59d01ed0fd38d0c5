/*
 * knn.h - the nearest neighbours of every vector, by cosine
 *
 * Up to KNN_EXACT vectors every pair is looked at, in blocks.  Above, a vector
 * looks into the few cells whose centres are nearest to its own cell's, which
 * finds about two thirds; then neighbours of neighbours are compared, until 99
 * of 100 true neighbours of a sample are there or nothing changes any more.  The
 * recall of another sample is measured, and said.
 *
 *     knn_find(&knn, x, N, C, k, &cells, seed, par);
 *     for (size_t j = 0; j < knn.k; j++)
 *         use(knn.at[i * knn.k + j].id);
 *     knn_free(&knn);
 *
 * Shapes     x (N, C) unit vectors, at (N, k) best first (topk.h)
 * Memory     N k 8 bytes; above KNN_EXACT in passing a copy of x, or N times
 *            C + 17 * 48 bytes
 * Errors     ERR_NOMEM
 * Source     the cells are those of Jegou, Douze, Schmid, "Product
 *            quantization for nearest neighbor search", 2011 (IVF); the rest
 *            is in descend.h
 */
#ifndef NEAR_KNN_H
#define NEAR_KNN_H

#include "near/cells.h"
#include "near/topk.h"

enum { KNN_EXACT = 100 * 1000 };

struct knn {
	struct near *at; /* (n, k) */
	size_t n, k;
	double recall;   /* of the sample; 1 when exact */
	size_t probes;   /* cells looked into; 0 when exact */
	size_t rounds;   /* of comparing neighbours of neighbours */
};

int knn_find(struct knn *knn, const float *x, size_t n, size_t c, size_t k,
	     const struct cells *cells, uint64_t seed, struct par *par);

/* The same, whatever the size: exact, or through the cells. */
int knn_exact(struct knn *knn, const float *x, size_t n, size_t c, size_t k,
	      struct par *par);
int knn_by_cells(struct knn *knn, const float *x, size_t n, size_t c, size_t k,
		 const struct cells *cells, uint64_t seed, struct par *par);
void knn_free(struct knn *knn);

#endif
