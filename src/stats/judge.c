/* judge.c - what people decided, from a CSV file into `verdict` */
#include "stats/judge.h"

#include <stdio.h>

#include "base/err.h"
#include "base/json.h"
#include "base/map.h"
#include "db/verdict.h"
#include "read/reader.h"
#include "stats/visible.h"

struct job {
	struct db *db;
	const char *path;
	struct judged *judged;
	struct verdicts verdicts;
	struct map seen; /* ids, and what was said of them */
	struct arena arena;
};

static struct str trimmed(struct str text)
{
	while (text.n && strchr(" \t", text.at[0]))
		text.at++, text.n--;
	while (text.n && strchr(" \t", text.at[text.n - 1]))
		text.n--;
	return text;
}

static int read_id(struct str text, int64_t *id)
{
	*id = 0;
	if (!text.n || text.n > 18)
		return ERR_FORMAT;
	for (size_t i = 0; i < text.n; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return ERR_FORMAT;
		*id = *id * 10 + (text.at[i] - '0');
	}
	return *id ? 0 : ERR_FORMAT;
}

/* "'WHAT' is not ...": what somebody typed, safe and short. */
static int not_a(struct str what, const char *wanted)
{
	struct buf shown = { 0 };
	int rc;

	visible_cut(&shown, what.n ? what : STR(""), 40);
	rc = err_set(ERR_FORMAT, "'%s' is not %s", shown.n ? shown.at : "",
		     wanted);
	buf_free(&shown);
	return rc;
}

static bool is_verdict(struct str word)
{
	return str_is(word, "keep") || str_is(word, "drop") ||
	       str_is(word, "none");
}

/* Two rows may name a pair when they say the same. */
static int check_twice(struct job *job, int64_t id, struct str word)
{
	static const char *const other[] = { "keep", "drop", "none" };
	char key[40];
	uint32_t number;

	for (int i = 0; i < 3; i++) {
		snprintf(key, sizeof key, "%lld %s", (long long)id, other[i]);
		if (!str_is(word, other[i]) &&
		    map_find(&job->seen, str_of(key), &number))
			return err_set(ERR_FORMAT,
				       "pair %lld is judged twice, '%s' and "
				       "'%.*s'",
				       (long long)id, other[i], (int)word.n,
				       word.at);
	}
	snprintf(key, sizeof key, "%lld %.*s", (long long)id, (int)word.n,
		 word.at);
	map_add(&job->seen, str_of(key));
	return 0;
}

static int exists(struct job *job, int64_t id)
{
	int rc = verdict_exists(&job->verdicts, id);

	return rc == ERR_ABSENT ? ERR_FORMAT : rc; /* the row is wrong */
}

static int put(struct job *job, int64_t id, struct str word, struct str note)
{
	if (str_is(word, "none")) {
		job->judged->none++;
		return verdict_forget(&job->verdicts, id);
	}
	*(str_is(word, "keep") ? &job->judged->keep : &job->judged->drop) += 1;
	return verdict_put(&job->verdicts, id, word, note);
}

static int judge_row(struct job *job, const struct value *row)
{
	struct str id_text = trimmed(value_text(row, "id"));
	struct str word = trimmed(value_text(row, "verdict"));
	int64_t id;
	int rc;

	job->judged->rows++;
	if (read_id(id_text, &id) < 0)
		return not_a(id_text, "the id of a pair");
	if (!word.n) {
		job->judged->empty++;
		return exists(job, id);
	}
	if (!is_verdict(word))
		return not_a(word, "keep, drop or none");
	if ((rc = exists(job, id)) < 0 ||
	    (rc = check_twice(job, id, word)) < 0)
		return rc;
	return put(job, id, word, trimmed(value_text(row, "note")));
}

static bool has_column(const struct reader *reader, const char *name)
{
	for (size_t i = 0; i < reader->columns; i++)
		if (str_is(reader->column[i], name))
			return true;
	return false;
}

static int judge_record(struct job *job, const struct reader *reader,
			const struct record *record)
{
	struct scan_error error;
	struct value row;
	int rc;

	arena_reset(&job->arena);
	if (!has_column(reader, "id") || !has_column(reader, "verdict"))
		return err_set(ERR_FORMAT,
			       "%s: its first row must name the columns 'id' "
			       "and 'verdict'",
			       job->path);
	if (record->why)
		return err_set(ERR_FORMAT, "%s:%lld: %s", job->path,
			       (long long)record->line, record->why);
	if (reader_parse(reader, record, &job->arena, &row, &error) < 0)
		return err_set(ERR_FORMAT, "%s:%lld: %s%s", job->path,
			       (long long)record->line, error.why,
			       strcmp(error.why, "not UTF-8") == 0
				       ? "; save the file as CSV UTF-8"
				       : "");
	rc = judge_row(job, &row);
	if (rc == ERR_FORMAT)
		return err_wrap(rc, "%s:%lld", job->path,
				(long long)record->line);
	return rc;
}

static int judge_records(struct job *job)
{
	struct reader reader;
	struct chunk chunk = { 0 };
	int rc;

	if ((rc = reader_open(&reader, job->path, FORMAT_CSV)) < 0)
		return rc;
	while ((rc = reader_next(&reader, &chunk)) > 0)
		for (size_t i = 0; i < chunk.records; i++)
			if ((rc = judge_record(job, &reader,
					       &chunk.record[i])) < 0)
				goto done;
	if (rc == 0 && !job->judged->rows)
		rc = err_set(ERR_FORMAT, "%s: there is no row to judge by",
			     job->path);
done:
	reader_close(&reader);
	chunk_free(&chunk);
	return rc;
}

static int finish(struct job *job, struct run *run)
{
	struct buf summary = { 0 };
	int64_t stale;
	int rc = db_number(job->db, SQL_JUDGE_STALE, &stale);

	if (rc < 0)
		return rc;
	job->judged->stale = (uint64_t)stale;
	judged_json(job->judged, run_seconds(run), &summary);
	rc = run_finish(run, job->db, buf_view(&summary));
	buf_free(&summary);
	return rc;
}

int judge_file(struct db *db, struct run *run, const char *path,
	       const char *author, struct judged *judged)
{
	struct job job = { .db = db, .path = path, .judged = judged };
	int rc;

	*judged = (struct judged){ 0 };
	if ((rc = db_begin(db)) < 0)
		return rc;
	if ((rc = run_start(run, db)) < 0 ||
	    (rc = verdicts_open(&job.verdicts, db, author)) < 0 ||
	    (rc = judge_records(&job)) < 0)
		goto done;
	rc = finish(&job, run);
done:
	verdicts_close(&job.verdicts);
	map_free(&job.seen);
	arena_free(&job.arena);
	return db_end(db, rc);
}

void judged_json(const struct judged *judged, double seconds, struct buf *out)
{
	const struct {
		const char *key;
		uint64_t n;
	} figure[] = {
		{ "rows", judged->rows }, { "keep", judged->keep },
		{ "drop", judged->drop }, { "none", judged->none },
		{ "empty", judged->empty }, { "stale", judged->stale },
	};
	struct json json = { .out = out };

	json_open(&json, '{');
	for (size_t i = 0; i < sizeof figure / sizeof *figure; i++) {
		json_key(&json, figure[i].key);
		json_int(&json, (int64_t)figure[i].n);
	}
	json_key(&json, "seconds");
	json_real(&json, seconds);
	json_close(&json, '}');
}
