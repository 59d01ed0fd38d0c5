/* test_scan.c - JSON is read strictly */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "read/scan.h"

static int scan(struct arena *arena, struct str text, struct value *value)
{
	struct scan_error error;

	return scan_value(arena, text, value, &error);
}

static void what_the_specification_allows_is_accepted(void **state)
{
	static const char *const text[] = {
		"{}", "[]", " [1 , 2]\t\r\n", "0", "-0", "-0.0e-0", "1E+2",
		"1e400", "9223372036854775808", "\"\"", "\"\\ud83d\\ude00\"",
		"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"", "true", "false",
		"null", "{\"a\":{\"b\":[{},[]]},\"c\":\"\"}", "\"\x7f\"",
		"\"ネコ\"", "{\"\":0}", "[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]",
	};
	struct arena arena = { 0 };
	struct value value;

	(void)state;
	for (size_t i = 0; i < sizeof text / sizeof *text; i++)
		if (scan(&arena, str_of(text[i]), &value) < 0)
			fail_msg("refused: %s", text[i]);
	arena_free(&arena);
}

static void everything_else_is_refused(void **state)
{
	static const char *const text[] = {
		"", " ", "[", "]", "{", "}", "[1,]", "[,1]", "{\"a\":1,}",
		"{\"a\"}", "{\"a\":}", "{a:1}", "{1:1}", "'a'", "\"", "\"\\\"",
		"\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\ud800\"",
		"\"\\ud800\\u0041\"", "\"\\udc00\"", "\"\\u0000\"", "\"\n\"",
		"\"\t\"", "01", "-", "-01", "+1", ".5", "1.", "1e", "1e+",
		"0x10", "NaN", "Infinity", "tru", "True", "nul", "1 2",
		"[1 2]", "{} x", "// a\n1", "[1/**/]", "\"\xff\"",
		"\"\xc0\x80\"", "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"",
		"{\"a\":1,\"a\":2}", "\"\\", "\"\\u", "\xef\xbb\xbf{}",
	};
	struct arena arena = { 0 };
	struct value value;

	(void)state;
	for (size_t i = 0; i < sizeof text / sizeof *text; i++)
		if (scan(&arena, str_of(text[i]), &value) == 0)
			fail_msg("accepted: %s", text[i]);
	assert_true(scan(&arena, (struct str){ "\"a\0b\"", 5 }, &value) < 0);
	assert_true(scan(&arena, (struct str){ "1\0", 2 }, &value) < 0);
	arena_free(&arena);
}

static void values_are_what_was_written(void **state)
{
	struct str text = STR("{\"a\":\"\\u732b\\n\\ud83d\\ude00\",\"n\":-1.50,"
			      "\"l\":[true,null]}");
	struct arena arena = { 0 };
	const struct value *list;
	struct value value;

	(void)state;
	assert_int_equal(scan(&arena, text, &value), 0);
	assert_int_equal(value.n, 3);
	assert_true(str_is(value_text(&value, "a"), "猫\n😀"));
	assert_true(str_is(value_get(&value, "n")->text, "-1.50"));
	list = value_get(&value, "l");
	assert_int_equal(list->n, 2);
	assert_int_equal(list->child->type, VALUE_TRUE);
	assert_int_equal(list->child->next->type, VALUE_NULL);
	assert_true(str_is(list->raw, "[true,null]"));
	assert_null(value_get(&value, "b"));
	assert_null(value_text(&value, "n").at);
	arena_free(&arena);
}

/* A text cut anywhere is refused, and never read beyond its end. */
static void every_prefix_is_refused(void **state)
{
	static const char text[] = "{\"a\\n\":[1.5e3,\"\\u00e9猫\",{\"b\":"
				   "false}],\"c\":null}";
	struct arena arena = { 0 };
	struct value value;

	(void)state;
	for (size_t n = 0; n < sizeof text - 1; n++) {
		char *copy = arena_alloc(&arena, n);

		memcpy(copy, text, n);
		assert_true(scan(&arena, (struct str){ copy, n }, &value) < 0);
	}
	assert_int_equal(scan(&arena, str_of(text), &value), 0);
	arena_free(&arena);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_specification_allows_is_accepted),
		cmocka_unit_test(everything_else_is_refused),
		cmocka_unit_test(values_are_what_was_written),
		cmocka_unit_test(every_prefix_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
