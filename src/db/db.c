/* db.c - one SQLite file, opened, changed in whole steps, closed */
#include "db/db.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/fault.h"
#include "base/mem.h"

enum {
	APPLICATION = 0x69746461, /* "itda" */
	VERSION = 2,              /* of the schema; migrations lead to it */
	BUSY_MS = 60 * 1000,
};

/* migration[i] leads from version i + 1 to version i + 2 */
static const char *const migration[] = { SQL_MIGRATE_TO_2 };

int db_fail(struct db *db, const char *doing)
{
	int code = sqlite3_extended_errcode(db->sqlite);
	int rc = ERR_DB;
	const char *why = sqlite3_errmsg(db->sqlite);

	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		rc = ERR_BUSY;
		why = "another process is writing to it; try again later";
		break;
	case SQLITE_FULL:
		rc = ERR_IO;
		why = "the disk is full; make room and run the command again";
		break;
	case SQLITE_IOERR:
		rc = ERR_IO;
		break;
	case SQLITE_READONLY:
		rc = ERR_IO;
		why = "the file or its folder cannot be written";
		break;
	case SQLITE_NOTADB:
		return err_set(ERR_DB, "%s: not an itdata database", db->path);
	case SQLITE_CORRUPT:
		why = "the database is damaged; restore it from a copy, or "
		      "rescue it with: sqlite3 OLD .recover | sqlite3 NEW";
		break;
	}
	return err_set(rc, "%s: %s: %s", db->path, doing, why);
}

int db_exec(struct db *db, const char *sql)
{
	if (sqlite3_exec(db->sqlite, sql, NULL, NULL, NULL) != SQLITE_OK)
		return db_fail(db, "changing the database");
	return 0;
}

int db_prepare(struct db *db, const char *sql, sqlite3_stmt **stmt)
{
	*stmt = NULL;
	if (sqlite3_prepare_v2(db->sqlite, sql, -1, stmt, NULL) != SQLITE_OK)
		return db_fail(db, "preparing a statement");
	return 0;
}

int db_number(struct db *db, const char *sql, int64_t *number)
{
	sqlite3_stmt *stmt;
	int rc = db_prepare(db, sql, &stmt);

	*number = 0;
	if (rc < 0)
		return rc;
	switch (sqlite3_step(stmt)) {
	case SQLITE_ROW:
		*number = sqlite3_column_int64(stmt, 0);
		break;
	case SQLITE_DONE:
		break;
	default:
		rc = db_fail(db, "reading a number");
	}
	sqlite3_finalize(stmt);
	return rc;
}

int db_names(struct db *db, const char *sql, struct buf *names)
{
	sqlite3_stmt *row;
	int step, rc = db_prepare(db, sql, &row);

	if (rc < 0)
		return rc;
	while ((step = sqlite3_step(row)) == SQLITE_ROW)
		buf_print(names, "%s'%s'", names->n ? ", " : "",
			  sqlite3_column_text(row, 0));
	if (step != SQLITE_DONE)
		rc = db_fail(db, "reading names");
	sqlite3_finalize(row);
	return rc;
}

int db_put(struct db *db, sqlite3_stmt *stmt)
{
	int rc = 0;

	if (sqlite3_step(stmt) != SQLITE_DONE)
		rc = db_fail(db, "writing a row");
	sqlite3_reset(stmt);
	return rc;
}

int db_begin(struct db *db)
{
	return db_exec(db, "BEGIN IMMEDIATE");
}

int db_end(struct db *db, int rc)
{
	fault_point();
	if (rc >= 0) {
		int end = db_exec(db, "COMMIT");

		if (end < 0)
			rc = end;
		else
			db->created = false;
	}
	/* SQLite may have rolled back by itself, when the disk was full */
	if (rc < 0 && !sqlite3_get_autocommit(db->sqlite))
		sqlite3_exec(db->sqlite, "ROLLBACK", NULL, NULL, NULL);
	if (rc < 0) { /* words added by the change are gone too */
		map_free(&db->word);
	}
	fault_point();
	return rc;
}

/* -- opening -- */

/*
 * Neither page size nor WAL can be set inside a transaction.  SQLite does not
 * wait when another process sets WAL at the same moment, so we do.
 */
static int set_up(struct db *db)
{
	enum { STEP_MS = 20 };
	int rc;

	for (int waited = 0;; waited += STEP_MS) {
		rc = db_exec(db, "PRAGMA page_size = 32768;"
				 "PRAGMA journal_mode = WAL;");
		if (rc != ERR_BUSY || waited >= BUSY_MS)
			return rc;
		sqlite3_sleep(STEP_MS);
	}
}

