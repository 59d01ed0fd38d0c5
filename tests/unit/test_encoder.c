/*
 * test_encoder.c - vectors equal those of an implementation in double precision
 *
 * tests/data/encode/ is made by tests/reference/bert_numpy.py.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "model/encoder.h"

enum { TEXTS = 8 };

static const char *data_path(const char *name)
{
	static char path[4096];
	const char *srcdir = getenv("srcdir");

	snprintf(path, sizeof path, "%s/tests/data/encode/%s",
		 srcdir ? srcdir : ".", name);
	return path;
}

static struct encoder *opened(const char *name, enum linear_type type)
{
	struct encoder_spec spec = { .type = type };
	struct encoder *encoder = NULL;

	if (encoder_open(&encoder, data_path(name), &spec) < 0)
		fail_msg("%s", err_text());
	return encoder;
}

static void read_texts(struct buf *all, struct str text[TEXTS])
{
	const char *at;

	assert_int_equal(file_load(data_path("texts.txt"), 1 << 20, all), 0);
	at = all->at;
	for (size_t i = 0; i < TEXTS; i++) {
		text[i] = (struct str){ at, strcspn(at, "\n") };
		at += text[i].n + 1;
	}
}

static void read_numbers(const char *name, float *want, size_t n)
{
	struct buf all = { 0 };
	char *at;

	assert_int_equal(file_load(data_path(name), 1 << 20, &all), 0);
	at = all.at;
	for (size_t i = 0; i < n; i++)
		want[i] = strtof(at, &at);
	buf_free(&all);
}

static double cosine(const float *a, const float *b, size_t n)
{
	double ab = 0, aa = 0, bb = 0;

	for (size_t i = 0; i < n; i++) {
		ab += (double)a[i] * b[i];
		aa += (double)a[i] * a[i];
		bb += (double)b[i] * b[i];
	}
	return ab / sqrt(aa * bb);
}

static float *embedded(const struct encoder *encoder)
{
	struct str text[TEXTS];
	struct buf all = { 0 };
	struct encoder_room room = { 0 };
	float *have = mem_array(TEXTS * encoder_dimension(encoder),
				sizeof *have);

	read_texts(&all, text);
	assert_int_equal(encoder_embed(encoder, &room, text, TEXTS, have), 0);
	encoder_room_free(&room);
	buf_free(&all);
	return have;
}

static void compare(const char *name, const char *numbers)
{
	struct encoder *encoder = opened(name, LINEAR_FLOAT);
	size_t d = encoder_dimension(encoder);
	float *have = embedded(encoder), want[TEXTS * 64];

	read_numbers(numbers, want, TEXTS * d);
	for (size_t i = 0; i < TEXTS * d; i++)
		if (!(fabsf(have[i] - want[i]) < 2e-5f))
			fail_msg("%s: text %zu, number %zu: %g, not %g", name,
				 i / d, i % d, have[i], want[i]);
	free(have);
	encoder_free(encoder);
}

static void bert_with_mean_pooling_is_the_same(void **state)
{
	(void)state;
	compare("bert", "bert.txt");
}

static void xlmr_in_two_files_with_cls_pooling_is_the_same(void **state)
{
	(void)state;
	compare("xlmr", "xlmr.txt");
}

static void bytes_point_the_same_way(void **state)
{
	struct encoder *encoder = opened("bert", LINEAR_INT8);
	float want[TEXTS * 64], *have = embedded(encoder);
	size_t d = encoder_dimension(encoder);

	(void)state;
	read_numbers("bert.txt", want, TEXTS * d);
	for (size_t i = 0; i < TEXTS; i++)
		assert_true(cosine(have + i * d, want + i * d, d) > 0.995);
	assert_string_equal(encoder_name(encoder), "bert/int8");
	free(have);
	encoder_free(encoder);
}

static void a_vector_does_not_depend_on_its_neighbours(void **state)
{
	static const enum linear_type types[] = { LINEAR_FLOAT, LINEAR_INT8 };

	(void)state;
	for (size_t k = 0; k < 2; k++) {
		struct encoder *encoder = opened("bert", types[k]);
		size_t d = encoder_dimension(encoder);
		float *all = embedded(encoder), one[64];
		struct encoder_room room = { 0 };
		struct str text[TEXTS];
		struct buf lines = { 0 };

		read_texts(&lines, text);
		for (size_t i = TEXTS; i-- > 0;) {
			encoder_embed(encoder, &room, &text[i], 1, one);
			assert_memory_equal(one, all + i * d, d * sizeof *one);
		}
		encoder_room_free(&room);
		buf_free(&lines);
		free(all);
		encoder_free(encoder);
	}
}

static void no_texts_are_no_vectors(void **state)
{
	struct encoder *encoder = opened("bert", LINEAR_FLOAT);
	struct encoder_room room = { 0 };

	(void)state;
	assert_int_equal(encoder_embed(encoder, &room, NULL, 0, NULL), 0);
	encoder_room_free(&room);
	encoder_free(encoder);
}

/* A copy of the small model whose config.json has one value exchanged. */
static void with_config(const char *from, const char *to, const char *says)
{
	static const char *const files[] = { "config.json", "tokenizer.json",
					     "model.safetensors" };
	struct encoder_spec spec = { 0 };
	struct encoder *encoder = NULL;
	char path[64], name[64];

	assert_int_equal(file_folder("broken"), 0);
	for (size_t i = 0; i < 3; i++) {
		struct buf text = { 0 }, changed = { 0 };
		const char *hit;

		snprintf(name, sizeof name, "bert/%s", files[i]);
		snprintf(path, sizeof path, "broken/%s", files[i]);
		assert_int_equal(file_load(data_path(name), 1 << 20, &text),
				 0);
		hit = i == 0 ? strstr(text.at, from) : NULL;
		if (hit) {
			buf_put(&changed, text.at, (size_t)(hit - text.at));
			buf_text(&changed, to);
			buf_text(&changed, hit + strlen(from));
		} else {
			buf_str(&changed, buf_view(&text));
		}
		assert_int_equal(file_save(path, buf_view(&changed)), 0);
		buf_free(&text);
		buf_free(&changed);
	}
	assert_true(encoder_open(&encoder, "broken", &spec) < 0);
	if (!strstr(err_text(), says))
		fail_msg("%s -> %s says %s", from, to, err_text());
	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof path, "broken/%s", files[i]);
		remove(path);
	}
	rmdir("broken");
}

