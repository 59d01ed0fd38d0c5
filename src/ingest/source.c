/* source.c - the source behind a file: new, known, grown or given up */
#include <string.h>

#include "base/err.h"
#include "ingest/fill.h"
#include "ingest/job.h"
#include "ingest/part.h"

enum { PART_SHIFT = 40 };

/* -- transactions and the mark -- */

static int find_next_id(struct job *job)
{
	int64_t first = (int64_t)job->options->part << PART_SHIFT;
	int64_t last = first + ((int64_t)1 << PART_SHIFT) - 1;
	sqlite3_stmt *get;
	int rc = db_prepare(job->db, SQL_PAIR_LAST_ID, &get);

	if (rc < 0)
		return rc;
	sqlite3_bind_int64(get, 1, first);
	sqlite3_bind_int64(get, 2, last);
	if (sqlite3_step(get) != SQLITE_ROW)
		rc = db_fail(job->db, "looking for the last pair");
	else if (sqlite3_column_type(get, 0) == SQLITE_NULL)
		job->next_id = first + 1;
	else
		job->next_id = sqlite3_column_int64(get, 0) + 1;
	sqlite3_finalize(get);
	return rc;
}

static struct mark read_mark(sqlite3_stmt *row, int column)
{
	return (struct mark){
		.record = sqlite3_column_int64(row, column),
		.added = sqlite3_column_int64(row, column + 1),
		.rejected = sqlite3_column_int64(row, column + 2),
		.left = sqlite3_column_int64(row, column + 3),
	};
}

/* What another process did for this source since our last commit is known. */
static int catch_up(struct job *job)
{
	struct ingest_file *file = job->file;
	sqlite3_stmt *get;
	struct mark now;
	int rc = db_prepare(job->db, SQL_SOURCE_MARK_GET, &get);

	if (rc < 0)
		return rc;
	sqlite3_bind_int64(get, 1, job->source_id);
	if (sqlite3_step(get) != SQLITE_ROW) {
		sqlite3_finalize(get);
		return err_set(ERR_BUSY,
			       "%s: another process took this source away",
			       file->path);
	}
	now = read_mark(get, 0);
	sqlite3_finalize(get);
	file->known += (uint64_t)(now.added - job->mark.added);
	file->rejected += (uint64_t)(now.rejected - job->mark.rejected);
	job->mark = now;
	return 0;
}

int job_begin(struct job *job)
{
	int rc;

	if (job->in_transaction)
		return 0;
	if ((rc = db_begin(job->db)) < 0)
		return rc;
	job->in_transaction = true;
	if (job->source_id && (rc = catch_up(job)) < 0)
		return rc;
	return find_next_id(job);
}

int job_commit(struct job *job, int rc)
{
	if (!job->in_transaction)
		return rc;
	job->in_transaction = false;
	job->pending = 0;
	return db_end(job->db, rc);
}

int job_put_mark(struct job *job, bool finished)
{
	sqlite3_stmt *put;
	int rc = db_prepare(job->db, SQL_SOURCE_MARK, &put);

	if (rc < 0)
		return rc;
	sqlite3_bind_int64(put, 1, job->mark.record);
	sqlite3_bind_int64(put, 2, job->mark.added);
	sqlite3_bind_int64(put, 3, job->mark.rejected);
	sqlite3_bind_int(put, 4, finished);
	if (job->full)
		sqlite3_bind_int64(put, 5, job->mark.left);
	else
		sqlite3_bind_null(put, 5);
	sqlite3_bind_int64(put, 6, job->source_id);
	rc = db_put(job->db, put);
	sqlite3_finalize(put);
	return rc;
}

/* -- which source is it? -- */

