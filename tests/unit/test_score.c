/* test_score.c - neighbours, cells, spread and selection, against plain loops */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/rng.h"
#include "score/pick.h"
#include "score/quality.h"
#include "score/spread.h"

enum { N = 700, C = 24 };

/* Vectors around a few directions, like texts of a few kinds. */
static float *draw(size_t n, size_t c, uint64_t seed)
{
	float *x = mem_array(n * c, sizeof *x);
	struct rng rng, kind;

	rng_init(&rng, seed, "vectors");
	for (size_t i = 0; i < n; i++) {
		double sum = 0;

		rng_init(&kind, rng_below(&rng, 12), "kinds");
		for (size_t j = 0; j < c; j++) {
			x[i * c + j] = (float)(rng_unit(&kind) - 0.5 +
					       0.4 * (rng_unit(&rng) - 0.5));
			sum += (double)x[i * c + j] * x[i * c + j];
		}
		for (size_t j = 0; j < c; j++)
			x[i * c + j] /= (float)sqrt(sum);
	}
	return x;
}

static double cosine(const float *x, size_t c, size_t a, size_t b)
{
	double sum = 0;

	for (size_t j = 0; j < c; j++)
		sum += (double)x[a * c + j] * x[b * c + j];
	return sum;
}

/* -- neighbours -- */

static void neighbours_are_those_of_a_plain_search(void **state)
{
	float *x = draw(N, C, 1);
	struct par *par = par_new(3);
	struct knn knn;

	(void)state;
	assert_int_equal(knn_exact(&knn, x, N, C, 7, par), 0);
	for (size_t i = 0; i < N; i++) {
		double last = 2;
		size_t above = 0;

		for (size_t j = 0; j < knn.k; j++) {
			struct near near = knn.at[i * knn.k + j];

			assert_true(near.id < N && near.id != i);
			assert_true(fabs(near.cosine -
					 cosine(x, C, i, near.id)) < 1e-5);
			assert_true(near.cosine <= last);
			last = near.cosine;
		}
		for (size_t j = 0; j < N; j++)
			above += j != i && cosine(x, C, i, j) > last + 1e-6;
		assert_true(above <= knn.k - 1);
	}
	knn_free(&knn);
	par_free(par);
	free(x);
}

static void cells_hold_the_neighbours_they_promise(void **state)
{
	float *x = draw(N, C, 2);
	struct par *one = par_new(1), *three = par_new(3);
	struct cells cells, again;
	struct knn exact, fast;
	size_t found = 0;

	(void)state;
	assert_int_equal(cells_find(&cells, x, N, C, 26, 1, one), 0);
	assert_int_equal(cells_find(&again, x, N, C, 26, 1, three), 0);
	assert_memory_equal(cells.of, again.of, N * sizeof *cells.of);
	knn_exact(&exact, x, N, C, 5, one);
	assert_int_equal(knn_by_cells(&fast, x, N, C, 5, &cells, 1, three), 0);
	assert_true(fast.recall >= 0.99 && fast.probes < cells.k);
	for (size_t i = 0; i < N * 5; i++)
		for (size_t j = i / 5 * 5; j < i / 5 * 5 + 5; j++)
			found += fast.at[i].id == exact.at[j].id;
	assert_true((double)found / (N * 5) > 0.97);
	knn_free(&exact);
	knn_free(&fast);
	cells_free(&cells);
	cells_free(&again);
	par_free(one);
	par_free(three);
	free(x);
}

static void fewer_vectors_than_neighbours_are_no_harm(void **state)
{
	static float same[40 * C];
	struct par *par = par_new(2);

	(void)state;
	for (size_t i = 0; i < 30; i++) /* and ten of zero */
		same[i * C + 1] = 1;
	for (size_t n = 1; n <= 40; n += 13) {
		struct cells cells;
		struct knn knn;

		assert_int_equal(cells_find(&cells, same, n, C, 3, 1, par), 0);
		assert_int_equal(knn_by_cells(&knn, same, n, C, 50, &cells, 1,
					      par), 0);
		assert_true(knn.k == (n > 1 ? n - 1 : 1) && knn.recall > 0.98);
		knn_free(&knn);
		cells_free(&cells);
	}
	par_free(par);
}

/* -- spread -- */

static double vendi(const float *x, size_t n, size_t c)
{
	struct par *par = par_new(1);
	double value;

	assert_int_equal(spread_vendi(x, n, c, NULL, par, &value), 0);
	par_free(par);
	return value;
}

