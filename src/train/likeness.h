/*
 * likeness.h - the loss of a batch of vectors that should be like others
 *
 * B vectors v, normalised to z, have targets y of length 1.  They are asked to
 * be near them, and to be as far from one another as they are:
 *
 *     loss = mean(1 - z y) + similarity mean(w (Z Z' - Y Y')^2)
 *     w    = 1 + alike max(0, Y Y')^2
 *
 * for the first D / 4, D / 2 and all D numbers, each normalised anew, so that a
 * vector may be cut; they count 1, 2 and 7 tenths.  Two texts by chance have
 * nothing in common, and how far apart they are is soon learnt: w lets pairs
 * count that are alike, and neighbours.h brings such into one batch.
 *
 *     likeness_init(&l, B, D);
 *     fill(l.v); fill(l.target);
 *     loss = likeness_run(&l, par);
 *     use(l.dv);
 *     likeness_free(&l);
 *
 * Shapes     v, dv (B, D); target (B) pointers to D numbers
 * Ownership  the struct owns its arrays; targets are borrowed
 * Threads    the same bits for any number: work is cut by tiles of texts
 */
#ifndef TRAIN_LIKENESS_H
#define TRAIN_LIKENESS_H

#include <stddef.h>

#include "base/par.h"

enum {
	LIKENESS_CUTS = 3,  /* lengths of a vector that have a loss */
	LIKENESS_TILE = 64, /* texts a task */
};

struct likeness {
	size_t batch, d, cut[LIKENESS_CUTS];
	double similarity, alike; /* as above; 10 and 0 */
	const float **target;     /* (B) */
	float *v, *dv;            /* (B, D) */
	float *z, *y, *dz;        /* (CUTS, B, D) */
	float *scale;             /* (CUTS, B) 1 / |v| */
	float *similar, *wanted;  /* (CUTS, B, B) */
	double *loss;             /* (tiles) */
};

void likeness_init(struct likeness *likeness, size_t batch, size_t d);
void likeness_free(struct likeness *likeness);

/* From v and target to dv and the loss. */
double likeness_run(struct likeness *likeness, struct par *par);

/* out (n) = v / |v|; returns 1 / |v|, or 0 for the vector 0 */
float normalised(const float *v, size_t n, float *out);

/* out (n) += weight x (n) */
void add_scaled(float *out, const float *x, float weight, size_t n);

#endif
