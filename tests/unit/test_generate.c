/* test_generate.c - writing token by token gives what a whole pass gives */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "model/generate.h"
#include "model/pass.h"
#include "train/chrf.h"
#include "train/eval.h"

enum { V = 53, PROMPT = 4, GREEDY = 16, T = 90 };

static const char *const MODELS[] = { "llama", "qwen2", "gpt2" };

static void open_model(struct causal *model, const char *name)
{
	char path[512];

	snprintf(path, sizeof path, "%s/tests/data/train/%s", getenv("srcdir"),
		 name);
	if (causal_open(model, path) < 0)
		fail_msg("%s", err_text());
}

/* The last line of the reference: prompt and answer. */
static void read_greedy(const char *name, uint32_t *id)
{
	char path[512], line[4096], *at = NULL;
	FILE *f;

	snprintf(path, sizeof path, "%s/tests/data/train/%s.txt",
		 getenv("srcdir"), name);
	f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof line, f))
		if (strncmp(line, "greedy ", 7) == 0)
			at = line + 7;
	assert_non_null(at);
	for (int i = 0; i < GREEDY; i++)
		id[i] = (uint32_t)strtoul(at, &at, 10);
	fclose(f);
}

static void greedy_answers_are_those_of_transformers(void **state)
{
	(void)state;
	for (size_t m = 0; m < 3; m++) {
		struct choice choice = { 0 };
		struct causal model;
		struct frozen frozen;
		struct writer writer;
		uint32_t want[GREEDY];
		float logits[V];

		open_model(&model, MODELS[m]);
		read_greedy(MODELS[m], want);
		assert_int_equal(frozen_init(&frozen, &model, LINEAR_FLOAT), 0);
		assert_int_equal(writer_init(&writer, &frozen, GREEDY), 0);
		writer_feed(&writer, want, PROMPT, logits);
		for (int i = PROMPT; i < GREEDY; i++) {
			uint32_t token = choice_take(&choice, logits, V);

			assert_int_equal(token, want[i]);
			writer_feed(&writer, &token, 1, logits);
		}
		assert_true(writer_feed(&writer, want, 1, NULL) < 0);
		choice_free(&choice);
		writer_free(&writer);
		frozen_free(&frozen);
		causal_free(&model);
	}
}

static void cached_logits_are_those_of_a_whole_pass(void **state)
{
	(void)state;
	for (size_t m = 0; m < 2; m++) { /* gpt2 has 64 positions */
		struct causal model;
		struct frozen frozen;
		struct writer writer;
		struct pass pass;
		uint32_t id[T], position[T], from[T] = { 0 }, to[T];
		uint32_t target[T] = { 0 };
		float weight[T], one[V], block[V], whole[V];
		struct pass_batch batch = { 1,	  T,	  id,	  position,
					    from, to,	  target, weight,
					    NULL, NULL };

		open_model(&model, MODELS[m]);
		for (uint32_t i = 0; i < T; i++) {
			id[i] = i * 7 % V;
			position[i] = i;
			to[i] = i + 1;
			weight[i] = 1;
		}
		pass_init(&pass, &model.config, 1, T, false);
		pass_forward(&pass, &model.weights, &batch);
		frozen_init(&frozen, &model, LINEAR_FLOAT);
		writer_init(&writer, &frozen, T);
		for (size_t i = 0; i < T; i++) {
			writer_feed(&writer, id + i, 1, one);
			pass_logits(&pass, &model.weights, i, 1, whole);
			for (size_t v = 0; v < V; v++)
				assert_true(fabsf(one[v] - whole[v]) <= 1e-4f);
		}
		writer_reset(&writer);
		writer_feed(&writer, id, T, block);
		for (size_t v = 0; v < V; v++)
			assert_true(fabsf(block[v] - whole[v]) <= 1e-4f);
		pass_free(&pass);
		writer_free(&writer);
		frozen_free(&frozen);
		causal_free(&model);
	}
}

