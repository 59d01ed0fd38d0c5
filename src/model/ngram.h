/*
 * ngram.h - the hashed character n-grams of a text
 *
 * Pieces of a vocabulary do not show that 走る and 走った, or run and running,
 * are near.  Runs of characters do, and hashing them into a fixed number of
 * buckets needs no list of them:
 *
 *   Han and kana   runs of 2 and 3 characters, and each kanji
 *   other words    runs of 3 and 4, the word's edges being characters too:
 *                  "run" has ^ru run un$ ^run run$
 *
 * Punctuation separates.  Each bucket counts once for a text, however often it
 * is hit.  The buckets are part of the format of mini: a model goes with them.
 *
 *     struct ngrams ngrams = { 0 };
 *     ngrams_find(&ngrams, &tokens.piece, 16384);
 *     use(ngrams.bucket, ngrams.n);
 *     ngrams_free(&ngrams);
 *
 * Ownership  the struct owns its buckets; use one again and again
 * Threads    one struct for each
 */
#ifndef MODEL_NGRAM_H
#define MODEL_NGRAM_H

#include <stddef.h>
#include <stdint.h>

#include "model/tokenizer.h"

struct ngrams {
	uint32_t *bucket; /* (n) in order of first appearance */
	size_t n, room;
	uint64_t *seen;   /* a bit a bucket, all zero between calls */
	uint32_t seen_buckets;
};

/* The buckets of the words, below `buckets`, a power of two. */
void ngrams_find(struct ngrams *ngrams, const struct pieces *words,
		 uint32_t buckets);
void ngrams_free(struct ngrams *ngrams);

#endif
