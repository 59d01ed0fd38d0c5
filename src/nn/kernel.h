/*
 * kernel.h - what a transformer does to arrays of floats, forward
 *
 * One table of functions for each instruction set; kernel() is the one for
 * this processor (base/cpu.h).  The backward of each has the same place in
 * grads.h; products of matrices are in gemm.h, attention in attention.h.
 *
 *     const struct kernel *k = kernel();
 *     k->rms_norm(normed, rstd, x, gain, T, C, 1e-5f);
 *     gemm_nt(T, 2 * F, C, 1, normed, C, gate_up, C, 0, wide, 2 * F);
 *     k->swiglu(narrow, wide, T, F);
 *
 * Shapes     N rows (tokens), C channels, F hidden channels, H heads of D
 *            channels, V vocabulary; row-major, dense unless an ld (distance
 *            between rows) is given
 * Ownership  the caller owns every array; `out` may be `x` where it says so
 * Errors     none
 * Threads    any number at once, on rows of their own
 * Speed      plain loops (plain.inc) are the reference; AVX2 and AVX-512
 *            (vector.inc) differ from them by rounding: exp, tanh and erf are
 *            polynomials within 2e-7 (exp: of its value)
 */
#ifndef NN_KERNEL_H
#define NN_KERNEL_H

#include <stddef.h>
#include <stdint.h>

#include "base/cpu.h"

struct kernel {
	/*
	 * out (N, C) = (x - mean) * rstd * gain + bias, over each row, with
	 * rstd = 1 / sqrt(variance + eps).  mean and rstd (N) are kept for the
	 * backward; both may be NULL.  out may be x.
	 */
	void (*layer_norm)(float *out, float *mean, float *rstd,
			   const float *x, const float *gain,
			   const float *bias, size_t n, size_t c, float eps);

	/* out (N, C) = x * rstd * gain, rstd = 1 / sqrt(mean of x^2 + eps) */
	void (*rms_norm)(float *out, float *rstd, const float *x,
			 const float *gain, size_t n, size_t c, float eps);

	/* x (N, C) += bias (C) */
	void (*bias)(float *x, const float *bias, size_t n, size_t c);

	/* out (N, C) = x + y + bias; bias may be NULL; out may be x or y */
	void (*residual)(float *out, const float *x, const float *y,
			 const float *bias, size_t n, size_t c);

	/*
	 * x (N, F) += bias, out (N, F) = x * Phi(x): exact by erf, or by its
	 * tanh approximation ("gelu_new").  bias may be NULL; out may be x.
	 */
	void (*gelu)(float *out, float *x, const float *bias, size_t n,
		     size_t f);
	void (*gelu_tanh)(float *out, float *x, const float *bias, size_t n,
			  size_t f);

	/* out (N, F) = silu(x[:, :F]) * x[:, F:]; x (N, 2 F), gate first */
	void (*swiglu)(float *out, const float *x, size_t n, size_t f);

	/*
	 * Rotate the H heads of each row of x (N, ld) in place by the angles
	 * of its position: halves of a head are the two coordinates.  cosine
	 * and sine (positions, D / 2).  sign -1 rotates back: the backward.
	 */
	void (*rope)(float *x, size_t n, size_t ld, size_t h, size_t d,
		     const float *cosine, const float *sine,
		     const uint32_t *position, float sign);

	/*
	 * Row i of x (N, ld): the columns [from[i], to[i]) become the softmax
	 * of scale * x, the others of [first, last) zero.  from, to, first and
	 * last count from column 0; an empty row is all zero.
	 */
	void (*softmax)(float *x, size_t n, size_t ld, const uint32_t *from,
			const uint32_t *to, size_t first, size_t last,
			float scale);

	/*
	 * One query q (D) over N keys k and values v, ld apart: out (D) =
	 * softmax(scale q k') v.  probs (N) is scratch.
	 */
	void (*attend)(float *out, const float *q, const float *k,
		       const float *v, size_t ld, size_t n, size_t d,
		       float scale, float *probs);

	/*
	 * Row i of x (N, V), logits: loss[i] = log sum exp x - x[target[i]],
	 * not weighted.  With weight (N), x becomes the gradient of
	 * sum of weight[i] * loss[i]; with weight NULL it is left alone.
	 */
	void (*cross_entropy)(float *x, float *loss, const uint32_t *target,
			      const float *weight, size_t n, size_t v);
};

/* Of this processor; of an instruction set, NULL where it cannot run. */
const struct kernel *kernel(void);
const struct kernel *kernel_of(enum isa isa);

/* out (N, C) = table[id (N)], plain copies */
void embed_rows(float *out, const float *table, const uint32_t *id, size_t n,
	   size_t c);

/* The angles of rotary positions: cosine, sine (positions, D / 2). */
void rope_angles(float *cosine, float *sine, size_t positions, size_t d,
		 double theta);

#endif
