/* tile_avx2.c - the innermost products on 256-bit registers */
#if defined __x86_64__
#pragma GCC target("avx2,fma")
#include <immintrin.h>

#include "nn/packed.h"
#include "nn/tile.h"

/* Sixteen columns of row l of a panel. */
struct halves {
	__m256 left, right;
};

static inline __attribute__((always_inline)) struct halves
floats(const void *panel, size_t l)
{
	const float *at = (const float *)panel + l * PANEL;

	return (struct halves){ _mm256_loadu_ps(at), _mm256_loadu_ps(at + 8) };
}

/* Column j is in the low, column j + 8 in the high half of a word. */
static inline __attribute__((always_inline)) struct halves
bfloats(const void *panel, size_t l)
{
	const uint16_t *at = (const uint16_t *)panel + l * PANEL;
	__m256i words = _mm256_loadu_si256((const __m256i *)at);
	__m256i high = _mm256_set1_epi32((int)0xffff0000u);

	return (struct halves){
		_mm256_castsi256_ps(_mm256_slli_epi32(words, 16)),
		_mm256_castsi256_ps(_mm256_and_si256(words, high)),
	};
}

/*
 * Twelve sums, two halves of a row of the panel, one element of a: 15 of the
 * 16 registers.  rows is a constant in each copy, so the loops unroll.
 */
static inline __attribute__((always_inline)) void
tile(struct halves (*get)(const void *, size_t), const size_t rows, size_t k,
     const float *a, size_t lda, const void *panel, float *c, size_t ldc,
     const float *start)
{
	__m256 left[TILE_ROWS], right[TILE_ROWS];

#pragma GCC unroll 6
	for (size_t i = 0; i < rows; i++) {
		const float *from = start ? start : c + i * ldc;

		left[i] = _mm256_loadu_ps(from);
		right[i] = _mm256_loadu_ps(from + 8);
	}
	for (size_t l = 0; l < k; l++) {
		struct halves b = get(panel, l);

#pragma GCC unroll 6
		for (size_t i = 0; i < rows; i++) {
			__m256 x = _mm256_broadcast_ss(a + i * lda + l);

			left[i] = _mm256_fmadd_ps(x, b.left, left[i]);
			right[i] = _mm256_fmadd_ps(x, b.right, right[i]);
		}
	}
#pragma GCC unroll 6
	for (size_t i = 0; i < rows; i++) {
		_mm256_storeu_ps(c + i * ldc, left[i]);
		_mm256_storeu_ps(c + i * ldc + 8, right[i]);
	}
}

/* One row has two sums a panel, too few to fill the pipeline: four panels. */
static inline __attribute__((always_inline)) void
row(struct halves (*get)(const void *, size_t), size_t k, const float *a,
    const void *panel, size_t stride, float *c, const float *start)
{
	__m256 left[ROW_PANELS], right[ROW_PANELS];

#pragma GCC unroll 4
	for (size_t p = 0; p < ROW_PANELS; p++) {
		left[p] = _mm256_loadu_ps((start ? start : c) + p * PANEL);
		right[p] = _mm256_loadu_ps((start ? start : c) + p * PANEL + 8);
	}
	for (size_t l = 0; l < k; l++) {
		__m256 x = _mm256_broadcast_ss(a + l);

#pragma GCC unroll 4
		for (size_t p = 0; p < ROW_PANELS; p++) {
			struct halves b =
				get((const char *)panel + p * stride, l);

			left[p] = _mm256_fmadd_ps(x, b.left, left[p]);
			right[p] = _mm256_fmadd_ps(x, b.right, right[p]);
		}
	}
#pragma GCC unroll 4
	for (size_t p = 0; p < ROW_PANELS; p++) {
		_mm256_storeu_ps(c + p * PANEL, left[p]);
		_mm256_storeu_ps(c + p * PANEL + 8, right[p]);
	}
}

#define TILES(name, get)                                                     \
	void name(size_t rows, size_t k, const float *a, size_t lda,         \
		  const void *panel, float *c, size_t ldc,                   \
		  const float *start)                                        \
	{                                                                    \
		switch (rows) {                                              \
		case 6:                                                      \
			tile(get, 6, k, a, lda, panel, c, ldc, start);       \
			break;                                               \
		case 5:                                                      \
			tile(get, 5, k, a, lda, panel, c, ldc, start);       \
			break;                                               \
		case 4:                                                      \
			tile(get, 4, k, a, lda, panel, c, ldc, start);       \
			break;                                               \
		case 3:                                                      \
			tile(get, 3, k, a, lda, panel, c, ldc, start);       \
			break;                                               \
		case 2:                                                      \
			tile(get, 2, k, a, lda, panel, c, ldc, start);       \
			break;                                               \
		case 1:                                                      \
			tile(get, 1, k, a, lda, panel, c, ldc, start);       \
			break;                                               \
		}                                                            \
	}

TILES(tile_avx2, floats)
TILES(tile16_avx2, bfloats)

void row_avx2(size_t k, const float *a, const void *panel, size_t stride,
	      float *c, const float *start)
{
	row(floats, k, a, panel, stride, c, start);
}

void row16_avx2(size_t k, const float *a, const void *panel, size_t stride,
		float *c, const float *start)
{
	row(bfloats, k, a, panel, stride, c, start);
}

/* -- bytes -- */

/* Four bytes of a row of `a`, beside each column's four of the panel. */
static inline __m256i four(const uint8_t *at)
{
	int32_t bytes;

	__builtin_memcpy(&bytes, at, sizeof bytes);
	return _mm256_set1_epi32(bytes);
}

