/*
 * parquet.h - the rows of a Parquet file as JSON, one a line
 *
 * DuckDB reads the file and writes each row as an object with the names of the
 * columns as keys; lists and structs become arrays and objects.  So what comes
 * out is JSONL, and what reads that reads this: the n-th line is the n-th row.
 * Columns of bytes without a type are taken as text, as old writers mean it;
 * numbers that JSON has not (NaN, infinity) are null.
 *
 *     rc = parquet_open(&parquet, fd, part);
 *     while ((n = parquet_read(&parquet, at, room)) > 0) ...
 *     parquet_close(&parquet);
 *
 * Errors     duck.h; ERR_FORMAT when the file is damaged or holds text that is
 *            not UTF-8: DuckDB gives none of that row group then
 * Memory     DuckDB unpacks a page whole, to 1 GiB: 260 MB resident in all with
 *            row groups of 13 MB, 440 MB with groups of 150 MB
 */
#ifndef READ_PARQUET_H
#define READ_PARQUET_H

#include <sys/types.h>

#include "db/duck.h"

struct parquet {
	struct duck duck;
	struct duck_rows rows;
	struct str text; /* of the row that is being given out */
	size_t row;      /* of those in hand, the next one */
	bool in_row;
	int fd; /* of a copy, -1: none */
};

/* Does a file begin so? */
bool parquet_is(const void *at, size_t n);

/* The file is opened again by its descriptor, which must stay open.  from and
 * size: a part of it, copied to a temporary file; size 0: all of it. */
int parquet_open(struct parquet *parquet, int fd, uint64_t from, uint64_t size);

/* Up to room bytes: how many, 0 at the end, or an error. */
ssize_t parquet_read(struct parquet *parquet, char *at, size_t room);
void parquet_close(struct parquet *parquet);

#endif
