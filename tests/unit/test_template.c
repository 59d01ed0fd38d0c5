/* test_template.c - what template.h promises */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
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
		cmocka_unit_test(names_are_found_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
