/* test_dedup.c - who falls to whom, against a plain search through all pairs */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/rng.h"
#include "db/pair.h"
#include "dedup/dedup.h"

static struct db db;

static void open_db(const char *path)
{
	remove(path);
	assert_int_equal(db_open(&db, path, DB_CREATE), 0);
	assert_int_equal(
		db_exec(&db,
			"INSERT INTO run VALUES (1, 'ingest', '[]', '', 1, '', "
			"'', '{}');"
			"INSERT INTO source (id, name, path, sha256, size, "
			"format, schema, encoding, mapping, part, finished, "
			"run_id) VALUES (1, 'a', 'a', printf('%064d', 0), 1, "
			"'jsonl', 'alpaca', 'utf-8', '{}', 0, 1, 1);"),
		0);
}

static void close_db(void)
{
	char *path = mem_copy(db.path, strlen(db.path));

	db_close(&db);
	remove(path);
	free(path);
}

static void put(int64_t id, const char *instruction, const char *input,
		const char *response)
{
	struct pair_writer writer;
	struct pair pair = {
		.id = id,
		.source_id = 1,
		.record = id,
		.line = 1,
		.lang = STR("en"),
		.lang_response = STR("en"),
		.category = STR(""),
		.turns = 1,
		.instruction = str_of(instruction),
		.input = str_of(input),
		.response = str_of(response),
	};

	assert_int_equal(pair_writer_open(&writer, &db), 0);
	assert_int_equal(pair_writer_put(&writer, &pair), 0);
	pair_writer_close(&writer);
}

static struct dedup_options options(enum dedup_method method)
{
	return (struct dedup_options){
		.method = method,
		.rule = { .threshold = 0.8, .n = 5, .numbers = true },
		.memory = 1 << 26,
		.name = "dedup",
	};
}

static struct dedup_summary run_dedup(const struct dedup_options *o,
				      unsigned threads)
{
	static const char *const arguments[] = { "dedup", NULL };
	struct par *par = par_new(threads);
	struct dedup_summary summary;
	struct run run;
	int rc;

	run_init(&run, "dedup", arguments, 1);
	rc = dedup_run(&db, par, &run, o, &summary);
	if (rc < 0)
		fail_msg("%s", err_text());
	par_free(par);
	return summary;
}

static int64_t number(const char *sql)
{
	int64_t n;

	if (db_number(&db, sql, &n) < 0)
		fail_msg("%s", err_text());
	return n;
}

/* Everything a run says, as one text. */
static void dump(struct buf *out)
{
	sqlite3_stmt *scan;

	assert_int_equal(
		db_prepare(&db,
			   "SELECT 'd', pair_id, other_id, value, reason "
			   "FROM decision UNION ALL "
			   "SELECT 'c', pair_id, cluster_id, 0, '' "
			   "FROM cluster ORDER BY 1, 2",
			   &scan),
		0);
	while (sqlite3_step(scan) == SQLITE_ROW)
		buf_print(out, "%s %lld %lld %.6f %s\n",
			  sqlite3_column_text(scan, 0),
			  (long long)sqlite3_column_int64(scan, 1),
			  (long long)sqlite3_column_int64(scan, 2),
			  sqlite3_column_double(scan, 3),
			  sqlite3_column_text(scan, 4));
	sqlite3_finalize(scan);
}

/* -- the predicate -- */

#define LONG_TEXT \
	"one two three four five six seven eight nine ten eleven twelve " \
	"thirteen fourteen fifteen sixteen seventeen eighteen nineteen " \
	"twenty a b c d e f g h i j k l m n o p q r s t u v w x y z "

static void assert_kept(int64_t id, bool kept)
{
	char sql[100];

	snprintf(sql, sizeof sql, "SELECT count(*) FROM kept WHERE id = %lld",
		 (long long)id);
	if (number(sql) != kept)
		fail_msg("pair %lld is %skept", (long long)id,
			 kept ? "not " : "");
}

