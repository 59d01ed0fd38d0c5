/* test_rows.c - documents packed into rows */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/rng.h"
#include "train/rows.h"

enum { T = 64, DOCUMENTS = 5000 };

/* Token k of the corpus is k, so a row says where its tokens come from. */
static void make_corpus(struct corpus *c, size_t documents, uint64_t longest)
{
	struct rng rng;

	rng_init(&rng, 3, "lengths");
	*c = (struct corpus){ .documents = documents };
	c->start = mem_array(documents + 1, sizeof *c->start);
	for (size_t d = 0; d < documents; d++)
		c->start[d + 1] = c->start[d] + 2 + rng_below(&rng, longest);
	c->n = c->start[documents];
	c->token = mem_array(c->n, sizeof *c->token);
	c->mask = mem_array(c->n, 1);
	for (size_t i = 0; i < c->n; i++)
		c->token[i] = (uint32_t)i;
	memset(c->mask, 1, c->n);
}

struct arrays {
	uint32_t id[T], position[T], from[T], to[T], target[T];
	unsigned char mask[T];
};

static struct row row_of(struct arrays *a)
{
	return (struct row){ .id = a->id, .position = a->position,
			     .from = a->from, .to = a->to,
			     .target = a->target, .mask = a->mask };
}

static void each_token_is_once_in_an_epoch(void **state)
{
	struct arrays a;
	struct row row = row_of(&a);
	struct corpus corpus;
	struct rows rows;

	(void)state;
	make_corpus(&corpus, DOCUMENTS, 2 * T); /* some are cut */
	unsigned char *seen = mem_array(corpus.n, 1);

	assert_int_equal(rows_init(&rows, &corpus, T, 1, "t", ROWS_SHUFFLED),
			 0);
	for (size_t r = rows.rows; r; r--) {
		assert_int_equal(rows_take(&rows, &row), 0);
		for (size_t k = 0; k < row.used; k++) {
			seen[a.id[k]]++;
			assert_int_equal(a.target[k], a.id[k] + 1);
			assert_int_equal(a.to[k], k + 1);
			assert_int_equal(a.from[k] + a.position[k], k);
		}
	}
	for (size_t d = 0; d < DOCUMENTS; d++)
		for (size_t i = corpus.start[d]; i < corpus.start[d + 1]; i++)
			assert_int_equal(seen[i], i + 1 < corpus.start[d + 1]);
	free(seen);
	rows_free(&rows);
	corpus_free(&corpus);
}

static void hardly_a_token_is_padding(void **state)
{
	struct corpus corpus;
	struct rows rows;
	size_t inputs;

	(void)state;
	make_corpus(&corpus, DOCUMENTS, T / 2);
	inputs = corpus.n - DOCUMENTS;
	assert_int_equal(rows_init(&rows, &corpus, T, 1, "t", ROWS_SHUFFLED),
			 0);
	assert_true(inputs > rows.rows * T * 98 / 100);
	rows_free(&rows);
	assert_int_equal(rows_init(&rows, &corpus, T, 1, "t", ROWS_ALONE), 0);
	assert_int_equal(rows.rows, DOCUMENTS);
	rows_free(&rows);
	corpus_free(&corpus);
}

/* The lengths of a window are no secret, the order of its rows is. */
static void full_rows_do_not_come_first(void **state)
{
	size_t early = 0, late = 0, half;
	struct arrays a;
	struct row row = row_of(&a);
	struct corpus corpus;
	struct rows rows;

	(void)state;
	make_corpus(&corpus, 4000, T);
	assert_int_equal(rows_init(&rows, &corpus, T, 1, "t", ROWS_SHUFFLED),
			 0);
	half = rows.rows / 2;
	for (size_t r = 0; r < 2 * half; r++) {
		assert_int_equal(rows_take(&rows, &row), 0);
		*(r < half ? &early : &late) += row.documents;
	}
	assert_true(early < late + late / 10 && late < early + early / 10);
	rows_free(&rows);
	corpus_free(&corpus);
}

static void seeking_is_as_taking(void **state)
{
	struct arrays a, b;
	struct row row = row_of(&a), other = row_of(&b);
	struct rows rows, again;
	struct corpus corpus;

	(void)state;
	make_corpus(&corpus, 300, T);
	assert_int_equal(rows_init(&rows, &corpus, T, 7, "t", ROWS_SHUFFLED),
			 0);
	assert_int_equal(rows_init(&again, &corpus, T, 7, "t", ROWS_SHUFFLED),
			 0);
	for (size_t r = 0; r < 500; r++) {
		assert_int_equal(rows_take(&rows, &row), 0);
		if (r % 37)
			continue;
		assert_int_equal(rows_seek(&again, r), 0);
		assert_int_equal(rows_take(&again, &other), 0);
		assert_memory_equal(a.id, b.id, sizeof a.id);
	}
	assert_int_equal(rows_in_epochs(&rows, 1), rows.rows);
	rows_free(&rows);
	rows_free(&again);
	corpus_free(&corpus);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_token_is_once_in_an_epoch),
		cmocka_unit_test(hardly_a_token_is_padding),
		cmocka_unit_test(full_rows_do_not_come_first),
		cmocka_unit_test(seeking_is_as_taking),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
