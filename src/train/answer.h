/*
 * answer.h - prompts in, answers out
 *
 *     struct answer_how how = { .most = 128 };
 *     rc = answer(&m, &writer, &prompt, &how, &answer);
 *
 * answers() writes several side by side, which reads the weights once for all
 * of them; each comes out as it would alone.
 *
 * Ownership  the caller owns everything; a struct answer is used again and
 *            again and freed with answer_free()
 * Errors     ERR_LIMIT: the prompt alone is longer than the model's room
 * Threads    a writer each
 */
#ifndef TRAIN_ANSWER_H
#define TRAIN_ANSWER_H

#include "model/generate.h"
#include "train/folder.h"

struct answer_how {
	size_t most; /* new tokens */
	double temperature, top_p;
	uint64_t top_k, seed;
	const char *const *stop; /* (stops) texts that end an answer */
	size_t stops;
	/* called with each piece of text as it comes; may be NULL */
	void (*piece)(void *context, struct str text);
	void *context;
};

struct prompt {
	const uint32_t *id; /* (n) */
	size_t n;
};

struct answer {
	uint32_t *id; /* (n) what was written, without the stop token */
	size_t n, room;
	struct buf text;
	bool ended; /* by itself, not by `most` */
};

int answer(const struct model *model, struct writer *writer,
	   const struct prompt *prompt, const struct answer_how *how,
	   struct answer *answer);

/* n of them, at most WRITERS_MOST; how->piece is for one alone. */
int answers(const struct model *model, struct writer *writer,
	    const struct prompt *prompt, size_t n,
	    const struct answer_how *how, struct answer *answer);

void answer_free(struct answer *answer);

#endif
