/* topk.c - the most alike rows of one matrix for each row of another */
#include "near/topk.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/cpu.h"
#include "base/mem.h"
#include "nn/gemm.h"

#if defined __x86_64__
#include <immintrin.h>
#endif

void topk_start(struct topk *topk, size_t queries, size_t k)
{
	if (!topk->cosine) {
		topk->cosine = mem_array(TOPK_QUERIES * TOPK_ROWS,
					 sizeof *topk->cosine);
		topk->self = mem_array(TOPK_QUERIES, sizeof *topk->self);
	}
	mem_grow(&topk->at, &topk->room, queries * k, sizeof *topk->at);
	topk->queries = queries;
	topk->k = k;
	for (size_t i = 0; i < queries * k; i++)
		topk->at[i] = (struct near){ -2, TOPK_NONE };
	for (size_t q = 0; q < queries; q++)
		topk->self[q] = TOPK_NONE;
}

void topk_free(struct topk *topk)
{
	free(topk->at);
	free(topk->cosine);
	free(topk->self);
	*topk = (struct topk){ 0 };
}

static bool better(struct near a, struct near b)
{
	return a.cosine > b.cosine || (a.cosine == b.cosine && a.id < b.id);
}

static void insert(struct near *list, size_t k, struct near near)
{
	size_t i = k - 1;

	if (!better(near, list[i]))
		return;
	for (; i && better(near, list[i - 1]); i--)
		list[i] = list[i - 1];
	list[i] = near;
}

/* The first of the cosines from i on that is at least `least`; n: none. */
static size_t next_plain(const float *cosine, size_t i, size_t n, float least)
{
	while (i < n && !(cosine[i] >= least))
		i++;
	return i;
}

#if defined __x86_64__
__attribute__((target("avx2"))) static size_t
next_avx2(const float *cosine, size_t i, size_t n, float least)
{
	__m256 bound = _mm256_set1_ps(least);

	for (; i + 8 <= n; i += 8) {
		__m256 x = _mm256_loadu_ps(cosine + i);
		int above = _mm256_movemask_ps(
			_mm256_cmp_ps(x, bound, _CMP_GE_OQ));

		if (above)
			return i + (size_t)__builtin_ctz((unsigned)above);
	}
	return next_plain(cosine, i, n, least);
}
#endif

typedef size_t next_function(const float *cosine, size_t i, size_t n,
			     float least);

static next_function *next(void)
{
#if defined __x86_64__
	if (cpu_isa() >= ISA_AVX2)
		return next_avx2;
#endif
	return next_plain;
}

/* One tile of cosines into the lists. */
static void take(struct topk *topk, const uint32_t *id, size_t from, size_t n)
{
	next_function *find = next();

	for (size_t q = 0; q < topk->queries; q++) {
		const float *cosine = topk->cosine + q * TOPK_ROWS;
		struct near *list = topk->at + q * topk->k;
		const struct near *worst = &list[topk->k - 1];

		for (size_t i = find(cosine, 0, n, worst->cosine); i < n;
		     i = find(cosine, i + 1, n, worst->cosine)) {
			uint32_t who = id ? id[i] : (uint32_t)(from + i);

			if (who != topk->self[q])
				insert(list, topk->k,
				       (struct near){ cosine[i], who });
		}
	}
}

void topk_add(struct topk *topk, const float *query, const float *row,
	      const uint32_t *id, size_t from, size_t rows, size_t c)
{
	for (size_t at = 0; at < rows; at += TOPK_ROWS) {
		size_t n = rows - at < TOPK_ROWS ? rows - at : TOPK_ROWS;

		gemm_nt(topk->queries, n, c, 1, query, c, row + at * c, c, 0,
			topk->cosine, TOPK_ROWS);
		take(topk, id ? id + at : NULL, from + at, n);
	}
}
