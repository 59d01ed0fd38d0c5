/*
 * ingest.h - the stage `ingest`: files into pairs and rejects
 *
 * A file is opened and its schema found before anything is written
 * (ingest_check), so that a wrong file changes nothing.  Then records are read
 * in order, parsed on all threads, and written by one writer (ingest_file).
 * Rows and the resume mark are committed together, every 64 MiB: after a crash
 * the same command goes on where the mark stands.  A file is known by its
 * SHA-256, so it is never taken twice; a file that has grown at its end is gone
 * on with, and two processes that take the same file share the work.
 *
 * Errors     ERR_IO, also when the file changes while it is read; ERR_FORMAT
 *            (no known schema), ERR_USAGE (two schemas fit), ERR_ANSWER
 *            (strict, and a record was rejected)
 */
#ifndef INGEST_INGEST_H
#define INGEST_INGEST_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/par.h"
#include "db/checkpoint.h"
#include "db/run.h"
#include "ingest/schema.h"
#include "read/reader.h"

struct ingest_options {
	enum format format;          /* FORMAT_AUTO: find out */
	enum encoding encoding;      /* ENCODING_AUTO: find out */
	const struct schema *schema; /* NULL: find out */
	bool headerless;             /* CSV: columns are numbered */
	bool strict;                 /* the first reject ends it */
	const char *source, *license, *lang, *category; /* NULL: as it is */
	uint64_t part, limit;        /* limit 0: all of a file */
	struct file *rejects;        /* raw records go there, or NULL */
	struct checkpoint *checkpoint; /* woken after a commit, or NULL */
};

struct ingest_file {
	char *path;      /* as typed, found in a folder, or ARCHIVE!MEMBER */
	char *open_path; /* where its bytes are: not the same for stdin */
	struct input_part part; /* of open_path, for a member of an archive */
	int fd;          /* of what was kept in a temporary file, or -1 */
	bool found;      /* in a folder or archive, not named */
	bool skipped;    /* found, and not a file of pairs: see `damage` */
	enum format format;
	enum encoding encoding;
	const struct schema *schema;
	char sha256[SHA256_HEX];
	uint64_t size;
	char mtime[21];
	struct stat stamp; /* to see whether it changes */

	/* what became of it; read = added + known + rejected */
	uint64_t read, added, known, rejected;
	struct buf reason; /* the commonest of the rejects */
	struct buf first;  /* the first pair, for people */
	struct buf damage; /* the file could be read only up to here, because */
};

/*
 * The files behind the names: folders are walked in sorted order, archives
 * member by member; what cannot be read twice is kept in a temporary file.
 * The caller frees them with ingest_files_free().
 */
int ingest_files(char **name, size_t names, struct ingest_file **file,
		 size_t *files);
void ingest_files_free(struct ingest_file *file, size_t files);

/* Can it be read, and what is it?  A found file that is not, is skipped. */
int ingest_check(struct ingest_file *file,
		 const struct ingest_options *options);

/* As --probe: what was detected and `most` pairs of it, for people. */
int ingest_probe(struct ingest_file *file,
		 const struct ingest_options *options, size_t most,
		 struct buf *out);

/* Take it.  `run` is started with the first thing that is written. */
int ingest_file(struct ingest_file *file, struct db *db, struct par *par,
		const struct ingest_options *options, struct run *run);

#endif
