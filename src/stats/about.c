/* about.c - one pair, and all that is said about it */
#include "stats/about.h"

#include <math.h>
#include <stdio.h>

#include "base/err.h"
#include "stats/visible.h"
#include "text/utf8.h"

/* -- reading -- */

typedef void take_row(struct about *about, sqlite3_stmt *row);

static struct str copy(struct about *about, sqlite3_stmt *row, int column)
{
	return arena_str(&about->arena, db_str(row, column));
}

static double real(sqlite3_stmt *row, int column)
{
	return sqlite3_column_type(row, column) == SQLITE_NULL
		       ? NAN
		       : sqlite3_column_double(row, column);
}

static void take_source(struct about *about, sqlite3_stmt *row)
{
	about->source = copy(about, row, 0);
	about->path = copy(about, row, 1);
	about->license = copy(about, row, 3);
	about->finished = sqlite3_column_int(row, 4);
}

static void take_decision(struct about *about, sqlite3_stmt *row)
{
	struct about_decision decision = {
		.stage = copy(about, row, 0),
		.reason = copy(about, row, 1),
		.other_id = sqlite3_column_int64(row, 2),
		.value = real(row, 3),
		.threshold = real(row, 4),
		.item_id = sqlite3_column_int64(row, 5),
		.benchmark = copy(about, row, 6),
		.item_record = sqlite3_column_int64(row, 7),
		.item = copy(about, row, 8),
		.command = copy(about, row, 9),
	};

	vec_push(&about->decision, decision);
}

static void take_finding(struct about *about, sqlite3_stmt *row)
{
	struct about_finding finding = {
		.rule = copy(about, row, 0),
		.category = copy(about, row, 1),
		.turn = (uint32_t)sqlite3_column_int64(row, 2),
		.field = copy(about, row, 3),
		.start = (uint64_t)sqlite3_column_int64(row, 4),
		.length = (uint64_t)sqlite3_column_int64(row, 5),
		.other_id = sqlite3_column_int64(row, 6),
	};

	vec_push(&about->finding, finding);
}

static void take_score(struct about *about, sqlite3_stmt *row)
{
	vec_push(&about->score,
		 ((struct about_score){ copy(about, row, 0),
					sqlite3_column_double(row, 1) }));
}

static void take_verdict(struct about *about, sqlite3_stmt *row)
{
	about->verdict = copy(about, row, 0);
	about->note = copy(about, row, 1);
	about->author = copy(about, row, 2);
	about->made = copy(about, row, 3);
}

static void take_edit(struct about *about, sqlite3_stmt *row)
{
	struct about_edit edit = {
		.turn = (uint32_t)sqlite3_column_int64(row, 0),
		.field = copy(about, row, 1),
		.original = copy(about, row, 2),
		.author = copy(about, row, 3),
		.made = copy(about, row, 4),
	};

	vec_push(&about->edit, edit);
}

static void take_fallen(struct about *about, sqlite3_stmt *row)
{
	struct about_fallen fallen = {
		.id = sqlite3_column_int64(row, 0),
		.method = copy(about, row, 1),
		.similarity = sqlite3_column_double(row, 2),
	};

	if (about->fell++ < ABOUT_FALLEN)
		vec_push(&about->fallen, fallen);
}

static void take_cluster(struct about *about, sqlite3_stmt *row)
{
	about->cluster_id = sqlite3_column_int64(row, 0);
	about->cluster_size = (uint64_t)sqlite3_column_int64(row, 1);
}

static void take_kept(struct about *about, sqlite3_stmt *row)
{
	(void)row;
	about->kept = true;
}

static int read_rows(struct about *about, struct db *db, const char *sql,
		     int64_t id, take_row *take)
{
	sqlite3_stmt *row;
	int rc = db_prepare(db, sql, &row), step;

	if (rc < 0)
		return rc;
	sqlite3_bind_int64(row, 1, id);
	while ((step = sqlite3_step(row)) == SQLITE_ROW)
		take(about, row);
	if (step != SQLITE_DONE)
		rc = db_fail(db, "reading about a pair");
	sqlite3_finalize(row);
	return rc;
}

static void clear(struct about *about)
{
	arena_reset(&about->arena);
	about->decision.n = about->finding.n = about->score.n = 0;
	about->edit.n = about->fallen.n = 0;
	about->fell = about->cluster_size = 0;
	about->cluster_id = 0;
	about->kept = about->finished = false;
	about->verdict = about->note = about->author = about->made =
		(struct str){ 0 };
}

int about_read(struct about *about, struct db *db, int64_t id)
{
	static const struct {
		const char *sql;
		take_row *take;
	} table[] = {
		{ SQL_SHOW_DECISION, take_decision },
		{ SQL_SHOW_FINDING, take_finding },
		{ SQL_SHOW_SCORE, take_score },
		{ SQL_SHOW_VERDICT, take_verdict },
		{ SQL_SHOW_EDIT, take_edit },
		{ SQL_SHOW_FALLEN, take_fallen },
		{ SQL_SHOW_CLUSTER, take_cluster },
		{ SQL_SHOW_KEPT, take_kept },
	};
	int rc;

	clear(about);
	if ((rc = pair_get(db, id, &about->batch)) < 0)
		return rc;
	about->pair = about->batch.pair;
	rc = read_rows(about, db, SQL_SHOW_SOURCE, about->pair->source_id,
		       take_source);
	for (size_t i = 0; rc == 0 && i < sizeof table / sizeof *table; i++)
		rc = read_rows(about, db, table[i].sql, id, table[i].take);
	return rc;
}

