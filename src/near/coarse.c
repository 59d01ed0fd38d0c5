/* coarse.c - vectors in bytes: cosines nearly right, at a quarter of the reading */
#include "near/coarse.h"

#include <math.h>
#include <stdlib.h>

#include "base/cpu.h"
#include "base/err.h"
#include "base/mem.h"

#if defined __x86_64__
#include <immintrin.h>
#endif

enum { STEP = 32, BLOCK = 1024, AHEAD = 8, LINE = 64 /* bytes */ };

struct making {
	struct coarse *coarse;
	const float *x;
};

static int make_block(void *context, size_t block)
{
	const struct making *m = context;
	struct coarse *k = m->coarse;
	size_t end = (block + 1) * BLOCK < k->n ? (block + 1) * BLOCK : k->n;

	for (size_t i = block * BLOCK; i < end; i++) {
		const float *x = m->x + i * k->c;
		float most = 0;

		for (size_t j = 0; j < k->c; j++)
			most = fmaxf(most, fabsf(x[j]));
		k->scale[i] = most / 127;
		for (size_t j = 0; most > 0 && j < k->c; j++)
			k->at[i * k->width + j] =
				(int8_t)lrintf(x[j] / k->scale[i]);
	}
	return 0;
}

int coarse_make(struct coarse *coarse, const float *x, size_t n, size_t c,
		struct par *par)
{
	struct making m = { coarse, x };

	*coarse = (struct coarse){
		.n = n, .c = c, .width = (c + STEP - 1) / STEP * STEP,
	};
	coarse->at = mem_try(n * coarse->width + 1, 1);
	coarse->scale = mem_try(n + 1, sizeof *coarse->scale);
	if (!coarse->at || !coarse->scale)
		return ERR_NOMEM;
	return par_for(par, (n + BLOCK - 1) / BLOCK, make_block, &m);
}

void coarse_free(struct coarse *coarse)
{
	free(coarse->at);
	free(coarse->scale);
	*coarse = (struct coarse){ 0 };
}

static int32_t dot_plain(const int8_t *a, const int8_t *b, size_t width)
{
	int32_t sum = 0;

	for (size_t i = 0; i < width; i++)
		sum += a[i] * b[i];
	return sum;
}

#if defined __x86_64__
__attribute__((target("avx2"))) static __m256i half(const int8_t *at)
{
	return _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)at));
}

__attribute__((target("avx2"))) static int32_t
dot_avx2(const int8_t *a, const int8_t *b, size_t width)
{
	__m256i x = _mm256_setzero_si256(), y = x;
	__m128i sum;

	for (size_t i = 0; i < width; i += STEP) {
		x = _mm256_add_epi32(x, _mm256_madd_epi16(half(a + i),
							  half(b + i)));
		y = _mm256_add_epi32(y, _mm256_madd_epi16(half(a + i + 16),
							  half(b + i + 16)));
	}
	x = _mm256_add_epi32(x, y);
	sum = _mm_add_epi32(_mm256_castsi256_si128(x),
			    _mm256_extracti128_si256(x, 1));
	sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0x4e));
	sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0xb1));
	return _mm_cvtsi128_si32(sum);
}
#endif

void coarse_gather(const struct coarse *k, size_t i, const uint32_t *id,
		   size_t n, float *cosine)
{
	int32_t (*dot)(const int8_t *, const int8_t *, size_t) = dot_plain;
	const int8_t *mine = k->at + i * k->width;

#if defined __x86_64__
	if (cpu_isa() >= ISA_AVX2)
		dot = dot_avx2;
#endif
	for (size_t j = 0; j < n; j++) {
		if (j + AHEAD < n) {
			const int8_t *next = k->at + id[j + AHEAD] * k->width;

			for (size_t w = 0; w < k->width; w += LINE)
				__builtin_prefetch(next + w);
		}
		cosine[j] = k->scale[i] * k->scale[id[j]] *
			    (float)dot(mine, k->at + id[j] * k->width,
				       k->width);
	}
}