static void vendi_counts_directions(void **state)
{
	static float unit[C * C], same[5 * C], zero[3 * C];

	(void)state;
	for (size_t i = 0; i < C; i++)
		unit[i * C + i] = 1;
	for (size_t i = 0; i < 5; i++)
		same[i * C + 3] = 1;
	assert_true(fabs(vendi(unit, C, C) - C) < 1e-6);
	assert_true(fabs(vendi(same, 5, C) - 1) < 1e-6);
	assert_true(fabs(vendi(zero, 3, C) - 1) < 1e-6);
	assert_true(vendi(NULL, 0, C) == 0);
}

static void spread_is_defined_for_any_set(void **state)
{
	static float same[3 * C], one[C] = { 1 };
	struct par *par = par_new(1);
	struct spread spread;
	struct cells cells;
	struct knn knn;

	(void)state;
	for (size_t i = 0; i < 3; i++)
		same[i * C] = 1;
	cells_find(&cells, same, 3, C, cells_suit(3), 1, par);
	knn_exact(&knn, same, 3, C, 10, par);
	assert_int_equal(spread_measure(&spread, same, 3, C, &cells, &knn, par),
			 0);
	assert_true(spread.nearest < 1e-6 && spread.novelsum >= 0 &&
		    isfinite(spread.novelsum) && spread.coverage == 1);
	knn_free(&knn);
	cells_free(&cells);
	cells_find(&cells, one, 1, C, 1, 1, par);
	knn_exact(&knn, one, 1, C, 10, par);
	assert_int_equal(knn.at[0].id, TOPK_NONE);
	assert_int_equal(spread_measure(&spread, one, 1, C, &cells, &knn, par),
			 0);
	assert_true(fabs(spread.vendi - 1) < 1e-6 && spread.nearest == 0);
	knn_free(&knn);
	cells_free(&cells);
	par_free(par);
}

/* -- selection -- */

struct world {
	struct vectors vectors;
	struct select_options options;
	struct pick pick;
};

static void open_world(struct world *w, float *x, size_t n, uint64_t count)
{
	*w = (struct world){
		.vectors = { .x = x, .n = n, .c = C },
		.options = { .count = count, .alike = 0.9 },
	};
	w->vectors.pair = mem_array(n, sizeof *w->vectors.pair);
	for (size_t i = 0; i < n; i++)
		w->vectors.pair[i] = (struct vector_pair){
			.id = (int64_t)i + 1,
			.lang = map_add(&w->vectors.words,
					i % 3 ? STR("en") : STR("ja")),
			.category = map_add(&w->vectors.words, STR("")),
			.bytes = 40,
		};
	w->pick = (struct pick){
		.vectors = &w->vectors,
		.options = &w->options,
		.seed = 1,
		.par = par_new(2),
		.chosen = mem_array(n + 1, sizeof *w->pick.chosen),
		.taken = mem_array(n + 1, sizeof *w->pick.taken),
		.used = mem_array(8, sizeof *w->pick.used),
	};
}

static void close_world(struct world *w)
{
	par_free(w->pick.par);
	free(w->pick.chosen);
	free(w->pick.taken);
	free(w->pick.used);
	free(w->vectors.pair);
	map_free(&w->vectors.words);
}

/* What choosing j adds for those that are served so well by now. */
static double plain_gain(const double *cosines, const double *served, size_t n,
			 size_t j)
{
	double gain = 0;

	for (size_t i = 0; i < n; i++) {
		double s = i == j ? 1 : cosines[i * n + j];

		gain += s > served[i] ? s - served[i] : 0;
	}
	return gain;
}

/* Greedy by trying every pair in every round; cosines below 0 count 0. */
static double plain_facility(const float *x, size_t n, size_t count)
{
	double *cosines = mem_array(n * n, sizeof *cosines);
	double *served = mem_array(n, sizeof *served), value = 0;
	bool *taken = mem_array(n, sizeof *taken);

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j <= i; j++)
			cosines[i * n + j] = cosines[j * n + i] =
				cosine(x, C, i, j);
	for (size_t round = 0; round < count; round++) {
		double best = -1;
		size_t chosen = 0;

		for (size_t j = 0; j < n; j++) {
			double gain = taken[j] ? -1
					       : plain_gain(cosines, served, n,
							    j);

			if (gain > best) {
				best = gain;
				chosen = j;
			}
		}
		taken[chosen] = true;
		value += best;
		for (size_t i = 0; i < n; i++) {
			double s = i == chosen ? 1 : cosines[i * n + chosen];

			served[i] = s > served[i] ? s : served[i];
		}
	}
	free(cosines);
	free(served);
	free(taken);
	return value;
}

