/*
 * grads.h - the backward of every kernel, in the order of kernel.h
 *
 * Gradients of what flows (dx) are added where several paths meet and written
 * where there is one; gradients of parameters are always added.  The formula
 * of each says which.
 *
 * Shapes, ownership, threads as in kernel.h
 */
#ifndef NN_GRADS_H
#define NN_GRADS_H

#include <stddef.h>
#include <stdint.h>

#include "base/cpu.h"

struct grads {
	/* dx += ..., dgain += ..., dbias += ...; all (N, C) or (C) */
	void (*layer_norm)(float *dx, float *dgain, float *dbias,
			   const float *dout, const float *x,
			   const float *mean, const float *rstd,
			   const float *gain, size_t n, size_t c);
	void (*rms_norm)(float *dx, float *dgain, const float *dout,
			 const float *x, const float *rstd, const float *gain,
			 size_t n, size_t c);

	/* dbias (C) += sum over rows of dout (N, C) */
	void (*bias)(float *dbias, const float *dout, size_t n, size_t c);

	/* dx (n) = dout * gelu'(x), x with its bias; dx may be dout */
	void (*gelu)(float *dx, const float *dout, const float *x, size_t n);
	void (*gelu_tanh)(float *dx, const float *dout, const float *x,
			  size_t n);

	/* dx (N, 2 F) = d swiglu; dout (N, F), x (N, 2 F) */
	void (*swiglu)(float *dx, const float *dout, const float *x, size_t n,
		       size_t f);

	/* dp (N, ld) = scale * p * (dp - sum of p * dp), zero outside spans */
	void (*softmax)(float *dp, const float *p, size_t n, size_t ld,
			const uint32_t *from, const uint32_t *to, size_t first,
			size_t last, float scale);

	/* sum of x^2, in double, in a fixed order */
	double (*square_sum)(const float *x, size_t n);
};

const struct grads *grads(void);
const struct grads *grads_of(enum isa isa);

/* dtable[id[i]] += dout[i]; dout (N, C) */
void embed_rows_grad(float *dtable, const float *dout, const uint32_t *id, size_t n,
		size_t c);

#endif
