/* index.c - the index of all texts, in a file beside the database */
#include "stats/index.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "db/pair.h"
#include "text/bigram.h"
#include "text/normal.h"

/* What tokens are: an index of another version is built again. */
enum { INDEX_VERSION = 2 };

/* Between fields, so that no phrase reaches from one into the next. */
static const char boundary[] = " \xee\x80\x80 "; /* U+E000 */

static int fail(sqlite3 *sqlite, const char *path)
{
	return err_set(ERR_IO, "%s: building the index: %s", path,
		       sqlite ? sqlite3_errmsg(sqlite) : "out of memory");
}

/* -- is it of this state of the database? -- */

static int fingerprint(struct db *db, struct buf *print)
{
	sqlite3_stmt *row;
	int rc = db_prepare(db, SQL_SEARCH_STATE, &row);

	if (rc < 0)
		return rc;
	if (sqlite3_step(row) == SQLITE_ROW)
		buf_print(print, "%d %s", INDEX_VERSION,
			  sqlite3_column_text(row, 0));
	else
		rc = db_fail(db, "looking at the state of the pairs");
	sqlite3_finalize(row);
	return rc;
}

/* What an index holds. */
struct extent {
	int64_t removed, n, last;
};

static bool is_of(sqlite3 *sqlite, const struct buf *print,
		  struct extent *extent)
{
	sqlite3_stmt *row;
	bool same = false;

	*extent = (struct extent){ 0 };
	if (sqlite3_prepare_v2(sqlite, SQL_INDEX_STATE, -1, &row, NULL) !=
	    SQLITE_OK)
		return false;
	if (sqlite3_step(row) == SQLITE_ROW) {
		same = str_equal(db_str(row, 0), buf_view(print));
		extent->removed = sqlite3_column_int64(row, 1);
		extent->n = sqlite3_column_int64(row, 2);
		extent->last = sqlite3_column_int64(row, 3);
	}
	sqlite3_finalize(row);
	return same;
}

/* The extent of all pairs up to the id `last`. */
static int extent_of(struct db *db, int64_t last, struct extent *extent)
{
	sqlite3_stmt *row;
	int rc = db_number(db, SQL_SEARCH_REMOVED, &extent->removed);

	if (rc < 0 || (rc = db_prepare(db, SQL_SEARCH_UP_TO, &row)) < 0)
		return rc;
	sqlite3_bind_int64(row, 1, last);
	if (sqlite3_step(row) == SQLITE_ROW) {
		extent->n = sqlite3_column_int64(row, 0);
		extent->last = sqlite3_column_int64(row, 1);
	} else {
		rc = db_fail(db, "counting pairs");
	}
	sqlite3_finalize(row);
	return rc;
}

/* -- building -- */

struct entry {
	struct pair_batch batch;
	struct buf *tokens; /* (batch.n) */
	size_t room;
	struct buf normal;
};

struct job {
	struct db *db;
	const char *path;
	sqlite3 *sqlite;
	sqlite3_stmt *put;
	struct pair_reader reader;
	struct progress progress;
	uint64_t done;
	int64_t after; /* pairs above it are put in */
};

static int read_batch(void *context, void *item)
{
	struct job *job = context;
	struct entry *entry = item;

	return pair_reader_next(&job->reader, &entry->batch);
}

static void add(struct entry *entry, struct buf *tokens, struct str text)
{
	if (!text.n)
		return;
	buf_clear(&entry->normal);
	normal_add(&entry->normal, text, NORMAL_ALL);
	if (tokens->n)
		buf_text(tokens, boundary);
	bigram_text(tokens, buf_view(&entry->normal));
}

static void cut_pair(struct entry *entry, struct buf *tokens,
		     const struct pair *pair)
{
	buf_clear(tokens);
	for (size_t m = 0; m < pair->messages; m++)
		add(entry, tokens, pair->message[m].content);
	if (pair->messages)
		return;
	add(entry, tokens, pair->system);
	add(entry, tokens, pair->instruction);
	add(entry, tokens, pair->input);
	add(entry, tokens, pair->response);
}