static void lazy_greedy_is_greedy(void **state)
{
	enum { FEW = 2000, CHOSEN = 12 };
	float *x = draw(FEW, C, 3);
	double value, plain = plain_facility(x, FEW, CHOSEN);
	struct world w;

	(void)state;
	open_world(&w, x, FEW, CHOSEN);
	assert_int_equal(pick_facility(&w.pick, &value), 0);
	assert_int_equal(w.pick.n, CHOSEN);
	assert_true(fabs(value - plain) < 1e-6 * plain);
	close_world(&w);
	free(x);
}

static void kcenter_takes_the_farthest(void **state)
{
	float *x = draw(N, C, 4);
	struct world w;
	double radius, farthest;

	(void)state;
	open_world(&w, x, N, 30);
	assert_int_equal(pick_kcenter(&w.pick, &radius), 0);
	for (size_t k = 1; k <= 30; k++) {
		farthest = 0;
		for (size_t i = 0; i < N; i++) {
			double least = 3;

			for (size_t j = 0; j < k; j++)
				least = fmin(least,
					     1 - cosine(x, C, i,
							w.pick.chosen[j]));
			farthest = fmax(farthest, least);
		}
		if (k < 30) { /* the next chosen is that far */
			double least = 3;

			for (size_t j = 0; j < k; j++)
				least = fmin(least,
					     1 - cosine(x, C,
							w.pick.chosen[k],
							w.pick.chosen[j]));
			assert_true(fabs(least - farthest) < 1e-5);
		}
	}
	assert_true(fabs(radius - farthest) < 1e-5);
	close_world(&w);
	free(x);
}

static void every_method_keeps_its_smaller_selections(void **state)
{
	float *x = draw(N, C, 5);
	double *merit = mem_array(N, sizeof *merit), value;

	(void)state;
	for (size_t i = 0; i < N; i++)
		merit[i] = i % 5 ? (double)(i * 37 % 101) : NAN;
	for (int method = 0; method <= SELECT_RANDOM; method++) {
		struct world few, many;
		struct world *both[] = { &few, &many };

		open_world(&few, x, N, 20);
		open_world(&many, x, N, 90);
		for (int b = 0; b < 2; b++) {
			struct pick *pick = &both[b]->pick;

			if (method == SELECT_TOP || method == SELECT_DIVERSE)
				pick->merit = merit;
			if (method == SELECT_FACILITY)
				pick_facility(pick, &value);
			else if (method == SELECT_KCENTER)
				pick_kcenter(pick, &value);
			else if (method == SELECT_DIVERSE)
				pick_diverse(pick);
			else
				pick_in_order(pick);
		}
		assert_int_equal(few.pick.n, 20);
		assert_true(many.pick.n > 20);
		assert_memory_equal(few.pick.chosen, many.pick.chosen,
				    20 * sizeof *few.pick.chosen);
		close_world(&few);
		close_world(&many);
	}
	free(merit);
	free(x);
}

static void what_is_chosen_by_score_is_not_alike(void **state)
{
	float *x = draw(N, C, 6);
	struct world w;

	(void)state;
	open_world(&w, x, N, N);
	assert_int_equal(pick_diverse(&w.pick), 0);
	assert_true(w.pick.n > 12 && w.pick.n < N);
	for (size_t a = 0; a < w.pick.n; a++)
		for (size_t b = 0; b < a; b++)
			assert_true(cosine(x, C, w.pick.chosen[a],
					   w.pick.chosen[b]) < 0.9 + 1e-5);
	close_world(&w);
	free(x);
}

static void quotas_and_tokens_are_limits(void **state)
{
	static const struct select_quota quota = { "ja", false, 7 };
	float *x = draw(N, C, 7);
	struct world w;
	size_t ja = 0;
	double value;

	(void)state;
	open_world(&w, x, N, 60);
	w.options.quota = &quota;
	w.options.quotas = 1;
	pick_facility(&w.pick, &value);
	for (size_t i = 0; i < w.pick.n; i++)
		ja += w.pick.chosen[i] % 3 == 0;
	assert_int_equal(w.pick.n, 60);
	assert_int_equal(ja, 7);
	close_world(&w);
	open_world(&w, x, N, 0);
	w.options.tokens = 95; /* ten a pair */
	pick_in_order(&w.pick);
	assert_int_equal(w.pick.n, 9);
	assert_int_equal(w.pick.tokens, 90);
	close_world(&w);
	free(x);
}

/* 20 tasks, sizes 5 to 500, each around a direction of its own. */
static float *draw_tasks(size_t *n, uint32_t **task)
{
	size_t room = 3000;
	float *x = mem_array(room * C, sizeof *x);
	struct rng rng;

	*task = mem_array(room, sizeof **task);
	*n = 0;
	rng_init(&rng, 7, "tasks");
	for (uint32_t t = 0; t < 20; t++) {
		size_t size = (size_t)(5 * pow(100, t / 19.0) + 0.5);

		for (size_t i = 0; i < size; i++, ++*n) {
			float *row = x + *n * C;
			double sum = 0;

			for (size_t j = 0; j < C; j++) {
				row[j] = (float)((j == t) +
						 0.25 * (rng_unit(&rng) - 0.5));
				sum += (double)row[j] * row[j];
			}
			for (size_t j = 0; j < C; j++)
				row[j] /= (float)sqrt(sum);
			(*task)[*n] = t;
		}
	}
	return x;
}

