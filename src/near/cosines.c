/* cosines.c - cosines of a block of queries and a tile of rows */
#include "near/cosines.h"

#include <stdlib.h>

#include "base/cpu.h"
#include "base/mem.h"
#include "nn/gemm.h"

#if defined __x86_64__
#include <immintrin.h>
#endif

void cosines_make(struct cosines *tile, const float *query, size_t queries,
		  const float *row, size_t rows, size_t c)
{
	if (!tile->at)
		tile->at = mem_array(COSINES_QUERIES * COSINES_ROWS,
				     sizeof *tile->at);
	gemm_nt(queries, rows, c, 1, query, c, row, c, 0, tile->at,
		COSINES_ROWS);
}

void cosines_free(struct cosines *tile)
{
	free(tile->at);
	*tile = (struct cosines){ 0 };
}

/* -- rows here and there: one dot product each, the next ones on their way -- */

enum { AHEAD = 4, LINE = 16 /* floats */ };

static float dot_plain(const float *a, const float *b, size_t c)
{
	float sum = 0;

	for (size_t i = 0; i < c; i++)
		sum += a[i] * b[i];
	return sum;
}

#if defined __x86_64__
__attribute__((target("avx2,fma"))) static float
dot_avx2(const float *a, const float *b, size_t c)
{
	__m256 sum[4] = { _mm256_setzero_ps(), _mm256_setzero_ps(),
			  _mm256_setzero_ps(), _mm256_setzero_ps() };
	__m128 half;
	size_t i = 0;

	for (; i + 32 <= c; i += 32)
		for (size_t s = 0; s < 4; s++)
			sum[s] = _mm256_fmadd_ps(
				_mm256_loadu_ps(a + i + 8 * s),
				_mm256_loadu_ps(b + i + 8 * s), sum[s]);
	sum[0] = _mm256_add_ps(_mm256_add_ps(sum[0], sum[1]),
			       _mm256_add_ps(sum[2], sum[3]));
	half = _mm_add_ps(_mm256_castps256_ps128(sum[0]),
			  _mm256_extractf128_ps(sum[0], 1));
	half = _mm_add_ps(half, _mm_movehl_ps(half, half));
	half = _mm_add_ss(half, _mm_movehdup_ps(half));
	return _mm_cvtss_f32(half) + dot_plain(a + i, b + i, c - i);
}
#endif

void cosines_gather(const float *query, const float *x, const uint32_t *id,
		    size_t n, size_t c, float *cosine)
{
	float (*dot)(const float *, const float *, size_t) = dot_plain;

#if defined __x86_64__
	if (cpu_isa() >= ISA_AVX2)
		dot = dot_avx2;
#endif
	for (size_t i = 0; i < n; i++) {
		if (i + AHEAD < n)
			for (size_t j = 0; j < c; j += LINE)
				__builtin_prefetch(x + id[i + AHEAD] * c + j);
		cosine[i] = dot(query, x + id[i] * c, c);
	}
}

static size_t scan_plain(const float *cosine, size_t i, size_t n, float least)
{
	while (i < n && !(cosine[i] >= least))
		i++;
	return i;
}

#if defined __x86_64__
__attribute__((target("avx2"))) static size_t
scan_avx2(const float *cosine, size_t i, size_t n, float least)
{
	__m256 bound = _mm256_set1_ps(least);

	for (; i + 8 <= n; i += 8) {
		__m256 x = _mm256_loadu_ps(cosine + i);
		int above = _mm256_movemask_ps(
			_mm256_cmp_ps(x, bound, _CMP_GE_OQ));

		if (above)
			return i + (size_t)__builtin_ctz((unsigned)above);
	}
	return scan_plain(cosine, i, n, least);
}
#endif

cosines_scan *cosines_scanner(void)
{
#if defined __x86_64__
	if (cpu_isa() >= ISA_AVX2)
		return scan_avx2;
#endif
	return scan_plain;
}
