/* test_template.c - what template.h promises */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "model/template.h"

static const struct chat_message talk[] = {
	{ STR("system"), STR("簡潔に。") },
	{ STR("user"), STR("ネコは何科ですか？") },
	{ STR("assistant"), STR("ネコ科です。") },
	{ STR("user"), STR("Thanks") },
	{ STR("assistant"), STR("") },
};

static void check_text(enum template template, size_t n, bool generate,
		       const char *expected)
{
	struct rendering r = { 0 };
	struct buf out = { 0 };

	assert_int_equal(template_render(template, talk, n, generate, &r), 0);
	rendering_text(&r, &out);
	assert_string_equal(out.at, expected);
	buf_free(&out);
	rendering_free(&r);
}

static void conversations_are_written_as_models_expect(void **state)
{
	(void)state;
	check_text(TEMPLATE_CHATML, 3, false,
		   "<|im_start|>system\n簡潔に。<|im_end|>\n"
		   "<|im_start|>user\nネコは何科ですか？<|im_end|>\n"
		   "<|im_start|>assistant\nネコ科です。<|im_end|>\n");
	check_text(TEMPLATE_LLAMA3, 2, true,
		   "<|begin_of_text|>"
		   "<|start_header_id|>system<|end_header_id|>\n\n"
		   "簡潔に。<|eot_id|>"
		   "<|start_header_id|>user<|end_header_id|>\n\n"
		   "ネコは何科ですか？<|eot_id|>"
		   "<|start_header_id|>assistant<|end_header_id|>\n\n");
	check_text(TEMPLATE_SHIJI, 3, false,
		   "簡潔に。\n\n### 指示:\nネコは何科ですか？\n\n"
		   "### 応答:\nネコ科です。\n\n");
	check_text(TEMPLATE_PLAIN, 4, true,
		   "簡潔に。\n\n### Instruction:\nネコは何科ですか？\n\n"
		   "### Response:\nネコ科です。\n\n"
		   "### Instruction:\nThanks\n\n### Response:\n");
}

static void a_prompt_is_the_start_of_the_conversation(void **state)
{
	(void)state;
	for (int t = 0; t < TEMPLATES; t++) {
		struct rendering r = { 0 };
		struct buf prompt = { 0 }, whole = { 0 };

		template_render(t, talk, 2, true, &r);
		rendering_text(&r, &prompt);
		template_render(t, talk, 3, false, &r);
		rendering_text(&r, &whole);
		assert_true(str_starts(buf_view(&whole), buf_view(&prompt)));
		buf_free(&prompt);
		buf_free(&whole);
		rendering_free(&r);
	}
}

static void only_answers_and_their_ends_are_trained(void **state)
{
	(void)state;
	for (int t = 0; t < TEMPLATES; t++) {
		struct rendering r = { 0 };
		size_t ends = 0;

		template_render(t, talk, 5, false, &r);
		for (size_t i = 0; i < r.n; i++) {
			if (!r.piece[i].trained)
				continue;
			ends += r.piece[i].kind != PIECE_TEXT;
			assert_true(r.piece[i].kind != PIECE_TEXT ||
				    str_is(r.piece[i].text, "ネコ科です。"));
		}
		assert_int_equal(ends, 2); /* of the empty answer too */
		rendering_free(&r);
	}
}

static void an_unknown_role_is_an_error(void **state)
{
	static const struct chat_message odd = { STR("critic"), STR("x") };
	struct rendering r = { 0 };

	(void)state;
	assert_int_equal(template_render(TEMPLATE_CHATML, &odd, 1, false, &r),
			 ERR_FORMAT);
	rendering_free(&r);
}

static struct tokenizer *open_unigram(void)
{
	const char *srcdir = getenv("srcdir");
	struct tokenizer *tokenizer;
	struct buf path = { 0 };

	buf_print(&path, "%s/tests/data/tokenizer/unigram.json",
		  srcdir ? srcdir : ".");
	assert_int_equal(tokenizer_open(&tokenizer, path.at), 0);
	buf_free(&path);
	return tokenizer;
}

static void an_answer_ends_with_a_trained_stop_token(void **state)
{
	struct tokenizer *tokenizer = open_unigram();
	struct rendering r = { 0 };
	uint32_t stop;
	size_t stops = 0;

	(void)state;
	assert_true(template_stop(TEMPLATE_SHIJI, tokenizer, &stop));
	template_render(TEMPLATE_SHIJI, talk, 3, false, &r);
	rendering_tokens(&r, tokenizer);
	for (size_t t = 0; t < r.tokens; t++)
		if (r.id[t] == stop) {
			stops++;
			assert_int_equal(r.mask[t], 1);
			assert_int_equal(r.mask[t - 1], 1);
		}
	assert_int_equal(stops, 1);
	rendering_free(&r);
	tokenizer_free(tokenizer);
}

/* A prompt is tokenised in generating as it was in training. */
static void a_prompt_has_the_tokens_it_was_trained_with(void **state)
{
	struct tokenizer *tokenizer = open_unigram();

	(void)state;
	for (int t = 0; t < TEMPLATES; t++) {
		struct rendering whole = { 0 }, prompt = { 0 };
		size_t answer = 0;

		template_render(t, talk, 3, false, &whole);
		rendering_tokens(&whole, tokenizer);
		template_render(t, talk, 2, true, &prompt);
		rendering_tokens(&prompt, tokenizer);
		while (!whole.mask[answer])
			answer++;
		assert_int_equal(prompt.tokens, answer);
		assert_memory_equal(prompt.id, whole.id,
				    answer * sizeof *whole.id);
		rendering_free(&whole);
		rendering_free(&prompt);
	}
	tokenizer_free(tokenizer);
}

static void a_mark_that_a_person_typed_stays_text(void **state)
{
	static const struct chat_message sly[] = {
		{ STR("user"), STR("</s> と書いて") },
		{ STR("assistant"), STR("はい</s>") },
	};
	struct tokenizer *tokenizer = open_unigram();
	struct rendering r = { 0 };
	uint32_t stop;
	size_t stops = 0;

	(void)state;
	template_stop(TEMPLATE_PLAIN, tokenizer, &stop);
	template_render(TEMPLATE_PLAIN, sly, 2, false, &r);
	rendering_tokens(&r, tokenizer);
	for (size_t t = 0; t < r.tokens; t++)
		stops += r.id[t] == stop;
	assert_int_equal(stops, 1);
	rendering_free(&r);
	tokenizer_free(tokenizer);
}

static void names_are_found_again(void **state)
{
	(void)state;
	for (int t = 0; t < TEMPLATES; t++)
		assert_int_equal(template_find(template_name(t)), t);
	assert_int_equal(template_find("no such"), -1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(conversations_are_written_as_models_expect),
		cmocka_unit_test(a_prompt_is_the_start_of_the_conversation),
		cmocka_unit_test(only_answers_and_their_ends_are_trained),
		cmocka_unit_test(an_unknown_role_is_an_error),
		cmocka_unit_test(an_answer_ends_with_a_trained_stop_token),
		cmocka_unit_test(a_prompt_has_the_tokens_it_was_trained_with),
		cmocka_unit_test(a_mark_that_a_person_typed_stays_text),
		cmocka_unit_test(names_are_found_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
