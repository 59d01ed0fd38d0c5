/*
 * packed.h - products with a matrix that is used again and again
 *
 * C (M, N) = A (M, K) B, where B was laid out beforehand in panels of 16
 * columns, each row by row, the last one filled with zeros:
 *
 *     panel of columns 0..15           panel of columns 16..31
 *     B[0][0..15] B[1][0..15] ...      B[0][16..31] B[1][16..31] ...
 *
 * A panel of a common width stays in the first-level cache while the rows of A
 * pass by, and nothing is rearranged at the time of the product, which is what
 * a call of sgemm spends on small matrices.
 *
 * The panels may be of bfloat16s, half the bytes to read, which is what a product
 * with a few rows costs; sums are in floats all the same.  A row of such a
 * panel is 8 words of 32 bits: column j is the low, column j + 8 the high half
 * of word j.
 *
 * An element of C is summed in an order that depends on K alone, so a row of C
 * is the same whatever rows stand beside it: texts may share a batch in any
 * company.
 *
 * Shapes     panels (ceil(N / 16), K, 16)
 * Ownership  the caller owns every array; panels from packed_new() are freed
 *            with free()
 * Errors     packed_new(): NULL and a message, when memory is short
 * Threads    any number at once
 * Speed      AVX2 in tiles of 6 x 16, for one row 1 x 64; the plain loop
 *            otherwise
 */
#ifndef NN_PACKED_H
#define NN_PACKED_H

#include <stddef.h>
#include <stdint.h>

#include "base/cpu.h"

enum { PANEL = 16 };

static inline size_t packed_size(size_t n, size_t k) /* floats */
{
	return (n + PANEL - 1) / PANEL * PANEL * k;
}

/* B' as it lies in a linear layer, (N, K) with ldb between its rows. */
void pack_nt(size_t n, size_t k, const float *b, size_t ldb, float *panels);

/* The same in bfloat16s, rounded to the nearest. */
void pack16_nt(size_t n, size_t k, const float *b, size_t ldb,
	       uint16_t *panels);

/* B as it is, (K, N). */
void pack_nn(size_t n, size_t k, const float *b, size_t ldb, float *panels);

/* Room for the panels of a matrix, aligned to 64 bytes. */
float *packed_new(size_t n, size_t k);
uint16_t *packed16_new(size_t n, size_t k);

/*
 * C (M, N) = A (M, K) B + bias, to every row; bias NULL is zero.  N counts
 * whole panels for bias: fill it up.
 */
void packed_gemm(size_t m, size_t n, size_t k, const float *a, size_t lda,
		 const float *panels, const float *bias, float *c, size_t ldc);

void packed16_gemm(size_t m, size_t n, size_t k, const float *a, size_t lda,
		   const uint16_t *panels, const float *bias, float *c,
		   size_t ldc);

/* The same on an instruction set that this processor has, for tests. */
void packed_gemm_of(enum isa isa, size_t m, size_t n, size_t k,
		    const float *a, size_t lda, const float *panels,
		    const float *bias, float *c, size_t ldc);
void packed16_gemm_of(enum isa isa, size_t m, size_t n, size_t k,
		      const float *a, size_t lda, const uint16_t *panels,
		      const float *bias, float *c, size_t ldc);

#endif
