/*
 * gemm.h - products of matrices, on one thread
 *
 * The three products of a linear layer Y = X W', with W kept as (out, in):
 *
 *     gemm_nt(N, out, in, 1, x, in, w, in, 0, y, out);      Y  = X W'
 *     gemm_nn(N, in, out, 1, dy, out, w, in, 1, dx, in);    dX += dY W
 *     gemm_tn(out, in, N, 1, dy, out, x, in, 1, dw, in);    dW += dY' X
 *
 * Each is C (M, N) = alpha op(A) op(B) + beta C, row-major, lda, ldb and ldc
 * being the distance between rows as they lie in memory.  beta = 0 does not
 * read C.
 *
 * Work is cut by the caller (rows of a batch), never in here: OpenBLAS is told
 * to use one thread, so that equal shapes give equal bits whatever -j says and
 * no thread waits for another inside a product.
 *
 * Threads    any number at once
 * Speed      OpenBLAS; the plain loop with ITDATA_ISA=scalar
 */
#ifndef NN_GEMM_H
#define NN_GEMM_H

#include <stddef.h>

/* Tell OpenBLAS to use one thread; the products do so themselves. */
void gemm_one_thread(void);

/* C (M, N) = alpha A (M, K) B (N, K)' + beta C */
void gemm_nt(size_t m, size_t n, size_t k, float alpha, const float *a,
	     size_t lda, const float *b, size_t ldb, float beta, float *c,
	     size_t ldc);

/* C (M, N) = alpha A (M, K) B (K, N) + beta C */
void gemm_nn(size_t m, size_t n, size_t k, float alpha, const float *a,
	     size_t lda, const float *b, size_t ldb, float beta, float *c,
	     size_t ldc);

/* C (M, N) = alpha A (K, M)' B (K, N) + beta C */
void gemm_tn(size_t m, size_t n, size_t k, float alpha, const float *a,
	     size_t lda, const float *b, size_t ldb, float beta, float *c,
	     size_t ldc);

/* The same by the plain loop; steps are the distances along M, N and K. */
struct gemm_plain {
	size_t m, n, k;
	size_t a_row, a_inner; /* A(i, l) = a[i a_row + l a_inner] */
	size_t b_column, b_inner;
};
void gemm_plain(const struct gemm_plain *shape, float alpha, const float *a,
		const float *b, float beta, float *c, size_t ldc);

#endif