/* 1: it is all there already. */
static int look_up(struct job *job)
{
	struct ingest_file *file = job->file;
	int64_t limit = (int64_t)job->options->limit;
	bool finished, limited;
	sqlite3_stmt *get;
	int rc = db_prepare(job->db, SQL_SOURCE_GET, &get);

	if (rc < 0)
		return rc;
	db_bind_str(get, 1, str_of(file->sha256));
	sqlite3_bind_int64(get, 2, (int64_t)job->options->part);
	if (sqlite3_step(get) == SQLITE_ROW) {
		job->source_id = sqlite3_column_int64(get, 0);
		job->mark = (struct mark){
			.record = sqlite3_column_int64(get, 1),
			.added = sqlite3_column_int64(get, 2),
			.rejected = sqlite3_column_int64(get, 3),
			.left = sqlite3_column_int64(get, 5),
		};
		finished = sqlite3_column_int(get, 4);
		limited = sqlite3_column_type(get, 5) != SQLITE_NULL;
		file->known = (uint64_t)job->mark.added;
		file->rejected = (uint64_t)job->mark.rejected;
		rc = finished &&
		     (!limited || (limit && job_ordinal(job) >= limit));
	}
	sqlite3_finalize(get);
	return rc;
}

/* -- a file that has grown -- */

static int bind_and_put(struct job *job, const char *sql)
{
	sqlite3_stmt *put;
	int rc = db_prepare(job->db, sql, &put);

	if (rc < 0)
		return rc;
	sqlite3_bind_int64(put, 1, job->source_id);
	rc = db_put(job->db, put);
	sqlite3_finalize(put);
	return rc;
}

/* The source whose bytes this file begins with; 0: none. */
static int find_shorter(struct job *job, int64_t *id)
{
	const struct ingest_file *file = job->file;
	sqlite3_stmt *get;
	int rc = db_prepare(job->db, SQL_SOURCE_SHORTER, &get);

	*id = 0;
	if (rc < 0)
		return rc;
	db_bind_str(get, 1, str_of(file->path));
	sqlite3_bind_int64(get, 2, (int64_t)job->options->part);
	sqlite3_bind_int64(get, 3, (int64_t)file->size);
	while (rc == 0 && !*id && sqlite3_step(get) == SQLITE_ROW) {
		char sha256[SHA256_HEX];
		uint64_t size;

		rc = part_sha256(file, (uint64_t)sqlite3_column_int64(get, 2),
				 sha256, &size);
		if (rc == 0 && str_is(db_str(get, 1), sha256))
			*id = sqlite3_column_int64(get, 0);
	}
	sqlite3_finalize(get);
	return rc;
}

/* Half a line that the file ended with is a whole one now: take it again. */
static int redo_last(struct job *job)
{
	int rc = bind_and_put(job, SQL_REJECT_FORGET_LAST);

	if (rc < 0 || sqlite3_changes(job->db->sqlite) == 0)
		return rc;
	job->mark.record--;
	job->mark.rejected--;
	job->file->rejected--;
	return job_put_mark(job, false);
}

/* Inside a transaction. */
static int go_on(struct job *job, int64_t id)
{
	struct ingest_file *file = job->file;
	sqlite3_stmt *put;
	int rc = db_prepare(job->db, SQL_SOURCE_GROWN, &put);

	if (rc < 0)
		return rc;
	db_bind_str(put, 1, str_of(file->sha256));
	sqlite3_bind_int64(put, 2, (int64_t)file->size);
	db_bind_str(put, 3, str_of(file->mtime));
	sqlite3_bind_int64(put, 4, job->run->id);
	sqlite3_bind_int64(put, 5, id);
	rc = db_put(job->db, put);
	sqlite3_finalize(put);
	if (rc < 0 || (rc = look_up(job)) < 0)
		return rc;
	return redo_last(job);
}

/* -- a new source -- */

