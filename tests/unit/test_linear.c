/*
 * test_linear.c - products with matrices that were packed, floats and bytes
 *
 * With the operand "speed" it prints what the shapes of MiniLM reach.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/rng.h"
#include "nn/gemm.h"
#include "nn/int8.h"
#include "nn/packed.h"

static float *drawn(size_t n, const char *name)
{
	float *x = mem_array(n, sizeof *x);
	struct rng rng;

	rng_init(&rng, 1, name);
	for (size_t i = 0; i < n; i++)
		x[i] = (float)(2 * rng_unit(&rng) - 1);
	return x;
}

static const size_t shapes[][3] = { /* M, N, K */
	{ 1, 1, 1 },     { 6, 16, 4 },    { 7, 17, 5 },  { 13, 40, 33 },
	{ 5, 3, 1100 },  { 12, 48, 512 }, { 3, 31, 513 },
	{ 1, 200, 600 },
};
enum { SHAPES = sizeof shapes / sizeof *shapes };

static bool close_to(float a, float b, size_t k)
{
	float d = a - b;

	return (d < 0 ? -d : d) <= 2e-7f * (float)k + 1e-6f;
}

static void packed_is_the_plain_product(void **state)
{
	(void)state;
	for (size_t s = 0; s < SHAPES; s++) {
		size_t m = shapes[s][0], n = shapes[s][1], k = shapes[s][2];
		float *a = drawn(m * k, "a"), *b = drawn(n * k, "b");
		float *want = mem_array(m * n, sizeof *want);
		float *panels = packed_new(n, k);

		gemm_plain(&(struct gemm_plain){ m, n, k, k, 1, k, 1 }, 1, a, b,
			   0, want, n);
		pack_nt(n, k, b, k, panels);
		for (int isa = 0; isa <= (int)cpu_isa(); isa++) {
			float *have = mem_array(m * n, sizeof *have);

			packed_gemm_of((enum isa)isa, m, n, k, a, k, panels,
				       NULL, have, n);
			for (size_t i = 0; i < m * n; i++)
				assert_true(close_to(have[i], want[i], k));
			free(have);
		}
		gemm_plain(&(struct gemm_plain){ m, n, k, k, 1, 1, n }, 1, a, b,
			   0, want, n);
		pack_nn(n, k, b, n, panels);
		for (int isa = 0; isa <= (int)cpu_isa(); isa++) {
			float *have = mem_array(m * n, sizeof *have);

			packed_gemm_of((enum isa)isa, m, n, k, a, k, panels,
				       NULL, have, n);
			for (size_t i = 0; i < m * n; i++)
				assert_true(close_to(have[i], want[i], k));
			free(have);
		}
		free(a);
		free(b);
		free(want);
		free(panels);
	}
}

static void bfloats_are_the_product_of_rounded_numbers(void **state)
{
	(void)state;
	for (size_t s = 0; s < SHAPES; s++) {
		size_t m = shapes[s][0], n = shapes[s][1], k = shapes[s][2];
		float *a = drawn(m * k, "a"), *b = drawn(n * k, "b");
		float *want = mem_array(m * n, sizeof *want);
		float *have = mem_array(m * n, sizeof *have);
		uint16_t *panels = packed16_new(n, k);

		pack16_nt(n, k, b, k, panels);
		for (size_t i = 0; i < n * k; i++) {
			uint32_t bits;

			memcpy(&bits, &b[i], sizeof bits);
			bits = (bits + 0x7fff + (bits >> 16 & 1)) & 0xffff0000;
			memcpy(&b[i], &bits, sizeof bits);
		}
		gemm_plain(&(struct gemm_plain){ m, n, k, k, 1, k, 1 }, 1, a, b,
			   0, want, n);
		for (int isa = 0; isa <= (int)cpu_isa(); isa++) {
			packed16_gemm_of((enum isa)isa, m, n, k, a, k, panels,
					 NULL, have, n);
			for (size_t i = 0; i < m * n; i++)
				assert_true(close_to(have[i], want[i], k));
		}
		free(a);
		free(b);
		free(want);
		free(have);
		free(panels);
	}
}

static void a_row_does_not_depend_on_its_neighbours(void **state)
{
	enum { M = 23, N = 140, K = 700 };
	float *a = drawn(M * K, "a"), *b = drawn(N * K, "b");
	float *panels = packed_new(N, K), all[M * N], one[N];

	(void)state;
	pack_nt(N, K, b, K, panels);
	packed_gemm(M, N, K, a, K, panels, NULL, all, N);
	for (size_t i = 0; i < M; i++) {
		packed_gemm(1, N, K, a + i * K, K, panels, NULL,
			    one, N);
		assert_memory_equal(one, all + i * N, sizeof one);
	}
	free(a);
	free(b);
	free(panels);
}

static void apply(const struct int8_kernel *kernel,
		  const struct int8_linear *linear, size_t n, const float *x,
		  float *y)
{
	void *scratch = mem_alloc(int8_scratch(linear, n));

	int8_apply_with(kernel, linear, n, x, linear->in, y, linear->out,
			scratch);
	free(scratch);
}

static void bytes_are_the_same_on_every_processor(void **state)
{
	(void)state;
	for (size_t s = 0; s < SHAPES; s++) {
		size_t m = shapes[s][0], n = shapes[s][1], k = shapes[s][2];
		float *x = drawn(m * k, "x"), *w = drawn(n * k, "w");
		float *bias = drawn(n, "bias");
		float *want = mem_array(m * n, sizeof *want);
		float *have = mem_array(m * n, sizeof *have);
		struct int8_linear linear;

		assert_int_equal(int8_init(&linear, n, k, w, bias), 0);
		apply(int8_kernel_of(ISA_SCALAR, false), &linear, m, x, want);
		apply(int8_kernel_of(cpu_isa(), false), &linear, m, x, have);
		assert_memory_equal(have, want, m * n * sizeof *have);
		apply(int8_kernel_of(cpu_isa(), cpu_has_vnni()), &linear, m, x,
		      have);
		assert_memory_equal(have, want, m * n * sizeof *have);
		int8_free(&linear);
		free(x);
		free(w);
		free(bias);
		free(want);
		free(have);
	}
}

