/*
 * duck.h - DuckDB in memory, where its library is installed: Parquet in and out
 *
 * The library is loaded when it is asked for and not needed to build.  It is
 * looked for in this order:
 *
 *     $ITDATA_DUCKDB                    the file; nothing else is tried
 *     PREFIX/lib/itdata/libduckdb.so
 *     ~/.local/lib/itdata/...           where npm puts it, as DUCK_INSTALL says
 *     libduckdb.so                      as the loader finds it
 *
 * SQL goes in, rows come out, a chunk at a time:
 *
 *     if ((rc = duck_open(&duck, "Parquet", 256)) < 0) ...
 *     rc = duck_run(&duck, "COPY (FROM ...) TO 'x.parquet' (FORMAT parquet)");
 *     rc = duck_query(&duck, "SELECT name, n FROM ...", &rows);
 *     while ((rc = duck_next(&rows)) > 0)
 *         for (size_t i = 0; i < rows.n; i++)
 *             use(duck_text(&rows, 0, i), duck_int(&rows, 1, i));
 *     duck_rows_free(&rows);
 *     duck_close(&duck);
 *
 * Nothing is fetched from a network: extensions are neither installed nor
 * loaded by themselves.  Rows keep the order of the file.
 *
 * Ownership  rows are borrowed until the next duck_next(); one query at a time
 * Memory     the limit in MiB, beside the library itself (about 60 MiB)
 * Errors     ERR_ABSENT: no library; the message says how to install it.
 *            ERR_NOMEM: the limit.  ERR_FORMAT: whatever else DuckDB refuses,
 *            in its words, on one line
 * Threads    one at a time
 * Source     DuckDB's C API, 1.0 and later; tried with 1.5.6
 */
#ifndef DB_DUCK_H
#define DB_DUCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

#if defined __aarch64__
#define DUCK_PACKAGE "@duckdb/node-bindings-linux-arm64"
#else
#define DUCK_PACKAGE "@duckdb/node-bindings-linux-x64"
#endif
#define DUCK_VERSION "1.5.6-r.1"
#define DUCK_INSTALL \
	"npm install --prefix ~/.local/lib/itdata " DUCK_PACKAGE \
	"@" DUCK_VERSION

struct duck_calls;

struct duck {
	struct duck_calls *call;
	void *database, *connection;
};

/* duckdb_result of the library: the struct is part of its interface. */
struct duck_result {
	uint64_t unused[3];
	void *also_unused[2];
	void *inside;
};

struct duck_rows {
	const struct duck *duck;
	void *statement, *chunk;
	struct duck_result result;
	size_t n; /* rows in hand */
};

/* what_for: "Parquet", for the message that it is absent. */
int duck_open(struct duck *duck, const char *what_for, unsigned megabytes);
void duck_close(struct duck *duck);

/* A statement without rows to look at. */
int duck_run(struct duck *duck, const char *sql);

int duck_query(struct duck *duck, const char *sql, struct duck_rows *rows);
int duck_next(struct duck_rows *rows); /* 1, 0 at the end, or an error */
void duck_rows_free(struct duck_rows *rows);

/* Values of the rows in hand: a VARCHAR, absent when NULL; a BIGINT. */
struct str duck_text(const struct duck_rows *rows, size_t column, size_t row);
int64_t duck_int(const struct duck_rows *rows, size_t column, size_t row);

/* text as an SQL string: 'it''s'.  Every path in SQL goes through this. */
void duck_quote(struct buf *sql, const char *text);

#endif
