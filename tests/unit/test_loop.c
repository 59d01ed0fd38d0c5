/* test_loop.c - texts of writers that got stuck, and of those that did not */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "filter/loop.h"

static bool ends_in_loop(const char *text, double times, struct span *span)
{
	return loop_at_end(str_of(text), times, span);
}

static void a_sentence_over_and_over_is_a_loop(void **state)
{
	static const char text[] = "猫は好き！犬と歩きます。犬と歩きます。"
				   "犬と歩きます。犬と歩きます。犬と歩";
	static const char once[] = "猫は好き！犬と歩きます。";
	struct span span;

	(void)state;
	assert_true(ends_in_loop(text, 4, &span));
	assert_int_equal(span.start, sizeof once - 1);
	assert_int_equal(span.end, sizeof text - 1);
	assert_false(ends_in_loop(text, 6, &span));
}

static void numbers_and_space_do_not_hide_it(void **state)
{
	struct span span;

	(void)state;
	assert_true(ends_in_loop("1. Drink more water.\n2. Drink more water.\n"
				 "3.  Drink more water.\n\n4. Drink more water.",
				 4, &span));
}

static void tables_drawings_and_short_texts_are_none(void **state)
{
	struct span span;

	(void)state;
	assert_false(ends_in_loop("ha ha ha ha ha", 4, &span));
	assert_false(ends_in_loop("", 4, &span));
	assert_false(ends_in_loop("-----------------------------------------"
				  "-----------------------------------------",
				  4, &span));
	assert_false(ends_in_loop("|1|6|5|9|2|4|7|8|9|\n|9|7|2|8|5|3|1|6|4|\n"
				  "|8|3|4|6|7|1|9|2|5|\n|2|9|1|5|4|8|3|7|6|\n",
				  4, &span));
}

/* The end decides, and of a long text it alone is looked at. */
static void length_does_not_matter(void **state)
{
	struct buf text = { 0 };
	struct span span;

	(void)state;
	for (int i = 0; i < 20000; i++)
		buf_print(&text, "%d cats came home. ", i * i);
	assert_true(loop_at_end(buf_view(&text), 4, &span));
	buf_print(&text, "Then the last of them went home and slept.");
	assert_false(loop_at_end(buf_view(&text), 4, &span));
	buf_free(&text);
}

static void repeated_lines_count_by_their_share(void **state)
{
	static const char mixed[] = "The red house is here.\nThe blue house is far.\n"
				    "The red house is here.\nThe green house is gone.\n"
				    "The red house is here.\nThe blue house is far.\n";

	(void)state;
	assert_true(loop_of_lines(STR(mixed), 0.4));
	assert_false(loop_of_lines(STR(mixed), 0.6));
	assert_false(loop_of_lines(STR("}\n}\n}\n}\n}\n}\n}\n}\n}\n}\n"), 0.4));
	assert_false(loop_of_lines(STR(""), 0.4));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sentence_over_and_over_is_a_loop),
		cmocka_unit_test(numbers_and_space_do_not_hide_it),
		cmocka_unit_test(tables_drawings_and_short_texts_are_none),
		cmocka_unit_test(length_does_not_matter),
		cmocka_unit_test(repeated_lines_count_by_their_share),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
