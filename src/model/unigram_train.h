/*
 * unigram_train.h - a vocabulary whose pieces make a corpus likely
 *
 * A unigram model gives each piece a probability; a word is as likely as the
 * sum over all ways to write it in pieces.  Training starts with frequent
 * stretches of characters, far too many, and then in turn
 *
 *   - fits the probabilities to the words by expectation-maximisation, and
 *   - drops the quarter of the pieces that the corpus misses least,
 *
 * until as many are left as are wanted.  Characters that make up `coverage` of
 * the text stay whatever they are worth.
 *
 *     struct unigram_options options = { .pieces = 16384, .coverage = .9995,
 *                                        .longest = 16, .seeds = 200000 };
 *     rc = unigram_train(&words, &options, par, &unigram);
 *     ... unigram.piece[i], unigram.score[i] ...
 *     unigram_free(&unigram);
 *
 * The result is the same for any number of threads.  It costs about five
 * passes of both kinds for each halving: 20 CPU seconds for 30 MB.
 *
 * Ownership  struct unigram owns pieces and scores
 * Errors     ERR_NOMEM; ERR_USAGE: fewer pieces wanted than there are
 *            characters to cover
 * Source     Kudo, "Subword regularization", 2018; pruning and the digamma of
 *            the counts as sentencepiece 0.2 has them.  We differ in the seeds
 *            (no suffix array: stretches are grown level by level)
 */
#ifndef MODEL_UNIGRAM_TRAIN_H
#define MODEL_UNIGRAM_TRAIN_H

#include "base/arena.h"
#include "base/par.h"
#include "model/counted.h"

struct unigram_options {
	uint32_t pieces;  /* at most so many */
	double coverage;  /* share of characters that are pieces: 0.9995 */
	uint32_t longest; /* characters of a piece: 16 */
	uint32_t seeds;   /* pieces to start with: some 10 x pieces */
};

struct unigram {
	struct str *piece; /* (n) by falling score */
	double *score;     /* (n) log probability */
	size_t n;
	double loss; /* nats a character of the corpus at the end */
	struct arena arena;
};

int unigram_train(const struct counted *words,
		  const struct unigram_options *options, struct par *par,
		  struct unigram *out);
void unigram_free(struct unigram *unigram);

#endif
