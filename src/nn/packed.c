/* packed.c - products with a matrix that is used again and again */
#include "nn/packed.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "nn/half.h"
#include "nn/tile.h"

enum { DEPTH = 512 }; /* of a step along K: 32 KiB of a panel */

void pack_nt(size_t n, size_t k, const float *b, size_t ldb, float *panels)
{
	for (size_t j = 0; j < n; j += PANEL, panels += PANEL * k)
		for (size_t l = 0; l < k; l++)
			for (size_t i = 0; i < PANEL; i++)
				panels[l * PANEL + i] =
					j + i < n ? b[(j + i) * ldb + l] : 0;
}

void pack_nn(size_t n, size_t k, const float *b, size_t ldb, float *panels)
{
	for (size_t j = 0; j < n; j += PANEL) {
		size_t width = n - j < PANEL ? n - j : PANEL;

		for (size_t l = 0; l < k; l++, panels += PANEL) {
			memcpy(panels, b + l * ldb + j, width * sizeof *b);
			memset(panels + width, 0,
			       (PANEL - width) * sizeof *b);
		}
	}
}

/* Where column i of a row of a panel lies. */
static size_t place16(size_t i)
{
	return i < PANEL / 2 ? 2 * i : 2 * (i - PANEL / 2) + 1;
}

void pack16_nt(size_t n, size_t k, const float *b, size_t ldb,
	       uint16_t *panels)
{
	for (size_t j = 0; j < n; j += PANEL, panels += PANEL * k)
		for (size_t l = 0; l < k; l++)
			for (size_t i = 0; i < PANEL; i++)
				panels[l * PANEL + place16(i)] = float_bfloat(
					j + i < n ? b[(j + i) * ldb + l] : 0);
}

static void *room(size_t n, size_t k, size_t bytes)
{
	size_t size = packed_size(n, k);
	void *panels = NULL;

	if (size < SIZE_MAX / 8)
		panels = aligned_alloc(64, (size * bytes + 127) / 64 * 64);
	if (!panels)
		err_set(ERR_NOMEM, "out of memory: no room for a matrix of "
				   "%zu x %zu", n, k);
	return panels;
}

float *packed_new(size_t n, size_t k)
{
	return room(n, k, sizeof(float));
}

uint16_t *packed16_new(size_t n, size_t k)
{
	return room(n, k, sizeof(uint16_t));
}

static float element(const void *panel, size_t l, size_t j, size_t bytes)
{
	uint32_t bits;
	float x;

	if (bytes == sizeof(float))
		return ((const float *)panel)[l * PANEL + j];
	bits = (uint32_t)((const uint16_t *)panel)[l * PANEL + place16(j)]
	       << 16;
	memcpy(&x, &bits, sizeof x);
	return x;
}

static void plain(size_t bytes, size_t rows, size_t k, const float *a,
		  size_t lda, const void *panel, float *c, size_t ldc,
		  const float *start)
{
	for (size_t i = 0; i < rows; i++)
		for (size_t j = 0; j < PANEL; j++) {
			float sum = start ? start[j] : c[i * ldc + j];

			for (size_t l = 0; l < k; l++)
				sum += a[i * lda + l] *
				       element(panel, l, j, bytes);
			c[i * ldc + j] = sum;
		}
}

static void plain_tile(size_t rows, size_t k, const float *a, size_t lda,
		       const void *panel, float *c, size_t ldc,
		       const float *start)
{
	plain(sizeof(float), rows, k, a, lda, panel, c, ldc, start);
}

static void plain_tile16(size_t rows, size_t k, const float *a, size_t lda,
			 const void *panel, float *c, size_t ldc,
			 const float *start)
{
	plain(sizeof(uint16_t), rows, k, a, lda, panel, c, ldc, start);
}

/* How panels are multiplied, and how large an element of them is. */
struct way {
	tile_function *tile;
	row_function *row; /* NULL: by tiles */
	size_t bytes;
};

