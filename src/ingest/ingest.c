/* ingest.c - the stage `ingest`: files into pairs and rejects */
#include "ingest/ingest.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "ingest/fill.h"
#include "ingest/part.h"
#include "ingest/reject.h"
#include "ingest/take.h"


enum {
	EXCERPT = 120,     /* characters of a reject that are kept */
	COMMIT = 64 << 20, /* bytes of text between two commits */
	PART_SHIFT = 40,
};

/* How far a source is: what the resume mark says. */
struct mark {
	int64_t record; /* records done */
	int64_t left;   /* parts of the next one that are done, too */
	int64_t added, rejected;
};

struct batch {
	struct chunk chunk;
	struct arena arena;
	struct takings takings;
	size_t *end; /* (records) of takings: where those of a record end */
	size_t room;
};

struct job {
	struct ingest_file *file;
	const struct ingest_options *options;
	struct db *db;
	struct run *run;
	struct reader reader;
	struct takes takes;
	struct pair_writer writer;
	sqlite3_stmt *reject, *removed; /* removed: NULL when nothing was */
	struct progress progress;
	int64_t source_id, next_id;
	int64_t from;     /* records before this one are not looked at */
	struct mark mark; /* the writer's */
	uint64_t pending; /* bytes since the last commit */
	bool in_transaction;
	bool fresh; /* this run made the source */
	bool full;  /* --limit is reached */
};

/* -- reading and parsing, on any thread -- */

static int read_chunk(void *context, void *item)
{
	struct job *job = context;
	struct batch *batch = item;
	int rc;

	do
		rc = reader_next(&job->reader, &batch->chunk);
	while (rc > 0 &&
	       batch->chunk.record[batch->chunk.records - 1].number < job->from);
	return rc;
}

static int parse_chunk(void *context, void *item)
{
	struct job *job = context;
	struct batch *batch = item;
	struct around around = { NULL, { 0 } };

	arena_reset(&batch->arena);
	batch->takings.arena = &batch->arena;
	batch->takings.n = 0;
	mem_grow(&batch->end, &batch->room, batch->chunk.records,
		 sizeof *batch->end);
	for (size_t i = 0; i < batch->chunk.records; i++) {
		const struct record *record = &batch->chunk.record[i];

		if (record->number >= job->from)
			take_record(&job->takes, &job->reader, record, &around,
				    &batch->takings);
		batch->end[i] = batch->takings.n;
	}
	return 0;
}

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

static int begin(struct job *job)
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

static int commit(struct job *job, int rc)
{
	if (!job->in_transaction)
		return rc;
	job->in_transaction = false;
	job->pending = 0;
	return db_end(job->db, rc);
}

static int put_mark(struct job *job, bool finished)
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

/* -- writing, in order -- */

static int64_t ordinal(const struct job *job)
{
	return job->mark.added + job->mark.rejected;
}

static int put_reject(struct job *job, const struct pair *place,
		      const char *why, struct str text)
{
	sqlite3_stmt *put = job->reject;
	struct arena arena = { 0 };
	int rc;

	sqlite3_bind_int64(put, 1, job->source_id);
	sqlite3_bind_int64(put, 2, ordinal(job));
	sqlite3_bind_int64(put, 3, place->line);
	sqlite3_bind_int64(put, 4, place->byte);
	db_bind_str(put, 5, str_of(why));
	db_bind_str(put, 6, take_excerpt(&arena, text, EXCERPT));
	job->file->rejected++;
	job->mark.rejected++;
	rc = db_put(job->db, put);
	arena_free(&arena);
	return rc;
}

static bool was_removed(struct job *job, const struct pair *pair)
{
	bool removed;

	if (!job->removed)
		return false;
	sqlite3_bind_blob(job->removed, 1, &pair->digest, sizeof pair->digest,
			  SQLITE_STATIC);
	removed = sqlite3_step(job->removed) == SQLITE_ROW;
	sqlite3_reset(job->removed);
	return removed;
}

