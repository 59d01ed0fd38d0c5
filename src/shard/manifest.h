/*
 * manifest.h - what an export folder holds: manifest.json
 *
 * The manifest is written last and decides: a folder without one, or whose
 * files are not as it says, is not an export.  itdata-shard(5) describes it.
 *
 *     if ((rc = manifest_read(&manifest, "DIR")) < 0) ...
 *     for (size_t i = 0; i < manifest.shards; i++)
 *         use(manifest.shard[i].path);
 *     manifest_free(&manifest);
 *
 * Names of files are plain: letters, digits, '.', '_' and '-', none at the
 * start but a letter or digit.  So no manifest leads out of its folder.  The
 * line of each row's origin is in meta/, beside its shard (manifest_meta()).
 *
 * Ownership  a manifest owns what manifest_read() filled in; one that is
 *            written borrows everything
 * Errors     ERR_ABSENT: no manifest; ERR_FORMAT; ERR_IO
 */
#ifndef SHARD_MANIFEST_H
#define SHARD_MANIFEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/hash.h"

#define MANIFEST_NAME "manifest.json"

enum { MANIFEST_VERSION = 1 };

struct manifest_file {
	const char *path; /* in the folder */
	uint64_t bytes;
	char sha256[SHA256_HEX];
};

struct manifest_shard {
	struct manifest_file file, meta; /* meta.path: see manifest_meta() */
	const char *split;
	uint64_t rows, tokens;
	uint64_t *group; /* (groups) rows of each */
};

struct manifest_split {
	const char *name;
	double asked;   /* share */
	uint64_t pairs; /* different ones */
	uint64_t rows;  /* with repeats */
};

struct manifest_group {
	const char *name;
	uint64_t pairs; /* there */
	uint64_t rows;  /* exported */
	double asked;   /* share of the rows */
};

struct manifest_quota {
	const char *name; /* of a value of a group's field */
	double asked;     /* share of the rows */
	uint64_t rows;
};

struct manifest {
	const char *itdata;    /* version */
	const char *format;    /* messages, alpaca, ... */
	const char *pack;      /* none, gzip, zstd */
	const char *arguments; /* JSON object: the options that matter */
	const char *database;  /* digest of the pairs and their order keys */
	const char *tokenizer; /* SHA-256; NULL: none */
	const char *template;  /* NULL: none */
	uint64_t seed;
	uint64_t kept;     /* pairs that could be exported */
	bool tokens;       /* shards count tokens */
	struct manifest_split *split;
	size_t splits;
	struct manifest_group *group;
	size_t groups;
	struct manifest_quota *quota; /* written only; none: left out */
	size_t quotas;
	struct manifest_shard *shard;
	size_t shards;
	struct manifest_file *file; /* others: README.md, ... */
	size_t files;
	struct arena arena;
};

/* As JSON, the same bytes for the same content. */
void manifest_write(const struct manifest *manifest, struct buf *out);

int manifest_read(struct manifest *manifest, const char *folder);
void manifest_free(struct manifest *manifest);

/* Whether a name may stand in a manifest. */
bool manifest_plain(const char *name);

/* "meta/train-00000-of-00004.jsonl.zst" for the shard of that name. */
void manifest_meta(const struct manifest *manifest, const char *shard,
		   struct buf *path);

#endif
