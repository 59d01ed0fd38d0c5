/* member.c - the pairs that take part, ready to be compared */
#include "dedup/member.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "db/stage.h"

/* A batch of pairs, and what work() makes of it. */
struct item {
	struct pair_batch batch;
	struct former former;
	struct form *form; /* (batch.n) */
	size_t forms;
	uint64_t *word; /* of all forms, one after the other */
	size_t words, room;
};

struct reading {
	struct members *members;
	size_t before; /* members that are known already */
	struct pair_reader reader;
	struct progress progress;
};

static int read_item(void *context, void *item)
{
	struct reading *reading = context;

	return pair_reader_next(&reading->reader, &((struct item *)item)->batch);
}

static int work_item(void *context, void *argument)
{
	struct item *item = argument;
	struct former *former = &item->former;

	(void)context;
	item->words = 0;
	mem_grow(&item->form, &item->forms, item->batch.n, sizeof *item->form);
	for (size_t i = 0; i < item->batch.n; i++) {
		former_read(former, &item->batch.pair[i], &item->form[i]);
		mem_grow(&item->word, &item->room,
			 item->words + former->words, sizeof *item->word);
		if (former->words)
			memcpy(item->word + item->words, former->word,
			       former->words * sizeof *item->word);
		item->words += former->words;
	}
	return 0;
}

static int write_item(void *context, void *argument)
{
	struct reading *reading = context;
	struct members *members = reading->members;
	struct item *item = argument;
	uint64_t *word = store_take(&members->store, item->words);
	int rc;

	if (!word)
		return ERR_NOMEM;
	if (item->words)
		memcpy(word, item->word, item->words * sizeof *word);
	if (members->n + item->batch.n >= UINT32_MAX)
		return err_set(ERR_LIMIT, "more than 4 billion pairs");
	if ((rc = mem_try_grow(&members->at, &members->room,
			       members->n + item->batch.n,
			       sizeof *members->at)) < 0)
		return rc;
	for (size_t i = 0; i < item->batch.n; i++) {
		const struct form *form = &item->form[i];

		members->at[members->n++] = (struct member){
			.id = item->batch.pair[i].id,
			.exact = form->exact,
			.guard = form->guard,
			.merit = (double)form->length,
			.word = word,
			.fields = form->fields,
			.shingles = form->shingles,
		};
		word += form->fields + form->shingles;
	}
	progress_set(&reading->progress, members->n - reading->before);
	return 0;
}

static void items_free(struct item *item, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		pair_batch_free(&item[i].batch);
		former_free(&item[i].former);
		free(item[i].form);
		free(item[i].word);
	}
	free(item);
}

void members_init(struct members *members, struct db *db,
		  enum stage_rank rank, const struct match_rule *rule,
		  uint64_t memory)
{
	*members = (struct members){
		.store = { .budget = memory },
		.db = db,
		.rank = rank,
		.rule = rule,
	};
	former_init(&members->former, rule);
}

int members_read(struct members *members, struct par *par, int64_t after)
{
	struct reading reading = {
		.members = members,
		.before = members->n,
	};
	struct db *db = members->db;
	size_t slots = par_slots(par);
	struct item *item = mem_array(slots, sizeof *item);
	struct par_map map = {
		.read = read_item,
		.work = work_item,
		.write = write_item,
		.item = item,
		.item_size = sizeof *item,
		.items = slots,
		.context = &reading,
	};
	int64_t total;
	int rc;

	for (size_t i = 0; i < slots; i++)
		former_init(&item[i].former, members->rule);
	if ((rc = db_number(db, SQL_PAIR_COUNT, &total)) == 0 &&
	    (rc = pair_reader_open_after(&reading.reader, db, members->rank,
					 after)) == 0) {
		progress_start(&reading.progress, "reading", "pairs",
			       (uint64_t)total - members->n);
		rc = par_map(par, &map);
		progress_end(&reading.progress);
		pair_reader_close(&reading.reader);
	}
	items_free(item, slots);
	return rc;
}

int members_load(struct members *members, uint32_t m)
{
	struct member *member = &members->at[m];
	struct former *former = &members->former;
	struct form form;
	int rc = pair_get(members->db, member->id, &members->batch);

	if (rc < 0)
		return rc;
	former_read(former, &members->batch.pair[0], &form);
	member->word = store_take(&members->store, former->words);
	if (!member->word)
		return ERR_NOMEM;
	memcpy(member->word, former->word,
	       former->words * sizeof *member->word);
	member->shingles = form.shingles;
	mem_grow(&members->scratch, &members->scratch_room, form.shingles,
		 sizeof *members->scratch);
	form_sort(member->word, member->fields, members->scratch);
	return 0;
}

/* -- ranks -- */

/*
 * Rows of (pair_id, ...) in order of pair_id meet members in order of id: call
 * each() for every member that has a row.
 */
static int meet(struct members *members, const char *sql,
		void (*each)(struct member *member, sqlite3_stmt *row))
{
	sqlite3_stmt *scan;
	size_t m = 0;
	int step, rc = db_prepare(members->db, sql, &scan);

	if (rc < 0)
		return rc;
	while ((step = sqlite3_step(scan)) == SQLITE_ROW) {
		int64_t id = sqlite3_column_int64(scan, 0);

		while (m < members->n && members->at[m].id < id)
			m++;
		if (m < members->n && members->at[m].id == id)
			each(&members->at[m], scan);
	}
	if (step != SQLITE_DONE)
		rc = db_fail(members->db, "reading what is known of pairs");
	sqlite3_finalize(scan);
	return rc;
}

static void pin(struct member *member, sqlite3_stmt *row)
{
	(void)row;
	member->pinned = true;
}

static void rate(struct member *member, sqlite3_stmt *row)
{
	member->merit = sqlite3_column_double(row, 1);
}

static int by_rank(const void *left, const void *right)
{
	const struct member *a = left, *b = right;

	if (a->merit != b->merit)
		return a->merit > b->merit ? -1 : 1;
	return a->id < b->id ? -1 : a->id > b->id;
}

int members_rank(struct members *members, enum keep keep)
{
	struct db *db = members->db;
	int rc = meet(members, SQL_VERDICT_KEPT, pin);

	if (rc < 0 || keep == KEEP_FIRST)
		return rc;
	if (keep == KEEP_BEST) {
		int64_t rated;

		for (size_t m = 0; m < members->n; m++)
			members->at[m].merit = -1e300;
		if ((rc = db_number(db, "SELECT count(quality) FROM score",
				    &rated)) < 0)
			return rc;
		if (!rated)
			return err_set(ERR_ABSENT,
				       "no pair has a quality yet; run "
				       "'itdata score %s' first, or use --keep "
				       "first",
				       db->path);
		if ((rc = meet(members, SQL_QUALITY_SCAN, rate)) < 0)
			return rc;
	}
	if (members->n)
		qsort(members->at, members->n, sizeof *members->at, by_rank);
	return 0;
}

void members_free(struct members *members)
{
	store_free(&members->store);
	pair_batch_free(&members->batch);
	former_free(&members->former);
	free(members->scratch);
	free(members->at);
	*members = (struct members){ 0 };
}