static inline __attribute__((always_inline)) __m256i
dot(__m256i sum, __m256i a, __m256i b, __m256i ones)
{
	return _mm256_add_epi32(
		sum, _mm256_madd_epi16(_mm256_maddubs_epi16(a, b), ones));
}

static inline __attribute__((always_inline)) void
tile8(const size_t rows, size_t k4, const uint8_t *a, size_t lda,
      const int8_t *panel, int32_t *c)
{
	const __m256i ones = _mm256_set1_epi16(1);
	__m256i left[TILE8_ROWS], right[TILE8_ROWS];

#pragma GCC unroll 4
	for (size_t i = 0; i < rows; i++)
		left[i] = right[i] = _mm256_setzero_si256();
	for (size_t l = 0; l < k4; l++) {
		const __m256i *b = (const __m256i *)(panel + l * 4 * PANEL);
		__m256i b0 = _mm256_loadu_si256(b);
		__m256i b1 = _mm256_loadu_si256(b + 1);

#pragma GCC unroll 4
		for (size_t i = 0; i < rows; i++) {
			__m256i x = four(a + i * lda + 4 * l);

			left[i] = dot(left[i], x, b0, ones);
			right[i] = dot(right[i], x, b1, ones);
		}
	}
#pragma GCC unroll 4
	for (size_t i = 0; i < rows; i++) {
		_mm256_storeu_si256((__m256i *)(c + i * PANEL), left[i]);
		_mm256_storeu_si256((__m256i *)(c + i * PANEL + 8), right[i]);
	}
}

static void tile8_avx2(size_t rows, size_t k4, const uint8_t *a, size_t lda,
		       const int8_t *panel, int32_t *c)
{
	switch (rows) {
	case 4:
		tile8(4, k4, a, lda, panel, c);
		break;
	case 3:
		tile8(3, k4, a, lda, panel, c);
		break;
	case 2:
		tile8(2, k4, a, lda, panel, c);
		break;
	case 1:
		tile8(1, k4, a, lda, panel, c);
		break;
	}
}

void range_avx2(const float *x, size_t n, float *least, float *most)
{
	__m256 low = _mm256_setzero_ps(), high = low;
	float lows[8], highs[8];
	size_t i;

	for (i = 0; i + 8 <= n; i += 8) {
		__m256 v = _mm256_loadu_ps(x + i);

		low = _mm256_min_ps(low, v);
		high = _mm256_max_ps(high, v);
	}
	_mm256_storeu_ps(lows, low);
	_mm256_storeu_ps(highs, high);
	for (size_t l = 1; l < 8; l++) {
		lows[0] = lows[l] < lows[0] ? lows[l] : lows[0];
		highs[0] = highs[l] > highs[0] ? highs[l] : highs[0];
	}
	for (; i < n; i++) {
		lows[0] = x[i] < lows[0] ? x[i] : lows[0];
		highs[0] = x[i] > highs[0] ? x[i] : highs[0];
	}
	*least = lows[0];
	*most = highs[0];
}

static inline __m256i to_bytes(const float *x, __m256 factor, __m256i zero)
{
	__m256i q = _mm256_cvtps_epi32(
		_mm256_mul_ps(_mm256_loadu_ps(x), factor));

	return _mm256_add_epi32(q, zero);
}

void bytes_avx2(uint8_t *q, const float *x, size_t n, float factor,
		int32_t zero)
{
	const __m256 f = _mm256_set1_ps(factor);
	const __m256i z = _mm256_set1_epi32(zero);
	const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
	size_t i;

	for (i = 0; i + 32 <= n; i += 32) {
		__m256i a = _mm256_packs_epi32(to_bytes(x + i, f, z),
					       to_bytes(x + i + 8, f, z));
		__m256i b = _mm256_packs_epi32(to_bytes(x + i + 16, f, z),
					       to_bytes(x + i + 24, f, z));

		/* Packing works on halves: put the quarters in order. */
		a = _mm256_permutevar8x32_epi32(_mm256_packus_epi16(a, b),
						order);
		_mm256_storeu_si256((__m256i *)(q + i), a);
	}
	for (; i < n; i++) {
		int v = _mm_cvtss_si32(_mm_set_ss(x[i] * factor)) + zero;

		q[i] = (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
	}
}

void unscale_avx2(float *y, const int32_t *c, int32_t zero, const int32_t *sum,
		  float scale, const float *column, const float *bias)
{
	const __m256i z = _mm256_set1_epi32(zero);
	const __m256 s = _mm256_set1_ps(scale);

	for (size_t i = 0; i < PANEL; i += 8) {
		__m256i all = _mm256_loadu_si256((const __m256i *)(c + i));
		__m256i off = _mm256_loadu_si256((const __m256i *)(sum + i));
		__m256 f = _mm256_cvtepi32_ps(_mm256_sub_epi32(
			all, _mm256_mullo_epi32(off, z)));

		f = _mm256_mul_ps(f, _mm256_mul_ps(
					     s, _mm256_loadu_ps(column + i)));
		_mm256_storeu_ps(y + i,
				 _mm256_add_ps(f, _mm256_loadu_ps(bias + i)));
	}
}

const struct int8_kernel int8_avx2 = {
	.tile = tile8_avx2,
	.range = range_avx2,
	.bytes = bytes_avx2,
	.unscale = unscale_avx2,
};
#else
typedef int tile_avx2_is_empty;
#endif