/* The views over the tables, and which version all that is. */
static int complete(struct db *db)
{
	int rc = db_exec(db, SQL_VIEWS);
	char stamp[96];

	snprintf(stamp, sizeof stamp,
		 "PRAGMA application_id = %d; PRAGMA user_version = %d",
		 APPLICATION, VERSION);
	return rc < 0 ? rc : db_exec(db, stamp);
}

static int install(struct db *db)
{
	int64_t tables;
	int rc;

	if ((rc = set_up(db)) < 0 || (rc = db_begin(db)) < 0)
		return rc;
	/* another process may have been faster */
	if ((rc = db_number(db, "SELECT count(*) FROM sqlite_schema",
			    &tables)) < 0 || tables > 0) {
		db->created = false;
		return db_end(db, rc);
	}
	if ((rc = db_exec(db, SQL_SCHEMA)) == 0)
		rc = complete(db);
	rc = db_end(db, rc);
	if (rc == 0)
		db->created = true; /* until somebody commits to it */
	return rc;
}

static int migrate(struct db *db)
{
	int64_t version;
	int rc = db_begin(db);

	/* another process may have been faster */
	if (rc == 0)
		rc = db_number(db, "PRAGMA user_version", &version);
	for (; rc == 0 && version < VERSION; version++)
		rc = db_exec(db, migration[version - 1]);
	if (rc == 0)
		rc = complete(db);
	return db_end(db, rc);
}

/* Is it ours, and of a version we know?  An empty file is a new database. */
static int recognise(struct db *db, enum db_mode mode)
{
	int64_t application, version, tables;
	int rc;

	if ((rc = db_number(db, "PRAGMA application_id", &application)) < 0 ||
	    (rc = db_number(db, "PRAGMA user_version", &version)) < 0 ||
	    (rc = db_number(db, "SELECT count(*) FROM sqlite_schema",
			    &tables)) < 0)
		return rc;
	if (tables == 0 && mode == DB_CREATE)
		return install(db);
	if (application != APPLICATION)
		return err_set(ERR_DB, "%s: not an itdata database", db->path);
	if (version > VERSION)
		return err_set(ERR_DB,
			       "%s: made by a newer itdata (schema %lld, this "
			       "one knows %d); upgrade itdata",
			       db->path, (long long)version, VERSION);
	if (version == VERSION)
		return 0;
	if (mode == DB_READ)
		return err_set(ERR_DB,
			       "%s: made by an older itdata; any command that "
			       "writes to it brings it up to date",
			       db->path);
	return migrate(db);
}

static int open_sqlite(struct db *db, const char *name, int flags)
{
	if (sqlite3_open_v2(name, &db->sqlite, flags, NULL) != SQLITE_OK) {
		if (!db->sqlite)
			return err_set(ERR_NOMEM, "%s: out of memory",
				       db->path);
		return db_fail(db, "opening");
	}
	sqlite3_extended_result_codes(db->sqlite, 1);
	sqlite3_busy_timeout(db->sqlite, BUSY_MS);
	return db_exec(db, "PRAGMA foreign_keys = OFF;"
			   "PRAGMA synchronous = FULL;"
			   "PRAGMA cache_size = -65536;");
}

/*
 * A database in WAL mode in a folder that cannot be written opens only with
 * immutable=1, which is true: nobody can write there.
 */
