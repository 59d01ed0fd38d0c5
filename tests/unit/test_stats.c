/* test_stats.c - differences, words of decisions, measures */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "base/buf.h"
#include "base/rng.h"
#include "db/metric.h"
#include "stats/about.h"
#include "stats/differ.h"
#include "stats/layout.h"

/* "same[-gone-]{+new+}" */
static void mark(struct buf *out, const char *a, const char *b)
{
	static const char *const open[] = { "", "[-", "{+" };
	static const char *const close[] = { "", "-]", "+}" };
	struct differ differ = { 0 };

	buf_clear(out);
	buf_text(out, "");
	differ_read(&differ, str_of(a), str_of(b));
	for (size_t i = 0; i < differ.n; i++) {
		buf_text(out, open[differ.part[i].change]);
		buf_str(out, differ.part[i].text);
		buf_text(out, close[differ.part[i].change]);
	}
	differ_free(&differ);
}

static void words_and_characters_differ_alone(void **state)
{
	static const char *const table[][3] = {
		{ "ネコはネコ科に属する動物です。",
		  "ネコはネコ科に属する生物です。",
		  "ネコはネコ科に属する[-動-]{+生+}物です。" },
		{ "the cat sat", "the cats sat", "the [-cat-]{+cats+} sat" },
		{ "ネコは何科ですか？", "ネコは何科ですか",
		  "ネコは何科ですか[-？-]" },
		{ "", "new", "{+new+}" },
		{ "old", "", "[-old-]" },
		{ "", "", "" },
		{ "same", "same", "same" },
		{ "か\u3099く", "かく", "[-か\u3099-]{+か+}く" },
		{ "a b c d", "a x c y", "a [-b-]{+x+} c [-d-]{+y+}" },
		{ "one two three.", "four five three.",
		  "[-one two-]{+four five+} three." },
		{ "abc を def", "abc が def", "abc [-を-]{+が+} def" },
	};
	struct buf out = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		mark(&out, table[i][0], table[i][1]);
		assert_string_equal(out.at, table[i][2]);
	}
	buf_free(&out);
}

static size_t random_text(struct rng *rng, char *text, size_t most)
{
	static const char *const unit[] = { "あ", "い", "x", " ", "。" };
	size_t n = 0;

	for (uint64_t i = rng_below(rng, most); i; i--) {
		const char *u = unit[rng_below(rng, 5)];

		memcpy(text + n, u, strlen(u));
		n += strlen(u);
	}
	return n;
}

/* Length of the longest common subsequence, by the plain table. */
static size_t common(struct str a, struct str b)
{
	size_t *row = calloc(b.n + 1, sizeof *row), most;

	for (size_t i = 0; i < a.n; i++) {
		size_t diagonal = 0;

		for (size_t j = 0; j < b.n; j++) {
			size_t up = row[j + 1];

			if (a.at[i] == b.at[j])
				row[j + 1] = diagonal + 1;
			else if (row[j] > up)
				row[j + 1] = row[j];
			diagonal = up;
		}
	}
	most = row[b.n];
	free(row);
	return most;
}

static void parts_in_order_are_the_texts(void **state)
{
	struct rng rng;

	(void)state;
	rng_init(&rng, 1, "differ");
	for (int round = 0; round < 2000; round++) {
		char x[200], y[200], a[200], b[200];
		struct str s = { x, random_text(&rng, x, 40) };
		struct str t = { y, random_text(&rng, y, 40) };
		struct differ d = { 0 };
		size_t n = 0, m = 0;

		differ_read(&d, s, t);
		for (size_t i = 0; i < d.n; i++) {
			struct str p = d.part[i].text;

			if (d.part[i].change != CHANGE_NEW)
				memcpy(a + n, p.at, p.n), n += p.n;
			if (d.part[i].change != CHANGE_GONE)
				memcpy(b + m, p.at, p.n), m += p.n;
		}
		assert_int_equal(n, s.n);
		assert_int_equal(m, t.n);
		assert_memory_equal(a, x, n);
		assert_memory_equal(b, y, m);
		differ_free(&d);
	}
}

/* Units of one byte: digits apart by spaces would be words, so use signs. */
static void the_difference_is_the_shortest(void **state)
{
	static const char sign[] = "+-*/=";
	struct rng rng;

	(void)state;
	rng_init(&rng, 2, "differ");
	for (int round = 0; round < 1000; round++) {
		char x[40], y[40];
		struct str s = { x, rng_below(&rng, 40) };
		struct str t = { y, rng_below(&rng, 40) };
		struct differ d = { 0 };
		size_t same = 0;

		for (size_t i = 0; i < 40; i++) {
			x[i] = sign[rng_below(&rng, 5)];
			y[i] = sign[rng_below(&rng, 5)];
		}
		differ_read(&d, s, t);
		for (size_t i = 0; i < d.n; i++)
			if (d.part[i].change == CHANGE_SAME)
				same += d.part[i].text.n;
		assert_int_equal(same, common(s, t));
		differ_free(&d);
	}
}