void about_free(struct about *about)
{
	pair_batch_free(&about->batch);
	vec_free(&about->decision);
	vec_free(&about->finding);
	vec_free(&about->score);
	vec_free(&about->edit);
	vec_free(&about->fallen);
	arena_free(&about->arena);
	*about = (struct about){ 0 };
}

/* -- words -- */

/* 0.8 as 0.80; what needs more digits than two gets four: 0.7999. */
static void number(struct buf *out, double value)
{
	if (fabs(value) >= 1000 || fabs(value * 100 - round(value * 100)) < 1e-6)
		buf_print(out, "%.*f", fabs(value) >= 1000 ? 0 : 2, value);
	else
		buf_print(out, "%.4f", value);
}

static void comparison(const struct about_decision *d, const char *of,
		       struct buf *out)
{
	if (isnan(d->value))
		return;
	buf_print(out, ": %s%s", of, *of ? " " : "");
	number(out, d->value);
	if (isnan(d->threshold))
		return;
	buf_text(out, d->value >= d->threshold ? " >= " : " < ");
	number(out, d->threshold);
}

void about_words(const struct about_decision *d, struct buf *out)
{
	bool exact = str_is(d->reason, "exact duplicate");
	bool near = str_is(d->reason, "near duplicate");
	bool semantic = str_is(d->reason, "semantic duplicate");

	visible_line(out, d->reason);
	if (d->benchmark.n) {
		buf_print(out, " %lld of ", (long long)d->item_record);
		visible_line(out, d->benchmark);
		comparison(d, "share of its runs", out);
		return;
	}
	if (d->other_id)
		buf_print(out,
			  exact || near || semantic ? " of %lld"
						    : " (pair %lld)",
			  (long long)d->other_id);
	if (!exact)
		comparison(d, near ? "Jaccard" : semantic ? "cosine" : "",
			   out);
}

static void by_stage(const struct about *about, struct buf *out)
{
	visible_line(out, about->decision.at[0].stage);
	buf_text(out, ": ");
	about_words(&about->decision.at[0], out);
	if (about->decision.n > 1)
		buf_print(out, " (and %zu more)", about->decision.n - 1);
}

static void by_person(const struct about *about, struct buf *out)
{
	buf_text(out, "by ");
	visible_line(out, about->author.n ? about->author : STR("a person"));
	if (about->note.n) {
		buf_text(out, " (");
		visible_line(out, about->note);
		buf_byte(out, ')');
	}
}

void about_fate(const struct about *about, struct buf *out)
{
	bool judged = about->verdict.at != NULL;

	if (!about->finished) {
		buf_text(out, "not kept: its source is not finished");
	} else if (judged) {
		buf_text(out, about->kept ? "kept " : "dropped ");
		by_person(about, out);
		if (about->kept && about->decision.n) {
			buf_text(out, ", against ");
			by_stage(about, out);
		}
	} else if (about->decision.n) {
		buf_text(out, "dropped by ");
		by_stage(about, out);
	} else {
		buf_text(out, "kept");
	}
}

/* -- fields -- */

size_t about_texts(const struct pair *pair, struct about_text *text)
{
	const struct about_text field[] = {
		{ STR("system"), 0, pair->system },
		{ STR("instruction"), 0, pair->instruction },
		{ STR("input"), 0, pair->input },
		{ STR("response"), 0, pair->response },
	};
	size_t n = 0;

	for (size_t i = 0; i < pair->messages; i++)
		text[n++] = (struct about_text){ pair->message[i].role,
						 (uint32_t)i,
						 pair->message[i].content };
	for (size_t i = 0; !pair->messages && i < 4; i++)
		if (field[i].text.at)
			text[n++] = field[i];
	return n;
}

struct str about_counterpart(const struct about_text *of, size_t i,
			     const struct about_text *text, size_t n,
			     bool messages)
{
	if (messages)
		return i < n ? text[i].text : (struct str){ 0 };
	for (size_t j = 0; j < n; j++)
		if (str_equal(of->name, text[j].name))
			return text[j].text;
	return (struct str){ 0 };
}

int64_t about_fell_for(const struct about *about)
{
	for (size_t i = 0; i < about->decision.n; i++)
		if (about->decision.at[i].other_id)
			return about->decision.at[i].other_id;
	return 0;
}

struct str about_field(const struct pair *pair, struct str field,
		       uint32_t turn)
{
	if (str_is(field, "content") || (pair->messages && turn))
		return turn < pair->messages ? pair->message[turn].content
					     : (struct str){ 0 };
	if (str_is(field, "system"))
		return pair->system;
	if (str_is(field, "instruction"))
		return pair->instruction;
	if (str_is(field, "input"))
		return pair->input;
	if (str_is(field, "response"))
		return pair->response;
	return (struct str){ 0 };
}

const struct about_edit *about_edit_of(const struct about *about,
				       const struct about_text *text)
{
	for (size_t i = 0; i < about->edit.n; i++) {
		const struct about_edit *edit = &about->edit.at[i];

		if (edit->turn == text->turn &&
		    (about->pair->messages || str_equal(edit->field,
							text->name)))
			return edit;
	}
	return NULL;
}

size_t about_offset(struct str text, uint64_t n)
{
	const char *at = text.at, *end;

	if (!text.n)
		return 0;
	end = text.at + text.n;
	while (n-- && at < end)
		utf8_next(&at);
	return (size_t)(at - text.at);
}
