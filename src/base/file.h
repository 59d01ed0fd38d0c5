/*
 * file.h - files that appear whole or not at all
 *
 * Bytes go to PATH.tmp; file_commit() flushes it to the disk, renames it and
 * flushes the folder, so that at any moment PATH is absent, old or complete.
 * Size and SHA-256 of what was written come for free.
 *
 *     if ((rc = file_create(&file, path)) < 0) ...
 *     rc = file_write(&file, at, n);
 *     rc = file_commit(&file, rc);       rc < 0: removes PATH.tmp instead
 *
 * Errors     ERR_IO with the path and the reason; file_write() after an error
 *            repeats it
 * Faults     write:N (fault.h)
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/hash.h"

struct file {
	int fd;
	char *path, *temporary;
	struct buf pending;
	struct sha256 sha;
	char sha256[SHA256_HEX]; /* filled by file_commit() */
	uint64_t size;
};

int file_create(struct file *file, const char *path);
int file_write(struct file *file, const void *at, size_t n);
int file_commit(struct file *file, int rc);

/* A whole small file at once. */
int file_save(const char *path, struct str content);

/* A whole file into buf, at most `most` bytes: ERR_LIMIT beyond. */
int file_load(const char *path, size_t most, struct buf *buf);

/* A folder and those above it; 0 when it is already there. */
int file_folder(const char *path);

/*
 * Where a folder that comes with the program is ("rules", "model"): what the
 * environment variable names, else `inside` beside the program (it runs where
 * it was built), else the installed one.  The last of them when none is there.
 */
void file_shipped(const char *variable, const char *inside,
		  const char *installed, struct buf *path);

#endif
