/* half.c - numbers of 16 bits as floats, and back */
#include "nn/half.h"

#include <math.h>

float half_float(uint16_t half)
{
	uint32_t sign = (uint32_t)(half & 0x8000) << 16;
	uint32_t exponent = half >> 10 & 0x1f, rest = half & 0x3ff;

	if (exponent == 0x1f)
		return bits_float(sign | 0x7f800000 | rest << 13);
	if (exponent)
		return bits_float(sign | (exponent + 112) << 23 | rest << 13);
	/* Subnormal: rest * 2^-24, exact. */
	return sign ? -(float)rest * 0x1p-24f : (float)rest * 0x1p-24f;
}

uint16_t float_half(float value)
{
	uint32_t bits = float_bits(value), sign = bits >> 16 & 0x8000;
	uint32_t size = bits & 0x7fffffff;

	if (size > 0x7f800000) /* no number stays one */
		return (uint16_t)(sign | 0x7e00);
	if (size >= 0x477ff000) /* 65520 and more rounds to infinity */
		return (uint16_t)(sign | 0x7c00);
	if (size < 0x38800000) /* subnormal: the FPU rounds it */
		return (uint16_t)(sign |
				  (uint32_t)lrintf(fabsf(value) * 0x1p24f));
	size += 0xfff + (size >> 13 & 1);
	return (uint16_t)(sign | ((size - (112u << 23)) >> 13));
}