static int put_source(struct job *job)
{
	const struct ingest_file *file = job->file;
	const char *slash = strrchr(file->path, '/');
	const char *name = slash ? slash + 1 : file->path;
	const char *packing = packing_name(job->reader.input.packing);
	struct buf format = { 0 };
	sqlite3_stmt *put;
	int rc;

	if ((rc = db_prepare(job->db, SQL_SOURCE_PUT, &put)) < 0)
		return rc;
	buf_print(&format, "%s%s%s", format_name(file->format),
		  *packing ? "+" : "", packing);
	if (job->options->source)
		name = job->options->source;
	db_bind_str(put, 1, str_of(name));
	db_bind_str(put, 2, str_of(file->path));
	db_bind_str(put, 3, str_of(file->sha256));
	sqlite3_bind_int64(put, 4, (int64_t)file->size);
	db_bind_str(put, 5, str_of(file->mtime));
	db_bind_str(put, 6, buf_view(&format));
	db_bind_str(put, 7, str_of(file->schema->name));
	db_bind_str(put, 8, str_of(encoding_name(file->encoding)));
	db_bind_str(put, 9, str_of(file->schema->mapping));
	db_bind_str(put, 10, str_of(job->options->license));
	sqlite3_bind_int64(put, 11, (int64_t)job->options->part);
	sqlite3_bind_int64(put, 12, job->run->id);
	rc = db_put(job->db, put);
	sqlite3_finalize(put);
	buf_free(&format);
	job->source_id = sqlite3_last_insert_rowid(job->db->sqlite);
	job->fresh = true;
	return rc;
}

int source_open(struct job *job)
{
	int64_t shorter;
	int rc;

	if ((rc = look_up(job)) != 0)
		return rc;
	if ((rc = job_begin(job)) < 0)
		return rc;
	if (!job->run->id && (rc = run_start(job->run, job->db)) < 0)
		return rc;
	/* another process may have put it there while we waited */
	if ((rc = look_up(job)) != 0)
		return rc;
	if (job->source_id)
		return 0;
	if ((rc = find_shorter(job, &shorter)) < 0)
		return rc;
	return shorter ? go_on(job, shorter) : put_source(job);
}

/* -- the end of a file -- */

int source_note_license(struct job *job)
{
	static const char *const keys[] = { "Instance License", "license",
					    "licence" };
	const struct buf *text[] = { &job->reader.after, &job->reader.around };
	struct arena arena = { 0 };
	struct str license = { NULL, 0 };
	sqlite3_stmt *put;
	int rc = 0;

	for (size_t i = 0; i < 2 && !license.n; i++) {
		struct scan_error error;
		struct value value;

		if (!text[i]->n || scan_value(&arena, buf_view(text[i]),
					      &value, &error) < 0)
			continue;
		for (size_t k = 0; k < 3 && !license.n; k++)
			first_scalar(value_get(&value, keys[k]), &license);
	}
	if (license.n &&
	    (rc = db_prepare(job->db, SQL_SOURCE_LICENSE, &put)) == 0) {
		db_bind_str(put, 1, license);
		sqlite3_bind_int64(put, 2, job->source_id);
		rc = db_put(job->db, put);
		sqlite3_finalize(put);
	}
	arena_free(&arena);
	return rc;
}

int source_forget(struct job *job)
{
	static const char *const sql[] = {
		SQL_SOURCE_FORGET_TURNS, SQL_SOURCE_FORGET_PAIRS,
		SQL_SOURCE_FORGET_REJECTS, SQL_SOURCE_FORGET,
	};
	int rc;

	if (!job->fresh)
		return 0;
	rc = db_begin(job->db);
	for (size_t i = 0; rc == 0 && i < sizeof sql / sizeof *sql; i++)
		rc = bind_and_put(job, sql[i]);
	return db_end(job->db, rc);
}

int source_reason(struct job *job)
{
	sqlite3_stmt *get;
	int rc = db_prepare(job->db, SQL_REJECT_REASON, &get);

	if (rc < 0)
		return rc;
	sqlite3_bind_int64(get, 1, job->source_id);
	if (sqlite3_step(get) == SQLITE_ROW)
		buf_str(&job->file->reason, db_str(get, 0));
	sqlite3_finalize(get);
	return 0;
}
