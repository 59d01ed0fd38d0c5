/* verdict.c - what a person says of a pair: keep it, drop it, or change it */
#include "db/verdict.h"

#include "base/err.h"
#include "db/pair.h"

int verdicts_open(struct verdicts *verdicts, struct db *db, const char *author)
{
	int rc;

	*verdicts = (struct verdicts){ .db = db, .author = author };
	db_now(verdicts->now);
	if ((rc = db_prepare(db, SQL_VERDICT_PAIR, &verdicts->exists)) < 0 ||
	    (rc = db_prepare(db, SQL_VERDICT_PUT, &verdicts->put)) < 0)
		return rc;
	return db_prepare(db, SQL_VERDICT_FORGET, &verdicts->forget);
}

void verdicts_close(struct verdicts *verdicts)
{
	sqlite3_finalize(verdicts->exists);
	sqlite3_finalize(verdicts->put);
	sqlite3_finalize(verdicts->forget);
	*verdicts = (struct verdicts){ 0 };
}

int verdict_exists(struct verdicts *verdicts, int64_t id)
{
	int step;

	sqlite3_bind_int64(verdicts->exists, 1, id);
	step = sqlite3_step(verdicts->exists);
	sqlite3_reset(verdicts->exists);
	if (step == SQLITE_ROW)
		return 0;
	if (step == SQLITE_DONE)
		return err_set(ERR_ABSENT, "there is no pair %lld",
			       (long long)id);
	return db_fail(verdicts->db, "looking up a pair");
}

int verdict_put(struct verdicts *verdicts, int64_t id, struct str word,
		struct str note)
{
	sqlite3_bind_int64(verdicts->put, 1, id);
	db_bind_str(verdicts->put, 2, word);
	db_bind_str(verdicts->put, 3, note.at ? note : STR(""));
	db_bind_str(verdicts->put, 4, str_of(verdicts->author));
	db_bind_str(verdicts->put, 5, str_of(verdicts->now));
	return db_put(verdicts->db, verdicts->put);
}

/* -- edits -- */

/* The columns that hold the first exchange, by who speaks in it. */
static const struct {
	const char *field, *role, *put;
} column[] = {
	{ "system", "system", SQL_EDIT_SYSTEM },
	{ "instruction", "user", SQL_EDIT_INSTRUCTION },
	{ "input", NULL, SQL_EDIT_INPUT },
	{ "response", "assistant", SQL_EDIT_RESPONSE },
};

enum { COLUMNS = sizeof column / sizeof *column };

static struct str text_of(const struct pair *pair, size_t c)
{
	const struct str text[COLUMNS] = { pair->system, pair->instruction,
					   pair->input, pair->response };

	return text[c];
}

/* Run a statement of (pair, turn, text); fewer parameters take the first. */
static int change(struct db *db, const char *sql, int64_t id, uint32_t turn,
		  struct str text)
{
	sqlite3_stmt *stmt;
	int rc = db_prepare(db, sql, &stmt);

	if (rc < 0)
		return rc;
	sqlite3_bind_int64(stmt, 1, id);
	if (sqlite3_bind_parameter_count(stmt) > 1)
		sqlite3_bind_int64(stmt, 2, turn);
	if (sqlite3_bind_parameter_count(stmt) > 2)
		db_bind_str(stmt, 3, text);
	rc = db_put(db, stmt);
	sqlite3_finalize(stmt);
	return rc;
}

/* The first edit of a text keeps the original, later ones only who and when. */
static int keep_original(struct verdicts *verdicts, int64_t id, uint32_t turn,
			 const char *field, struct str original)
{
	sqlite3_stmt *put;
	int rc = db_prepare(verdicts->db, SQL_EDIT_PUT, &put);

	if (rc < 0)
		return rc;
	sqlite3_bind_int64(put, 1, id);
	sqlite3_bind_int64(put, 2, turn);
	db_bind_str(put, 3, str_of(field));
	db_bind_str(put, 4, original);
	db_bind_str(put, 5, str_of(verdicts->author));
	db_bind_str(put, 6, str_of(verdicts->now));
	rc = db_put(verdicts->db, put);
	sqlite3_finalize(put);
	return rc;
}

static int edit_column(struct verdicts *verdicts, const struct pair *pair,
		       size_t c, struct str text)
{
	int rc = keep_original(verdicts, pair->id, 0, column[c].field,
			       text_of(pair, c));

	return rc < 0 ? rc
		      : change(verdicts->db, column[c].put, pair->id, 0, text);
}

/* The column that repeats a message, or COLUMNS. */
static size_t column_of(const struct pair *pair, uint32_t turn)
{
	const struct message *m = &pair->message[turn];

	for (uint32_t i = 0; i < turn; i++)
		if (str_equal(pair->message[i].role, m->role))
			return COLUMNS;
	for (size_t c = 0; c < COLUMNS; c++)
		if (column[c].role && str_is(m->role, column[c].role) &&
		    str_equal(text_of(pair, c), m->content))
			return c;
	return COLUMNS;
}

