/* test_near.c - shingles, signatures, sets and keys, as their headers promise */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "base/spill.h"
#include "base/store.h"
#include "near/bucket.h"
#include "near/dsu.h"
#include "near/join.h"
#include "near/lsh.h"
#include "near/minhash.h"
#include "near/set.h"
#include "text/demand.h"
#include "text/protect.h"
#include "text/shingle.h"

/* -- shingles -- */

static uint32_t read_text(enum unit unit, const char *text,
			  struct shingle_form *form)
{
	struct shingler shingler = { .unit = unit, .n = 5 };

	shingler_read(&shingler, str_of(text), form);
	shingler_free(&shingler);
	return form->units;
}

static void assert_units(enum unit unit, const char *text, uint32_t units)
{
	struct shingle_form form;

	if (read_text(unit, text, &form) != units)
		fail_msg("%s: %u units, not %u", text, form.units, units);
}

static void one_rule_cuts_every_script(void **state)
{
	(void)state;
	assert_units(UNIT_AUTO, "", 0);
	assert_units(UNIT_AUTO, "。！？ ...", 0);
	assert_units(UNIT_AUTO, "Translate this sentence.", 3);
	assert_units(UNIT_AUTO, "ネコは何科ですか？", 8);
	assert_units(UNIT_AUTO, "サーバー", 4);
	assert_units(UNIT_AUTO, "ｻｰﾊﾞｰ", 4);
	assert_units(UNIT_AUTO, "3文でGPT-4を使う", 9);
	assert_units(UNIT_AUTO, "한국어 문장입니다", 2);
	assert_units(UNIT_AUTO, "Он пришёл", 2);
	assert_units(UNIT_AUTO, "3+4", 3);
	assert_units(UNIT_AUTO, "3 × 4 = 12", 5);
	assert_units(UNIT_AUTO, "3.5 and 1,000,000.", 3);
	assert_units(UNIT_AUTO, "snake_case f(x)", 3);
	assert_units(UNIT_AUTO, "yes 👍", 2);
	assert_units(UNIT_WORD, "ネコは何科ですか？", 1);
	assert_units(UNIT_CHAR, "cat 12", 5);
	assert_units(UNIT_CHAR, "ネコ cat", 5);
}

static void assert_same(const char *a, const char *b, bool equal, bool numbers)
{
	struct shingle_form x, y;

	read_text(UNIT_AUTO, a, &x);
	read_text(UNIT_AUTO, b, &y);
	if ((x.equal == y.equal) != equal || (x.numbers == y.numbers) != numbers)
		fail_msg("%s | %s", a, b);
}

static void numbers_stay_numbers(void **state)
{
	(void)state;
	assert_same("3+4", "5+9", false, false);
	assert_same("3+4", "3-4", false, true);
	assert_same("3文で答えて", "5文で答えて", false, false);
	assert_same("３文で答えて。", "3文で答えて", true, true);
	assert_same("1,000 yen", "1000 yen", true, true);
	assert_same("1,000 yen", "1,0000 yen", false, false);
	assert_same("3.5", "35", false, false);
	assert_same("3.5", "3 5", false, false);
	assert_same("GPT4", "GPT3", false, false);
	assert_same("1 2", "2 1", false, false);
	assert_same("a 1 b", "c 1 d", false, true);
}

static void punctuation_case_and_width_do_not_matter(void **state)
{
	(void)state;
	assert_same("Translate this!", "translate THIS", true, true);
	assert_same("英訳してください。", "英訳してください", true, true);
	assert_same("ＡＢＣ", "abc", true, true);
	assert_same("?", "!", false, true);
	assert_same("", "!", false, true);
	assert_same("a b", "ab", false, true);
	assert_same("a b", "b a", false, true);
}

/* The polynomial, without rolling. */
static void rolled_shingles_are_those_of_the_definition(void **state)
{
	struct shingler whole = { .n = 3 }, part = { .n = 3 };
	struct shingle_form form;
	uint64_t all[8], one;

	(void)state;
	shingler_read(&whole, STR("a b c d e f"), &form);
	assert_int_equal(shingler_count(&whole), 4);
	shingler_put(&whole, 7, all);
	shingler_read(&part, STR("c d e"), &form);
	assert_int_equal(shingler_count(&part), 1);
	shingler_put(&part, 7, &one);
	assert_int_equal(one, all[2]);
	shingler_put(&part, 8, &one);
	assert_int_not_equal(one, all[2]);
	shingler_free(&whole);
	shingler_free(&part);
}

/* -- signatures -- */

enum { K = 128 };

