/*
 * part.h - the bytes behind an ingest_file: a file, or a part of one
 */
#ifndef INGEST_PART_H
#define INGEST_PART_H

#include "ingest/ingest.h"

int part_open(struct reader *reader, const struct ingest_file *file,
	      const struct ingest_options *options);

/* SHA-256 of its first `most` bytes as they are stored, and how many. */
int part_sha256(const struct ingest_file *file, uint64_t most,
		char out[SHA256_HEX], uint64_t *size);

int part_stamp(const struct ingest_file *file, struct stat *stamp);

/* Another size or time than at its check? */
bool part_changed(const struct ingest_file *file);

#endif