static void a_config_that_lies_is_refused(void **state)
{
	(void)state;
	with_config("\"bert\"", "\"gpt9\"", "model_type \"gpt9\"");
	with_config("\"hidden_size\": 24", "\"hidden_size\": -1",
		    "hidden_size is -1");
	with_config("\"hidden_size\": 24", "\"hidden_size\": 1e30",
		    "hidden_size");
	with_config("\"hidden_size\": 24", "\"hidden_size\": 27",
		    "has the shape");
	with_config("\"hidden_size\": 24", "\"hidden_size\": 25",
		    "cannot be shared by 3 heads");
	with_config("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3",
		    "no array \"encoder.layer.2");
	with_config("\"gelu\"", "\"swish\"", "hidden_act \"swish\"");
	with_config("\"max_position_embeddings\": 64",
		    "\"max_position_embeddings\": 65", "has the shape");
	with_config("{", "{{", "not JSON");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(bert_with_mean_pooling_is_the_same),
		cmocka_unit_test(
			xlmr_in_two_files_with_cls_pooling_is_the_same),
		cmocka_unit_test(bytes_point_the_same_way),
		cmocka_unit_test(a_vector_does_not_depend_on_its_neighbours),
		cmocka_unit_test(no_texts_are_no_vectors),
		cmocka_unit_test(a_config_that_lies_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
