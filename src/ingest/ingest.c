/* ingest.c - the stage `ingest`: files into pairs and rejects */
#include "ingest/ingest.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "ingest/job.h"
#include "ingest/part.h"
#include "ingest/reject.h"

enum {
	EXCERPT = 120,     /* characters of a reject that are kept */
	COMMIT = 64 << 20, /* bytes of text between two commits */
};

struct batch {
	struct chunk chunk;
	struct arena arena;
	struct takings takings;
	size_t *end; /* (records) of takings: where those of a record end */
	size_t room;
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

/* -- writing, in order -- */

static int put_reject(struct job *job, const struct pair *place,
		      const char *why, struct str text)
{
	sqlite3_stmt *put = job->reject;
	struct arena arena = { 0 };
	int rc;

	sqlite3_bind_int64(put, 1, job->source_id);
	sqlite3_bind_int64(put, 2, job_ordinal(job));
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
	pair->record = job_ordinal(job);
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
		if (limit && job_ordinal(job) >= limit) {
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
	int rc = job_begin(job);

	for (size_t i = 0; rc == 0 && i < batch->chunk.records; i++) {
		rc = write_record(job, &batch->chunk.record[i],
				  batch->takings.at + at,
				  batch->end[i] - at);
		at = batch->end[i];
	}
	if (rc < 0)
		return rc;
	job->pending += batch->chunk.bytes.n;
	progress_set(&job->progress, (uint64_t)job_ordinal(job));
	if (job->pending < COMMIT)
		return 0;
	rc = job_commit(job, job_put_mark(job, false));
	if (rc == 0 && job->options->checkpoint)
		checkpoint_wake(job->options->checkpoint);
	return rc;
}

static int run_pipeline(struct job *job, struct par *par)
{
	/* enough for the parsers to go on while the writer commits */
	size_t slots = 2 * par_slots(par);
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
	int rc = job_begin(job);

	if (rc < 0)
		return rc;
	rc = put_reject(job, &place, "the file is damaged",
			buf_view(&job->file->damage));
	job->mark.record++;
	return rc;
}

static int finish(struct job *job)
{
	int rc = job_begin(job);

	if (rc == 0 && !job->options->license)
		rc = source_note_license(job);
	return rc < 0 ? rc : job_put_mark(job, true);
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

/* What failed is undone, with the words of the failure kept. */
static int undo(struct job *job, int rc)
{
	struct buf why = { 0 };

	buf_text(&why, err_text());
	job->in_transaction = false;
	db_end(job->db, rc);
	if ((rc == ERR_ANSWER || rc == ERR_IO) && job->source_id)
		source_forget(job);
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
	if ((rc = source_open(&job)) == 0)
		rc = take_file(&job, par);
	pair_writer_close(&job.writer);
	sqlite3_finalize(job.reject);
	sqlite3_finalize(job.removed);
	if (rc < 0) {
		rc = undo(&job, rc);
		run->id = run_before;
	} else {
		rc = job_commit(&job, rc);
	}
	file->read = file->added + file->known + file->rejected;
	if (rc >= 0)
		rc = source_reason(&job);
	reader_close(&job.reader);
	return rc < 0 ? rc : 0;
}