static size_t tasks_of(const struct pick *pick, const uint32_t *task)
{
	bool held[20] = { false };
	size_t n = 0;

	for (size_t i = 0; i < pick->n; i++)
		held[task[pick->chosen[i]]] = true;
	for (size_t t = 0; t < 20; t++)
		n += held[t];
	return n;
}

static void one_in_a_hundred_holds_all_tasks(void **state)
{
	size_t n, held[3];
	uint32_t *task;
	float *x = draw_tasks(&n, &task);
	double value;

	(void)state;
	for (int method = 0; method < 3; method++) {
		struct world w;

		open_world(&w, x, n, n / 100);
		if (method == 0)
			assert_int_equal(pick_facility(&w.pick, &value), 0);
		else if (method == 1)
			assert_int_equal(pick_kcenter(&w.pick, &value), 0);
		else
			assert_int_equal(pick_in_order(&w.pick), 0);
		held[method] = tasks_of(&w.pick, task);
		close_world(&w);
	}
	/* facility serves the many; the farthest are the unlike */
	assert_true(n / 100 == 23 && held[1] == 20);
	assert_true(held[0] > held[2] && held[2] <= 10);
	free(task);
	free(x);
}

static void identical_and_zero_vectors_do_no_harm(void **state)
{
	float *x = mem_array(10 * C, sizeof *x);
	struct world w;
	double value;

	(void)state;
	for (size_t i = 0; i < 5; i++)
		x[i * C] = 1;
	open_world(&w, x, 10, 8);
	assert_int_equal(pick_facility(&w.pick, &value), 0);
	assert_int_equal(w.pick.n, 8);
	close_world(&w);
	open_world(&w, x, 10, 100);
	assert_int_equal(pick_kcenter(&w.pick, &value), 0);
	assert_int_equal(w.pick.n, 10);
	close_world(&w);
	free(x);
}

/* -- quality -- */

static struct quality measure(const char *instruction, const char *lang,
			      const char *response, const char *lang_response)
{
	struct pair pair = {
		.lang = str_of(lang),
		.lang_response = str_of(lang_response),
		.instruction = str_of(instruction),
		.response = str_of(response),
	};
	struct measurer measurer = { 0 };
	struct quality quality;

	quality_measure(&measurer, &pair, &(struct found){ 0 }, &quality);
	measurer_free(&measurer);
	return quality;
}

static void quality_looks_at_language_letters_and_repetition(void **state)
{
	char again[2000] = "";
	struct quality q;

	(void)state;
	q = measure("ネコは何科ですか？", "ja", "ネコ科です。", "ja");
	assert_true(q.quality == 1 && q.agreement == 1 &&
		    isnan(q.compression) && q.letters > 0.8);
	q = measure("ネコは何科ですか？", "ja", "It is a cat.", "en");
	assert_true(q.agreement == 0 && q.quality == 0.5);
	q = measure("次の文を英訳してください。", "ja", "It is a cat.", "en");
	assert_true(q.agreement == 1 && q.quality == 1);
	for (int i = 0; i < 90; i++)
		strcat(again, "同じ文です。");
	q = measure("作文", "ja", again, "ja");
	assert_true(q.compression < 0.1 && q.quality == 0.5);
	q = measure("draw", "en", "+-+-+-+-|", "en");
	assert_true(q.letters == 0 && q.quality == 0.5);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(neighbours_are_those_of_a_plain_search),
		cmocka_unit_test(cells_hold_the_neighbours_they_promise),
		cmocka_unit_test(fewer_vectors_than_neighbours_are_no_harm),
		cmocka_unit_test(vendi_counts_directions),
		cmocka_unit_test(spread_is_defined_for_any_set),
		cmocka_unit_test(lazy_greedy_is_greedy),
		cmocka_unit_test(kcenter_takes_the_farthest),
		cmocka_unit_test(every_method_keeps_its_smaller_selections),
		cmocka_unit_test(what_is_chosen_by_score_is_not_alike),
		cmocka_unit_test(quotas_and_tokens_are_limits),
		cmocka_unit_test(one_in_a_hundred_holds_all_tasks),
		cmocka_unit_test(identical_and_zero_vectors_do_no_harm),
		cmocka_unit_test(
			quality_looks_at_language_letters_and_repetition),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
