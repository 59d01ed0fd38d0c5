/* test_alike.c - pairs of vectors above a cosine, against a plain loop */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/rng.h"
#include "base/vec.h"
#include "near/alike.h"

enum { N = 900, Q = 150, C = 16 };

struct seen {
	uint32_t a, b;
	float cosine;
};

struct list {
	VEC(struct seen) seen;
	size_t most; /* then it says stop; 0: never */
};

static int found(void *context, uint32_t a, uint32_t b, float cosine)
{
	struct list *list = context;

	vec_push(&list->seen, ((struct seen){ a, b, cosine }));
	return list->most && list->seen.n == list->most ? -7 : 0;
}

/* A few directions and noise; the last row is zero. */
static float *draw(size_t n, uint64_t seed)
{
	float *x = mem_array(n * C, sizeof *x);
	struct rng rng;

	rng_init(&rng, seed, "alike");
	for (size_t i = 0; i + 1 < n; i++) {
		size_t kind = rng_below(&rng, C);
		double sum = 0;

		for (size_t j = 0; j < C; j++) {
			x[i * C + j] = (float)((j == kind) +
					       0.4 * (rng_unit(&rng) - 0.5));
			sum += (double)x[i * C + j] * x[i * C + j];
		}
		for (size_t j = 0; j < C; j++)
			x[i * C + j] /= (float)sqrt(sum);
	}
	return x;
}

static double dot(const float *a, const float *b)
{
	double sum = 0;

	for (size_t j = 0; j < C; j++)
		sum += (double)a[j] * b[j];
	return sum;
}

static void every_pair_within_is_found_once(void **state)
{
	float *x = draw(N, 1);
	struct par *par = par_new(3);
	struct list list = { 0 };
	bool *met = mem_array(N * N, sizeof *met);

	(void)state;
	assert_int_equal(alike_within(x, N, C, 0.9, par, found, &list), 0);
	for (size_t i = 0; i < list.seen.n; i++) {
		struct seen s = list.seen.at[i];

		assert_true(s.a < s.b && s.b < N && !met[s.a * N + s.b]);
		assert_true(fabs(s.cosine - dot(x + s.a * C, x + s.b * C)) <
			    1e-5);
		met[s.a * N + s.b] = true;
	}
	assert_true(list.seen.n > N);
	for (size_t a = 0; a < N; a++)
		for (size_t b = a + 1; b < N; b++)
			if (dot(x + a * C, x + b * C) > 0.9 + 1e-6)
				assert_true(met[a * N + b]);
	vec_free(&list.seen);
	free(met);
	par_free(par);
	free(x);
}

/* (a, b) comes after all (z, a). */
static void a_row_is_settled_before_others_fall_to_it(void **state)
{
	float *x = draw(N, 2);
	struct par *par = par_new(3);
	struct list list = { 0 };
	bool *used = mem_array(N, sizeof *used);

	(void)state;
	assert_int_equal(alike_within(x, N, C, 0.9, par, found, &list), 0);
	for (size_t i = 0; i < list.seen.n; i++) {
		assert_false(used[list.seen.at[i].b]);
		used[list.seen.at[i].a] = true;
	}
	vec_free(&list.seen);
	free(used);
	par_free(par);
	free(x);
}

static void rows_of_two_matrices_meet(void **state)
{
	float *x = draw(N, 3), *query = draw(Q, 4);
	struct par *one = par_new(1), *three = par_new(3);
	struct list list = { 0 }, again = { 0 };
	size_t plain = 0;

	(void)state;
	assert_int_equal(alike_between(query, Q, x, N, C, 0.9, one, found,
				       &list), 0);
	assert_int_equal(alike_between(query, Q, x, N, C, 0.9, three, found,
				       &again), 0);
	assert_int_equal(list.seen.n, again.seen.n);
	assert_memory_equal(list.seen.at, again.seen.at,
			    list.seen.n * sizeof *list.seen.at);
	for (size_t q = 0; q < Q; q++)
		for (size_t i = 0; i < N; i++)
			plain += dot(query + q * C, x + i * C) >= 0.9;
	assert_int_equal(list.seen.n, plain);
	vec_free(&list.seen);
	vec_free(&again.seen);
	par_free(one);
	par_free(three);
	free(x);
	free(query);
}

static void the_caller_can_end_it(void **state)
{
	float *x = draw(N, 5);
	struct par *par = par_new(2);
	struct list list = { .most = 10 };

	(void)state;
	assert_int_equal(alike_within(x, N, C, 0.9, par, found, &list), -7);
	assert_int_equal(list.seen.n, 10);
	assert_int_equal(alike_within(x, 0, C, 0.9, par, found, &list), 0);
	assert_int_equal(alike_within(x, 1, C, 0.9, par, found, &list), 0);
	assert_int_equal(alike_between(x, 3, x, 0, C, 0.9, par, found, &list),
			 0);
	vec_free(&list.seen);
	par_free(par);
	free(x);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_pair_within_is_found_once),
		cmocka_unit_test(a_row_is_settled_before_others_fall_to_it),
		cmocka_unit_test(rows_of_two_matrices_meet),
		cmocka_unit_test(the_caller_can_end_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
