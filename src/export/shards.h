/*
 * shards.h - a stretch of the sequence, written
 *
 * Lines are gathered and packed in blocks of about 4 MiB on all threads, and
 * written in order.
 *
 *     rc = shard_write(par, &set, place, n, pack, path, meta_path, &shard);
 *
 * Errors     ERR_IO, ERR_NOMEM
 */
#ifndef EXPORT_SHARDS_H
#define EXPORT_SHARDS_H

#include "export/order.h"
#include "shard/manifest.h"
#include "shard/pack.h"
#include "shard/tokens.h"

/* Fills in rows, group, and size and SHA-256 of both files. */
int shard_write(struct par *par, const struct set *set,
		const struct place *place, size_t n, enum pack pack,
		const char *path, const char *meta_path,
		struct manifest_shard *shard);

/* The same for a shard of tokens; header: vocabulary, stop, tokenizer, template. */
int shard_write_tokens(struct par *par, const struct set *set,
		       const struct place *place, size_t n,
		       const struct token_header *header, const char *path,
		       const char *meta_path, struct manifest_shard *shard);

/* The lines alone, to a descriptor. */
int shard_stream(struct par *par, const struct set *set,
		 const struct place *place, size_t n, enum pack pack, int fd);

#endif