static int cut_batch(void *context, void *item)
{
	struct entry *entry = item;
	size_t had = entry->room;

	(void)context;
	mem_grow(&entry->tokens, &entry->room, entry->batch.n,
		 sizeof *entry->tokens);
	if (entry->room > had)
		memset(entry->tokens + had, 0,
		       (entry->room - had) * sizeof *entry->tokens);
	for (size_t i = 0; i < entry->batch.n; i++)
		cut_pair(entry, &entry->tokens[i], &entry->batch.pair[i]);
	return 0;
}

static int put_tokens(struct job *job, sqlite3_stmt *put, int64_t id,
		      const struct buf *tokens)
{
	sqlite3_bind_int64(put, 1, id);
	db_bind_str(put, 2, buf_view(tokens));
	if (sqlite3_step(put) != SQLITE_DONE)
		return fail(job->sqlite, job->path);
	sqlite3_reset(put);
	return 0;
}

static int put_batch(void *context, void *item)
{
	struct job *job = context;
	struct entry *entry = item;

	for (size_t i = 0; i < entry->batch.n; i++) {
		int rc = put_tokens(job, job->put, entry->batch.pair[i].id,
				    &entry->tokens[i]);

		if (rc < 0)
			return rc;
	}
	job->done += entry->batch.n;
	progress_set(&job->progress, job->done);
	return 0;
}

static void entries_free(struct entry *entry, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < entry[i].room; j++)
			buf_free(&entry[i].tokens[j]);
		free(entry[i].tokens);
		buf_free(&entry[i].normal);
		pair_batch_free(&entry[i].batch);
	}
	free(entry);
}

static int put_all(struct job *job, struct par *par)
{
	size_t n = par_slots(par);
	struct entry *entry = mem_array(n, sizeof *entry);
	struct par_map map = {
		.read = read_batch,
		.work = cut_batch,
		.write = put_batch,
		.item = entry,
		.item_size = sizeof *entry,
		.items = n,
		.context = job,
	};
	int64_t total;
	int rc = db_number(job->db, SQL_PAIR_COUNT, &total);

	if (rc == 0 && (rc = pair_reader_open_after(&job->reader, job->db, 0,
					 job->after)) == 0) {
		progress_start(&job->progress, "index", "pairs",
			       (uint64_t)total);
		rc = par_map(par, &map);
		progress_end(&job->progress);
		pair_reader_close(&job->reader);
	}
	entries_free(entry, n);
	return rc;
}

static int exec(struct job *job, const char *sql)
{
	if (sqlite3_exec(job->sqlite, sql, NULL, NULL, NULL) != SQLITE_OK)
		return fail(job->sqlite, job->path);
	return 0;
}

static int prepare(struct job *job, const char *sql, sqlite3_stmt **stmt)
{
	if (sqlite3_prepare_v2(job->sqlite, sql, -1, stmt, NULL) != SQLITE_OK)
		return fail(job->sqlite, job->path);
	return 0;
}

static int put_state(struct job *job, const struct buf *print)
{
	struct extent extent;
	sqlite3_stmt *put = NULL;
	int rc = extent_of(job->db, INT64_MAX, &extent);

	if (rc < 0 || (rc = prepare(job, SQL_INDEX_MARK, &put)) < 0)
		return rc;
	db_bind_str(put, 1, buf_view(print));
	sqlite3_bind_int64(put, 2, extent.removed);
	sqlite3_bind_int64(put, 3, extent.n);
	sqlite3_bind_int64(put, 4, extent.last);
	if (sqlite3_step(put) != SQLITE_DONE)
		rc = fail(job->sqlite, job->path);
	sqlite3_finalize(put);
	return rc;
}

/* -- edited pairs -- */

