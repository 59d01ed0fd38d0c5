/*
 * tar.h - the regular files in a tar archive: names and places
 *
 *     tar_start(&tar, fd, name);
 *     while ((rc = tar_next(&tar)) > 0)
 *         use(tar.member.at, tar.part);
 *     tar_end(&tar);
 *
 * Old, ustar, GNU (long names, sizes in base 256) and pax (path, size) headers
 * are read.  The archive is not packed: what is packed is unpacked first.
 *
 * Errors     ERR_FORMAT: a header is damaged, or the archive is cut off; what
 *            came before has been given out.  A member that is cut off is given
 *            out with the size that is there and `cut` set
 * Source     POSIX.1-2008 pax; GNU tar manual, "Basic Tar Format"
 */
#ifndef READ_TAR_H
#define READ_TAR_H

#include <stdbool.h>

#include "base/buf.h"
#include "read/input.h"

struct tar {
	int fd;
	const char *name; /* of the archive, for messages */
	uint64_t at, size; /* bytes */
	struct buf member; /* its name */
	struct input_part part;
	bool cut;
	struct buf long_name; /* from a header before the member's own */
	uint64_t long_size;   /* UINT64_MAX: none */
};

enum { TAR_BLOCK = 512 };

/* Is this the first block of an archive?  Its check sum says so. */
bool tar_is_header(const char block[TAR_BLOCK]);

int tar_start(struct tar *tar, int fd, const char *name);
int tar_next(struct tar *tar); /* 1, 0 at the end, or an error */
void tar_end(struct tar *tar);

#endif
