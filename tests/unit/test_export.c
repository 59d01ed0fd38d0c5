/* test_export.c - what balance.h, order.h and redact.h promise */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/rng.h"
#include "export/balance.h"
#include "export/cap.h"
#include "export/consumer.h"
#include "export/order.h"
#include "export/redact.h"

enum { GROUPS = 4 };

static void alpha_pulls_groups_together(void **state)
{
	static const uint64_t pairs[GROUPS] = { 10000, 2500, 400, 100 };
	static const uint64_t expected[3][GROUPS] = {
		{ 100, 100, 100, 100 },  /* alpha 0 */
		{ 1000, 500, 200, 100 }, /* alpha 0.5: roots */
		{ 10000, 2500, 400, 100 },
	};

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct balance ask = { .repeat = 1 };
		uint64_t rows[GROUPS];
		double share[GROUPS];

		balance_weigh(pairs, GROUPS, i / 2.0, share);
		assert_int_equal(balance(pairs, GROUPS, &ask, share, rows), 0);
		assert_memory_equal(rows, expected[i], sizeof rows);
	}
}

/* Any groups, any total: the sum is the total, no group above its limit. */
static void a_total_is_met_exactly(void **state)
{
	struct rng rng;

	(void)state;
	rng_init(&rng, 1, "balance");
	for (int i = 0; i < 2000; i++) {
		struct balance ask = {
			.cap = rng_below(&rng, 2) ? 1 + rng_below(&rng, 50) : 0,
			.repeat = 1 + rng_below(&rng, 3),
		};
		uint64_t pairs[GROUPS], rows[GROUPS], most = 0, sum = 0;
		uint64_t limit[GROUPS];
		double share[GROUPS];

		for (int g = 0; g < GROUPS; g++) {
			pairs[g] = rng_below(&rng, 100);
			limit[g] = pairs[g] * ask.repeat;
			if (ask.cap && ask.cap < limit[g])
				limit[g] = ask.cap;
			most += limit[g];
		}
		if (!most)
			continue;
		ask.total = 1 + rng_below(&rng, most);
		balance_weigh(pairs, GROUPS, rng_unit(&rng), share);
		assert_int_equal(balance(pairs, GROUPS, &ask, share, rows), 0);
		for (int g = 0; g < GROUPS; g++) {
			assert_true(rows[g] <= limit[g]);
			sum += rows[g];
		}
		assert_int_equal(sum, ask.total);
		ask.total = most + 1;
		assert_int_equal(balance(pairs, GROUPS, &ask, share, rows),
				 ERR_LIMIT);
	}
}

/* At every place each group is within one row of its share. */
static void every_prefix_is_a_fair_sample(void **state)
{
	enum { ROWS = 30000 };
	static const uint64_t part[3] = { 20000, 9000, 1000 };
	struct set set = { .row = calloc(ROWS, sizeof(struct row)),
			   .rows = ROWS };
	struct sequence sequence;
	size_t seen[3] = { 0 };

	(void)state;
	map_add(&set.group, STR("ja"));
	map_add(&set.group, STR("en"));
	map_add(&set.group, STR("zh"));
	for (uint32_t i = 0; i < ROWS; i++) {
		set.row[i].group = i < part[0] ? 0 : i < part[0] + part[1] ? 1
									   : 2;
		set.row[i].order = rng_keyed(1, i);
	}
	assert_int_equal(order_rows(&set, 0, part, &sequence), 0);
	assert_int_equal(sequence.n, ROWS);
	for (size_t i = 0; i < ROWS; i++) {
		seen[set.row[sequence.at[i].row].group]++;
		for (int g = 0; g < 3; g++) {
			double fair = (double)part[g] * (double)(i + 1) / ROWS;

			assert_true(fair - (double)seen[g] < 1.5 &&
				    (double)seen[g] - fair < 1.5);
		}
	}
	free(sequence.at);
	free(set.row);
	map_free(&set.group);
}

static void spans_are_replaced_in_characters(void **state)
{
	struct pair pair = {
		.instruction = STR("電話は03-1234-5678です"),
		.response = STR("はい"),
	};
	struct finding_span span[] = {
		{ .field = STR("response"), .rule = STR("pii.name"),
		  .start = 0, .length = 2 },
		{ .field = STR("instruction"), .rule = STR("pii.phone.jp"),
		  .start = 6, .length = 9 }, /* inside the next */
		{ .field = STR("instruction"), .rule = STR("pii.phone.jp"),
		  .start = 3, .length = 12 },
	};
	struct arena arena = { 0 };

	(void)state;
	redact_pair(&pair, span, 3, &arena);
	assert_true(str_is(pair.instruction, "電話は[PHONE]です"));
	assert_true(str_is(pair.response, "[NAME]"));
	arena_free(&arena);
}

static void openings_end_at_punctuation(void **state)
{
	struct buf scratch = { 0 };

	(void)state;
	assert_int_equal(cap_opening(STR("もちろんです！答えは 3"), &scratch),
			 cap_opening(STR("もちろんです。\n違う"), &scratch));
	assert_int_equal(cap_opening(STR("Ｓｕｒｅ, a"), &scratch),
			 cap_opening(STR("sure: b"), &scratch));
	assert_true(cap_opening(STR("はい"), &scratch) !=
		    cap_opening(STR("いいえ"), &scratch));
	assert_int_equal(cap_opening(STR(""), &scratch), 0);
	buf_free(&scratch);
}

/* Which trainers take a talk of n messages: a bit for each. */
static unsigned takers(const struct chat_message *talk, size_t n)
{
	unsigned takers = 0;

	for (int c = 1; c < CONSUMERS; c++)
		takers |= (unsigned)!consumer_refuses(c, talk, n) << c;
	return takers;
}

static void each_trainer_has_rules_of_its_own(void **state)
{
	enum {
		TRL = 1 << CONSUMER_TRL,
		AXOLOTL = 1 << CONSUMER_AXOLOTL,
		FACTORY = 1 << CONSUMER_LLAMA_FACTORY,
		TUNE = 1 << CONSUMER_TORCHTUNE,
		OPENAI = 1 << CONSUMER_OPENAI,
		ALL = TRL | AXOLOTL | FACTORY | TUNE | OPENAI,
	};
	struct chat_message talk[] = {
		{ STR("system"), STR("簡潔に") },
		{ STR("user"), STR("やあ") },
		{ STR("assistant"), STR("はい") },
		{ STR("user"), STR("　\n") },
		{ STR("user"), STR("ねえ") },
	};

	(void)state;
	assert_int_equal(takers(talk, 3), ALL);
	assert_int_equal(takers(talk + 1, 2), ALL);
	assert_int_equal(takers(talk, 2), 0); /* no answer */
	assert_int_equal(takers(talk, 0), 0);
	assert_int_equal(takers(talk + 2, 1), OPENAI);
	assert_int_equal(takers(talk, 4), TRL | AXOLOTL | TUNE);
	assert_int_equal(takers(talk, 5), 0);
	talk[2].content = STR("");
	assert_int_equal(takers(talk, 3), TRL | FACTORY | TUNE);
	talk[0].role = STR("tool");
	assert_int_equal(takers(talk, 3), 0);
	assert_null(consumer_refuses(CONSUMER_ANY, talk, 5));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(alpha_pulls_groups_together),
		cmocka_unit_test(a_total_is_met_exactly),
		cmocka_unit_test(every_prefix_is_a_fair_sample),
		cmocka_unit_test(spans_are_replaced_in_characters),
		cmocka_unit_test(openings_end_at_punctuation),
		cmocka_unit_test(each_trainer_has_rules_of_its_own),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
