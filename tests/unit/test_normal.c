/* test_normal.c - scripts and normal forms, against PCRE2 and utf8proc */
#define PCRE2_CODE_UNIT_WIDTH 8

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <pcre2.h>
#include <utf8proc.h>

#include "base/rng.h"
#include "text/normal.h"
#include "text/script.h"
#include "text/utf8.h"

/* PCRE2 and utf8proc may know different versions of Unicode. */
static bool both_know(const char *text, size_t n)
{
	static pcre2_code *code;
	static pcre2_match_data *match;
	int error;
	PCRE2_SIZE at;

	if (!code) {
		code = pcre2_compile((PCRE2_SPTR)"\\p{Cn}",
				     PCRE2_ZERO_TERMINATED, PCRE2_UTF, &error,
				     &at, NULL);
		match = pcre2_match_data_create(1, NULL);
	}
	return pcre2_match(code, (PCRE2_SPTR)text, n, 0, 0, match, NULL) < 0;
}

static void assert_script(const char *pattern, enum script script)
{
	int error;
	PCRE2_SIZE at;
	pcre2_code *code = pcre2_compile((PCRE2_SPTR)pattern,
					 PCRE2_ZERO_TERMINATED,
					 PCRE2_UTF | PCRE2_UCP, &error, &at,
					 NULL);
	pcre2_match_data *match = pcre2_match_data_create(1, NULL);

	assert_non_null(code);
	for (uint32_t c = 1; c < 0x110000; c++) {
		char text[4];
		size_t n;
		bool is;

		if ((c >= 0xd800 && c < 0xe000) ||
		    utf8proc_category((utf8proc_int32_t)c) ==
			    UTF8PROC_CATEGORY_CN)
			continue;
		n = utf8_put(text, c);
		is = pcre2_match(code, (PCRE2_SPTR)text, n, 0,
				 PCRE2_NO_UTF_CHECK, match, NULL) > 0;
		if (is != (script_of(c) == script) && both_know(text, n))
			fail_msg("U+%04X %s", c, pattern);
	}
	pcre2_match_data_free(match);
	pcre2_code_free(code);
}

static void scripts_agree_with_pcre2(void **state)
{
	char pattern[40];

	(void)state;
	for (enum script s = SCRIPT_LATIN; s < SCRIPT_OTHER; s++) {
		snprintf(pattern, sizeof pattern, "^\\p{sc:%s}",
			 script_name(s));
		assert_script(pattern, s);
	}
}

static void kinds_are_as_documented(void **state)
{
	(void)state;
	for (const char *c = "+-*/=<>"; *c; c++)
		assert_int_equal(char_kind((uint32_t)*c), CHAR_OPERATOR);
	assert_int_equal(char_kind(0xd7), CHAR_OPERATOR); /* × */
	assert_int_equal(char_kind(0x3002), CHAR_PUNCTUATION);
	assert_int_equal(char_kind(0x3000), CHAR_SPACE);
	assert_int_equal(char_kind(0x30fc), CHAR_LETTER);
	assert_int_equal(script_of(0x30fc), SCRIPT_COMMON); /* ー */
	assert_int_equal(char_kind(0xff15), CHAR_DIGIT);
	for (uint32_t c = 0; c < 128; c++) { /* the fast path is no other */
		enum char_kind kind = char_kind(c);
		utf8proc_category_t category =
			utf8proc_category((utf8proc_int32_t)c);

		assert_int_equal(kind == CHAR_DIGIT,
				 category == UTF8PROC_CATEGORY_ND);
		assert_int_equal(kind == CHAR_LETTER,
				 category == UTF8PROC_CATEGORY_LU ||
					 category == UTF8PROC_CATEGORY_LL);
	}
}

static void assert_normal(const char *text, unsigned forms, const char *wanted)
{
	struct buf out = { 0 };

	buf_text(&out, "|");
	normal_add(&out, str_of(text), forms);
	assert_string_equal(out.at + 1, wanted);
	assert_int_equal(out.n, strlen(wanted) + 1);
	buf_free(&out);
}