static int open_immutable(struct db *db)
{
	struct buf uri = { 0 };
	int rc;

	buf_text(&uri, "file:");
	for (const char *c = db->path; *c; c++)
		if (strchr("%?#", *c))
			buf_print(&uri, "%%%02x", (unsigned char)*c);
		else
			buf_byte(&uri, *c);
	buf_text(&uri, "?immutable=1");
	sqlite3_close(db->sqlite);
	rc = open_sqlite(db, uri.at, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
	buf_free(&uri);
	return rc;
}

static bool folder_is_writable(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? mem_copy(path, (size_t)(slash - path) + 1)
			     : mem_copy(".", 1);
	bool writable = access(folder, W_OK) == 0;

	free(folder);
	return writable;
}

static int check_file(const char *path, enum db_mode mode, bool *absent)
{
	struct stat st;

	*absent = stat(path, &st) < 0;
	if (*absent && (mode != DB_CREATE || errno != ENOENT)) {
		if (errno == ENOENT)
			return err_set(ERR_ABSENT,
				       "%s: no such database; make one with "
				       "'itdata ingest %s FILE...'",
				       path, path);
		return err_sys(ERR_IO, "%s", path);
	}
	if (!*absent && S_ISDIR(st.st_mode))
		return err_set(ERR_IO, "%s: is a folder, not a database",
			       path);
	if (*absent && !folder_is_writable(path))
		return err_set(ERR_IO,
			       "%s: its folder does not exist or cannot be "
			       "written",
			       path);
	if (!*absent && mode != DB_READ && access(path, W_OK) < 0)
		return err_sys(ERR_IO, "%s", path);
	return 0;
}

int db_open(struct db *db, const char *path, enum db_mode mode)
{
	static const int flags[] = {
		[DB_READ] = SQLITE_OPEN_READONLY,
		[DB_WRITE] = SQLITE_OPEN_READWRITE,
		[DB_CREATE] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
			      SQLITE_OPEN_NOMUTEX,
	};
	bool absent;
	int rc;

	*db = (struct db){ 0 };
	if ((rc = check_file(path, mode, &absent)) < 0)
		return rc;
	db->path = mem_copy(path, strlen(path));
	rc = open_sqlite(db, path, flags[mode]);
	if (rc == 0 && mode == DB_READ && !folder_is_writable(path))
		rc = open_immutable(db);
	if (rc == 0) {
		db->created = absent;
		rc = recognise(db, mode);
	}
	if (rc < 0)
		db_close(db);
	return rc;
}

/* Another process may have written to what this one made.  The message of
 * what went wrong here stays. */
static bool is_unused(struct db *db)
{
	sqlite3_stmt *run = NULL;
	bool used = sqlite3_prepare_v2(db->sqlite, "SELECT 1 FROM run", -1,
				       &run, NULL) == SQLITE_OK &&
		    sqlite3_step(run) == SQLITE_ROW;

	sqlite3_finalize(run);
	return !used;
}

void db_close(struct db *db)
{
	bool remove = db->created && db->sqlite && is_unused(db);

	/* Finalise what an error path left behind, or closing would fail. */
	for (sqlite3_stmt *s; db->sqlite &&
			      (s = sqlite3_next_stmt(db->sqlite, NULL));)
		sqlite3_finalize(s);
	sqlite3_close(db->sqlite);
	if (remove)
		unlink(db->path);
	map_free(&db->word);
	free(db->word_id);
	free(db->path);
	*db = (struct db){ 0 };
}

/* -- rows -- */

static int word_look_up(struct db *db, struct str text, int64_t *id)
{
	sqlite3_stmt *stmt;
	int rc = db_prepare(db, SQL_WORD_PUT, &stmt);

	if (rc < 0)
		return rc;
	db_bind_str(stmt, 1, text);
	rc = db_put(db, stmt);
	sqlite3_finalize(stmt);
	if (rc < 0 || (rc = db_prepare(db, SQL_WORD_GET, &stmt)) < 0)
		return rc;
	db_bind_str(stmt, 1, text);
	if (sqlite3_step(stmt) == SQLITE_ROW)
		*id = sqlite3_column_int64(stmt, 0);
	else
		rc = db_fail(db, "looking up a word");
	sqlite3_finalize(stmt);
	return rc;
}

int db_word(struct db *db, struct str text, int64_t *id)
{
	uint32_t number;
	int rc;

	if (map_find(&db->word, text, &number)) {
		*id = db->word_id[number];
		return 0;
	}
	if ((rc = word_look_up(db, text, id)) < 0)
		return rc;
	number = map_add(&db->word, text);
	mem_grow(&db->word_id, &db->word_room, number + 1,
		 sizeof *db->word_id);
	db->word_id[number] = *id;
	return 0;
}

struct str db_str(sqlite3_stmt *stmt, int column)
{
	const char *at = (const char *)sqlite3_column_text(stmt, column);

	return (struct str){ at, (size_t)sqlite3_column_bytes(stmt, column) };
}

void db_bind_str(sqlite3_stmt *stmt, int parameter, struct str text)
{
	if (text.at)
		sqlite3_bind_text64(stmt, parameter, text.at, text.n,
				    SQLITE_STATIC, SQLITE_UTF8);
	else
		sqlite3_bind_null(stmt, parameter);
}

void db_search_path(const struct db *db, struct buf *path)
{
	buf_print(path, "%s.search", db->path);
}

void db_now(char out[21])
{
	time_t now = time(NULL);
	struct tm utc;

	gmtime_r(&now, &utc);
	strftime(out, 21, "%Y-%m-%dT%H:%M:%SZ", &utc);
}
