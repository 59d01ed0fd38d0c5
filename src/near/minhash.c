/* minhash.c - MinHash signatures: how alike are two sets, without the sets */
#include "near/minhash.h"

#include <stdlib.h>

#include "base/cpu.h"
#include "base/mem.h"
#include "base/rng.h"

#if defined __x86_64__
#include <immintrin.h>
#endif

typedef void sign_function(const struct minhash *mh, const uint64_t *member,
			   size_t n, uint32_t *sig);

void minhash_sign_plain(const struct minhash *mh, const uint64_t *member,
			size_t n, uint32_t *sig)
{
	for (uint32_t k = 0; k < mh->k; k++) {
		uint32_t least = UINT32_MAX;

		for (size_t i = 0; i < n; i++) {
			uint32_t x = (uint32_t)(member[i] >> 32);
			uint32_t hash = (x ^ mh->flip[k]) * mh->times[k];

			if (hash < least)
				least = hash;
		}
		sig[k] = least;
	}
}

#if defined __x86_64__
/*
 * Members outside would reload the signature; slots outside, in groups of two
 * vectors, keep it and its constants in registers, and members stream by.
 */
__attribute__((target("avx512f"))) static void
sign_avx512(const struct minhash *mh, const uint64_t *member, size_t n,
	    uint32_t *sig)
{
	for (uint32_t k = 0; k < mh->k; k += 16) {
		__m512i flip = _mm512_loadu_si512(mh->flip + k);
		__m512i times = _mm512_loadu_si512(mh->times + k);
		__m512i least = _mm512_set1_epi32(-1), other = least;
		size_t i = 0;

		for (; i + 2 <= n; i += 2) {
			__m512i x = _mm512_set1_epi32((int)(member[i] >> 32));
			__m512i y = _mm512_set1_epi32(
				(int)(member[i + 1] >> 32));

			x = _mm512_mullo_epi32(_mm512_xor_si512(x, flip),
					       times);
			y = _mm512_mullo_epi32(_mm512_xor_si512(y, flip),
					       times);
			least = _mm512_min_epu32(least, x);
			other = _mm512_min_epu32(other, y);
		}
		if (i < n) {
			__m512i x = _mm512_set1_epi32((int)(member[i] >> 32));

			x = _mm512_mullo_epi32(_mm512_xor_si512(x, flip),
					       times);
			least = _mm512_min_epu32(least, x);
		}
		_mm512_storeu_si512(sig + k, _mm512_min_epu32(least, other));
	}
}

__attribute__((target("avx2"))) static void
sign_avx2(const struct minhash *mh, const uint64_t *member, size_t n,
	  uint32_t *sig)
{
	for (uint32_t k = 0; k < mh->k; k += 16) {
		const __m256i *flip = (const __m256i *)(mh->flip + k);
		const __m256i *times = (const __m256i *)(mh->times + k);
		__m256i flip0 = _mm256_loadu_si256(flip);
		__m256i flip1 = _mm256_loadu_si256(flip + 1);
		__m256i times0 = _mm256_loadu_si256(times);
		__m256i times1 = _mm256_loadu_si256(times + 1);
		__m256i least0 = _mm256_set1_epi32(-1), least1 = least0;

		for (size_t i = 0; i < n; i++) {
			__m256i x = _mm256_set1_epi32((int)(member[i] >> 32));
			__m256i h0 = _mm256_mullo_epi32(
				_mm256_xor_si256(x, flip0), times0);
			__m256i h1 = _mm256_mullo_epi32(
				_mm256_xor_si256(x, flip1), times1);

			least0 = _mm256_min_epu32(least0, h0);
			least1 = _mm256_min_epu32(least1, h1);
		}
		_mm256_storeu_si256((__m256i *)(sig + k), least0);
		_mm256_storeu_si256((__m256i *)(sig + k + 8), least1);
	}
}
#endif

/* -- which of them -- */

static sign_function *choose(void)
{
#if defined __x86_64__
	switch (cpu_isa()) {
	case ISA_AVX512:
		return sign_avx512;
	case ISA_AVX2:
		return sign_avx2;
	case ISA_SCALAR:
		break;
	}
#endif
	return minhash_sign_plain;
}

const char *minhash_isa(void)
{
	return cpu_isa_name(cpu_isa());
}

void minhash_sign(const struct minhash *mh, const uint64_t *member, size_t n,
		  uint32_t *sig)
{
	choose()(mh, member, n, sig);
}

void minhash_init(struct minhash *mh, uint32_t k, uint64_t seed)
{
	struct rng rng;

	mh->k = (k + MINHASH_LANES - 1) / MINHASH_LANES * MINHASH_LANES;
	mh->flip = mem_array(mh->k, sizeof *mh->flip);
	mh->times = mem_array(mh->k, sizeof *mh->times);
	rng_init(&rng, seed, "minhash");
	for (uint32_t i = 0; i < mh->k; i++) {
		uint64_t drawn = rng_next(&rng);

		mh->flip[i] = (uint32_t)drawn;
		mh->times[i] = (uint32_t)(drawn >> 32) | 1;
	}
}

void minhash_free(struct minhash *mh)
{
	free(mh->flip);
	free(mh->times);
	*mh = (struct minhash){ 0 };
}

double minhash_similarity(const uint32_t *a, const uint32_t *b, uint32_t k)
{
	uint32_t agree = 0;

	for (uint32_t i = 0; i < k; i++)
		agree += a[i] == b[i];
	return k ? (double)agree / k : 0;
}
