/* embed.c - a vector for every kept pair that has none of this model yet */
#include "embed/embed.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/json.h"
#include "base/log.h"
#include "base/vec.h"
#include "embed/pool.h"

enum {
	PENDING_BYTES = 16 << 20, /* vectors that wait for their transaction */
	PENDING_SECONDS = 10,     /* what a kill may cost */
};

static const char *const fields[] = {
	[EMBED_INSTRUCTION] = "instruction",
	[EMBED_PAIR] = "pair",
	[EMBED_RESPONSE] = "response",
};

struct job {
	struct db *db;
	struct run *run;
	const struct encoder *encoder;
	enum embed_on on;
	VEC(int64_t) id; /* of pairs without a vector, in order */
	size_t next;
	sqlite3_stmt *text, *put;
	VEC(int64_t) done; /* computed, not committed yet */
	VEC(float) vector; /* (done, D) */
	double committed;
	struct progress progress;
	struct embed_summary *summary;
};

/* -- what to embed -- */

static int bind_model(struct job *job, sqlite3_stmt *stmt)
{
	db_bind_str(stmt, 1, str_of(encoder_name(job->encoder)));
	db_bind_str(stmt, 2, str_of(fields[job->on]));
	return 0;
}

static int list_pairs(struct job *job)
{
	sqlite3_stmt *list;
	int rc = db_prepare(job->db, SQL_EMBED_LIST, &list), step;

	if (rc < 0)
		return rc;
	bind_model(job, list);
	while (rc == 0 && (step = sqlite3_step(list)) == SQLITE_ROW)
		rc = vec_try_push(&job->id, sqlite3_column_int64(list, 0));
	if (rc == 0 && step != SQLITE_DONE)
		rc = db_fail(job->db, "listing pairs without a vector");
	sqlite3_finalize(list);
	return rc;
}

static void add_line(struct buf *text, struct str line)
{
	if (!line.n)
		return;
	if (text->n)
		buf_byte(text, '\n');
	buf_str(text, line);
}

/* The text of the row that the statement stands on. */
static void put_text(const struct job *job, struct buf *text)
{
	buf_clear(text);
	if (job->on == EMBED_PAIR)
		add_line(text, db_str(job->text, 0));
	if (job->on != EMBED_RESPONSE) {
		add_line(text, db_str(job->text, 1));
		add_line(text, db_str(job->text, 2));
	}
	if (job->on != EMBED_INSTRUCTION)
		add_line(text, db_str(job->text, 3));
}

static int read_pairs(void *context, struct pool_batch *batch)
{
	struct job *job = context;
	struct buf text = { 0 };
	bool more = true;
	int rc = 0;

	while (rc == 0 && more && job->next < job->id.n) {
		int64_t id = job->id.at[job->next++];
		int step;

		sqlite3_bind_int64(job->text, 1, id);
		step = sqlite3_step(job->text);
		if (step == SQLITE_ROW) {
			put_text(job, &text);
			more = pool_add(batch,
					arena_str(&batch->arena,
						  buf_view(&text)), id);
		} else if (step != SQLITE_DONE) {
			rc = db_fail(job->db, "reading a pair");
		}
		sqlite3_reset(job->text);
	}
	buf_free(&text);
	return rc < 0 ? rc : batch->n > 0;
}

/* -- what came out -- */

static int put_pending(struct job *job)
{
	size_t size = encoder_dimension(job->encoder) * sizeof(float);
	const char *at = (const char *)job->vector.at;
	int rc = job->run->id ? 0 : run_start(job->run, job->db);

	for (size_t i = 0; rc == 0 && i < job->done.n; i++) {
		bind_model(job, job->put);
		sqlite3_bind_blob(job->put, 3, at + i * size, (int)size,
				  SQLITE_STATIC);
		sqlite3_bind_int64(job->put, 4, job->done.at[i]);
		rc = db_put(job->db, job->put);
	}
	return rc;
}

static int commit(struct job *job, bool last)
{
	struct buf json = { 0 };
	int rc = db_begin(job->db);

	if (rc < 0)
		return rc;
	rc = put_pending(job);
	job->summary->pairs += job->done.n;
	if (rc == 0 && last) {
		embed_json(job->summary, run_seconds(job->run), &json);
		rc = run_finish(job->run, job->db, buf_view(&json));
		buf_free(&json);
	}
	rc = db_end(job->db, rc);
	job->done.n = job->vector.n = 0;
	job->committed = seconds_now();
	return rc;
}

static int take_vectors(void *context, const struct pool_batch *batch)
{
	struct job *job = context;
	size_t d = encoder_dimension(job->encoder);

	for (size_t i = 0; i < batch->n; i++)
		vec_push(&job->done, batch->key[i]);
	mem_grow(&job->vector.at, &job->vector.room,
		 job->vector.n + batch->n * d, sizeof(float));
	memcpy(job->vector.at + job->vector.n, batch->vector,
	       batch->n * d * sizeof(float));
	job->vector.n += batch->n * d;
	progress_set(&job->progress, job->summary->pairs + job->done.n);
	if (job->vector.n * sizeof(float) < PENDING_BYTES &&
	    seconds_now() - job->committed < PENDING_SECONDS)
		return 0;
	return commit(job, false);
}

static int embed_all(struct job *job, struct par *par)
{
	struct pool pool = { .encoder = job->encoder, .read = read_pairs,
			     .write = take_vectors, .context = job };
	int rc;

	progress_start(&job->progress, "embed", "pairs", job->id.n);
	job->committed = seconds_now();
	rc = pool_run(&pool, par);
	progress_end(&job->progress);
	return rc < 0 ? rc : commit(job, true);
}

int embed_run(struct db *db, struct par *par, struct run *run,
	      const struct encoder *encoder, enum embed_on on,
	      struct embed_summary *summary)
{
	struct job job = { .db = db, .run = run, .encoder = encoder, .on = on,
			   .summary = summary };
	int rc;

	*summary = (struct embed_summary){
		.model = encoder_name(encoder),
		.dimension = encoder_dimension(encoder),
	};
	if ((rc = list_pairs(&job)) == 0 &&
	    (rc = db_prepare(db, SQL_EMBED_TEXT, &job.text)) == 0 &&
	    (rc = db_prepare(db, SQL_EMBED_PUT, &job.put)) == 0)
		rc = embed_all(&job, par);
	sqlite3_finalize(job.text);
	sqlite3_finalize(job.put);
	vec_free(&job.id);
	vec_free(&job.done);
	vec_free(&job.vector);
	return rc;
}

void embed_json(const struct embed_summary *summary, double seconds,
		struct buf *out)
{
	struct json json = { .out = out };

	json_open(&json, '{');
	json_key(&json, "pairs");
	json_int(&json, (int64_t)summary->pairs);
	json_key(&json, "model");
	json_text(&json, summary->model);
	json_key(&json, "dimension");
	json_int(&json, (int64_t)summary->dimension);
	json_key(&json, "seconds");
	json_real(&json, seconds);
	json_close(&json, '}');
}