static void every_field_has_to_match(void **state)
{
	struct dedup_options o = options(DEDUP_MINHASH);

	(void)state;
	open_db("test_dedup.db");
	put(1, "Who wrote it?", LONG_TEXT, "Dickens");
	put(2, "When was it?", LONG_TEXT, "Dickens");
	put(3, "Who wrote it?", LONG_TEXT, "Austen");
	put(4, "who wrote it", LONG_TEXT "!", "DICKENS.");
	put(5, "Who wrote it?", LONG_TEXT "and more", "Dickens");
	put(6, "Answer in 3 words", LONG_TEXT "7", "Yes");
	put(7, "Answer in 3 words", LONG_TEXT "8", "Yes");
	put(8, "3文で答えてください", NULL, "はい");
	put(9, "5文で答えてください", NULL, "はい");
	put(10, "３文で答えてください。", "", "はい。");
	run_dedup(&o, 1);
	assert_kept(1, true);
	assert_kept(2, true);
	assert_kept(3, true);
	assert_kept(4, false);
	assert_kept(5, false);
	assert_kept(6, true);
	assert_kept(7, true);
	assert_kept(8, true);
	assert_kept(9, true);
	assert_kept(10, false);
	o.rule.numbers = false;
	run_dedup(&o, 1);
	assert_kept(7, false);
	assert_kept(9, true);
	o = options(DEDUP_EXACT);
	run_dedup(&o, 1);
	assert_kept(4, true);
	assert_kept(5, true);
	close_db();
}

static void exact_copies_are_exact(void **state)
{
	struct dedup_options o = options(DEDUP_EXACT);
	struct dedup_summary s;

	(void)state;
	open_db("test_dedup.db");
	put(1, "Name  a colour", NULL, "Red");
	put(2, "name a COLOUR ", "", "ｒｅｄ");
	put(3, "Name a colour", NULL, "Blue");
	put(4, "Name a colour", "Red", "");
	s = run_dedup(&o, 1);
	assert_int_equal(s.pairs, 4);
	assert_int_equal(s.exact, 1);
	assert_int_equal(s.near, 0);
	assert_int_equal(s.clusters, 1);
	assert_int_equal(s.kept, 3);
	assert_int_equal(number("SELECT keeper_id FROM duplicate "
				"WHERE pair_id = 2 AND method = 'exact' "
				"AND similarity = 1"),
			 1);
	assert_int_equal(number("SELECT count(*) FROM cluster "
				"WHERE cluster_id = 1"),
			 2);
	close_db();
}

/* Words w0 to w59 but for the first `from`: J of neighbours is high. */
static void put_link(int64_t id, int from)
{
	struct buf text = { 0 };

	for (int w = from; w < from + 60; w++)
		buf_print(&text, "w%c%c ", 'a' + w / 26, 'a' + w % 26);
	put(id, "Repeat", NULL, text.at);
	buf_free(&text);
}

/*
 * 56 shingles each; 5 words further 51 are common: J = 51 / 61 = 0.836, and
 * 46 / 66 = 0.697 at ten words.
 */
static void no_chain_drops_a_pair_unlike_its_keeper(void **state)
{
	static const int order[6][3] = { { 0, 5, 10 }, { 0, 10, 5 },
					 { 5, 0, 10 }, { 5, 10, 0 },
					 { 10, 0, 5 }, { 10, 5, 0 } };
	struct dedup_options o = options(DEDUP_JOIN);

	(void)state;
	for (int i = 0; i < 6; i++) {
		struct dedup_summary s;
		int middle_first = order[i][0] == 5;

		open_db("test_dedup.db");
		for (int j = 0; j < 3; j++)
			put_link(j + 1, order[i][j]);
		s = run_dedup(&o, 1);
		assert_int_equal(s.kept, middle_first ? 1 : 2);
		assert_int_equal(s.clusters, 1);
		assert_int_equal(number("SELECT count(*) FROM cluster "
					"WHERE cluster_id = 1"),
				 3);
		assert_int_equal(number("SELECT count(*) FROM duplicate "
					"WHERE similarity < 0.8"),
				 0);
		close_db();
	}
}

static void what_a_person_keeps_stays(void **state)
{
	struct dedup_options o = options(DEDUP_MINHASH);

	(void)state;
	open_db("test_dedup.db");
	for (int64_t id = 1; id <= 4; id++)
		put(id, "Same", NULL, "Same");
	db_exec(&db, "INSERT INTO verdict (pair_id, verdict, made) "
		     "VALUES (2, 'keep', ''), (1, 'drop', '')");
	run_dedup(&o, 1);
	assert_kept(1, false);
	assert_kept(2, true);
	assert_kept(3, false);
	assert_int_equal(number("SELECT count(*) FROM decision "
				"WHERE pair_id IN (1, 2)"),
			 0);
	assert_int_equal(number("SELECT other_id FROM decision "
				"WHERE pair_id = 4"),
			 2);
	close_db();
}