static const struct way *way_of(enum isa isa, bool half)
{
	static const struct way plain_ways[] = {
		{ plain_tile, NULL, sizeof(float) },
		{ plain_tile16, NULL, sizeof(uint16_t) },
	};
#if defined __x86_64__
	static const struct way avx2_ways[] = {
		{ tile_avx2, row_avx2, sizeof(float) },
		{ tile16_avx2, row16_avx2, sizeof(uint16_t) },
	};

	if (isa >= ISA_AVX2)
		return &avx2_ways[half];
#endif
	(void)isa;
	return &plain_ways[half];
}

/* A tile at the right edge: by way of a whole one. */
static void edge_tile(tile_function *tile, size_t rows, size_t k,
		      const float *a, size_t lda, const void *panel, float *c,
		      size_t ldc, const float *start, size_t width)
{
	float whole[TILE_ROWS * PANEL];

	for (size_t i = 0; !start && i < rows; i++)
		memcpy(whole + i * PANEL, c + i * ldc, width * sizeof *c);
	tile(rows, k, a, lda, panel, whole, PANEL, start);
	for (size_t i = 0; i < rows; i++)
		memcpy(c + i * ldc, whole + i * PANEL, width * sizeof *c);
}

/* All rows of a with `depth` rows of a panel: 16 columns of c, or `width`. */
static void column(tile_function *tile, size_t m, size_t depth, const float *a,
		   size_t lda, const void *panel, float *c, size_t ldc,
		   const float *start, size_t width)
{
	for (size_t i = 0; i < m; i += TILE_ROWS) {
		size_t rows = m - i < TILE_ROWS ? m - i : TILE_ROWS;

		if (width >= PANEL)
			tile(rows, depth, a + i * lda, lda, panel, c + i * ldc,
			     ldc, start);
		else
			edge_tile(tile, rows, depth, a + i * lda, lda, panel,
				  c + i * ldc, ldc, start, width);
	}
}

static void walk(const struct way *way, size_t m, size_t n, size_t k,
		 const float *a, size_t lda, const void *panels,
		 const float *bias, float *c, size_t ldc)
{
	static const float zero[ROW_PANELS * PANEL];
	size_t several = m == 1 && way->row ? ROW_PANELS * PANEL : SIZE_MAX;
	size_t bytes = way->bytes;

	for (size_t l = 0; l < k; l += DEPTH) {
		size_t depth = k - l < DEPTH ? k - l : DEPTH, j = 0;
		const char *at = (const char *)panels + l * PANEL * bytes;
		const float *start = l ? NULL : bias ? bias : zero;

		for (; n - j >= several; j += several)
			way->row(depth, a + l, at + j * k * bytes,
				 PANEL * k * bytes, c + j,
				 start && bias ? start + j : start);
		for (; j < n; j += PANEL)
			column(way->tile, m, depth, a + l, lda,
			       at + j * k * bytes, c + j, ldc,
			       start && bias ? start + j : start,
			       n - j);
	}
}

void packed_gemm_of(enum isa isa, size_t m, size_t n, size_t k,
		    const float *a, size_t lda, const float *panels,
		    const float *bias, float *c, size_t ldc)
{
	walk(way_of(isa, false), m, n, k, a, lda, panels, bias, c, ldc);
}

void packed16_gemm_of(enum isa isa, size_t m, size_t n, size_t k,
		      const float *a, size_t lda, const uint16_t *panels,
		      const float *bias, float *c, size_t ldc)
{
	walk(way_of(isa, true), m, n, k, a, lda, panels, bias, c, ldc);
}

void packed_gemm(size_t m, size_t n, size_t k, const float *a, size_t lda,
		 const float *panels, const float *bias, float *c, size_t ldc)
{
	packed_gemm_of(cpu_isa(), m, n, k, a, lda, panels, bias, c, ldc);
}

void packed16_gemm(size_t m, size_t n, size_t k, const float *a, size_t lda,
		   const uint16_t *panels, const float *bias, float *c,
		   size_t ldc)
{
	packed16_gemm_of(cpu_isa(), m, n, k, a, lda, panels, bias, c, ldc);
}
