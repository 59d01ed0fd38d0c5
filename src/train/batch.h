/*
 * batch.h - the rows of one step, and what each token's loss weighs
 *
 * A batch has B rows of T tokens.  With --replay r, a share r of all rows is
 * taken from the text and the rest from the pairs; which ones depends on their
 * number only.  Weights are 1 for what is trained and `prompt` for prompts,
 * divided by their sum over the batch, so the loss is the mean over tokens.
 *
 * Ownership  a batch owns its arrays
 * Errors     ERR_NOMEM
 */
#ifndef TRAIN_BATCH_H
#define TRAIN_BATCH_H

#include "model/pass.h"
#include "train/rows.h"

struct batch {
	size_t rows, tokens; /* B, T */
	uint32_t *id, *position, *from, *to, *target; /* (B T) */
	float *weight;
	unsigned char *mask;
	size_t used, documents; /* in this batch */
	double total;           /* the weight before it was divided */
};

int batch_init(struct batch *batch, size_t rows, size_t tokens);
void batch_free(struct batch *batch);

/*
 * Fill from `pairs`, and from `text` as `replay` says; taken counts the rows
 * that all batches before this one had.
 */
int batch_fill(struct batch *batch, struct rows *pairs, struct rows *text,
	       double replay, double prompt, uint64_t taken);

/* Rows [first, first + n) as a pass takes them. */
struct pass_batch batch_part(const struct batch *batch, size_t first,
			     size_t n);

/* Text rows among the first n. */
uint64_t batch_replayed(double replay, uint64_t n);

#endif
