/* ingest.c - the stage `ingest`: files into pairs and rejects */
#include "ingest/ingest.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/err.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/vec.h"
#include "text/lang.h"
#include "text/utf8.h"

enum {
	PROBED = 20,           /* records a schema is recognised by */
	EXCERPT = 120,         /* characters of a reject that are kept */
	COMMIT = 64 << 20,     /* bytes of text between two commits */
	PART_SHIFT = 40,
};

/* -- what is it? -- */

static int probe(struct ingest_file *file, struct reader *reader)
{
	struct arena arena = { 0 };
	struct chunk chunk = { 0 };
	struct value *value = mem_array(PROBED, sizeof *value);
	struct scan_error error = { 0, NULL };
	size_t n = 0;
	int rc = reader_next(reader, &chunk);

	for (size_t i = 0; rc > 0 && i < chunk.records && n < PROBED; i++)
		if (reader_parse(reader, &chunk.record[i], &arena, &value[n],
				 &error) == 0)
			n++;
	if (rc == 0)
		rc = err_set(ERR_FORMAT, "%s: the file is empty", file->path);
	else if (rc > 0 && n == 0)
		rc = err_set(ERR_FORMAT,
			     "%s: not %s: none of its first records can be "
			     "read; line %lld: %s",
			     file->path, format_name(reader->format),
			     (long long)chunk.record[0].line, error.why);
	else if (rc > 0 && (rc = schema_detect(value, n, &file->schema)) < 0)
		rc = err_wrap(rc, "%s", file->path);
	free(value);
	chunk_free(&chunk);
	arena_free(&arena);
	return rc < 0 ? rc : 0;
}

int ingest_check(struct ingest_file *file, const struct ingest_options *options)
{
	struct reader reader;
	struct stat st;
	struct tm utc;
	int rc = reader_open(&reader, file->open_path, options->format);

	if (rc < 0)
		return rc;
	file->format = reader.format;
	file->schema = options->schema;
	if (!file->schema)
		rc = probe(file, &reader);
	reader_close(&reader);
	if (rc < 0 ||
	    (rc = sha256_file(file->open_path, file->sha256, &file->size)) < 0)
		return rc;
	if (stat(file->open_path, &st) < 0)
		return err_sys(ERR_IO, "%s", file->path);
	gmtime_r(&st.st_mtime, &utc);
	strftime(file->mtime, sizeof file->mtime, "%Y-%m-%dT%H:%M:%SZ", &utc);
	return 0;
}

/* -- one record -- */

struct rejected {
	int64_t number, line, byte;
	struct str reason, excerpt;
};

struct batch {
	struct chunk chunk;
	struct arena arena;
	VEC(struct pair) pairs;
	VEC(struct rejected) rejects;
	size_t bytes;
};

struct job {
	struct ingest_file *file;
	const struct ingest_options *options;
	struct db *db;
	struct run *run;
	struct reader reader;
	struct pair_writer writer;
	sqlite3_stmt *reject, *removed; /* removed: NULL when nothing was */
	struct progress progress;
	int64_t source_id, next_id;
	int64_t mark; /* records done, in this run and before */
	uint64_t pending;     /* bytes since the last commit */
	bool in_transaction;
};

static void add_lang(struct lang_evidence *sum, const struct lang_evidence *e)
{
	sum->letters += e->letters;
	sum->kana += e->kana;
	sum->han += e->han;
	sum->latin += e->latin;
	sum->words += e->words;
	sum->english += e->english;
	sum->foreign += e->foreign;
}

static void find_languages(struct pair *pair)
{
	struct lang_evidence own = { 0 }, answer = { 0 }, around = { 0 };

	lang_look(&own, pair->instruction);
	lang_look(&answer, pair->response);
	lang_look(&around, pair->input);
	add_lang(&around, &own);
	add_lang(&around, &answer);
	pair->lang = str_of(lang_decide(&own, &around));
	pair->lang_response = str_of(lang_decide(&answer, &around));
}

