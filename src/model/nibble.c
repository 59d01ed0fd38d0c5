/* nibble.c - four bits a number, packed and summed */
#include "model/nibble.h"

#include <math.h>
#include <string.h>

#include "nn/half.h"

enum { HALF = NIBBLE_GROUP / 2, STEPS = 12 };

/* Round x / scale to q; returns the error in squares. */
static float round_group(const float *x, float scale, uint8_t *q)
{
	float error = 0, inverse = scale > 0 ? 1 / scale : 0;

	for (size_t i = 0; i < NIBBLE_GROUP; i++) {
		float value = fminf(fmaxf(rintf(x[i] * inverse), -7), 7);
		float off = value * scale - x[i];

		q[i] = (uint8_t)((int)value + 8);
		error += off * off;
	}
	return error;
}

/* The largest number sets the scale, unless clipping it helps the others. */
static uint16_t best_scale(const float *x, uint8_t *best)
{
	uint8_t q[NIBBLE_GROUP];
	float most = 0, least = INFINITY;
	uint16_t scale = 0;

	for (size_t i = 0; i < NIBBLE_GROUP; i++)
		most = fmaxf(most, fabsf(x[i]));
	for (int step = 0; step < STEPS; step++) {
		uint16_t half = float_half(most / 7 *
					   (1 - 0.04f * (float)step));
		float error = round_group(x, half_float(half), q);

		if (error < least) {
			least = error;
			scale = half;
			memcpy(best, q, sizeof q);
		}
	}
	return scale;
}

void nibble_pack(const float *row, size_t d, uint8_t *q, uint16_t *scale)
{
	uint8_t group[NIBBLE_GROUP];

	for (size_t g = 0; g < d / NIBBLE_GROUP; g++) {
		scale[g] = best_scale(row + g * NIBBLE_GROUP, group);
		for (size_t j = 0; j < HALF; j++)
			q[g * HALF + j] = (uint8_t)(group[j] |
						    group[j + HALF] << 4);
	}
}

static void add_group(const struct nibbles *table, size_t row, size_t group,
		      float weight, float *out)
{
	size_t at = row * (table->d / NIBBLE_GROUP) + group;
	const uint8_t *q = table->q + at * HALF;
	float scale = half_float(table->scale[at]) * weight;

	for (size_t j = 0; j < HALF; j++) {
		out[j] += (float)((q[j] & 15) - 8) * scale;
		out[j + HALF] += (float)((q[j] >> 4) - 8) * scale;
	}
}

void nibble_row(const struct nibbles *table, size_t i, float *out)
{
	memset(out, 0, table->d * sizeof *out);
	for (size_t g = 0; g < table->d / NIBBLE_GROUP; g++)
		add_group(table, i, g, 1, out + g * NIBBLE_GROUP);
}

static void sum_plain(const struct nibbles *table, const uint32_t *row,
		      size_t n, float weight, float *out)
{
	for (size_t i = 0; i < n; i++)
		for (size_t g = 0; g < table->d / NIBBLE_GROUP; g++)
			add_group(table, row[i], g, weight,
				  out + g * NIBBLE_GROUP);
}

#if defined __x86_64__
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2,fma,f16c")))

AVX2 static inline __m256 widen(__m128i bytes)
{
	return _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(bytes));
}

/* Groups outside, rows inside: the sums of a group stay in registers. */
AVX2 static void sum_group(const struct nibbles *table, size_t group,
			   const uint32_t *row, size_t n, float weight,
			   float *out)
{
	const __m128i low = _mm_set1_epi8(15), eight = _mm_set1_epi8(8);
	__m256 a = _mm256_loadu_ps(out), b = _mm256_loadu_ps(out + 8);
	__m256 c = _mm256_loadu_ps(out + 16), d = _mm256_loadu_ps(out + 24);
	size_t groups = table->d / NIBBLE_GROUP;

	for (size_t i = 0; i < n; i++) {
		size_t at = row[i] * groups + group;
		__m128i q = _mm_loadu_si128(
			(const __m128i *)(const void *)(table->q + at * HALF));
		__m128i x = _mm_sub_epi8(_mm_and_si128(q, low), eight);
		__m128i y = _mm_sub_epi8(
			_mm_and_si128(_mm_srli_epi16(q, 4), low), eight);
		__m256 scale = _mm256_set1_ps(_cvtsh_ss(table->scale[at]) *
					      weight);

		a = _mm256_fmadd_ps(widen(x), scale, a);
		b = _mm256_fmadd_ps(widen(_mm_srli_si128(x, 8)), scale, b);
		c = _mm256_fmadd_ps(widen(y), scale, c);
		d = _mm256_fmadd_ps(widen(_mm_srli_si128(y, 8)), scale, d);
	}
	_mm256_storeu_ps(out, a);
	_mm256_storeu_ps(out + 8, b);
	_mm256_storeu_ps(out + 16, c);
	_mm256_storeu_ps(out + 24, d);
}

AVX2 static void sum_avx2(const struct nibbles *table, const uint32_t *row,
			  size_t n, float weight, float *out)
{
	for (size_t g = 0; g < table->d / NIBBLE_GROUP; g++)
		sum_group(table, g, row, n, weight, out + g * NIBBLE_GROUP);
}
#endif

void nibble_sum_of(enum isa isa, const struct nibbles *table,
		   const uint32_t *row, size_t n, float weight, float *out)
{
#if defined __x86_64__
	if (isa >= ISA_AVX2) {
		sum_avx2(table, row, n, weight, out);
		return;
	}
#endif
	(void)isa;
	sum_plain(table, row, n, weight, out);
}

void nibble_sum(const struct nibbles *table, const uint32_t *row, size_t n,
		float weight, float *out)
{
	nibble_sum_of(cpu_isa(), table, row, n, weight, out);
}
