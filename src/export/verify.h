/*
 * verify.h - is an export folder what its manifest says?
 *
 * Every file the manifest names must be there, a regular file, of its size and
 * SHA-256; every line of a shard must be JSON with the keys and types of the
 * format, as many as the manifest counts, and so must its line in meta/; every
 * token below its vocabulary.  A file that a reader of the split would take
 * for a shard, but the manifest does not know, is a problem too.
 *
 *     rc = verify_folder("DIR", par, &verdict);
 *     for (size_t i = 0; i < verdict.problem.n; i++)
 *         say(verdict.problem.at[i]);
 *     verdict_free(&verdict);
 *
 * Errors     as manifest_read(), when there is no manifest that can be read;
 *            everything else is a problem in the verdict
 */
#ifndef EXPORT_VERIFY_H
#define EXPORT_VERIFY_H

#include "base/par.h"
#include "base/vec.h"
#include "shard/manifest.h"

struct verdict {
	uint64_t shards, rows, bytes;
	VEC(char *) problem; /* sentences, in order of the manifest */
};

int verify_folder(const char *folder, struct par *par,
		  struct verdict *verdict);
void verdict_free(struct verdict *verdict);

#endif
