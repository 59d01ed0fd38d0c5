/*
 * db.h - one SQLite file, opened, changed in whole steps, closed
 *
 * itdata-db(5) describes the file.  A database is recognised by its
 * application_id and brought up to date by migrations when it is opened for
 * writing.
 *
 *     if ((rc = db_open(&db, path, DB_WRITE)) < 0) ...
 *     if ((rc = db_begin(&db)) == 0)
 *         rc = db_end(&db, change(&db));
 *     db_close(&db);
 *
 * Errors     ERR_DB, ERR_BUSY (another process writes for more than a minute),
 *            ERR_IO (the disk is full, the folder cannot be written)
 * Threads    one connection; SQLite serialises calls, but for DB_CREATE: a bulk
 *            load saves the locks
 */
#ifndef DB_DB_H
#define DB_DB_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/str.h"
#include "db/sql.h"

enum db_mode {
	DB_READ,   /* it exists and is not changed */
	DB_WRITE,  /* it exists */
	DB_CREATE, /* it is made when it is not there; by one thread only */
};

struct db {
	sqlite3 *sqlite;
	char *path;
	bool created;    /* this process made the file and committed nothing */
	struct map word; /* words seen, number -> word_id */
	int64_t *word_id;
	size_t word_room;
};

int db_open(struct db *db, const char *path, enum db_mode mode);

/* A file that db_open() made and nobody committed to is removed again. */
void db_close(struct db *db);

/* Begin a change; the database is ours until db_end(). */
int db_begin(struct db *db);

/*
 * Commit when rc >= 0, else roll back and keep the first message.  Returns rc,
 * or the error of the commit.
 */
int db_end(struct db *db, int rc);

int db_prepare(struct db *db, const char *sql, sqlite3_stmt **stmt);

/* Run statements that return no rows. */
int db_exec(struct db *db, const char *sql);

/* The first column of the first row as a number; 0 when there is no row. */
int db_number(struct db *db, const char *sql, int64_t *number);

/* The first column of all rows, for a message: 'a', 'b'. */
int db_names(struct db *db, const char *sql, struct buf *names);

/* Step a statement that returns no row, and reset it. */
int db_put(struct db *db, sqlite3_stmt *stmt);

/* Turn SQLite's last error into a code and a message "PATH: doing: why". */
int db_fail(struct db *db, const char *doing);

/* The id of a word in table `word`, added when it is new. */
int db_word(struct db *db, struct str text, int64_t *id);

/* Column and parameter helpers: absent text is NULL in SQL, {NULL, 0} here. */
struct str db_str(sqlite3_stmt *stmt, int column);
void db_bind_str(sqlite3_stmt *stmt, int parameter, struct str text);

/* The file beside it that holds the index of itdata-search(1). */
void db_search_path(const struct db *db, struct buf *path);

/* Now, UTC, ISO 8601 to the second: 20 characters and a NUL. */
void db_now(char out[21]);

#endif
