/*
 * tile.h - the innermost products, of floats and of bytes
 *
 * Inside src/nn only: packed.c and int8.c walk over a matrix, these compute
 * one tile of it, at most TILE_ROWS rows and exactly PANEL columns.
 */
#ifndef NN_TILE_H
#define NN_TILE_H

#include <stddef.h>
#include <stdint.h>

enum { TILE_ROWS = 6, TILE8_ROWS = 4 };

/*
 * c (rows, 16) = start (16) + a (rows, k) panel (k, 16); start NULL: add to
 * what is in c.  The panel is of floats, or of bfloat16s in the order of
 * packed.h.
 */
typedef void tile_function(size_t rows, size_t k, const float *a, size_t lda,
			   const void *panel, float *c, size_t ldc,
			   const float *start);

/* The same for one row and ROW_PANELS panels, `stride` bytes apart. */
typedef void row_function(size_t k, const float *a, const void *panel,
			  size_t stride, float *c, const float *start);

enum { ROW_PANELS = 4 };

/*
 * c (rows, 16) = a (rows, 4 k4) panel (k4, 16, 4): bytes 0 to 255 times bytes
 * -64 to 64, so that two products fit in 16 bits
 */
typedef void tile8_function(size_t rows, size_t k4, const uint8_t *a,
			    size_t lda, const int8_t *panel, int32_t *c);

/* The least and the most of x (n) and 0. */
typedef void range_function(const float *x, size_t n, float *least,
			    float *most);

/* q (n) = round(x * factor) + zero, cut to 0 .. 255 */
typedef void bytes_function(uint8_t *q, const float *x, size_t n, float factor,
			    int32_t zero);

/* y (16) = (c - zero * sum) * scale * column + bias */
typedef void unscale_function(float *y, const int32_t *c, int32_t zero,
			      const int32_t *sum, float scale,
			      const float *column, const float *bias);

struct int8_kernel {
	tile8_function *tile;
	range_function *range;
	bytes_function *bytes;
	unscale_function *unscale;
};

#if defined __x86_64__
tile_function tile_avx2, tile16_avx2;
row_function row_avx2, row16_avx2;
range_function range_avx2;
bytes_function bytes_avx2;
unscale_function unscale_avx2;
extern const struct int8_kernel int8_avx2, int8_vnni;
#endif

#endif
