/* verdict.c - a form of the review becomes a verdict in the database */
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/json.h"
#include "db/verdict.h"
#include "serve/parts.h"

enum { WAIT_MS = 3000, NOTE = 4000 };

/* "text:TURN:FIELD", the name of a changed text. */
static bool is_text(struct str name, uint32_t *turn, struct str *field)
{
	const char *at = name.at + 5, *end = name.at + name.n;

	*turn = 0;
	if (!str_starts(name, STR("text:")))
		return false;
	for (; at < end && *at >= '0' && *at <= '9' && *turn < 100000000; at++)
		*turn = *turn * 10 + (uint32_t)(*at - '0');
	if (at == end || *at != ':')
		return false;
	*field = (struct str){ at + 1, (size_t)(end - at) - 1 };
	return true;
}

static int edit(struct verdicts *verdicts, const struct form *form, int64_t id)
{
	int edited = 0;

	for (size_t i = 0; i < form->field.n; i++) {
		struct form_field f = form->field.at[i];
		struct str field;
		uint32_t turn;
		int rc;

		if (!is_text(f.name, &turn, &field))
			continue;
		rc = verdict_edit(verdicts, id, turn, field, f.value);
		if (rc < 0)
			return rc;
		edited += rc;
	}
	if (!edited)
		return err_set(ERR_USAGE, "No text has changed.");
	return 0;
}

static int say(struct serve_said *said, struct verdicts *verdicts,
	       const struct form *form)
{
	struct str word = form_get(form, "verdict");
	struct str note = form_get(form, "note");
	int64_t id = form_number(form, "id");
	int rc = verdict_exists(verdicts, id);

	if (rc < 0)
		return rc;
	if (note.n > NOTE)
		return err_set(ERR_LIMIT, "A note has at most %d bytes.",
			       NOTE);
	if (str_is(word, "undo")) {
		said->undo++;
		return verdict_forget(verdicts, id);
	}
	if (str_is(word, "edit")) {
		said->edit++;
		rc = edit(verdicts, form, id);
		return rc < 0 ? rc
			      : verdict_put(verdicts, id, STR("keep"), note);
	}
	if (!str_is(word, "keep") && !str_is(word, "drop"))
		return err_set(ERR_USAGE, "A verdict is keep, drop, edit or "
					  "undo.");
	*(str_is(word, "keep") ? &said->keep : &said->drop) += 1;
	return verdict_put(verdicts, id, word, note);
}

/* One row in `run` for all of a session. */
static int note_run(struct run *run, struct db *db,
		    const struct serve_said *said)
{
	struct buf out = { 0 };
	struct json json = { .out = &out };
	int rc;

	json_open(&json, '{');
	json_key(&json, "keep");
	json_int(&json, said->keep);
	json_key(&json, "drop");
	json_int(&json, said->drop);
	json_key(&json, "edit");
	json_int(&json, said->edit);
	json_key(&json, "undo");
	json_int(&json, said->undo);
	json_close(&json, '}');
	rc = run_finish(run, db, buf_view(&out));
	buf_free(&out);
	return rc;
}

static int change(struct serve *serve, struct db *db, const struct form *form)
{
	struct serve_said said = serve->said;
	struct verdicts verdicts = { 0 };
	bool first = !serve->run->id;
	int rc = db_begin(db);

	if (rc < 0)
		return rc;
	if ((rc = verdicts_open(&verdicts, db, serve->author)) < 0 ||
	    (first && (rc = run_start(serve->run, db)) < 0) ||
	    (rc = say(&said, &verdicts, form)) < 0)
		goto done;
	rc = note_run(serve->run, db, &said);
done:
	verdicts_close(&verdicts);
	rc = db_end(db, rc);
	if (rc == 0)
		serve->said = said;
	else if (first)
		serve->run->id = 0;
	return rc;
}

int verdict_take(struct serve *serve, const struct form *form)
{
	struct db db;
	int rc = db_open(&db, serve->path, DB_WRITE);

	if (rc < 0)
		return rc;
	sqlite3_busy_timeout(db.sqlite, WAIT_MS);
	rc = change(serve, &db, form);
	db_close(&db);
	return rc;
}
