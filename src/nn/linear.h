/*
 * linear.h - a linear layer that was packed once, in floats, bfloat16s or bytes
 *
 *     linear_init(&up, F, C, weight, bias, LINEAR_INT8);
 *     scratch = mem_alloc(linear_scratch(&up, T));
 *     linear_apply(&up, T, x, C, y, F, scratch);      y = x W' + bias
 *     linear_free(&up);
 *
 * Ownership  the layer owns copies of weight and bias
 * Errors     linear_init(): ERR_NOMEM
 * Threads    any number at once, each with scratch of its own
 */
#ifndef NN_LINEAR_H
#define NN_LINEAR_H

#include "nn/int8.h"
#include "nn/packed.h"

enum linear_type { LINEAR_FLOAT, LINEAR_INT8, LINEAR_BF16 };

struct linear {
	enum linear_type type;
	size_t in, out;
	float *panels, *bias; /* FLOAT; bias: BF16 too */
	uint16_t *halves;     /* BF16 */
	struct int8_linear bytes;
};

/* weight (out, in); bias (out) or NULL. */
int linear_init(struct linear *linear, size_t out, size_t in,
		const float *weight, const float *bias, enum linear_type type);
void linear_free(struct linear *linear);

/* Bytes of scratch for n rows. */
size_t linear_scratch(const struct linear *linear, size_t n);

void linear_apply(const struct linear *linear, size_t n, const float *x,
		  size_t ldx, float *y, size_t ldy, void *scratch);

#endif
