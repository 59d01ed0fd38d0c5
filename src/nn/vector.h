/*
 * vector.h - the vector versions of kernels, where the compiler has them
 *
 * Inside src/nn only.  One source, vector.inc, is compiled once for each
 * instruction set; cpu.h says which may run.
 */
#ifndef NN_VECTOR_H
#define NN_VECTOR_H

#include "nn/grads.h"
#include "nn/kernel.h"

typedef void adamw_function(float *w, float *m, float *v, const float *g,
			    size_t n, float beta1, float beta2, float rate,
			    float root, float eps, float decay, float scale);

#if defined __x86_64__
extern const struct kernel kernel_avx2, kernel_avx512;
extern const struct grads grads_avx2, grads_avx512;
extern adamw_function adamw_avx2, adamw_avx512;
#endif

#endif
