/*
 * spread.h - how widely a set of vectors is spread
 *
 * With x_i unit vectors, d(i, j) = 1 - x_i x_j and N pairs:
 *
 *   vendi     exp(H(l)), l the eigenvalues of X X' / N, H their entropy: the
 *             number of different directions that the set amounts to.  They are
 *             those of the C x C matrix X' X / N, so it is exact and cheap.
 *   coverage  H(cell sizes) / log K: 1 when all cells are equally full.
 *   nearest   mean distance to the nearest other pair.
 *   novelsum  mean over i of the sum over j of w(r) s(j) d(i, j), where j is the
 *             r-th nearest to i, w(r) = 1 / r and s(j) = 1 / the sum of the
 *             distances of j to its 5 nearest, to the power 1/2; of a sample of
 *             at most 1,024 among themselves, sums divided by those of w.
 *
 * Source     Friedman and Dieng, "The Vendi Score", 2023; Yang et al.,
 *            "Measuring Data Diversity for Instruction Tuning" (NovelSum),
 *            arXiv 2502.17184 - here s(j) is taken from the sample, so that
 *            crowded regions count less, and the sum is normalised
 * Errors     ERR_NOMEM
 */
#ifndef SCORE_SPREAD_H
#define SCORE_SPREAD_H

#include "near/knn.h"

struct spread {
	size_t pairs;
	double vendi, coverage, nearest, novelsum;
};

/* x (N, C); knn: of all these; par for the matrix X' X. */
int spread_measure(struct spread *spread, const float *x, size_t n, size_t c,
		   const struct cells *cells, const struct knn *knn,
		   struct par *par);

/* Vendi score of the rows whose number is in row (NULL: all). */
int spread_vendi(const float *x, size_t n, size_t c, const uint32_t *row,
		 struct par *par, double *vendi);

#endif
