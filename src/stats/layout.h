/*
 * layout.h - points on a plane, near each other where their vectors are
 *
 * Two directions show the whole and mix what differs in the others.  From there
 * on neighbours pull each other together and points drawn by chance push each
 * other away, less with every round: who was beside whom in all directions is
 * then beside him on the plane, and distances between crowds mean little.
 *
 *     before = layout_kept(x, y, &knn);
 *     layout_refine(x, y, &knn);
 *     after = layout_kept(x, y, &knn);
 *
 * Shapes     x, y (N), moved in place; knn of the N vectors (near/knn.h)
 * Cost       ROUNDS N k 6 steps: 2,000 points take half a second
 * Threads    one, in a fixed order: the same picture every time
 * Source     McInnes, Healy, Melville, "UMAP", arXiv 1802.03426, with a = b = 1
 *            and every neighbour of equal weight; Tang et al., "Visualizing
 *            Large-scale and High-dimensional Data" (LargeVis), 2016
 */
#ifndef STATS_LAYOUT_H
#define STATS_LAYOUT_H

#include "near/knn.h"

void layout_refine(double *x, double *y, const struct knn *knn);

/* Share of the nearest k in space that are among the nearest k on the plane. */
double layout_kept(const double *x, const double *y, const struct knn *knn);

#endif
