/*
 * knn.h - the nearest neighbours of every vector, by cosine
 *
 * Up to KNN_EXACT vectors every pair is looked at, in blocks.  Above, a vector
 * looks into the cells whose centres are nearest to its own cell's: as many of
 * them as hold at least 99 of 100 true neighbours of a sample, which is looked
 * up exactly first.  So the recall is measured on the data itself, and said.
 *
 *     knn_find(&knn, x, N, C, k, &cells, seed, par);
 *     for (size_t j = 0; j < knn.k; j++)
 *         use(knn.at[i * knn.k + j].id);
 *     knn_free(&knn);
 *
 * Shapes     x (N, C) unit vectors, at (N, k) best first (topk.h)
 * Memory     N k 8 bytes, and a copy of x above KNN_EXACT
 * Errors     ERR_NOMEM
 * Source     the cells are those of Jegou, Douze, Schmid, "Product
 *            quantization for nearest neighbor search", 2011 (IVF)
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
