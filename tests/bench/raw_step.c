/*
 * raw_step.c - sqlite3_step alone: the rows of one database into another
 *
 *     raw_step ROWS.db OUT.db
 *
 * All rows of `pair` are read into memory; then the clock starts, and they are
 * put into a new database of the same page size, mode, table and indexes, with
 * a commit every 64 MiB.  Prints "raw-step WALL USER SYS MAXRSS".
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { COLUMNS = 15 };

struct cell {
	int type, n;
	sqlite3_int64 number;
	char *bytes;
};

static double seconds(const struct timeval *t)
{
	return (double)t->tv_sec + 1e-6 * (double)t->tv_usec;
}

static void must(int ok, sqlite3 *db)
{
	if (ok)
		return;
	fprintf(stderr, "raw_step: %s\n", sqlite3_errmsg(db));
	exit(1);
}

static struct cell *load(sqlite3 *db, size_t *rows)
{
	struct cell *cell = NULL;
	size_t n = 0, room = 0;
	sqlite3_stmt *all;

	must(!sqlite3_prepare_v2(db, "SELECT * FROM pair", -1, &all, NULL), db);
	for (; sqlite3_step(all) == SQLITE_ROW; n++) {
		if (n == room) {
			room = room ? 2 * room : 1024;
			cell = realloc(cell, room * COLUMNS * sizeof *cell);
		}
		for (int i = 0; i < COLUMNS; i++) {
			struct cell *c = &cell[n * COLUMNS + (size_t)i];

			c->type = sqlite3_column_type(all, i);
			c->number = sqlite3_column_int64(all, i);
			c->bytes = NULL;
			if (c->type != SQLITE_TEXT && c->type != SQLITE_BLOB)
				continue;
			c->n = sqlite3_column_bytes(all, i);
			c->bytes = malloc((size_t)c->n + 1);
			memcpy(c->bytes, sqlite3_column_blob(all, i),
			       (size_t)c->n);
		}
	}
	sqlite3_finalize(all);
	*rows = n;
	return cell;
}

static void copy_schema(sqlite3 *from, sqlite3 *to)
{
	sqlite3_stmt *all;

	must(!sqlite3_prepare_v2(from,
				 "SELECT sql FROM sqlite_schema WHERE "
				 "tbl_name = 'pair' AND sql IS NOT NULL",
				 -1, &all, NULL), from);
	while (sqlite3_step(all) == SQLITE_ROW)
		must(!sqlite3_exec(to,
				   (const char *)sqlite3_column_text(all, 0),
				   NULL, NULL, NULL), to);
	sqlite3_finalize(all);
}

static void bind(sqlite3_stmt *put, int i, const struct cell *c)
{
	switch (c->type) {
	case SQLITE_INTEGER:
		sqlite3_bind_int64(put, i, c->number);
		break;
	case SQLITE_TEXT:
		sqlite3_bind_text(put, i, c->bytes, c->n, SQLITE_STATIC);
		break;
	case SQLITE_BLOB:
		sqlite3_bind_blob(put, i, c->bytes, c->n, SQLITE_STATIC);
		break;
	default:
		sqlite3_bind_null(put, i);
	}
}

static void write_rows(sqlite3 *db, const struct cell *cell, size_t rows)
{
	size_t pending = 0;
	sqlite3_stmt *put;

	must(!sqlite3_prepare_v2(db, "INSERT INTO pair VALUES "
				 "(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
				 -1, &put, NULL), db);
	sqlite3_exec(db, "BEGIN", NULL, NULL, NULL);
	for (size_t r = 0; r < rows; r++) {
		for (int i = 0; i < COLUMNS; i++) {
			bind(put, i + 1, &cell[r * COLUMNS + (size_t)i]);
			pending += (size_t)cell[r * COLUMNS + (size_t)i].n;
		}
		must(sqlite3_step(put) == SQLITE_DONE, db);
		sqlite3_reset(put);
		if (pending > 64 << 20) {
			sqlite3_exec(db, "COMMIT; BEGIN", NULL, NULL, NULL);
			pending = 0;
		}
	}
	sqlite3_finalize(put);
	must(!sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), db);
}

int main(int argc, char **argv)
{
	struct rusage before, after;
	struct timespec from, to;
	struct cell *cell;
	sqlite3 *db;
	size_t rows;

	if (argc != 3)
		return 2;
	must(!sqlite3_open(argv[1], &db), db);
	cell = load(db, &rows);
	sqlite3 *out;
	unlink(argv[2]);
	must(!sqlite3_open(argv[2], &out), out);
	sqlite3_exec(out, "PRAGMA page_size = 32768; PRAGMA journal_mode = WAL;"
			  "PRAGMA synchronous = NORMAL;"
			  "PRAGMA cache_size = -16384", NULL, NULL, NULL);
	copy_schema(db, out);
	sqlite3_close(db);
	getrusage(RUSAGE_SELF, &before);
	clock_gettime(CLOCK_MONOTONIC, &from);
	write_rows(out, cell, rows);
	sqlite3_close(out);
	clock_gettime(CLOCK_MONOTONIC, &to);
	getrusage(RUSAGE_SELF, &after);
	printf("raw-step %.2f %.2f %.2f %ld\n",
	       (double)(to.tv_sec - from.tv_sec) +
		       1e-9 * (double)(to.tv_nsec - from.tv_nsec),
	       seconds(&after.ru_utime) - seconds(&before.ru_utime),
	       seconds(&after.ru_stime) - seconds(&before.ru_stime),
	       after.ru_maxrss);
	return 0;
}
