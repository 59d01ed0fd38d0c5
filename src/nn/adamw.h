/*
 * adamw.h - Adam with decoupled weight decay, one step over a slice of weights
 *
 * With g the gradient times `scale` (clipping), t the step from 1, and the
 * moments corrected for their start at zero:
 *
 *     m = b1 m + (1 - b1) g          v = b2 v + (1 - b2) g^2
 *     w = w (1 - rate decay) - rate (m / (1 - b1^t))
 *                              / (sqrt(v / (1 - b2^t)) + eps)
 *
 * Elementwise, so slices may go to any threads; the bits do not change.
 *
 * Source     Loshchilov and Hutter, "Decoupled weight decay regularization",
 *            2019; the arithmetic of PyTorch's AdamW
 */
#ifndef NN_ADAMW_H
#define NN_ADAMW_H

#include <stddef.h>
#include <stdint.h>

struct adamw {
	double rate, beta1, beta2, eps, decay;
};

static const struct adamw ADAMW = { 1e-3, 0.9, 0.95, 1e-8, 0.1 };

/* w, m, v (n) change; g (n) does not.  step counts from 1. */
void adamw_step(const struct adamw *adamw, uint64_t step, float scale,
		float *w, float *m, float *v, const float *g, size_t n);

#endif
