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
enum { INDEX_VERSION = 1 };

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

static bool is_of(sqlite3 *sqlite, const struct buf *print)
{
	sqlite3_stmt *row;
	bool same = false;

	if (sqlite3_prepare_v2(sqlite, SQL_INDEX_STATE, -1, &row, NULL) !=
	    SQLITE_OK)
		return false;
	if (sqlite3_step(row) == SQLITE_ROW)
		same = str_equal(db_str(row, 0), buf_view(print));
	sqlite3_finalize(row);
	return same;
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
	for (size_t i = 0; i < entry->batch.n; i++) {
		const struct pair *pair = &entry->batch.pair[i];
		struct buf *tokens = &entry->tokens[i];

		buf_clear(tokens);
		for (size_t m = 0; m < pair->messages; m++)
			add(entry, tokens, pair->message[m].content);
		if (pair->messages)
			continue;
		add(entry, tokens, pair->system);
		add(entry, tokens, pair->instruction);
		add(entry, tokens, pair->input);
		add(entry, tokens, pair->response);
	}
	return 0;
}

static int put_batch(void *context, void *item)
{
	struct job *job = context;
	struct entry *entry = item;

	for (size_t i = 0; i < entry->batch.n; i++) {
		sqlite3_bind_int64(job->put, 1, entry->batch.pair[i].id);
		db_bind_str(job->put, 2, buf_view(&entry->tokens[i]));
		if (sqlite3_step(job->put) != SQLITE_DONE)
			return fail(job->sqlite, job->path);
		sqlite3_reset(job->put);
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

	if (rc == 0 && (rc = pair_reader_open(&job->reader, job->db, 0)) == 0) {
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

static int put_state(struct job *job, const struct buf *print)
{
	sqlite3_stmt *put;
	int rc = 0;

	if (sqlite3_prepare_v2(job->sqlite, SQL_INDEX_MARK, -1, &put, NULL) !=
	    SQLITE_OK)
		return fail(job->sqlite, job->path);
	db_bind_str(put, 1, buf_view(print));
	if (sqlite3_step(put) != SQLITE_DONE)
		rc = fail(job->sqlite, job->path);
	sqlite3_finalize(put);
	return rc;
}

static int fill(struct job *job, struct par *par, const struct buf *print)
{
	int rc;

	if (sqlite3_open_v2(job->path, &job->sqlite,
			    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
			    NULL) != SQLITE_OK)
		return fail(job->sqlite, job->path);
	if ((rc = exec(job, SQL_INDEX_SCHEMA)) < 0)
		return rc;
	if (sqlite3_prepare_v2(job->sqlite, SQL_INDEX_PUT, -1, &job->put,
			       NULL) != SQLITE_OK)
		return fail(job->sqlite, job->path);
	rc = put_all(job, par);
	sqlite3_finalize(job->put);
	if (rc == 0 && (rc = put_state(job, print)) == 0)
		rc = exec(job, SQL_INDEX_FINISH);
	return rc;
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
	rc = fill(&job, par, print);
	sqlite3_close(job.sqlite);
	if (rc == 0 && rename(job.path, path) < 0)
		rc = err_sys(ERR_IO, "%s", path);
	if (rc < 0)
		unlink(job.path);
	buf_free(&temporary);
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

int index_open(struct index *index, struct db *db, struct par *par, bool again)
{
	struct buf path = { 0 }, print = { 0 };
	int rc = fingerprint(db, &print);

	*index = (struct index){ 0 };
	db_search_path(db, &path);
	if (rc < 0)
		goto done;
	if (!again && open_it(index, path.at) == 0) {
		if (is_of(index->sqlite, &print))
			goto done;
		index_close(index);
	}
	if ((rc = build(db, par, path.at, &print)) < 0)
		goto done;
	index->built = true;
	if (open_it(index, path.at) < 0)
		rc = err_set(ERR_IO, "%s: cannot be opened", path.at);
done:
	buf_free(&path);
	buf_free(&print);
	return rc;
}

void index_close(struct index *index)
{
	sqlite3_close(index->sqlite);
	index->sqlite = NULL;
}