static void complete_pair(struct pair *pair, const struct record *record,
			  const struct ingest_options *options)
{
	pair->record = record->number;
	pair->line = record->line;
	pair->byte = record->byte;
	find_languages(pair);
	if (options->lang)
		pair->lang = pair->lang_response = str_of(options->lang);
	if (options->category)
		pair->category = str_of(options->category);
	if (!pair->category.at)
		pair->category = STR("");
	pair->digest = pair_digest(pair);
}

/* The first characters, with what cannot be shown as '?'. */
static struct str excerpt_of(struct arena *arena, struct str text)
{
	char *out = arena_alloc(arena, 4 * EXCERPT + 1), *to = out;
	size_t i = 0;

	for (int n = 0; n < EXCERPT && i < text.n; n++) {
		size_t left = text.n - i < 4 ? text.n - i : 4;
		size_t width = 1;

		while (width < left && utf8_check(text.at + i, width) < width)
			width++;
		if (utf8_check(text.at + i, width) < width ||
		    (unsigned char)text.at[i] < 0x20) {
			*to++ = '?';
			width = 1;
		} else {
			memcpy(to, text.at + i, width);
			to += width;
		}
		i += width;
	}
	return (struct str){ out, (size_t)(to - out) };
}

static void reject(struct batch *batch, const struct record *record,
		   size_t byte, const char *why)
{
	struct rejected rejected = {
		.number = record->number,
		.line = record->line,
		.byte = record->byte + (int64_t)byte,
		.reason = str_of(why),
		.excerpt = excerpt_of(&batch->arena, record->text),
	};

	/* the failure's own line, not that of the record's start */
	for (size_t i = 0; i < byte && i < record->text.n; i++)
		rejected.line += record->text.at[i] == '\n';
	vec_push(&batch->rejects, rejected);
}

static void take_record(struct job *job, struct batch *batch,
			const struct record *record)
{
	struct pair pair = { 0 };
	struct scan_error error;
	struct value value;
	const char *why;

	if (reader_parse(&job->reader, record, &batch->arena, &value,
			 &error) < 0) {
		reject(batch, record, error.byte, error.why);
	} else if (value.type != VALUE_OBJECT) {
		reject(batch, record, 0, "not an object");
	} else if (job->file->schema->fill(&value, &batch->arena, &pair,
					   &why) < 0) {
		reject(batch, record, 0, why);
	} else {
		complete_pair(&pair, record, job->options);
		vec_push(&batch->pairs, pair);
	}
}

/* -- the pipeline -- */

static int read_chunk(void *context, void *item)
{
	struct job *job = context;
	struct batch *batch = item;
	int rc;

	do
		rc = reader_next(&job->reader, &batch->chunk);
	while (rc > 0 &&
	       batch->chunk.record[batch->chunk.records - 1].number < job->mark);
	return rc;
}

static int parse_chunk(void *context, void *item)
{
	struct job *job = context;
	struct batch *batch = item;

	arena_reset(&batch->arena);
	batch->pairs.n = batch->rejects.n = 0;
	batch->bytes = batch->chunk.bytes.n;
	for (size_t i = 0; i < batch->chunk.records; i++) {
		const struct record *record = &batch->chunk.record[i];

		if (record->number < job->mark)
			continue;
		if (job->options->limit &&
		    (uint64_t)record->number >= job->options->limit)
			break;
		take_record(job, batch, record);
	}
	return 0;
}

static int mark(struct job *job, bool finished)
{
	const struct ingest_file *file = job->file;
	sqlite3_stmt *put;
	int rc = db_prepare(job->db, SQL_SOURCE_MARK, &put);

	if (rc < 0)
		return rc;
	sqlite3_bind_int64(put, 1, job->mark);
	sqlite3_bind_int64(put, 2, (int64_t)(file->added + file->known));
	sqlite3_bind_int64(put, 3, (int64_t)file->rejected);
	sqlite3_bind_int(put, 4, finished);
	sqlite3_bind_int64(put, 5, job->source_id);
	rc = db_put(job->db, put);
	sqlite3_finalize(put);
	return rc;
}

