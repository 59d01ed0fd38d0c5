/*
 * generate.h - a causal model writes, one token after the other
 *
 * A writer keeps the keys and values of all tokens so far (the KV cache), so a
 * new token costs one row of work, whatever came before.
 *
 *     if ((rc = writer_init(&writer, &model, 512)) < 0) ...
 *     writer_feed(&writer, prompt, n, logits);
 *     while ((token = sample(&choice, logits, V)) != stop)
 *         writer_feed(&writer, &token, 1, logits);
 *     writer_free(&writer);
 *
 * Shapes     logits (V), of the token to come
 * Ownership  the writer borrows the model, the caller owns the logits
 * Errors     ERR_NOMEM, ERR_LIMIT: more tokens than the room, or than a GPT-2
 *            has positions
 * Threads    one writer, one thread; the model may be shared
 */
#ifndef MODEL_GENERATE_H
#define MODEL_GENERATE_H

#include "base/rng.h"
#include "model/causal.h"

struct writer {
	const struct causal *model;
	size_t room, n;        /* tokens that fit, and that are there */
	float *key, *value;    /* (layers, room, KV D) */
	float *cosine, *sine;  /* (room, D / 2) */
	float *x, *norm, *qkv, *mixed, *wide, *narrow, *probs; /* a block */
	float *arena;
	uint32_t *position, *from, *to; /* (room) */
};

int writer_init(struct writer *writer, const struct causal *model,
		size_t room);
void writer_free(struct writer *writer);
void writer_reset(struct writer *writer); /* forget all tokens */

/* n more tokens; logits of what comes after the last, or NULL. */
int writer_feed(struct writer *writer, const uint32_t *id, size_t n,
		float *logits);

/* How the next token is chosen. */
struct choice {
	double temperature; /* 0: the likeliest; ties: the smallest id */
	uint64_t top_k;     /* of the so many likeliest, 0 all */
	double top_p;       /* of the likeliest that sum to this, 1 all */
	struct rng rng;
	uint32_t *order; /* scratch, the choice owns it */
	size_t order_room;
};

uint32_t choice_take(struct choice *choice, float *logits, size_t v);
void choice_free(struct choice *choice);

#endif