static int edit_message(struct verdicts *verdicts, const struct pair *pair,
			uint32_t turn, struct str text)
{
	size_t c = column_of(pair, turn);
	int rc = keep_original(verdicts, pair->id, turn, "content",
			       pair->message[turn].content);

	if (rc == 0)
		rc = change(verdicts->db, SQL_EDIT_TURN, pair->id, turn, text);
	if (rc == 0 && c < COLUMNS)
		rc = edit_column(verdicts, pair, c, text);
	return rc;
}

static int no_such_text(const struct pair *pair, struct str field,
			uint32_t turn)
{
	return err_set(ERR_ABSENT, "pair %lld has no text '%.*s' %u",
		       (long long)pair->id, (int)field.n, field.at, turn);
}

static int edit_field(struct verdicts *verdicts, const struct pair *pair,
		      struct str field, struct str text)
{
	bool may_go = str_is(field, "system") || str_is(field, "input");
	size_t c = 0;
	int rc;

	while (c < COLUMNS && !str_is(field, column[c].field))
		c++;
	if (c == COLUMNS || pair->messages)
		return no_such_text(pair, field, 0);
	if (!text.n && may_go)
		text = (struct str){ 0 };
	else if (!text.n)
		return err_set(ERR_LIMIT, "the %s of a pair cannot be empty; "
					  "drop the pair instead",
			       column[c].field);
	if (str_equal(text_of(pair, c), text))
		return 0;
	rc = edit_column(verdicts, pair, c, text);
	return rc < 0 ? rc : 1;
}

static int edit_turn(struct verdicts *verdicts, const struct pair *pair,
		     uint32_t turn, struct str text)
{
	int rc;

	if (turn >= pair->messages)
		return no_such_text(pair, STR("content"), turn);
	if (!text.n && pair->message[turn].content.n)
		return err_set(ERR_LIMIT, "a message cannot be empty; drop "
					  "the pair instead");
	if (str_equal(pair->message[turn].content, text))
		return 0;
	rc = edit_message(verdicts, pair, turn, text);
	return rc < 0 ? rc : 1;
}

/* What was computed from a text that is another now. */
static int forget_computed(struct db *db, int64_t id)
{
	static const char *const sql[] = {
		SQL_EDIT_FORGET_VECTOR, SQL_EDIT_FORGET_SIGNATURE,
		SQL_EDIT_FORGET_SCORE, SQL_EDIT_FORGET_FINDING,
	};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof sql / sizeof *sql; i++)
		rc = change(db, sql[i], id, 0, (struct str){ 0 });
	return rc;
}

int verdict_edit(struct verdicts *verdicts, int64_t id, uint32_t turn,
		 struct str field, struct str text)
{
	struct pair_batch batch = { 0 };
	int edited = pair_get(verdicts->db, id, &batch), rc = 0;

	if (edited == 0)
		edited = str_is(field, "content")
				 ? edit_turn(verdicts, batch.pair, turn, text)
				 : edit_field(verdicts, batch.pair, field,
					      text);
	if (edited > 0)
		rc = forget_computed(verdicts->db, id);
	/* a text that is as it was is no edit */
	if (edited > 0 && rc == 0)
		rc = change(verdicts->db, SQL_EDIT_SAME, id, 0,
			    (struct str){ 0 });
	pair_batch_free(&batch);
	return rc < 0 ? rc : edited;
}

/* -- taking back -- */

/* Texts of one pair as they were; id 0: of all. */
static int restore(struct db *db, int64_t id)
{
	static const char *const sql[] = {
		SQL_EDIT_UNDO_VECTOR,	   SQL_EDIT_UNDO_SIGNATURE,
		SQL_EDIT_UNDO_SCORE,	   SQL_EDIT_UNDO_FINDING,
		SQL_EDIT_UNDO_SYSTEM,	   SQL_EDIT_UNDO_INSTRUCTION,
		SQL_EDIT_UNDO_INPUT,	   SQL_EDIT_UNDO_RESPONSE,
		SQL_EDIT_UNDO_TURN,	   SQL_EDIT_UNDO,
	};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof sql / sizeof *sql; i++)
		rc = change(db, sql[i], id, 0, (struct str){ 0 });
	return rc;
}

int verdict_forget(struct verdicts *verdicts, int64_t id)
{
	int rc = restore(verdicts->db, id);

	if (rc < 0)
		return rc;
	sqlite3_bind_int64(verdicts->forget, 1, id);
	return db_put(verdicts->db, verdicts->forget);
}

int verdict_clear(struct db *db)
{
	int rc = restore(db, 0);

	return rc < 0 ? rc : db_exec(db, SQL_VERDICT_CLEAR);
}
