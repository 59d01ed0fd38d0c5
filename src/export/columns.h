/*
 * columns.h - shards as Parquet, by DuckDB's library where it is installed
 *
 * The columns are those of the lines of messages: one, `messages`, a list of
 * structs of role and content.  Lines are written as always and then read by
 * DuckDB, so a shard stands on the disk twice for a moment.  Pages are packed
 * with zstd.  The same lines give the same bytes, for one version of DuckDB.
 *
 *     if ((rc = columns_open(&duck)) < 0) ...      before the long work
 *     rc = columns_write(&duck, "x.jsonl", rows, longest, "x.parquet", &file);
 *     duck_close(&duck);
 *
 * Memory     256 MiB, and four times the longest line
 * Errors     ERR_ABSENT: no library, the message says how to install it; ERR_IO,
 *            ERR_NOMEM, ERR_FORMAT
 */
#ifndef EXPORT_COLUMNS_H
#define EXPORT_COLUMNS_H

#include "db/duck.h"
#include "shard/manifest.h"

int columns_open(struct duck *duck);

/*
 * The lines of one file, which is removed, as a file that is on the disk when
 * this returns.  longest: bytes of a line.  Fills in size and SHA-256.
 */
int columns_write(struct duck *duck, const char *lines, uint64_t rows,
		  uint64_t longest, const char *path,
		  struct manifest_file *file);

#endif
