/* test_plot.c - plots as SVG */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <math.h>

#include "base/html.h"
#include "base/plot.h"

static size_t count(const struct buf *out, const char *what)
{
	size_t n = 0;

	for (const char *at = out->at; (at = strstr(at, what)); at++)
		n++;
	return n;
}

static void text_is_escaped(void **state)
{
	struct buf out = { 0 };

	(void)state;
	html_escape(&out, STR("<a b='c' d=\"e\">&amp;ネコ"));
	assert_string_equal(out.at, "&lt;a b=&#39;c&#39; d=&quot;e&quot;&gt;"
				    "&amp;amp;ネコ");
	buf_free(&out);
}

static void labels_are_cut_and_escaped(void **state)
{
	struct plot_bar bar[] = {
		{ STR("<script>alert(1)</script> and a very long label"), 3, 1 },
		{ STR("とても長い長い長い長い長い長い長い長い名前"), 1, 1 },
	};
	struct buf out = { 0 };

	(void)state;
	plot_bars(&out, &(struct plot_bars){ .title = "<t>", .bar = bar,
					     .n = 2, .whole = "all",
					     .part = "kept" });
	assert_null(strstr(out.at, "<script"));
	assert_non_null(strstr(out.at, "<title>&lt;t&gt;</title>"));
	assert_int_equal(count(&out, "…</text>"), 2);
	assert_int_equal(count(&out, "<svg"), 1);
	assert_int_equal(count(&out, "</svg>"), 1);
	buf_free(&out);
}

static void nothing_and_what_is_not_finite_can_be_drawn(void **state)
{
	double value[] = { NAN, INFINITY, 0, -INFINITY }, x[] = { 0, 1, 2, 3 };
	struct str label[] = { STR("a"), STR("b"), STR("c"), STR("d") };
	struct plot_point point[] = { { NAN, 1, 0 }, { 1, 2, 3 } };
	struct plot_line line = { STR("loss"), x, value, 4 };
	struct buf out = { 0 };

	(void)state;
	plot_bars(&out, &(struct plot_bars){ .n = 0 });
	plot_columns(&out, &(struct plot_columns){ .n = 0, .series = 1 });
	plot_columns(&out, &(struct plot_columns){ .label = label,
						   .value = value, .n = 2,
						   .series = 2 });
	plot_heat(&out, &(struct plot_heat){ .rows = 0, .columns = 0 });
	plot_points(&out, &(struct plot_points){ .point = point, .n = 2 });
	plot_points(&out, &(struct plot_points){ .n = 0 });
	plot_lines(&out, &(struct plot_lines){ .line = &line, .n = 1 });
	plot_lines(&out, &(struct plot_lines){ .n = 0 });
	assert_null(strstr(out.at, "nan"));
	assert_null(strstr(out.at, "inf"));
	assert_int_equal(count(&out, "<circle"), 1);
	buf_free(&out);
}

/* The y of the text that holds this. */
static double label_y(const char *svg, const char *text)
{
	const char *at = strstr(svg, text), *y = svg;

	for (const char *next = svg; (next = strstr(next, " y=\"")) &&
				     next < at; next++)
		y = next;
	return strtod(y + 4, NULL);
}

static void names_stand_beside_their_points_and_apart(void **state)
{
	struct str name[] = { STR("here"), STR("near"), STR("nowhere") };
	struct plot_point point[] = { { 1, 2, 0 }, { 1, 2.01, 1 },
				      { 9, 9, 0 }, { NAN, 1, 2 } };
	struct buf out = { 0 };
	double first, second;

	(void)state;
	plot_points(&out, &(struct plot_points){
		.point = point, .n = 2, .name = name, .groups = 3,
		.x = "x", .y = "y", .beside = true });
	assert_int_equal(count(&out, "<circle"), 2);
	assert_int_equal(count(&out, "<rect"), 0);
	assert_null(strstr(out.at, "nowhere"));
	assert_int_equal(count(&out, ">here<"), 1);
	first = label_y(out.at, ">here<");
	second = label_y(out.at, ">near<");
	assert_true(second - first >= 13 || first - second >= 13);
	buf_free(&out);
}

static void a_file_of_its_own_has_its_style(void **state)
{
	double y[] = { 3, 2, 1 }, x[] = { 0, 10, 20 };
	struct plot_line line = { STR("loss"), x, y, 3 };
	struct buf out = { 0 };

	(void)state;
	plot_lines(&out, &(struct plot_lines){ .line = &line, .n = 1,
					       .x = "steps", .y = "nats",
					       .alone = true });
	assert_non_null(strstr(out.at, "xmlns=\"http://www.w3.org/2000/svg\""));
	assert_non_null(strstr(out.at, "prefers-color-scheme:dark"));
	assert_non_null(strstr(out.at, "M56.0 "));
	buf_free(&out);
}

static void columns_stand_as_high_as_their_values(void **state)
{
	double value[] = { 1, 2, 4, 2 };
	struct str label[] = { STR("seen"), STR("held out") };
	struct str name[] = { STR("before"), STR("after") };
	struct buf out = { 0 };

	(void)state;
	plot_columns(&out, &(struct plot_columns){
		.label = label, .name = name, .value = value, .n = 2,
		.series = 2, .most = 5 });
	/* 220 units for 5 */
	assert_int_equal(count(&out, "height=\"44.0\""), 1);
	assert_int_equal(count(&out, "height=\"88.0\""), 2);
	assert_int_equal(count(&out, "height=\"176.0\""), 1);
	buf_free(&out);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_escaped),
		cmocka_unit_test(labels_are_cut_and_escaped),
		cmocka_unit_test(nothing_and_what_is_not_finite_can_be_drawn),
		cmocka_unit_test(names_stand_beside_their_points_and_apart),
		cmocka_unit_test(a_file_of_its_own_has_its_style),
		cmocka_unit_test(columns_stand_as_high_as_their_values),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
