/*
 * lookup.h - train an encoder that is only a table
 *
 * The vector of a text is a sum of rows, one for each token and one for each
 * hashed n-gram, normalised:
 *
 *     v = sum of E[token] / sqrt(tokens) + sum of H[bucket] / sqrt(buckets)
 *     z = v / |v|
 *
 * While it trains, the two sums count alike; a vector of lookup_encode() counts
 * the second ngram_weight times, which is better than what was trained (on dev
 * sets 1.6: +1.9 English, 0 Japanese; we cannot say why).
 *
 * The loss is that of likeness.h; batches hold neighbours (neighbours.h).
 *
 * Shapes     table (tokens + buckets, D): E above H
 * Threads    the same bits for any number: a text and a row of the table are
 *            the units of work, and each row adds up in the order of the batch
 * Speed      100k texts: 20 CPU seconds an epoch, most of it Adam over all rows
 */
#ifndef TRAIN_LOOKUP_H
#define TRAIN_LOOKUP_H

#include "base/par.h"
#include "train/lesson.h"

struct lookup {
	size_t tokens, buckets, d;
	float *table;
	double ngram_weight; /* of the second sum in lookup_encode() alone: 1 */
};

struct lookup_options {
	unsigned epochs;
	size_t batch;
	double rate, warm;   /* warm: share of the steps */
	double similarity, alike; /* likeness.h */
	size_t leaf;         /* neighbours.h */
	double drop;         /* share of rows that a text does without */
	double decay;        /* of the table, as AdamW has it */
	uint64_t seed;
	/* called after each epoch; may be NULL */
	void (*report)(void *context, unsigned epoch, double loss);
	void *context;
};

void lookup_init(struct lookup *lookup, size_t tokens, size_t buckets,
		 size_t d);
void lookup_free(struct lookup *lookup);

/* Train on the lesson; the table is changed in place. */
int lookup_train(struct lookup *lookup, const struct lesson *lesson,
		 const struct lookup_options *options, struct par *par);

/* z (n, d) of texts [from, from + n). */
void lookup_encode(const struct lookup *lookup, const struct features *features,
		   size_t from, size_t n, float *out);

#endif
