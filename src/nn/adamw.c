/* adamw.c - Adam with decoupled weight decay, one step over a slice */
#include "nn/adamw.h"

#include "nn/plain.inc"
#include "nn/vector.h"

static adamw_function *choose(void)
{
#if defined __x86_64__
	switch (cpu_isa()) {
	case ISA_AVX512:
		return adamw_avx512;
	case ISA_AVX2:
		return adamw_avx2;
	case ISA_SCALAR:
		break;
	}
#endif
	return plain_adamw;
}

void adamw_step(const struct adamw *adamw, uint64_t step, float scale,
		float *w, float *m, float *v, const float *g, size_t n)
{
	double first = 1 - pow(adamw->beta1, (double)step);
	double second = 1 - pow(adamw->beta2, (double)step);

	choose()(w, m, v, g, n, (float)adamw->beta1, (float)adamw->beta2,
		 (float)(adamw->rate / first), (float)(1 / sqrt(second)),
		 (float)adamw->eps, (float)(1 - adamw->rate * adamw->decay),
		 scale);
}
