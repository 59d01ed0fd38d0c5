/*
 * generate.h - a causal model writes, one token after the other
 *
 * A writer keeps the keys and values of all tokens so far (the KV cache), so a
 * new token costs one row of work, whatever came before.
 *
 *     if ((rc = writer_init(&writer, &frozen, 512)) < 0) ...
 *     writer_feed(&writer, prompt, n, logits);
 *     while ((token = choice_take(&choice, logits, V)) != stop)
 *         writer_feed(&writer, &token, 1, logits);
 *     writer_free(&writer);
 *
 * Several texts grow side by side with writers_feed(): the weights are read
 * once for all of them, and each is the text it would be alone.
 *
 * Shapes     logits (V), of the token to come
 * Ownership  the writer borrows the weights, the caller owns the logits
 * Errors     ERR_NOMEM, ERR_LIMIT: more tokens than the room, or than a GPT-2
 *            has positions
 * Threads    one writer, one thread; the weights may be shared
 */
#ifndef MODEL_GENERATE_H
#define MODEL_GENERATE_H

#include "base/rng.h"
#include "model/frozen.h"

enum { WRITERS_MOST = 64 }; /* side by side */

struct writer {
	const struct frozen *frozen;
	size_t room, n;        /* tokens that fit, and that are there */
	float *key, *value;    /* (layers, room, KV D) */
	float *cosine, *sine;  /* (room, D / 2) */
	/* of the rows that are fed */
	float *x, *norm, *qkv, *mixed, *wide, *narrow, *probs;
	uint32_t *at;          /* positions of the rows */
	void *scratch;
	float *arena;
	uint32_t *from, *to; /* (room) */
};

int writer_init(struct writer *writer, const struct frozen *frozen,
		size_t room);
void writer_free(struct writer *writer);
void writer_reset(struct writer *writer); /* forget all tokens */

/* n more tokens; logits of what comes after the last, or NULL. */
int writer_feed(struct writer *writer, const uint32_t *id, size_t n,
		float *logits);

/*
 * One more token for each of n writers of the same weights and room, at most
 * WRITERS_MOST; logits (n, V).
 */
int writers_feed(struct writer *const *writer, const uint32_t *id, size_t n,
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
