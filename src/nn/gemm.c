/* gemm.c - products of matrices, on one thread */
#include "nn/gemm.h"

#include <cblas.h>
#include <pthread.h>

#include "base/cpu.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void one_thread(void)
{
	openblas_set_num_threads(1);
}

void gemm_one_thread(void)
{
	pthread_once(&once, one_thread);
}

void gemm_plain(const struct gemm_plain *shape, float alpha, const float *a,
		const float *b, float beta, float *c, size_t ldc)
{
	for (size_t i = 0; i < shape->m; i++)
		for (size_t j = 0; j < shape->n; j++) {
			const float *x = a + i * shape->a_row;
			const float *y = b + j * shape->b_column;
			float sum = 0;

			for (size_t l = 0; l < shape->k; l++)
				sum += x[l * shape->a_inner] *
				       y[l * shape->b_inner];
			c[i * ldc + j] =
				alpha * sum +
				(beta != 0 ? beta * c[i * ldc + j] : 0);
		}
}

static void row_product(CBLAS_TRANSPOSE tb, const struct gemm_plain *s,
			float alpha, const float *a, size_t step,
			const float *b, size_t ldb, float beta, float *c)
{
	if (tb == CblasTrans)
		cblas_sgemv(CblasRowMajor, CblasNoTrans, (blasint)s->n,
			    (blasint)s->k, alpha, b, (blasint)ldb, a,
			    (blasint)step, beta, c, 1);
	else
		cblas_sgemv(CblasRowMajor, CblasTrans, (blasint)s->k,
			    (blasint)s->n, alpha, b, (blasint)ldb, a,
			    (blasint)step, beta, c, 1);
}

static void product(CBLAS_TRANSPOSE ta, CBLAS_TRANSPOSE tb,
		    const struct gemm_plain *s, float alpha, const float *a,
		    size_t lda, const float *b, size_t ldb, float beta,
		    float *c, size_t ldc)
{
	if (!s->m || !s->n)
		return;
	if (cpu_isa() == ISA_SCALAR || !s->k) {
		gemm_plain(s, alpha, a, b, beta, c, ldc);
		return;
	}
	gemm_one_thread();
	if (s->m == 1) { /* a row times a matrix: no packing */
		row_product(tb, s, alpha, a, s->a_inner, b, ldb, beta, c);
		return;
	}
	cblas_sgemm(CblasRowMajor, ta, tb, (blasint)s->m, (blasint)s->n,
		    (blasint)s->k, alpha, a, (blasint)lda, b, (blasint)ldb,
		    beta, c, (blasint)ldc);
}

void gemm_nt(size_t m, size_t n, size_t k, float alpha, const float *a,
	     size_t lda, const float *b, size_t ldb, float beta, float *c,
	     size_t ldc)
{
	product(CblasNoTrans, CblasTrans,
		&(struct gemm_plain){ m, n, k, lda, 1, ldb, 1 }, alpha, a, lda,
		b, ldb, beta, c, ldc);
}

void gemm_nn(size_t m, size_t n, size_t k, float alpha, const float *a,
	     size_t lda, const float *b, size_t ldb, float beta, float *c,
	     size_t ldc)
{
	product(CblasNoTrans, CblasNoTrans,
		&(struct gemm_plain){ m, n, k, lda, 1, 1, ldb }, alpha, a, lda,
		b, ldb, beta, c, ldc);
}

void gemm_tn(size_t m, size_t n, size_t k, float alpha, const float *a,
	     size_t lda, const float *b, size_t ldb, float beta, float *c,
	     size_t ldc)
{
	product(CblasTrans, CblasNoTrans,
		&(struct gemm_plain){ m, n, k, 1, lda, 1, ldb }, alpha, a, lda,
		b, ldb, beta, c, ldc);
}
