/*
 * int8.h - linear layers in bytes
 *
 * Y (N, out) = X (N, in) W' + bias.  W is kept as bytes with a scale for each
 * of its rows; a row of X becomes bytes with a scale and a zero of its own at
 * the time of the product:
 *
 *     w = scale_w * w8,  w8 in -64 .. 64      x = scale_x * (x8 - zero)
 *     y = scale_x scale_w (sum x8 w8 - zero * sum w8) + bias
 *
 * Weights have seven bits, so that two products fit in 16 bits on AVX2, which
 * is twice as fast as widening; the sums are whole numbers, so every processor
 * gives the same ones.  What is lost: see tests/bench/RESULTS.md.
 *
 * Shapes     w8 in panels of 16 rows of W: (ceil(out / 16), ceil(in / 4), 16, 4)
 * Ownership  struct int8_linear owns its arrays
 * Errors     int8_init(): ERR_NOMEM
 * Threads    any number at once, each with scratch of its own
 * Speed      AVX-512 VNNI, AVX2, the plain loop
 */
#ifndef NN_INT8_H
#define NN_INT8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cpu.h"

enum { INT8_MOST = 64 }; /* the largest weight */

struct int8_linear {
	size_t in, out;
	int8_t *panel;
	float *scale; /* (out), filled up to whole panels, as sum and bias */
	int32_t *sum; /* of the bytes of a row of W */
	float *bias;
};

/* w (out, in); bias (out) or NULL. */
int int8_init(struct int8_linear *linear, size_t out, size_t in,
	      const float *w, const float *bias);
void int8_free(struct int8_linear *linear);

/* Bytes of scratch for a product with n rows. */
size_t int8_scratch(const struct int8_linear *linear, size_t n);

void int8_apply(const struct int8_linear *linear, size_t n, const float *x,
		size_t ldx, float *y, size_t ldy, void *scratch);

/* The same on an instruction set that this processor has, for tests. */
struct int8_kernel;
const struct int8_kernel *int8_kernel_of(enum isa isa, bool vnni);
void int8_apply_with(const struct int8_kernel *kernel,
		     const struct int8_linear *linear, size_t n,
		     const float *x, size_t ldx, float *y, size_t ldy,
		     void *scratch);

#endif