static int put_reject(struct job *job, const struct rejected *rejected)
{
	sqlite3_stmt *put = job->reject;

	sqlite3_bind_int64(put, 1, job->source_id);
	sqlite3_bind_int64(put, 2, rejected->number);
	sqlite3_bind_int64(put, 3, rejected->line);
	sqlite3_bind_int64(put, 4, rejected->byte);
	db_bind_str(put, 5, rejected->reason);
	db_bind_str(put, 6, rejected->excerpt);
	job->file->rejected++;
	return db_put(job->db, put);
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
	struct str a = excerpt_of(&arena, pair->instruction);
	struct str b = excerpt_of(&arena, pair->response);
	const char *at = a.at, *to = b.at;

	for (int i = 0; i < SHOWN && at < a.at + a.n; i++)
		utf8_next(&at);
	for (int i = 0; i < SHOWN && to < b.at + b.n; i++)
		utf8_next(&to);
	buf_print(&file->first, "%.*s -> %.*s", (int)(at - a.at), a.at,
		  (int)(to - b.at), b.at);
	arena_free(&arena);
}

static int put_pair(struct job *job, struct pair *pair)
{
	if (was_removed(job, pair))
		return put_reject(job, &(struct rejected){
			.number = pair->record, .line = pair->line,
			.byte = pair->byte,
			.reason = STR("removed from this database for good"),
			.excerpt = STR(""),
		});
	if (!job->file->first.n)
		show_first(job->file, pair);
	pair->id = job->next_id++;
	pair->source_id = job->source_id;
	job->file->added++;
	return pair_writer_put(&job->writer, pair);
}

static int begin(struct job *job)
{
	int rc = job->in_transaction ? 0 : db_begin(job->db);

	job->in_transaction = rc == 0;
	return rc;
}

static int commit(struct job *job, int rc)
{
	if (!job->in_transaction)
		return rc;
	job->in_transaction = false;
	job->pending = 0;
	return db_end(job->db, rc);
}

static int write_chunk(void *context, void *item)
{
	struct job *job = context;
	struct batch *batch = item;
	const struct record *last =
		&batch->chunk.record[batch->chunk.records - 1];
	int rc = begin(job);

	for (size_t i = 0; rc == 0 && i < batch->pairs.n; i++)
		rc = put_pair(job, &batch->pairs.at[i]);
	for (size_t i = 0; rc == 0 && i < batch->rejects.n; i++)
		rc = put_reject(job, &batch->rejects.at[i]);
	if (rc < 0)
		return rc;
	job->mark = last->number + 1;
	job->pending += batch->bytes;
	progress_set(&job->progress, (uint64_t)job->mark);
	if (job->pending < COMMIT)
		return 0;
	return commit(job, mark(job, false));
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

	progress_start(&job->progress, job->file->path, "records", 0);
	rc = par_map(par, &map);
	progress_end(&job->progress);
	for (size_t i = 0; i < slots; i++) {
		chunk_free(&batch[i].chunk);
		arena_free(&batch[i].arena);
		vec_free(&batch[i].pairs);
		vec_free(&batch[i].rejects);
	}
	free(batch);
	return rc;
}

/* -- a file -- */

/* 1: it is all there already. */
static int look_up(struct job *job)
{
	struct ingest_file *file = job->file;
	sqlite3_stmt *get;
	int rc = db_prepare(job->db, SQL_SOURCE_GET, &get);

	if (rc < 0)
		return rc;
	db_bind_str(get, 1, str_of(file->sha256));
	sqlite3_bind_int64(get, 2, (int64_t)job->options->part);
	if (sqlite3_step(get) == SQLITE_ROW) {
		job->source_id = sqlite3_column_int64(get, 0);
		job->mark = sqlite3_column_int64(get, 1);
		file->known = (uint64_t)sqlite3_column_int64(get, 2);
		file->rejected = (uint64_t)sqlite3_column_int64(get, 3);
		rc = sqlite3_column_int(get, 4);
	}
	sqlite3_finalize(get);
	return rc;
}