/* Texts of different lengths, each written alone and beside the others. */
static void texts_side_by_side_are_as_alone(void **state)
{
	enum { TEXTS = 9 };
	static const enum linear_type types[] = { LINEAR_FLOAT, LINEAR_BF16,
						  LINEAR_INT8 };

	(void)state;
	for (size_t k = 0; k < 9; k++) {
		struct causal model;
		struct frozen frozen;
		struct writer alone, writer[TEXTS], *of[TEXTS];
		uint32_t id[TEXTS];
		float logits[TEXTS * V], one[V];

		open_model(&model, MODELS[k / 3]);
		frozen_init(&frozen, &model, types[k % 3]);
		assert_int_equal(writer_init(&alone, &frozen, GREEDY), 0);
		for (uint32_t i = 0; i < TEXTS; i++) {
			uint32_t prompt[TEXTS];

			for (uint32_t j = 0; j <= i; j++)
				prompt[j] = (i * 11 + j * 5) % V;
			writer_init(&writer[i], &frozen, GREEDY);
			writer_feed(&writer[i], prompt, i + 1, NULL);
			of[i] = &writer[i];
			id[i] = (i * 31) % V;
		}
		assert_int_equal(writers_feed(of, id, TEXTS, logits), 0);
		for (uint32_t i = 0; i < TEXTS; i++) {
			uint32_t prompt[TEXTS];

			for (uint32_t j = 0; j <= i; j++)
				prompt[j] = (i * 11 + j * 5) % V;
			writer_reset(&alone);
			writer_feed(&alone, prompt, i + 1, NULL);
			writer_feed(&alone, &id[i], 1, one);
			assert_memory_equal(one, logits + i * V, sizeof one);
			assert_int_equal(writer[i].n, i + 2);
			writer_free(&writer[i]);
		}
		writer_free(&alone);
		frozen_free(&frozen);
		causal_free(&model);
	}
}

static void draws_follow_the_probabilities(void **state)
{
	struct choice choice = { .temperature = 1, .top_p = 1 };
	int count[3] = { 0 };

	(void)state;
	rng_init(&choice.rng, 1, "test");
	for (int i = 0; i < 3000; i++) {
		float logits[3] = { logf(0.2f), logf(0.5f), logf(0.3f) };

		count[choice_take(&choice, logits, 3)]++;
	}
	assert_in_range(count[0], 500, 700); /* 600, 4.5 deviations of 22 */
	assert_in_range(count[1], 1375, 1625);
	choice.top_k = 2;
	choice.top_p = 0.4;
	for (int i = 0; i < 100; i++) {
		float logits[3] = { logf(0.2f), logf(0.5f), logf(0.3f) };

		assert_int_equal(choice_take(&choice, logits, 3), 1);
	}
	choice_free(&choice);
}


static void chrf_is_that_of_its_definition(void **state)
{
	struct chrf same = { 0 }, none = { 0 }, part = { 0 };

	(void)state;
	chrf_add(&same, STR("ネコ科です。"), STR("ネコ科です。"));
	chrf_add(&none, STR("abc"), STR("ネコ"));
	chrf_add(&part, STR("ab"), STR("abc"));
	assert_true(fabs(chrf_score(&same) - 100) < 1e-9);
	assert_true(fabs(chrf_score(&none)) < 1e-9);
	/* P = (1 + 1) / 2, R = (2/3 + 1/2) / 2: 5 P R / (4 P + R) */
	assert_true(fabs(chrf_score(&part) -
			 100 * 5 * (7.0 / 12) / (4 + 7.0 / 12)) < 1e-9);
}

static void intervals_are_wilsons(void **state)
{
	double low, high;

	(void)state;
	rate_interval(8, 10, &low, &high);
	assert_true(fabs(low - 0.4901625) < 1e-6);
	assert_true(fabs(high - 0.9433178) < 1e-6);
	rate_interval(0, 5, &low, &high);
	assert_true(low == 0 && fabs(high - 0.4344825) < 1e-6);
	rate_interval(0, 0, &low, &high);
	assert_true(low == 0 && high == 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(greedy_answers_are_those_of_transformers),
		cmocka_unit_test(cached_logits_are_those_of_a_whole_pass),
		cmocka_unit_test(texts_side_by_side_are_as_alone),
		cmocka_unit_test(draws_follow_the_probabilities),
		cmocka_unit_test(chrf_is_that_of_its_definition),
		cmocka_unit_test(intervals_are_wilsons),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
