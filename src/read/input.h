/*
 * input.h - the bytes of a file, unpacked
 *
 * gzip (RFC 1952, several members) and zstd (RFC 8878, several frames) are
 * known by their first bytes, whatever the file is called.  "-" is stdin.
 * The SHA-256 is of the bytes as they are stored.
 *
 *     rc = input_open(&input, path);
 *     while ((n = input_read(&input, at, room)) > 0) ...
 *     input_close(&input);
 *
 * Errors     ERR_IO; ERR_FORMAT, when a packed file is damaged or cut off: the
 *            message names the byte of the packed file
 */
#ifndef READ_INPUT_H
#define READ_INPUT_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum packing { PACKING_NONE, PACKING_GZIP, PACKING_ZSTD };

struct input_state;

struct input {
	const char *path;
	enum packing packing;
	struct input_state *state;
};

int input_open(struct input *input, const char *path);

/* Up to room bytes: how many, 0 at the end, or an error. */
ssize_t input_read(struct input *input, char *at, size_t room);
void input_close(struct input *input);

#endif
