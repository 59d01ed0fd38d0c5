/*
 * answer.h - prompts in, answers out
 *
 *     struct answer_how how = { .most = 128, .stop = m.stop };
 *     rc = answer(&m, &writer, id, n, &how, &answer);
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

struct answer {
	uint32_t *id; /* (n) what was written, without the stop token */
	size_t n, room;
	struct buf text;
	bool ended; /* by itself, not by `most` */
	float *logits;
	size_t logits_room;
};

int answer(const struct model *model, struct writer *writer,
	   const uint32_t *prompt, size_t n, const struct answer_how *how,
	   struct answer *answer);
void answer_free(struct answer *answer);

#endif