/* The texts of a pair as they were ingested. */
static int undo_edits(struct db *db, struct pair_batch *batch)
{
	struct pair *pair = batch->pair;
	sqlite3_stmt *row;
	int rc = db_prepare(db, SQL_SHOW_EDIT, &row);

	if (rc < 0)
		return rc;
	sqlite3_bind_int64(row, 1, pair->id);
	while (sqlite3_step(row) == SQLITE_ROW) {
		size_t turn = (size_t)sqlite3_column_int64(row, 0);
		struct str field = db_str(row, 1);
		struct str original = arena_str(&batch->arena, db_str(row, 2));

		if (pair->messages && turn < pair->messages)
			pair->message[turn].content = original;
		else if (str_is(field, "system"))
			pair->system = original;
		else if (str_is(field, "instruction"))
			pair->instruction = original;
		else if (str_is(field, "input"))
			pair->input = original;
		else if (str_is(field, "response"))
			pair->response = original;
	}
	sqlite3_finalize(row);
	return 0;
}

typedef int each_edited(struct job *job, struct entry *entry, int64_t id);

/* Calls `each` with every edited pair, its texts of today in entry->batch. */
static int edited_pairs(struct job *job, each_edited *each)
{
	struct entry *entry = mem_array(1, sizeof *entry);
	sqlite3_stmt *row;
	int rc = db_prepare(job->db, SQL_SEARCH_EDITED, &row);

	entry->tokens = mem_array(2, sizeof *entry->tokens);
	entry->room = 2;
	while (rc == 0 && sqlite3_step(row) == SQLITE_ROW) {
		int64_t id = sqlite3_column_int64(row, 0);

		if (id > job->after &&
		    (rc = pair_get(job->db, id, &entry->batch)) == 0)
			rc = each(job, entry, id);
	}
	sqlite3_finalize(row);
	entries_free(entry, 1);
	return rc;
}

/* What was put in are the texts of today; the index holds the originals. */
static int put_original(struct job *job, struct entry *entry, int64_t id)
{
	sqlite3_stmt *take = NULL;
	int rc = prepare(job, SQL_INDEX_DELETE, &take);

	cut_pair(entry, &entry->tokens[0], entry->batch.pair);
	if (rc == 0 && (rc = undo_edits(job->db, &entry->batch)) == 0) {
		cut_pair(entry, &entry->tokens[1], entry->batch.pair);
		if ((rc = put_tokens(job, take, id, &entry->tokens[0])) == 0)
			rc = put_tokens(job, job->put, id, &entry->tokens[1]);
	}
	sqlite3_finalize(take);
	return rc;
}

static int put_edited(struct job *job, struct entry *entry, int64_t id)
{
	sqlite3_stmt *put = NULL;
	int rc = prepare(job, SQL_INDEX_EDITED_ID, &put);

	cut_pair(entry, &entry->tokens[0], entry->batch.pair);
	if (rc == 0) {
		sqlite3_bind_int64(put, 1, id);
		if (sqlite3_step(put) != SQLITE_DONE)
			rc = fail(job->sqlite, job->path);
	}
	sqlite3_finalize(put);
	return rc < 0 ? rc : put_tokens(job, job->put, id, &entry->tokens[0]);
}

/* The texts of today of edited pairs, beside the index that is open. */
static int add_edited(struct index *index, struct db *db, const char *path)
{
	struct job job = { .db = db, .path = path, .sqlite = index->sqlite };
	int64_t edits;
	int rc = db_number(db, "SELECT count(*) FROM edit", &edits);

	if (rc < 0 || !edits)
		return rc;
	if ((rc = exec(&job, SQL_INDEX_EDITED)) == 0 &&
	    (rc = prepare(&job, SQL_INDEX_EDITED_PUT, &job.put)) == 0)
		rc = edited_pairs(&job, put_edited);
	sqlite3_finalize(job.put);
	index->edited = rc == 0;
	return rc;
}

/* -- building -- */