static void order_and_repeats_do_not_matter(void **state)
{
	static const uint64_t once[] = { 7ull << 32, 11ull << 33, 13ull << 40 };
	static const uint64_t again[] = { 13ull << 40, 7ull << 32, 7ull << 32,
					  11ull << 33, 13ull << 40 };
	uint32_t a[K], b[K];
	struct minhash mh;

	(void)state;
	minhash_init(&mh, K, 1);
	minhash_sign(&mh, once, 3, a);
	minhash_sign(&mh, again, 5, b);
	assert_memory_equal(a, b, sizeof a);
	minhash_sign(&mh, NULL, 0, b);
	for (int k = 0; k < K; k++)
		assert_int_equal(b[k], UINT32_MAX);
	minhash_free(&mh);
}

static void every_processor_gives_the_same_bits(void **state)
{
	uint64_t member[100];
	uint32_t a[K], b[K];
	struct minhash mh;
	struct rng rng;

	(void)state;
	rng_init(&rng, 1, "bits");
	minhash_init(&mh, K, 1);
	for (size_t n = 0; n < 100; n++) {
		minhash_sign(&mh, member, n, a);
		minhash_sign_plain(&mh, member, n, b);
		assert_memory_equal(a, b, sizeof a);
		member[n] = rng_next(&rng);
	}
	minhash_free(&mh);
}

/*
 * 1000 pairs of sets with J = 0.75: the mean of 128,000 slots has a standard
 * error of 0.0012, and misses by the bands follow 1 - P(J).
 */
static void the_estimate_is_unbiased(void **state)
{
	enum { PAIRS = 1000, COMMON = 60, OWN = 10 };
	uint64_t a[COMMON + OWN], b[COMMON + OWN];
	uint32_t x[K], y[K];
	struct minhash mh;
	struct rng rng;
	double sum = 0;

	(void)state;
	rng_init(&rng, 1, "unbiased");
	minhash_init(&mh, K, 1);
	for (int pair = 0; pair < PAIRS; pair++) {
		for (int i = 0; i < COMMON + OWN; i++) {
			a[i] = rng_next(&rng);
			b[i] = i < COMMON ? a[i] : rng_next(&rng);
		}
		minhash_sign(&mh, a, COMMON + OWN, x);
		minhash_sign(&mh, b, COMMON + OWN, y);
		sum += minhash_similarity(x, y, K);
	}
	assert_true(fabs(sum / PAIRS - 0.75) < 5 * 0.0012);
	minhash_free(&mh);
}

static void bands_promise_their_recall(void **state)
{
	struct lsh_plan plan;

	(void)state;
	for (int t = 5; t <= 100; t++) {
		assert_int_equal(lsh_plan(t / 100.0, &plan), 0);
		assert_true(lsh_recall(&plan, t / 100.0) >= 0.9999);
		assert_true(plan.bands * plan.rows <= 192);
	}
	assert_int_equal(lsh_plan(0.8, &plan), 0);
	assert_int_equal(plan.bands, 25);
	assert_int_equal(plan.rows, 5);
	assert_true(lsh_plan(0.01, &plan) < 0);
}

/* -- sets -- */

static size_t random_set(struct rng *rng, uint64_t range, size_t draws,
			 uint64_t *set)
{
	uint64_t scratch[2000];

	for (size_t i = 0; i < draws; i++)
		set[i] = hash_mix(rng_below(rng, range) + 1);
	return set_sort(set, draws, scratch);
}

static double plain_similarity(const uint64_t *a, size_t na, const uint64_t *b,
			       size_t nb)
{
	size_t both = 0;

	for (size_t i = 0; i < na; i++)
		for (size_t j = 0; j < nb; j++)
			both += a[i] == b[j];
	return (double)both / (double)(na + nb - both);
}

static void similarity_is_exact_and_stops_at_the_threshold(void **state)
{
	struct rng rng;

	(void)state;
	rng_init(&rng, 1, "sets");
	for (int round = 0; round < 20000; round++) {
		uint64_t a[60], b[60];
		uint64_t range = 1 + rng_below(&rng, 40);
		size_t na = random_set(&rng, range, 1 + rng_below(&rng, 59), a);
		size_t nb = random_set(&rng, range, 1 + rng_below(&rng, 59), b);
		double t = (double)(1 + rng_below(&rng, 20)) / 20;
		double j = plain_similarity(a, na, b, nb);
		double got = set_similarity(a, na, b, nb, t);

		if (j >= t)
			assert_true(got == j);
		else
			assert_true(got == -1);
	}
}

static void a_sorted_set_has_each_member_once(void **state)
{
	static uint64_t set[2000];
	struct rng rng;

	(void)state;
	rng_init(&rng, 1, "sort");
	for (size_t n = 0; n < 2000; n += 7) {
		size_t m = random_set(&rng, 1 + n / 2, n, set);

		for (size_t i = 1; i < m; i++)
			assert_true(set[i - 1] < set[i]);
	}
}