static void the_longest_or_the_best_may_stay(void **state)
{
	struct dedup_options o = options(DEDUP_MINHASH);

	(void)state;
	open_db("test_dedup.db");
	put(1, "Same", NULL, LONG_TEXT);
	put(2, "Same", NULL, LONG_TEXT "more");
	put(3, "Same", NULL, LONG_TEXT "more.");
	put(4, "Other", NULL, "Other");
	o.keep = KEEP_LONGEST;
	run_dedup(&o, 1);
	assert_kept(1, false);
	assert_kept(2, false);
	assert_kept(3, true);
	db_exec(&db, "INSERT INTO score (pair_id, quality) VALUES (2, 0.5), "
		     "(1, 0.4)");
	o.keep = KEEP_BEST;
	run_dedup(&o, 1);
	assert_kept(1, false);
	assert_kept(2, true);
	assert_kept(3, false);
	assert_int_equal(number("SELECT min(cluster_id) FROM cluster"), 1);
	close_db();
}

/* -- a random corpus against a plain search -- */

enum { PAIRS = 600, WORDS = 40, N = 5 };

struct plain {
	int word[3][WORDS]; /* instruction, input, response */
	int words[3];
};

/* New texts, or edits of an older pair: words dropped, replaced, numbers. */
static void draw(struct plain *all, int i, struct rng *rng)
{
	struct plain *pair = &all[i];

	if (i && rng_below(rng, 3)) {
		*pair = all[rng_below(rng, (uint64_t)i)];
		for (uint64_t edits = rng_below(rng, 3); edits; edits--) {
			int f = (int)rng_below(rng, 3);

			if (pair->words[f])
				pair->word[f][rng_below(
					rng, (uint64_t)pair->words[f])] =
					(int)rng_below(rng, 300);
		}
		return;
	}
	for (int f = 0; f < 3; f++) {
		pair->words[f] = (int)rng_below(rng, WORDS);
		if (f == 1 && rng_below(rng, 2))
			pair->words[f] = 0;
		for (int w = 0; w < pair->words[f]; w++)
			pair->word[f][w] = (int)rng_below(rng, 300);
	}
}

/* Words below 20 are numbers. */
static void write_words(const struct plain *pair, int field, struct buf *out)
{
	buf_clear(out);
	buf_room(out, 0);
	out->at[0] = '\0';
	for (int w = 0; w < pair->words[field]; w++)
		if (pair->word[field][w] < 20)
			buf_print(out, "%d ", pair->word[field][w]);
		else
			buf_print(out, "%c%c ", 'a' + pair->word[field][w] / 26,
				  'a' + pair->word[field][w] % 26);
}

static void put_plain(int64_t id, const struct plain *pair)
{
	struct buf text[3] = { { 0 } };

	for (int f = 0; f < 3; f++)
		write_words(pair, f, &text[f]);
	put(id, text[0].at, text[1].at, text[2].at);
	for (int f = 0; f < 3; f++)
		buf_free(&text[f]);
}

static bool same_numbers(const struct plain *a, const struct plain *b, int f)
{
	int i = 0, j = 0;

	for (;;) {
		while (i < a->words[f] && a->word[f][i] >= 20)
			i++;
		while (j < b->words[f] && b->word[f][j] >= 20)
			j++;
		if (i == a->words[f] || j == b->words[f])
			return i == a->words[f] && j == b->words[f];
		if (a->word[f][i++] != b->word[f][j++])
			return false;
	}
}

static bool has_run(const int *word, int words, const int *run)
{
	for (int i = 0; i + N <= words; i++)
		if (memcmp(word + i, run, N * sizeof *run) == 0)
			return true;
	return false;
}

/* Distinct runs of a, and how many of them b has. */
static int runs(const int *a, int na, const int *b, int nb, int *common)
{
	int distinct = 0;

	*common = 0;
	for (int i = 0; i + N <= na; i++) {
		if (has_run(a, i + N - 1, a + i))
			continue;
		distinct++;
		*common += has_run(b, nb, a + i);
	}
	return distinct;
}

