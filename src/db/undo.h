/*
 * undo.h - take back all that a stage said
 *
 * Decisions, findings and benchmark items of the stage go, and what only it
 * filled: `duplicate` and `cluster` of a dedup, `score.ambiguity` of the last
 * filter.  The name "judge" takes back every verdict and edit.  One
 * transaction.
 *
 *     rc = undo_stage(&db, &run, "dedup", &undone);
 *     undone_free(&undone);
 *
 * Errors     ERR_USAGE when there is no such stage: the message names those
 *            that there are
 */
#ifndef DB_UNDO_H
#define DB_UNDO_H

#include "base/buf.h"
#include "base/vec.h"
#include "db/run.h"

struct undone {
	int64_t decisions, findings;
	int64_t again; /* pairs that are kept again */
	/* stages that looked at the set without them, and should run again */
	VEC(char *) stale;
};

int undo_stage(struct db *db, struct run *run, const char *name,
	       struct undone *undone);

/* 0, or ERR_USAGE: the message names the stages that there are. */
int stage_exists(struct db *db, const char *name);

/* As --json prints it and `run` keeps it. */
void undone_json(const struct undone *undone, const char *name,
		 double seconds, struct buf *out);
void undone_free(struct undone *undone);

#endif