/* 255 * 64 * 2 = 32640 < 2^15: nothing is cut, even at the worst. */
static void the_largest_bytes_do_not_overflow(void **state)
{
	enum { N = 16, K = 64 };
	float x[K], w[N * K], y[N];
	struct int8_linear linear;

	(void)state;
	for (size_t sign = 0; sign < 2; sign++) {
		for (size_t i = 0; i < K; i++)
			x[i] = 3;
		for (size_t i = 0; i < N * K; i++)
			w[i] = sign ? -2 : 2;
		assert_int_equal(int8_init(&linear, N, K, w, NULL), 0);
		apply(int8_kernel_of(cpu_isa(), cpu_has_vnni()), &linear, 1, x,
		      y);
		for (size_t i = 0; i < N; i++)
			assert_true(y[i] > 0 ? !sign && y[i] > 383.99f &&
						       y[i] < 384.01f
					     : sign && y[i] < -383.99f);
		int8_free(&linear);
	}
}

static void bytes_are_near_the_floats(void **state)
{
	enum { M = 9, N = 32, K = 384 };
	float *x = drawn(M * K, "x"), *w = drawn(N * K, "w");
	float want[M * N], have[M * N];
	struct int8_linear linear;
	double wrong = 0, size = 0;

	(void)state;
	gemm_plain(&(struct gemm_plain){ M, N, K, K, 1, K, 1 }, 1, x, w, 0,
		   want, N);
	assert_int_equal(int8_init(&linear, N, K, w, NULL), 0);
	apply(int8_kernel_of(cpu_isa(), cpu_has_vnni()), &linear, M, x, have);
	for (size_t i = 0; i < M * N; i++) {
		wrong += (have[i] - want[i]) * (have[i] - want[i]);
		size += want[i] * want[i];
	}
	/*
	 * Steps of 2/255 and 2/128 of numbers even in -1 .. 1: relative errors
	 * (step / sqrt 12) * sqrt 3 = 0.39 % and 0.78 %; together 0.87 %.
	 */
	assert_true(wrong / size < 0.01 * 0.01);
	int8_free(&linear);
	free(x);
	free(w);
}

static void rows_of_zeros_and_infinities_do_no_harm(void **state)
{
	enum { K = 20 };
	float x[K] = { 0 }, w[K], y, bias = 7;
	struct int8_linear linear;

	(void)state;
	for (size_t i = 0; i < K; i++)
		w[i] = 0;
	assert_int_equal(int8_init(&linear, 1, K, w, &bias), 0);
	apply(int8_kernel_of(cpu_isa(), false), &linear, 1, x, &y);
	assert_true(y == 7);
	x[3] = 1.0f / (float)(y - 7);
	apply(int8_kernel_of(cpu_isa(), false), &linear, 1, x, &y);
	assert_true(y == 7);
	int8_free(&linear);
}

static double cpu_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static int speed(void)
{
	static const size_t shape[][2] = { { 1152, 384 }, { 384, 384 },
					   { 1536, 384 }, { 384, 1536 } };
	enum { M = 192, TIMES = 60 };

	for (size_t s = 0; s < 4; s++) {
		size_t n = shape[s][0], k = shape[s][1];
		double work = 2.0 * M * TIMES * (double)(n * k) / 1e9, t[3];
		float *x = drawn(M * k, "x"), *w = drawn(n * k, "w");
		float *y = mem_array(M * n, sizeof *y);
		float *panels = packed_new(n, k);
		struct int8_linear linear;
		void *scratch;

		int8_init(&linear, n, k, w, NULL);
		scratch = mem_alloc(int8_scratch(&linear, M));
		pack_nt(n, k, w, k, panels);
		t[0] = cpu_seconds();
		for (int i = 0; i < TIMES; i++)
			gemm_nt(M, n, k, 1, x, k, w, k, 0, y, n);
		t[0] = cpu_seconds() - t[0];
		t[1] = cpu_seconds();
		for (int i = 0; i < TIMES; i++)
			packed_gemm(M, n, k, x, k, panels, NULL, y, n);
		t[1] = cpu_seconds() - t[1];
		t[2] = cpu_seconds();
		for (int i = 0; i < TIMES; i++)
			int8_apply(&linear, M, x, k, y, n, scratch);
		t[2] = cpu_seconds() - t[2];
		printf("%4zu x %4zu: OpenBLAS %.0f, packed %.0f, int8 %.0f "
		       "GOP/s\n", n, k, work / t[0], work / t[1], work / t[2]);
		int8_free(&linear);
		free(scratch);
		free(panels);
		free(x);
		free(w);
		free(y);
	}
	return 0;
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(packed_is_the_plain_product),
		cmocka_unit_test(bfloats_are_the_product_of_rounded_numbers),
		cmocka_unit_test(a_row_does_not_depend_on_its_neighbours),
		cmocka_unit_test(bytes_are_the_same_on_every_processor),
		cmocka_unit_test(the_largest_bytes_do_not_overflow),
		cmocka_unit_test(bytes_are_near_the_floats),
		cmocka_unit_test(rows_of_zeros_and_infinities_do_no_harm),
	};

	if (argc > 1 && strcmp(argv[1], "speed") == 0)
		return speed();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
