/*
 * pack.h - how shards are packed: not at all, gzip or zstd
 *
 * A packed shard is a row of gzip members (RFC 1952) or zstd frames (RFC 8878),
 * one a block, so that blocks are packed on many threads and every reader
 * reads the row as one file.  Same block, same bytes, for a given version of
 * the library.
 *
 *     struct packer packer = { .pack = PACK_ZSTD };
 *     rc = packer_add(&packer, block, &out);
 *     packer_free(&packer);
 *
 * Errors     ERR_NOMEM
 * Threads    a packer each
 */
#ifndef SHARD_PACK_H
#define SHARD_PACK_H

#include "base/buf.h"

enum pack { PACK_NONE, PACK_GZIP, PACK_ZSTD };

const char *pack_name(enum pack pack);   /* "none", "gzip", "zstd" */
const char *pack_suffix(enum pack pack); /* "", ".gz", ".zst" */

struct packer {
	enum pack pack;
	void *context;
};

/* Append the packed block to out; an empty block adds nothing. */
int packer_add(struct packer *packer, struct str block, struct buf *out);
void packer_free(struct packer *packer);

#endif
