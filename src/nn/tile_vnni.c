/* tile_vnni.c - products of bytes where one instruction makes the dot product */
#if defined __x86_64__
#pragma GCC target("avx2,avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")
#include <immintrin.h>

#include "nn/packed.h"
#include "nn/tile.h"

/* A row of the panel (16 columns of four bytes) is one 512-bit register. */
static inline __attribute__((always_inline)) void
tile8(const size_t rows, size_t k4, const uint8_t *a, size_t lda,
      const int8_t *panel, int32_t *c)
{
	__m512i sum[TILE8_ROWS];

#pragma GCC unroll 4
	for (size_t i = 0; i < rows; i++)
		sum[i] = _mm512_setzero_si512();
	for (size_t l = 0; l < k4; l++) {
		__m512i b = _mm512_loadu_si512(panel + l * 4 * PANEL);

#pragma GCC unroll 4
		for (size_t i = 0; i < rows; i++) {
			int32_t x;

			__builtin_memcpy(&x, a + i * lda + 4 * l, sizeof x);
			sum[i] = _mm512_dpbusd_epi32(sum[i],
						     _mm512_set1_epi32(x), b);
		}
	}
#pragma GCC unroll 4
	for (size_t i = 0; i < rows; i++)
		_mm512_storeu_si512(c + i * PANEL, sum[i]);
}

static void tile8_vnni(size_t rows, size_t k4, const uint8_t *a, size_t lda,
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

const struct int8_kernel int8_vnni = {
	.tile = tile8_vnni,
	.range = range_avx2,
	.bytes = bytes_avx2,
	.unscale = unscale_avx2,
};
#else
typedef int tile_vnni_is_empty;
#endif
