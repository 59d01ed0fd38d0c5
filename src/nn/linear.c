/* linear.c - a linear layer that was packed once */
#include "nn/linear.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"

int linear_init(struct linear *linear, size_t out, size_t in,
		const float *weight, const float *bias, enum linear_type type)
{
	*linear = (struct linear){ .type = type, .in = in, .out = out };
	if (type == LINEAR_INT8)
		return int8_init(&linear->bytes, out, in, weight, bias);
	if (type == LINEAR_BF16) {
		linear->halves = packed16_new(out, in);
		if (!linear->halves)
			return ERR_NOMEM;
		pack16_nt(out, in, weight, in, linear->halves);
	} else {
		linear->panels = packed_new(out, in);
		if (!linear->panels)
			return ERR_NOMEM;
		pack_nt(out, in, weight, in, linear->panels);
	}
	linear->bias = mem_array(packed_size(out, 1), sizeof *bias);
	if (bias)
		memcpy(linear->bias, bias, out * sizeof *bias);
	return 0;
}

void linear_free(struct linear *linear)
{
	free(linear->panels);
	free(linear->halves);
	free(linear->bias);
	int8_free(&linear->bytes);
	*linear = (struct linear){ 0 };
}

size_t linear_scratch(const struct linear *linear, size_t n)
{
	return linear->type == LINEAR_INT8 ? int8_scratch(&linear->bytes, n)
					   : 0;
}

void linear_apply(const struct linear *linear, size_t n, const float *x,
		  size_t ldx, float *y, size_t ldy, void *scratch)
{
	switch (linear->type) {
	case LINEAR_FLOAT:
		packed_gemm(n, linear->out, linear->in, x, ldx,
			    linear->panels, linear->bias, y, ldy);
		break;
	case LINEAR_BF16:
		packed16_gemm(n, linear->out, linear->in, x, ldx,
			      linear->halves, linear->bias, y, ldy);
		break;
	case LINEAR_INT8:
		int8_apply(&linear->bytes, n, x, ldx, y, ldy, scratch);
		break;
	}
}
