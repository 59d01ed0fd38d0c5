/* vector_avx2.c - the kernels on eight floats at a time */
#if defined __x86_64__
#pragma GCC target("avx2,fma")
#include <immintrin.h>

typedef __m256 vec;
enum { LANES = 8 };

#define NAME(word) word##_avx2
#define vec_load _mm256_loadu_ps
#define vec_store _mm256_storeu_ps
#define vec_set(x) _mm256_set1_ps(x)
#define vec_fma _mm256_fmadd_ps
#define vec_min _mm256_min_ps
#define vec_max _mm256_max_ps
#define vec_sqrt _mm256_sqrt_ps
#define vec_round(x) \
	_mm256_round_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)

static inline float vec_total(vec x)
{
	__m128 half = _mm_add_ps(_mm256_castps256_ps128(x),
				 _mm256_extractf128_ps(x, 1));

	half = _mm_add_ps(half, _mm_movehl_ps(half, half));
	return _mm_cvtss_f32(_mm_add_ss(half, _mm_movehdup_ps(half)));
}

#include "nn/vector.inc"
#else
typedef int vector_avx2_is_empty;
#endif
