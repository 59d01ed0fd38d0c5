/*
 * input.h - the bytes of a file, unpacked
 *
 * gzip (RFC 1952, several members), zstd (RFC 8878, several frames) and xz
 * (several streams) are known by their first bytes, whatever the file is
 * called, and so is Parquet, whose rows come out as JSON, one a line
 * (parquet.h).  "-" is stdin.  A part of a file can be read as if it were one:
 * that is how the members of a tar file are.
 *
 *     rc = input_open(&input, path);
 *     while ((n = input_read(&input, at, room)) > 0) ...
 *     input_close(&input);
 *
 * Errors     ERR_IO; ERR_FORMAT, when a packed file is damaged or cut off: the
 *            message names the byte of the packed file; asked again, it says
 *            the same again.  Those of parquet.h
 * Memory     of the unpacker: zstd windows to 128 MiB, xz to 192 MiB
 */
#ifndef READ_INPUT_H
#define READ_INPUT_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum packing {
	PACKING_NONE,
	PACKING_GZIP,
	PACKING_ZSTD,
	PACKING_XZ,
	PACKING_PARQUET,
};

/* "gzip"; "" for none, and for Parquet, which is a format. */
const char *packing_name(enum packing packing);

struct input_part {
	uint64_t from, size; /* bytes; size 0: the whole file */
};

struct input_state;

struct input {
	const char *path; /* for messages */
	enum packing packing;
	struct input_state *state;
};

int input_open(struct input *input, const char *path);

/* name: what messages call it. */
int input_open_part(struct input *input, const char *path, const char *name,
		    struct input_part part);

/* Up to room bytes: how many, 0 at the end, or an error. */
ssize_t input_read(struct input *input, char *at, size_t room);
void input_close(struct input *input);

#endif