static void prefixes_of_a_match_have_a_member_in_common(void **state)
{
	struct join join;
	struct rng rng;
	int matches = 0;

	(void)state;
	rng_init(&rng, 1, "prefix");
	assert_int_equal(join_init(&join), 0);
	for (int round = 0; round < 20000; round++) {
		uint64_t a[40], b[40], p[40], q[40];
		uint64_t range = 1 + rng_below(&rng, 30);
		size_t na = random_set(&rng, range, 1 + rng_below(&rng, 39), a);
		size_t nb = random_set(&rng, range, 1 + rng_below(&rng, 39), b);
		double t = (double)(1 + rng_below(&rng, 10)) / 10;
		size_t np, nq;
		bool common = false;

		if (round % 3 == 0)
			join_sample(&join, a, na);
		if (plain_similarity(a, na, b, nb) < t)
			continue;
		matches++;
		np = join_prefix(&join, t, a, na, p);
		nq = join_prefix(&join, t, b, nb, q);
		for (size_t i = 0; i < np; i++)
			for (size_t j = 0; j < nq; j++)
				common |= p[i] == q[j];
		assert_true(common);
	}
	assert_true(matches > 1000);
	join_free(&join);
}

/* -- keys -- */

static void sorting_on_disk_gives_the_order_of_memory(void **state)
{
	enum { N = 150000 };
	struct spill small, large;
	uint64_t a[2], b[2], last[2] = { 0 };
	struct rng rng;

	(void)state;
	rng_init(&rng, 1, "spill");
	spill_init(&small, 2, 0);
	spill_init(&large, 2, 1 << 30);
	for (uint64_t i = 0; i < N; i++) {
		uint64_t record[] = { rng_next(&rng) >> rng_below(&rng, 64),
				      i };

		assert_int_equal(spill_put(&small, record), 0);
		assert_int_equal(spill_put(&large, record), 0);
	}
	assert_int_equal(spill_sort(&small), 0);
	assert_int_equal(spill_sort(&large), 0);
	assert_true(small.runs > 3);
	assert_int_equal(large.runs, 0);
	for (int i = 0; i < N; i++) {
		assert_int_equal(spill_next(&small, a), 1);
		assert_int_equal(spill_next(&large, b), 1);
		assert_memory_equal(a, b, sizeof a);
		assert_true(a[0] > last[0] ||
			    (a[0] == last[0] && a[1] >= last[1]));
		memcpy(last, a, sizeof last);
	}
	assert_int_equal(spill_next(&small, a), 0);
	assert_int_equal(spill_next(&large, b), 0);
	spill_free(&small);
	spill_free(&large);
}

static void a_store_beyond_its_budget_keeps_what_it_has(void **state)
{
	struct store store = { .budget = 1 << 20 };
	uint64_t *kept[500];

	(void)state;
	for (uint64_t i = 0; i < 500; i++) {
		kept[i] = store_take(&store, 1 + i * 13);
		assert_non_null(kept[i]);
		for (uint64_t j = 0; j < 1 + i * 13; j++)
			kept[i][j] = i ^ j;
	}
	assert_true(store.file_size > 0);
	for (uint64_t i = 0; i < 500; i++)
		for (uint64_t j = 0; j < 1 + i * 13; j++)
			assert_int_equal(kept[i][j], i ^ j);
	store_free(&store);
}

static void buckets_are_keys_of_two_members_or_more(void **state)
{
	struct bucket bucket;

	(void)state;
	bucket_init(&bucket, 0);
	bucket_put(&bucket, 50, 0);
	bucket_put(&bucket, 10, 0);
	bucket_put(&bucket, 99, 1);
	bucket_put(&bucket, 10, 2);
	bucket_put(&bucket, 50, 3);
	bucket_put(&bucket, 50, 2);
	assert_int_equal(bucket_build(&bucket, 4), 0);
	assert_int_equal(bucket.buckets, 2);
	assert_int_equal(bucket.first[1] - bucket.first[0], 2);
	assert_int_equal(bucket.first[2] - bucket.first[1], 0);
	assert_int_equal(bucket.first[3] - bucket.first[2], 2);
	assert_int_equal(bucket.first[4] - bucket.first[3], 1);
	assert_int_equal(bucket.of[0], 0); /* of key 10 */
	assert_int_equal(bucket.of[1], 1); /* of key 50 */
	assert_int_equal(bucket.of[4], 1);
	assert_int_equal(bucket.start[0], 0);
	assert_int_equal(bucket.start[1], 2);
	assert_int_equal(bucket.start[2], 5);
	bucket_free(&bucket);
	bucket_init(&bucket, 0);
	assert_int_equal(bucket_build(&bucket, 0), 0);
	assert_int_equal(bucket.buckets, 0);
	bucket_free(&bucket);
}

