/*
 * checkpoint.h - committed pages go into the database beside the writing
 *
 * A commit puts pages into the write-ahead log; a checkpoint copies them into
 * the database and flushes both to the disk.  SQLite lets the writer do that.
 * For a bulk load it is a third of the writer's time, so a thread with a
 * connection of its own does it, while the writer goes on.  The writer still
 * does what is left over when the log has grown to 256 MiB, which keeps it
 * bounded.
 *
 *     if ((rc = checkpoint_start(&checkpoint, &db)) < 0) ...
 *     after each commit: checkpoint_wake(&checkpoint);
 *     checkpoint_stop(&checkpoint);
 *
 * Errors     none of its own: without the thread, or when a checkpoint fails,
 *            the writer does it, and says so when that fails
 * Threads    one; none when it was not started (all zero)
 * Source     sqlite.org/wal.html, "Performance Considerations"
 */
#ifndef DB_CHECKPOINT_H
#define DB_CHECKPOINT_H

#include <pthread.h>

#include "db/db.h"

struct checkpoint {
	sqlite3 *sqlite; /* NULL: not started */
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t change;
	bool wanted, ended;
};

int checkpoint_start(struct checkpoint *checkpoint, struct db *db);
void checkpoint_wake(struct checkpoint *checkpoint);
void checkpoint_stop(struct checkpoint *checkpoint);

#endif
