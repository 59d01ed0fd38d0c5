/*
 * ingest.h - the stage `ingest`: files into pairs and rejects
 *
 * A file is opened and its schema found before anything is written
 * (ingest_check), so that a wrong file changes nothing.  Then records are read
 * in order, parsed on all threads, and written by one writer (ingest_file).
 * Rows and the resume mark are committed together, every 64 MiB: after a crash
 * the same command goes on where the mark stands.  A file is known by its
 * SHA-256, so it is never taken twice.
 *
 * Errors     ERR_IO, ERR_FORMAT (no known schema), ERR_USAGE (two schemas fit)
 */
#ifndef INGEST_INGEST_H
#define INGEST_INGEST_H

#include <stdbool.h>

#include "base/hash.h"
#include "base/par.h"
#include "db/run.h"
#include "ingest/schema.h"
#include "read/reader.h"

struct ingest_options {
	enum format format;          /* FORMAT_AUTO: find out */
	const struct schema *schema; /* NULL: find out */
	const char *source, *license, *lang, *category; /* NULL: as it is */
	uint64_t part, limit;        /* limit 0: all records of a file */
};

struct ingest_file {
	char *path;      /* as typed, or found in a folder */
	char *open_path; /* where its bytes are: not the same for stdin */
	int fd;          /* of what was read from stdin, or -1 */
	enum format format;
	const struct schema *schema;
	char sha256[SHA256_HEX];
	uint64_t size;
	char mtime[21];

	/* what became of it; read = added + known + rejected */
	uint64_t read, added, known, rejected;
	struct buf reason; /* the commonest of the rejects */
	struct buf first;  /* the first pair, for people */
	struct buf damage; /* the file could be read only up to here, because */
};

/*
 * The files behind the names: folders are walked in sorted order, "-" is read
 * to a temporary file.  The caller frees them with ingest_files_free().
 */
int ingest_files(char **name, size_t names, struct ingest_file **file,
		 size_t *files);
void ingest_files_free(struct ingest_file *file, size_t files);

/* Can it be read, and what is it? */
int ingest_check(struct ingest_file *file,
		 const struct ingest_options *options);

/* Take it.  `run` is started with the first thing that is written. */
int ingest_file(struct ingest_file *file, struct db *db, struct par *par,
		const struct ingest_options *options, struct run *run);

#endif
