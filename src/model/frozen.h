/*
 * frozen.h - a causal model that will not change: matrices packed for writing
 *
 * Writing a token is a product of every matrix with one row, or a few, so it
 * costs what reading the matrices costs.  Here they are laid out for that
 * (nn/packed.h), as floats, as bfloat16s, half of it, or as bytes, a quarter.
 * Embeddings and norms stay as they are.
 *
 *     if ((rc = frozen_init(&frozen, &model, LINEAR_FLOAT)) < 0) ...
 *     writer_init(&writer, &frozen, 512);
 *     frozen_free(&frozen);
 *
 * A row of a product is the same whatever rows stand beside it, so texts
 * written together are those written one by one.
 *
 * Ownership  borrows the model, owns the packed copies
 * Errors     ERR_NOMEM
 * Threads    read-only: any number at once
 */
#ifndef MODEL_FROZEN_H
#define MODEL_FROZEN_H

#include "model/causal.h"
#include "nn/linear.h"

struct frozen_layer {
	struct linear qkv, out, up, down;
};

struct frozen {
	const struct causal *model;
	struct frozen_layer *layer;
	struct linear head;
};

int frozen_init(struct frozen *frozen, const struct causal *model,
		enum linear_type type);
void frozen_free(struct frozen *frozen);

/* Bytes of scratch for products with n rows. */
size_t frozen_scratch(const struct frozen *frozen, size_t n);

#endif
