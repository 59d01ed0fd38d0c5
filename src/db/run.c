/* run.c - who changed the database: one row in `run` a command */
#include "db/run.h"

#include <config.h>

#include "base/json.h"
#include "base/log.h"

void run_init(struct run *run, const char *command,
	      const char *const *arguments, uint64_t seed)
{
	*run = (struct run){
		.command = command,
		.arguments = arguments,
		.seed = seed,
		.begun = seconds_now(),
	};
	db_now(run->started);
}

double run_seconds(const struct run *run)
{
	return seconds_now() - run->begun;
}

int run_start(struct run *run, struct db *db)
{
	struct buf arguments = { 0 };
	struct json json = { .out = &arguments };
	sqlite3_stmt *stmt;
	int rc;

	if ((rc = db_prepare(db, SQL_RUN_PUT, &stmt)) < 0)
		return rc;
	json_open(&json, '[');
	for (const char *const *a = run->arguments; a && *a; a++)
		json_text(&json, *a);
	json_close(&json, ']');
	db_bind_str(stmt, 1, str_of(run->command));
	db_bind_str(stmt, 2, buf_view(&arguments));
	db_bind_str(stmt, 3, str_of(PACKAGE_VERSION));
	sqlite3_bind_int64(stmt, 4, (int64_t)run->seed);
	db_bind_str(stmt, 5, str_of(run->started));
	rc = db_put(db, stmt);
	sqlite3_finalize(stmt);
	buf_free(&arguments);
	run->id = sqlite3_last_insert_rowid(db->sqlite);
	return rc;
}

int run_finish(struct run *run, struct db *db, struct str summary)
{
	char now[21];
	sqlite3_stmt *stmt;
	int rc;

	if ((rc = db_prepare(db, SQL_RUN_FINISH, &stmt)) < 0)
		return rc;
	db_now(now);
	db_bind_str(stmt, 1, str_of(now));
	db_bind_str(stmt, 2, summary);
	sqlite3_bind_int64(stmt, 3, run->id);
	rc = db_put(db, stmt);
	sqlite3_finalize(stmt);
	return rc;
}
