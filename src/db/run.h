/*
 * run.h - who changed the database: one row in `run` a command
 *
 * The row is written inside the transaction that makes the change, so a command
 * that failed leaves none.
 *
 * Ownership  arguments are borrowed until run_finish()
 */
#ifndef DB_RUN_H
#define DB_RUN_H

#include "base/str.h"
#include "db/db.h"

struct run {
	int64_t id; /* 0 until run_start() */
	const char *command;
	const char *const *arguments; /* ends with NULL */
	uint64_t seed;
	double begun; /* monotonic seconds */
	char started[21];
};

/* Note the time; touches no database. */
void run_init(struct run *run, const char *command,
	      const char *const *arguments, uint64_t seed);

/* Insert the row.  Inside a transaction. */
int run_start(struct run *run, struct db *db);

/* Write the end and the summary, a JSON object.  Inside a transaction. */
int run_finish(struct run *run, struct db *db, struct str summary);

double run_seconds(const struct run *run);

#endif
