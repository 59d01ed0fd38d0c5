/*
 * distill.h - text and a teacher's vectors in, a small encoder out
 *
 *     struct distill_options options = { .text = "lines.txt",
 *                                        .teacher = "lines.npy", ... };
 *     rc = distill(&options, par, &summary);
 *
 * Reads the lesson (lesson.h), makes the targets (target.h), trains the table
 * (lookup.h) and writes the folder that mini_open() reads, with the space of
 * the targets beside it, target.safetensors.  With layers, it then trains these
 * above the table as it was saved (deepen.h) and writes the folder again.
 *
 * `table` is a model whose table is used as it is.  A run of layers that was
 * killed goes on from the checkpoint in its folder.
 *
 * The same bytes for any number of threads on one kind of processor.
 *
 * Errors     those of the files; nothing is written before the end
 * Memory     the text, 4 bytes a token and n-gram of it, 4 D bytes a vector,
 *            and 12 D bytes a row of the table
 */
#ifndef TRAIN_DISTILL_H
#define TRAIN_DISTILL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/par.h"

struct distill_epoch {
	bool layers;               /* of the second part */
	double epoch;              /* 0: before training */
	double loss;               /* mean of the epoch; of none for 0 */
	const char *const *name;   /* (devs) of the measures, rank.h */
	const double *dev;         /* (devs) */
	size_t devs;
};

struct distill_options {
	const char *text, *teacher, *tokenizer, *output;
	const char *pieces; /* teacher's vectors of the tokens, or NULL */
	const char *target; /* targets as an earlier run made them, or NULL */
	const char *const *dev; /* (devs) files of rank.h */
	size_t devs;
	uint32_t dimension, buckets;
	unsigned epochs;
	size_t batch;
	double rate, drop, ngram_weight;
	double similarity, alike; /* likeness.h */
	size_t leaf;              /* neighbours.h */
	uint64_t seed;
	const char *table; /* a model to take the table from, or NULL */
	uint32_t layers, heads, hidden; /* deepen.h; layers 0: a table alone */
	unsigned layer_epochs;
	size_t layer_batch;
	double layer_rate, layer_drop;
	void (*report)(void *context, const struct distill_epoch *epoch);
	void *context;
};

struct distill_summary {
	size_t texts, vectors, tokens, buckets;
};

int distill(const struct distill_options *options, struct par *par,
	    struct distill_summary *summary);

#endif