static double field_similarity(const struct plain *a, const struct plain *b,
			       int f)
{
	int na = a->words[f], nb = b->words[f], common, ignored;
	int x, y;

	if (na < 2 * N || nb < 2 * N)
		return na == nb && memcmp(a->word[f], b->word[f],
					  (size_t)na * sizeof(int)) == 0;
	if (!same_numbers(a, b, f))
		return 0;
	x = runs(a->word[f], na, b->word[f], nb, &common);
	y = runs(b->word[f], nb, a->word[f], na, &ignored);
	return (double)common / (x + y - common);
}

static double similarity(const struct plain *a, const struct plain *b)
{
	double least = 1;

	for (int f = 0; f < 3; f++)
		least = fmin(least, field_similarity(a, b, f));
	return least;
}

/* The keeper of each, by the definition; components by repeated sweeps. */
static void search_all(const struct plain *all, int *keeper, int *cluster)
{
	static double s[PAIRS][PAIRS];
	bool changed = true;

	for (int i = 0; i < PAIRS; i++) {
		keeper[i] = cluster[i] = i;
		for (int j = 0; j < i; j++) {
			s[i][j] = s[j][i] = similarity(&all[i], &all[j]);
			if (keeper[i] == i && keeper[j] == j && s[i][j] >= 0.8)
				keeper[i] = j;
		}
	}
	while (changed) {
		changed = false;
		for (int i = 0; i < PAIRS; i++)
			for (int j = 0; j < PAIRS; j++)
				if (i != j && s[i][j] >= 0.8 &&
				    cluster[j] < cluster[i]) {
					cluster[i] = cluster[j];
					changed = true;
				}
	}
}

static void assert_agrees(const int *keeper, const int *cluster)
{
	char sql[200];

	for (int i = 0; i < PAIRS; i++) {
		int64_t got;

		snprintf(sql, sizeof sql,
			 "SELECT keeper_id FROM duplicate WHERE pair_id = %d",
			 i + 1);
		got = number(sql);
		assert_int_equal(got, keeper[i] == i ? 0 : keeper[i] + 1);
		snprintf(sql, sizeof sql,
			 "SELECT cluster_id FROM cluster WHERE pair_id = %d",
			 i + 1);
		got = number(sql);
		if (got || cluster[i] != i)
			assert_int_equal(got, cluster[i] + 1);
	}
}

static void draw_all(struct plain *all, uint64_t seed)
{
	struct rng rng;

	rng_init(&rng, seed, "corpus");
	for (int i = 0; i < PAIRS; i++)
		draw(all, i, &rng);
}

static void put_range(const struct plain *all, int from, int to)
{
	db_begin(&db);
	for (int i = from; i < to; i++)
		put_plain(i + 1, &all[i]);
	db_end(&db, 0);
}

static void methods_agree_with_a_plain_search(void **state)
{
	static struct plain all[PAIRS];
	static int keeper[PAIRS], cluster[PAIRS];
	struct dedup_options o = options(DEDUP_JOIN);
	struct buf first = { 0 }, again = { 0 };
	int fallen = 0;

	(void)state;
	draw_all(all, 1);
	open_db("test_dedup.db");
	put_range(all, 0, PAIRS);
	search_all(all, keeper, cluster);
	for (int i = 0; i < PAIRS; i++)
		fallen += keeper[i] != i;
	assert_true(fallen > PAIRS / 10);
	run_dedup(&o, 1);
	assert_agrees(keeper, cluster);
	dump(&first);
	o.memory = 1024;
	run_dedup(&o, 3);
	dump(&again);
	assert_string_equal(first.at, again.at);
	o = options(DEDUP_MINHASH); /* this corpus is too small for a miss */
	buf_clear(&again);
	run_dedup(&o, 2);
	dump(&again);
	assert_string_equal(first.at, again.at);
	buf_free(&first);
	buf_free(&again);
	close_db();
}

/* -- runs one after the other -- */

/* What a run from scratch on the first n pairs says, in ample memory. */
static void from_scratch(const struct plain *all, int n, const char *change,
			 const struct dedup_options *options,
			 struct buf *out)
{
	struct dedup_options o = *options;
	struct db other = db;