static int fill(struct job *job, struct par *par, const struct buf *print)
{
	int rc = prepare(job, SQL_INDEX_PUT, &job->put);

	if (rc == 0 && (rc = put_all(job, par)) == 0 &&
	    (rc = edited_pairs(job, put_original)) == 0)
		rc = put_state(job, print);
	sqlite3_finalize(job->put);
	return rc;
}

static int create(struct job *job, struct par *par, const struct buf *print)
{
	int rc;

	if (sqlite3_open_v2(job->path, &job->sqlite,
			    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
			    NULL) != SQLITE_OK)
		return fail(job->sqlite, job->path);
	if ((rc = exec(job, SQL_INDEX_SCHEMA)) < 0 ||
	    (rc = fill(job, par, print)) < 0)
		return rc;
	return exec(job, SQL_INDEX_FINISH);
}

static int build(struct db *db, struct par *par, const char *path,
		 const struct buf *print)
{
	struct buf temporary = { 0 };
	struct job job = { .db = db };
	int rc;

	buf_print(&temporary, "%s.%ld.tmp", path, (long)getpid());
	job.path = temporary.at;
	unlink(job.path);
	rc = create(&job, par, print);
	sqlite3_close(job.sqlite);
	if (rc == 0 && rename(job.path, path) < 0)
		rc = err_sys(ERR_IO, "%s", path);
	if (rc < 0)
		unlink(job.path);
	buf_free(&temporary);
	return rc;
}

/* Put the pairs behind its last into an index: 1, or 0 when it cannot be. */
static int extend(struct db *db, struct par *par, const char *path,
		  const struct buf *print, const struct extent *had)
{
	struct job job = { .db = db, .path = path, .after = had->last };
	struct extent now;
	int rc = extent_of(db, had->last, &now);

	if (rc < 0 || !had->n || now.n != had->n ||
	    now.removed != had->removed)
		return rc;
	if (sqlite3_open_v2(path, &job.sqlite, SQLITE_OPEN_READWRITE, NULL) ==
		    SQLITE_OK &&
	    exec(&job, SQL_INDEX_BEGIN) == 0 &&
	    fill(&job, par, print) == 0 && exec(&job, "COMMIT") == 0)
		rc = 1;
	sqlite3_close(job.sqlite); /* what is not committed is undone */
	return rc;
}

/* -- opening -- */

static int open_it(struct index *index, const char *path)
{
	if (sqlite3_open_v2(path, &index->sqlite, SQLITE_OPEN_READONLY,
			    NULL) == SQLITE_OK)
		return 0;
	index_close(index);
	return ERR_ABSENT;
}

/* Open it when it is of this state of the database, or can be made so. */
static int open_ready(struct index *index, struct db *db, struct par *par,
		      const char *path, const struct buf *print)
{
	struct extent had;
	bool same;
	int rc;

	if (open_it(index, path) < 0)
		return 0;
	same = is_of(index->sqlite, print, &had);
	if (same)
		return 1;
	index_close(index);
	if ((rc = extend(db, par, path, print, &had)) <= 0)
		return rc;
	return open_it(index, path) == 0;
}

int index_open(struct index *index, struct db *db, struct par *par, bool again)
{
	struct buf path = { 0 }, print = { 0 };
	int rc = fingerprint(db, &print), ready = 0;

	*index = (struct index){ 0 };
	db_search_path(db, &path);
	if (rc == 0 && !again)
		ready = open_ready(index, db, par, path.at, &print);
	if (rc == 0 && ready < 0)
		rc = ready;
	if (rc == 0 && !ready && (rc = build(db, par, path.at, &print)) == 0) {
		index->built = true;
		if (open_it(index, path.at) < 0)
			rc = err_set(ERR_IO, "%s: cannot be opened", path.at);
	}
	if (rc == 0)
		rc = add_edited(index, db, path.at);
	buf_free(&path);
	buf_free(&print);
	return rc;
}

void index_close(struct index *index)
{
	sqlite3_close(index->sqlite);
	index->sqlite = NULL;
}
