/*
 * pool.h - many texts to vectors, on all cores, in order
 *
 * The caller says where texts come from and where vectors go; a batch of them
 * is the unit of work.  read() fills a batch and write() takes it, both one
 * call at a time and in order (base/par.h).
 *
 *     struct pool pool = { .encoder = encoder, .read = read_lines,
 *                          .write = write_rows, .context = &job };
 *     rc = pool_run(&pool, par);
 *
 * Shapes     vector (n, D)
 * Ownership  the batch owns what is in its arena, and its vectors; a text may
 *            also lie elsewhere, as long as it stays until write() has seen it
 * Errors     those of read(), write() and encoder_embed()
 */
#ifndef EMBED_POOL_H
#define EMBED_POOL_H

#include "base/arena.h"
#include "base/par.h"
#include "model/encoder.h"

enum {
	POOL_TEXTS = 128,      /* texts of a batch, at most */
	POOL_BYTES = 32 << 10, /* and bytes, about */
};

struct pool_batch {
	struct arena arena;
	struct str text[POOL_TEXTS];
	int64_t key[POOL_TEXTS]; /* the caller's */
	size_t n, bytes;
	float *vector;
};

struct pool {
	const struct encoder *encoder;
	int (*read)(void *context, struct pool_batch *batch); /* 1, 0: end */
	int (*write)(void *context, const struct pool_batch *batch);
	void *context;
};

int pool_run(const struct pool *pool, struct par *par);

/* Add a text to a batch that read() fills; false: it was the last one. */
bool pool_add(struct pool_batch *batch, struct str text, int64_t key);

#endif