static void a_root_is_the_lowest_member(void **state)
{
	struct dsu dsu;

	(void)state;
	assert_int_equal(dsu_init(&dsu, 6), 0);
	dsu_join(&dsu, 5, 4);
	dsu_join(&dsu, 3, 5);
	dsu_join(&dsu, 1, 2);
	assert_int_equal(dsu_find(&dsu, 4), 3);
	assert_int_equal(dsu_find(&dsu, 2), 1);
	assert_int_equal(dsu_find(&dsu, 0), 0);
	dsu_join(&dsu, 4, 2);
	assert_int_equal(dsu_find(&dsu, 5), 1);
	dsu_free(&dsu);
}

static void protect(const char *a, const char *b, bool same)
{
	if ((protect_read(str_of(a)) == protect_read(str_of(b))) != same)
		fail_msg("'%s' and '%s'", a, b);
}

static void names_and_negations_are_protected(void **state)
{
	(void)state;
	protect("Name the capital of France.", "name the capital of France", 1);
	protect("Name the capital of France.", "Name the capital of Spain.", 0);
	protect("Which of them is a fruit?", "Which of them is not a fruit?", 0);
	protect("What don't birds eat?", "What don’t birds eat?", 1);
	protect("What do birds eat?", "What don't birds eat?", 0);
	protect("a knot", "a rope", 1);
	protect("広島の人口は？", "長崎の人口は？", 0);
	protect("サーバを止める", "メモリを止める", 0);
	protect("果物である物は？", "果物でない物は？", 0);
	protect("食べない理由", "食べなかった理由", 1);
	protect("教えてくれませんか", "教えてください", 1);
	protect("動きません。", "動きます。", 0);
	protect("食べずに済む方法", "食べて済む方法", 0);
	protect("次の文章を要約して", "以下の文を要約してください", 1);
	protect("The end. What is Rust?", "The end. Explain Rust.", 1);
	protect("It fell. Paris wept.", "It fell. Rome wept.", 0);
	protect("それはいつのことか。", "それはどこのことか。", 0);
	protect("「Soul」を作った人は？", "「Mind」を作った人は？", 0);
	protect("JOCとは何ですか", "JAROとは何ですか", 0);
	protect("いつもの料理", "ふだんの料理", 1);
	protect("When did they move?", "Where did they move?", 0);
	protect("", "", 1);
}

static void what_is_wanted_is_protected(void **state)
{
	(void)state;
	protect("次の英文を日本語に訳してください", "以下の英語の文を和訳して", 1);
	protect("英語を日本語に訳して", "日本語を英語に訳して", 0);
	protect("フランス語をドイツ語に", "ドイツ語をフランス語に", 0);
	protect("from English into French", "from French into English", 0);
	protect("answer in short", "answer briefly and concisely", 1);
	protect("answer in short", "answer in detail", 0);
	protect("as a table", "as json", 0);
	protect("in three sentences", "in five sentences", 0);
	protect("the advantages of it", "the disadvantages of it", 0);
	protect("a program in C", "a program in C++", 0);
	protect("the sum of even ones", "the sum of odd ones", 0);
	assert_false(demand_asks(str_of("いつ")) & demand_asks(str_of("どこ")));
	assert_int_equal(demand_asks(str_of("What is it?")),
			 demand_asks(str_of("which one")));
	assert_int_equal(demand_asks(str_of("whatever they show")), 0);
	protect("表で答えて", "箇条書きで答えて", 0);
	assert_true(protect_read(str_of("how are you")) == 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_rule_cuts_every_script),
		cmocka_unit_test(numbers_stay_numbers),
		cmocka_unit_test(names_and_negations_are_protected),
		cmocka_unit_test(what_is_wanted_is_protected),
		cmocka_unit_test(punctuation_case_and_width_do_not_matter),
		cmocka_unit_test(rolled_shingles_are_those_of_the_definition),
		cmocka_unit_test(order_and_repeats_do_not_matter),
		cmocka_unit_test(every_processor_gives_the_same_bits),
		cmocka_unit_test(the_estimate_is_unbiased),
		cmocka_unit_test(bands_promise_their_recall),
		cmocka_unit_test(similarity_is_exact_and_stops_at_the_threshold),
		cmocka_unit_test(a_sorted_set_has_each_member_once),
		cmocka_unit_test(prefixes_of_a_match_have_a_member_in_common),
		cmocka_unit_test(sorting_on_disk_gives_the_order_of_memory),
		cmocka_unit_test(a_store_beyond_its_budget_keeps_what_it_has),
		cmocka_unit_test(buckets_are_keys_of_two_members_or_more),
		cmocka_unit_test(a_root_is_the_lowest_member),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
