/* vector_avx512.c - the kernels on sixteen floats at a time */
#if defined __x86_64__
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl,fma")
#include <immintrin.h>

typedef __m512 vec;
enum { LANES = 16 };

#define NAME(word) word##_avx512
#define vec_load _mm512_loadu_ps
#define vec_store _mm512_storeu_ps
#define vec_set(x) _mm512_set1_ps(x)
#define vec_fma _mm512_fmadd_ps
#define vec_min _mm512_min_ps
#define vec_max _mm512_max_ps
#define vec_sqrt _mm512_sqrt_ps
#define vec_round(x) \
	_mm512_roundscale_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)

#define vec_total _mm512_reduce_add_ps

#include "nn/vector.inc"
#else
typedef int vector_avx512_is_empty;
#endif