static void show_first(struct ingest_file *file, const struct pair *pair)
{
	enum { SHOWN = 60 };
	struct arena arena = { 0 };
	struct str a = take_excerpt(&arena, pair->instruction, SHOWN);
	struct str b = take_excerpt(&arena, pair->response, SHOWN);

	buf_print(&file->first, "%.*s -> %.*s", (int)a.n, a.at, (int)b.n,
		  b.at);
	arena_free(&arena);
}

static int put_pair(struct job *job, struct pair *pair)
{
	if (was_removed(job, pair))
		return put_reject(job, pair,
				  "removed from this database for good",
				  STR(""));
	if (!job->file->first.n)
		show_first(job->file, pair);
	pair->id = job->next_id++;
	pair->source_id = job->source_id;
	pair->record = ordinal(job);
	job->file->added++;
	job->mark.added++;
	return pair_writer_put(&job->writer, pair);
}

static int put_taken(struct job *job, const struct record *record,
		     struct taken *taken)
{
	int rc;

	if (!taken->why)
		return put_pair(job, &taken->pair);
	if (job->options->strict)
		return err_set(ERR_ANSWER, "%s: line %lld, byte %lld: %s",
			       job->file->path, (long long)taken->pair.line,
			       (long long)taken->pair.byte, taken->why);
	if (job->options->rejects &&
	    (rc = reject_save(job->options->rejects, job->file, &job->reader,
			      record, taken)) < 0)
		return rc;
	return put_reject(job, &taken->pair, taken->why,
			  taken->raw.at ? taken->raw : record->text);
}

/* What a record became, but for the parts that are there already. */
static int write_record(struct job *job, const struct record *record,
			struct taken *taken, size_t n)
{
	int64_t limit = (int64_t)job->options->limit;
	int rc = 0;

	if (record->number < job->mark.record)
		return 0;
	for (size_t i = (size_t)job->mark.left; rc == 0 && i < n; i++) {
		if (limit && ordinal(job) >= limit) {
			job->full = true;
			return err_set(ERR_LIMIT, "--limit is reached");
		}
		rc = put_taken(job, record, &taken[i]);
		job->mark.left++;
	}
	job->mark.record = record->number + 1;
	job->mark.left = 0;
	return rc;
}

static int write_chunk(void *context, void *item)
{
	struct job *job = context;
	struct batch *batch = item;
	size_t at = 0;
	int rc = begin(job);

	for (size_t i = 0; rc == 0 && i < batch->chunk.records; i++) {
		rc = write_record(job, &batch->chunk.record[i],
				  batch->takings.at + at,
				  batch->end[i] - at);
		at = batch->end[i];
	}
	if (rc < 0)
		return rc;
	job->pending += batch->chunk.bytes.n;
	progress_set(&job->progress, (uint64_t)ordinal(job));
	if (job->pending < COMMIT)
		return 0;
	return commit(job, put_mark(job, false));
}