	o.memory = UINT64_C(1) << 30;
	open_db("test_dedup_scratch.db");
	put_range(all, 0, n);
	db_exec(&db, change);
	assert_int_equal(run_dedup(&o, 1).known, 0);
	buf_clear(out);
	dump(out);
	close_db();
	db = other;
}

static void assert_like_scratch(const struct plain *all, int n,
				const char *change,
				const struct dedup_options *options)
{
	struct buf here = { 0 }, scratch = { 0 };

	from_scratch(all, n, change, options, &scratch);
	dump(&here);
	assert_string_equal(here.at, scratch.at);
	buf_free(&here);
	buf_free(&scratch);
}

/* Every method and keeper in turn, in ample memory and in hardly any. */
static void any_split_of_the_files_gives_what_one_run_gives(void **state)
{
	static struct plain all[PAIRS];
	struct rng rng;

	(void)state;
	rng_init(&rng, 7, "splits");
	for (uint64_t round = 0; round < 18; round++) {
		struct dedup_options o =
			options((enum dedup_method)(round % 3));
		bool remembers;
		int n = 0;

		o.keep = round % 4 == 3 ? KEEP_LONGEST : KEEP_FIRST;
		o.memory = round % 2 ? 1024 : UINT64_C(1) << 30;
		remembers = o.method == DEDUP_MINHASH && o.keep == KEEP_FIRST;
		draw_all(all, round);
		open_db("test_dedup.db");
		while (n < PAIRS) {
			int more = 1 + (int)rng_below(&rng, PAIRS / 2);
			int known = remembers ? n : 0;

			if (n + more > PAIRS)
				more = PAIRS - n;
			put_range(all, n, n + more);
			n += more;
			assert_int_equal(run_dedup(&o, 1 + n % 3).known,
					 known);
			assert_like_scratch(all, n, "", &o);
		}
		close_db();
	}
}

/* What may have changed between the pairs of the last run starts it anew. */
static void a_change_among_old_pairs_starts_from_scratch(void **state)
{
	static const char keep[] = "INSERT INTO verdict VALUES (40, 'keep', "
				   "'', '', '')";
	static const char drop[] = "INSERT INTO verdict VALUES (1, 'drop', "
				   "'', '', '')";
	static struct plain all[PAIRS];
	struct dedup_options o = options(DEDUP_MINHASH), other = o;

	(void)state;
	other.rule.threshold = 0.7;
	draw_all(all, 3);
	open_db("test_dedup.db");
	put_range(all, 0, 300);
	run_dedup(&o, 1);
	assert_int_equal(run_dedup(&o, 1).known, 300);
	assert_int_equal(run_dedup(&other, 1).known, 0);
	assert_int_equal(run_dedup(&o, 1).known, 0);
	db_exec(&db, keep);
	assert_int_equal(run_dedup(&o, 1).known, 0);
	assert_like_scratch(all, 300, keep, &o);
	put_range(all, 300, 400);
	assert_int_equal(run_dedup(&o, 1).known, 300);
	assert_like_scratch(all, 400, keep, &o);
	db_exec(&db, "DELETE FROM verdict");
	db_exec(&db, drop);
	assert_int_equal(run_dedup(&o, 1).known, 0);
	assert_like_scratch(all, 400, drop, &o);
	other = options(DEDUP_JOIN);
	assert_int_equal(run_dedup(&other, 1).known, 0);
	assert_int_equal(run_dedup(&o, 1).known, 0);
	db_exec(&db, "DELETE FROM duplicate WHERE pair_id = 30 OR 1");
	assert_int_equal(run_dedup(&o, 1).known, 0);
	assert_like_scratch(all, 400, drop, &o);
	close_db();
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_has_to_match),
		cmocka_unit_test(exact_copies_are_exact),
		cmocka_unit_test(no_chain_drops_a_pair_unlike_its_keeper),
		cmocka_unit_test(what_a_person_keeps_stays),
		cmocka_unit_test(the_longest_or_the_best_may_stay),
		cmocka_unit_test(methods_agree_with_a_plain_search),
		cmocka_unit_test(
			any_split_of_the_files_gives_what_one_run_gives),
		cmocka_unit_test(a_change_among_old_pairs_starts_from_scratch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
