/* packed.c - products with a matrix that is used again and again */
#include "nn/packed.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
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

float *packed_new(size_t n, size_t k)
{
	size_t size = packed_size(n, k);
	float *panels = NULL;

	if (size < SIZE_MAX / 8)
		panels = aligned_alloc(64, size * sizeof *panels + 64);
	if (!panels)
		err_set(ERR_NOMEM, "out of memory: no room for a matrix of "
				   "%zu x %zu", n, k);
	return panels;
}

static void plain_tile(size_t rows, size_t k, const float *a, size_t lda,
		       const float *panel, float *c, size_t ldc,
		       const float *start)
{
	for (size_t i = 0; i < rows; i++)
		for (size_t j = 0; j < PANEL; j++) {
			float sum = start ? start[j] : c[i * ldc + j];

			for (size_t l = 0; l < k; l++)
				sum += a[i * lda + l] * panel[l * PANEL + j];
			c[i * ldc + j] = sum;
		}
}

static tile_function *tile_of(enum isa isa)
{
#if defined __x86_64__
	if (isa >= ISA_AVX2)
		return tile_avx2;
#endif
	(void)isa;
	return plain_tile;
}

/* A tile at the right edge: by way of a whole one. */
static void edge_tile(tile_function *tile, size_t rows, size_t k,
		      const float *a, size_t lda, const float *panel, float *c,
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
		   size_t lda, const float *panel, float *c, size_t ldc,
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

void packed_gemm_of(enum isa isa, size_t m, size_t n, size_t k,
		    const float *a, size_t lda, const float *panels,
		    const float *bias, float *c, size_t ldc)
{
	static const float zero[PANEL];
	tile_function *tile = tile_of(isa);

	for (size_t l = 0; l < k; l += DEPTH) {
		size_t depth = k - l < DEPTH ? k - l : DEPTH;

		for (size_t j = 0; j < n; j += PANEL)
			column(tile, m, depth, a + l, lda,
			       panels + j * k + l * PANEL, c + j, ldc,
			       l ? NULL : bias ? bias + j : zero, n - j);
	}
}

void packed_gemm(size_t m, size_t n, size_t k, const float *a, size_t lda,
		 const float *panels, const float *bias, float *c, size_t ldc)
{
	packed_gemm_of(cpu_isa(), m, n, k, a, lda, panels, bias, c, ldc);
}