static int run_pipeline(struct job *job, struct par *par)
{
	size_t slots = par_slots(par);
	struct batch *batch = mem_array(slots, sizeof *batch);
	struct par_map map = {
		.read = read_chunk, .work = parse_chunk, .write = write_chunk,
		.item = batch, .item_size = sizeof *batch, .items = slots,
		.context = job,
	};
	int rc;

	progress_start(&job->progress, job->file->path, "pairs",
		       job->options->limit);
	rc = par_map(par, &map);
	progress_end(&job->progress);
	for (size_t i = 0; i < slots; i++) {
		chunk_free(&batch[i].chunk);
		arena_free(&batch[i].arena);
		free(batch[i].takings.at);
		free(batch[i].end);
	}
	free(batch);
	return rc == ERR_LIMIT && job->full ? 0 : rc;
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
		     (!limited || (limit && ordinal(job) >= limit));
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
	return put_mark(job, false);
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
	enum packing packing = job->reader.input.packing;
	struct buf format = { 0 };
	sqlite3_stmt *put;
	int rc;

	if ((rc = db_prepare(job->db, SQL_SOURCE_PUT, &put)) < 0)
		return rc;
	buf_print(&format, "%s%s%s", format_name(file->format),
		  packing ? "+" : "", packing_name(packing));
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

/* 1: it is all there already.  Else the source is there, and how far. */
static int open_source(struct job *job)
{
	int64_t shorter;
	int rc;

	if ((rc = look_up(job)) != 0)
		return rc;
	if ((rc = begin(job)) < 0)
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

static int prepare(struct job *job)
{
	int64_t removed;
	int rc;

	if ((rc = pair_writer_open(&job->writer, job->db)) < 0 ||
	    (rc = db_prepare(job->db, SQL_REJECT_PUT, &job->reject)) < 0 ||
	    (rc = db_number(job->db, SQL_REMOVED_COUNT, &removed)) < 0)
		return rc;
	if (removed)
		rc = db_prepare(job->db, SQL_REMOVED_GET, &job->removed);
	job->from = job->mark.record;
	takes_init(&job->takes, job->file->schema, job->options);
	return rc;
}

/* -- the end of a file -- */

/* A file that is damaged half way: what came before stays, and the rest is
 * one reject that says where it broke. */
static int note_damage(struct job *job)
{
	struct pair place = {
		.line = job->reader.line, .byte = job->reader.byte,
	};
	int rc = begin(job);

	if (rc < 0)
		return rc;
	rc = put_reject(job, &place, "the file is damaged",
			buf_view(&job->file->damage));
	job->mark.record++;
	return rc;
}

/* A licence that stands in the file, around its list. */
static int note_license(struct job *job)
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

static int finish(struct job *job)
{
	int rc = begin(job);

	if (rc == 0 && !job->options->license)
		rc = note_license(job);
	return rc < 0 ? rc : put_mark(job, true);
}

/* The file is not what it was: nothing of it stays. */
static int forget(struct job *job)
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

static int take_file(struct job *job, struct par *par)
{
	struct ingest_file *file = job->file;
	int rc = prepare(job);

	if (rc < 0)
		return rc;
	rc = run_pipeline(job, par);
	if (rc == ERR_FORMAT && !file->damage.n)
		buf_text(&file->damage, err_text());
	if (rc == ERR_FORMAT || (rc == 0 && file->damage.n && !job->full))
		rc = note_damage(job);
	if (rc >= 0 && part_changed(file))
		rc = err_set(ERR_IO, "%s: the file changed while it was read; "
				     "run the command again when it is whole",
			     file->path);
	return rc < 0 ? rc : finish(job);
}

static int commonest_reason(struct job *job)
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

/* What failed is undone, with the words of the failure kept. */
static int undo(struct job *job, int rc)
{
	struct buf why = { 0 };

	buf_text(&why, err_text());
	job->in_transaction = false;
	db_end(job->db, rc);
	if ((rc == ERR_ANSWER || rc == ERR_IO) && job->source_id)
		forget(job);
	err_set(rc, "%s", why.at);
	buf_free(&why);
	return rc;
}

int ingest_file(struct ingest_file *file, struct db *db, struct par *par,
		const struct ingest_options *options, struct run *run)
{
	struct job job = {
		.file = file, .options = options, .db = db, .run = run,
	};
	int64_t run_before = run->id;
	int rc;

	if (file->skipped)
		return 0;
	if ((rc = part_open(&job.reader, file, options)) < 0)
		return rc;
	if ((rc = open_source(&job)) == 0)
		rc = take_file(&job, par);
	pair_writer_close(&job.writer);
	sqlite3_finalize(job.reject);
	sqlite3_finalize(job.removed);
	if (rc < 0) {
		rc = undo(&job, rc);
		run->id = run_before;
	} else {
		rc = commit(&job, rc);
	}
	file->read = file->added + file->known + file->rejected;
	if (rc >= 0)
		rc = commonest_reason(&job);
	reader_close(&job.reader);
	return rc < 0 ? rc : 0;
}
