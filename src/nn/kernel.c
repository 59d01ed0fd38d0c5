/* kernel.c - the table for this processor, and what needs no table */
#include "nn/kernel.h"

#include "nn/plain.inc"
#include "nn/vector.h"

static const struct kernel kernel_scalar = {
	.layer_norm = plain_layer_norm,
	.rms_norm = plain_rms_norm,
	.bias = plain_bias,
	.residual = plain_residual,
	.gelu = plain_gelu,
	.gelu_tanh = plain_gelu_tanh,
	.swiglu = plain_swiglu,
	.rope = plain_rope,
	.softmax = plain_softmax,
	.attend = plain_attend,
	.cross_entropy = plain_cross_entropy,
};

const struct kernel *kernel_of(enum isa isa)
{
	if (isa > cpu_isa())
		return NULL;
#if defined __x86_64__
	if (isa == ISA_AVX512)
		return &kernel_avx512;
	if (isa == ISA_AVX2)
		return &kernel_avx2;
#endif
	return &kernel_scalar;
}

const struct kernel *kernel(void)
{
	return kernel_of(cpu_isa());
}

void embed_rows(float *out, const float *table, const uint32_t *id, size_t n,
	   size_t c)
{
	for (size_t i = 0; i < n; i++)
		memcpy(out + i * c, table + id[i] * c, c * sizeof *out);
}

void rope_angles(float *cosine, float *sine, size_t positions, size_t d,
		 double theta)
{
	size_t half = d / 2;

	for (size_t p = 0; p < positions; p++)
		for (size_t j = 0; j < half; j++) {
			double angle = (double)p *
				       pow(theta, -2.0 * (double)j / (double)d);

			cosine[p * half + j] = (float)cos(angle);
			sine[p * half + j] = (float)sin(angle);
		}
}
