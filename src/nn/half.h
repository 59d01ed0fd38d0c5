/*
 * half.h - numbers of 16 bits as floats, and back
 *
 * IEEE 754 half precision and bfloat16, the upper half of a float.  To float is
 * exact; from float is rounded to the nearest, ties to even, and what is no
 * number stays one.
 */
#ifndef NN_HALF_H
#define NN_HALF_H

#include <stdint.h>
#include <string.h>

float half_float(uint16_t half);
uint16_t float_half(float value);

static inline float bits_float(uint32_t bits)
{
	float value;

	memcpy(&value, &bits, sizeof value);
	return value;
}

static inline uint32_t float_bits(float value)
{
	uint32_t bits;

	memcpy(&bits, &value, sizeof bits);
	return bits;
}

static inline float bfloat_float(uint16_t bits)
{
	return bits_float((uint32_t)bits << 16);
}

static inline uint16_t float_bfloat(float value)
{
	uint32_t bits = float_bits(value);

	if ((bits & 0x7fffffff) > 0x7f800000)
		return (uint16_t)(bits >> 16 | 0x40);
	return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

#endif
