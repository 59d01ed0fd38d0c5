/* grads.c - the table for this processor, and what needs no table */
#include "nn/grads.h"

#include "nn/plain.inc"
#include "nn/vector.h"

static const struct grads grads_scalar = {
	.layer_norm = plain_layer_norm_grad,
	.rms_norm = plain_rms_norm_grad,
	.bias = plain_bias_grad,
	.gelu = plain_gelu_grad,
	.gelu_tanh = plain_gelu_tanh_grad,
	.swiglu = plain_swiglu_grad,
	.softmax = plain_softmax_grad,
	.square_sum = plain_square_sum,
};

const struct grads *grads_of(enum isa isa)
{
	if (isa > cpu_isa())
		return NULL;
#if defined __x86_64__
	if (isa == ISA_AVX512)
		return &grads_avx512;
	if (isa == ISA_AVX2)
		return &grads_avx2;
#endif
	return &grads_scalar;
}

const struct grads *grads(void)
{
	return grads_of(cpu_isa());
}

void embed_rows_grad(float *dtable, const float *dout, const uint32_t *id, size_t n,
		size_t c)
{
	for (size_t i = 0; i < n; i++, dout += c) {
		float *row = dtable + id[i] * c;

		for (size_t j = 0; j < c; j++)
			row[j] += dout[j];
	}
}