static void texts_that_share_little_differ_as_a_whole(void **state)
{
	struct buf a = { 0 }, b = { 0 };
	struct differ d = { 0 };

	(void)state;
	for (int i = 0; i < 20000; i++) {
		buf_text(&a, i % 7 ? "あ" : "い");
		buf_text(&b, i % 7 ? "う" : "い");
	}
	differ_read(&d, buf_view(&a), buf_view(&b));
	assert_true(d.n <= 4);
	differ_free(&d);
	buf_free(&a);
	buf_free(&b);
}

static void decisions_are_said_with_their_numbers(void **state)
{
	static const struct {
		struct about_decision decision;
		const char *words;
	} table[] = {
		{ { .reason = STR("near duplicate"), .other_id = 17,
		    .value = 0.91, .threshold = 0.8 },
		  "near duplicate of 17: Jaccard 0.91 >= 0.80" },
		{ { .reason = STR("exact duplicate"), .other_id = 3,
		    .value = 1, .threshold = 0.8 },
		  "exact duplicate of 3" },
		{ { .reason = STR("benchmark item"), .item_id = 1,
		    .benchmark = STR("b.jsonl"), .item_record = 5,
		    .value = 0.75, .threshold = 0.5 },
		  "benchmark item 5 of b.jsonl: share of its runs 0.75 >= "
		  "0.50" },
		{ { .reason = STR("low novelty"), .other_id = 9,
		    .value = 0.09999, .threshold = 0.1 },
		  "low novelty (pair 9): 0.1000 < 0.10" },
		{ { .reason = STR("refusal\033[2J"), .value = NAN },
		  "refusal<U+001B>[2J" },
	};
	struct buf out = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		buf_clear(&out);
		about_words(&table[i].decision, &out);
		assert_string_equal(out.at, table[i].words);
	}
	buf_free(&out);
}

static void every_measure_is_found_by_its_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < metric_count; i++)
		assert_ptr_equal(metric_find(str_of(metric_table[i].name)),
				 &metric_table[i]);
	assert_null(metric_find(STR("novel")));
}

/* -- the map -- */

static void neighbours_come_together_on_the_plane(void **state)
{
	enum { N = 120, C = 16, KINDS = 12 };
	static float row[N * C];
	static double x[N], y[N], x2[N], y2[N];
	struct par *par = par_new(1);
	struct knn knn;
	struct rng rng;
	double before, after;

	(void)state;
	rng_init(&rng, 3, "map");
	for (size_t i = 0; i < N; i++) {
		double sum = 0;

		for (size_t j = 0; j < C; j++) {
			row[i * C + j] = (float)((j == i % KINDS) +
						 0.3 * (rng_unit(&rng) - 0.5));
			sum += (double)row[i * C + j] * row[i * C + j];
		}
		for (size_t j = 0; j < C; j++)
			row[i * C + j] /= (float)sqrt(sum);
		x[i] = x2[i] = row[i * C];
		y[i] = y2[i] = row[i * C + 1];
	}
	assert_int_equal(knn_exact(&knn, row, N, C, 5, par), 0);
	before = layout_kept(x, y, &knn);
	layout_refine(x, y, &knn);
	after = layout_kept(x, y, &knn);
	assert_true(before < 0.3 && after > 0.5 && after <= 1);
	layout_refine(x2, y2, &knn);
	assert_memory_equal(x, x2, sizeof x);
	assert_memory_equal(y, y2, sizeof y);
	knn_free(&knn);
	par_free(par);
}

static void equal_points_are_laid_out_too(void **state)
{
	static float row[4 * 2];
	static double x[4], y[4];
	struct par *par = par_new(1);
	struct knn knn;

	(void)state;
	assert_int_equal(knn_exact(&knn, row, 4, 2, 10, par), 0);
	layout_refine(x, y, &knn);
	for (size_t i = 0; i < 4; i++)
		assert_true(isfinite(x[i]) && isfinite(y[i]));
	knn_free(&knn);
	par_free(par);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_and_characters_differ_alone),
		cmocka_unit_test(parts_in_order_are_the_texts),
		cmocka_unit_test(the_difference_is_the_shortest),
		cmocka_unit_test(texts_that_share_little_differ_as_a_whole),
		cmocka_unit_test(decisions_are_said_with_their_numbers),
		cmocka_unit_test(every_measure_is_found_by_its_name),
		cmocka_unit_test(neighbours_come_together_on_the_plane),
		cmocka_unit_test(equal_points_are_laid_out_too),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
