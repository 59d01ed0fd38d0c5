/* sgemm_peak.c - the best a product of 1,024 x 1,024 reaches, GFLOP a CPU s */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "nn/gemm.h"

enum { N = 1024, REPEATS = 12 };

static double cpu_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

int main(void)
{
	float *a = mem_array(N * N, sizeof *a), *b = mem_array(N * N, sizeof *b);
	float *c = mem_array(N * N, sizeof *c);
	double best = 0;

	for (size_t i = 0; i < N * N; i++)
		a[i] = b[i] = (float)(i % 7) - 3;
	for (int i = 0; i < REPEATS; i++) {
		double started = cpu_seconds(), rate;

		gemm_nt(N, N, N, 1, a, N, b, N, 0, c, N);
		rate = 2.0 * N * N * N / (cpu_seconds() - started) / 1e9;
		best = rate > best ? rate : best;
	}
	printf("%.1f\n", best);
	free(a);
	free(b);
	free(c);
	return 0;
}
