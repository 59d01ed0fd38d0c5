/*
 * verdict.h - what a person says of a pair: keep it, drop it, or change it
 *
 * A verdict outranks every stage (view `kept`).  A change of text is an edit:
 * the pair holds the new text from then on, so every stage and export sees it,
 * and `edit` holds the original, which verdict_forget() puts back.  What was
 * computed from the old text (its vector, signature, scores, findings) is
 * forgotten with it and comes back when those stages run again; decisions of
 * stages stay.
 *
 *     if ((rc = verdicts_open(&verdicts, db, "mika")) == 0 &&
 *         (rc = verdict_put(&verdicts, 17, STR("keep"), note)) == 0)
 *         rc = verdict_edit(&verdicts, 17, 0, STR("response"), text);
 *     verdicts_close(&verdicts);
 *
 * All of it inside a transaction of the caller.
 *
 * Errors     ERR_ABSENT: there is no such pair or field; ERR_LIMIT: a text
 *            that must not be empty is; ERR_DB
 */
#ifndef DB_VERDICT_H
#define DB_VERDICT_H

#include "db/db.h"

struct verdicts {
	struct db *db;
	const char *author; /* borrowed */
	char now[21];
	sqlite3_stmt *exists, *put, *forget;
};

int verdicts_open(struct verdicts *verdicts, struct db *db,
		  const char *author);
void verdicts_close(struct verdicts *verdicts);

int verdict_exists(struct verdicts *verdicts, int64_t id);

/* word: "keep" or "drop". */
int verdict_put(struct verdicts *verdicts, int64_t id, struct str word,
		struct str note);

/*
 * Change one text: system, instruction, input or response of a plain pair,
 * "content" of message `turn` of a conversation.  An empty system or input
 * takes it away.  1 when the text is another now, 0 when it was so already.
 */
int verdict_edit(struct verdicts *verdicts, int64_t id, uint32_t turn,
		 struct str field, struct str text);

/* Nobody said anything of this pair; an edited one has its text back. */
int verdict_forget(struct verdicts *verdicts, int64_t id);

/* The same of all pairs. */
int verdict_clear(struct db *db);

#endif
