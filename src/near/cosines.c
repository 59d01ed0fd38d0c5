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