static void what_looks_alike_compares_as_equal(void **state)
{
	(void)state;
	assert_normal("", NORMAL_ALL, "");
	assert_normal(" \t\n", NORMAL_ALL, "");
	assert_normal("  Hello,\r\n  World ", NORMAL_ALL, "hello, world");
	assert_normal("ＡＢＣ１２３！　ネコ", NORMAL_ALL, "abc123! ネコ");
	assert_normal("ｶﾞｷﾞ ﾈｺ", NORMAL_ALL, "ガギ ネコ");
	assert_normal("か\u3099", NORMAL_ALL, "が");
	assert_normal("e\u0301", NORMAL_ALL, "é");
	assert_normal("E\u0301t", NORMAL_ALL, "ét");
	assert_normal("Straße", NORMAL_ALL, "strasse");
	assert_normal("①㍿", NORMAL_ALL, "1株式会社");
	assert_normal("so\u00adft\ufeff", NORMAL_ALL, "soft");
	assert_normal("a\u2003\u2028 b\u1680", NORMAL_ALL, "a b");
	assert_normal("\u3099か", NORMAL_ALL, "\u3099か");
}

static void forms_can_be_had_one_by_one(void **state)
{
	(void)state;
	assert_normal("Ａ①ｶﾞ　b ", NORMAL_WIDTH, "A①ガ b ");
	assert_normal("Ａ①ｶﾞ　b ", NORMAL_WIDTH | NORMAL_CASE, "a①ガ b ");
	assert_normal("ÀＡ  b", NORMAL_CASE, "àａ  b");
	assert_normal("Ａ \n ①", NORMAL_SPACE, "Ａ ①");
	assert_normal("Ａ\n①", NORMAL_NFKC, "A\n1");
	assert_normal(" Ａ\n①", 0, " Ａ\n①");
}

/* A reference without fast paths: the whole text through utf8proc. */
static void assert_same_as_utf8proc(const char *text)
{
	struct buf out = { 0 };
	utf8proc_uint8_t *whole = NULL;

	normal_add(&out, str_of(text), NORMAL_NFKC | NORMAL_CASE);
	utf8proc_map((const utf8proc_uint8_t *)text, 0, &whole,
		     UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPOSE |
			     UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
			     UTF8PROC_IGNORE);
	assert_string_equal(out.at, (char *)whole);
	free(whole);
	buf_free(&out);
}

static void the_fast_path_agrees_with_utf8proc(void **state)
{
	static const uint32_t base[] = { 0x20, 0x40, 0x60, 0xc0, 0x300, 0x390,
					 0x410, 0x9a0, 0xb30, 0x1100, 0x1160,
					 0x11a0, 0x1e00, 0x200a, 0x2100, 0x2460,
					 0x3040, 0x3090, 0x30a0, 0x4e00, 0xac00,
					 0xf900, 0xff00, 0xff60, 0xff90, 0xfb00,
					 0x110a0, 0x1d150, 0x1f600 };
	struct rng rng;

	(void)state;
	rng_init(&rng, 1, "normal");
	for (int round = 0; round < 20000; round++) {
		char text[200];
		size_t n = 0;

		for (uint64_t left = rng_below(&rng, 30); left; left--) {
			uint64_t b = rng_below(&rng, sizeof base /
							     sizeof *base);

			n += utf8_put(text + n,
				      base[b] +
					      (uint32_t)rng_below(&rng, 0x30));
		}
		text[n] = '\0';
		assert_same_as_utf8proc(text);
	}
}

static void endless_marks_take_linear_time(void **state)
{
	struct buf text = { 0 }, out = { 0 };

	(void)state;
	buf_byte(&text, 'a');
	for (int i = 0; i < 200000; i++)
		buf_text(&text, i % 2 ? "\u0316" : "\u0301");
	normal_add(&out, buf_view(&text), NORMAL_ALL);
	assert_true(out.n > 100000);
	buf_free(&text);
	buf_free(&out);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(scripts_agree_with_pcre2),
		cmocka_unit_test(kinds_are_as_documented),
		cmocka_unit_test(what_looks_alike_compares_as_equal),
		cmocka_unit_test(forms_can_be_had_one_by_one),
		cmocka_unit_test(the_fast_path_agrees_with_utf8proc),
		cmocka_unit_test(endless_marks_take_linear_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