static int put_source(struct job *job)
{
	const struct ingest_file *file = job->file;
	const char *slash = strrchr(file->path, '/');
	const char *name = slash ? slash + 1 : file->path;
	struct reader *reader = &job->reader;
	struct buf format = { 0 };
	sqlite3_stmt *put;
	int rc;

	if (job->source_id)
		return 0;
	if ((rc = db_prepare(job->db, SQL_SOURCE_PUT, &put)) < 0)
		return rc;
	buf_print(&format, "%s%s", format_name(file->format),
		  reader->input.packing == PACKING_GZIP	  ? "+gzip"
		  : reader->input.packing == PACKING_ZSTD ? "+zstd"
							  : "");
	if (job->options->source)
		name = job->options->source;
	db_bind_str(put, 1, str_of(name));
	db_bind_str(put, 2, str_of(file->path));
	db_bind_str(put, 3, str_of(file->sha256));
	sqlite3_bind_int64(put, 4, (int64_t)file->size);
	db_bind_str(put, 5, str_of(file->mtime));
	db_bind_str(put, 6, buf_view(&format));
	db_bind_str(put, 7, str_of(file->schema->name));
	db_bind_str(put, 8, STR("utf-8"));
	db_bind_str(put, 9, str_of(file->schema->mapping));
	db_bind_str(put, 10, str_of(job->options->license));
	sqlite3_bind_int64(put, 11, (int64_t)job->options->part);
	sqlite3_bind_int64(put, 12, job->run->id);
	rc = db_put(job->db, put);
	sqlite3_finalize(put);
	buf_free(&format);
	job->source_id = sqlite3_last_insert_rowid(job->db->sqlite);
	return rc;
}

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

static int prepare(struct job *job)
{
	int64_t removed;
	int rc;

	if ((rc = begin(job)) < 0)
		return rc;
	if (!job->run->id && (rc = run_start(job->run, job->db)) < 0)
		return rc;
	if ((rc = put_source(job)) < 0 || (rc = find_next_id(job)) < 0 ||
	    (rc = pair_writer_open(&job->writer, job->db)) < 0 ||
	    (rc = db_prepare(job->db, SQL_REJECT_PUT, &job->reject)) < 0 ||
	    (rc = db_number(job->db, SQL_REMOVED_COUNT, &removed)) < 0)
		return rc;
	if (removed)
		rc = db_prepare(job->db, SQL_REMOVED_GET, &job->removed);
	return rc;
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

/* A file that is damaged half way: what came before stays, and the rest is
 * one reject that says where it broke. */
static int note_damage(struct job *job)
{
	int rc;

	buf_text(&job->file->damage, err_text());
	if ((rc = begin(job)) < 0)
		return rc;
	rc = put_reject(job, &(struct rejected){
		.number = job->mark, .line = job->reader.line,
		.byte = job->reader.byte, .reason = STR("the file is damaged"),
		.excerpt = buf_view(&job->file->damage),
	});
	job->mark++;
	return rc;
}

static void close_job(struct job *job)
{
	pair_writer_close(&job->writer);
	sqlite3_finalize(job->reject);
	sqlite3_finalize(job->removed);
	reader_close(&job->reader);
}

int ingest_file(struct ingest_file *file, struct db *db, struct par *par,
		const struct ingest_options *options, struct run *run)
{
	struct job job = {
		.file = file, .options = options, .db = db, .run = run,
	};
	int rc = reader_open(&job.reader, file->open_path, file->format);

	if (rc < 0)
		return rc;
	if ((rc = look_up(&job)) != 0)
		goto done;
	if ((rc = prepare(&job)) == 0) {
		rc = run_pipeline(&job, par);
		if (rc == ERR_FORMAT)
			rc = note_damage(&job);
	}
	if (rc >= 0 && (rc = begin(&job)) == 0)
		rc = mark(&job, true);
	rc = commit(&job, rc);
done:
	file->read = file->added + file->known + file->rejected;
	if (rc >= 0)
		rc = commonest_reason(&job);
	close_job(&job);
	return rc < 0 ? rc : 0;
}
