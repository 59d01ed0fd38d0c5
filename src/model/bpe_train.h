/*
 * bpe_train.h - a vocabulary of merged neighbours
 *
 * Words start as the 256 characters that stand for bytes.  The pair of
 * neighbours that stands in the corpus most often becomes one symbol, wherever
 * it stands, and so on, until there are as many symbols as wanted or no pair
 * comes back.  Of pairs as frequent the one with the lower numbers goes first.
 *
 *     rc = bpe_train(&words, 16384, &bpe);
 *     ... bpe.token: names by number; bpe.merge[i].left, .right ...
 *     bpe_train_free(&bpe);
 *
 * The words are those of a byte-level pre-tokeniser: every character in them is
 * one of the 256.
 *
 * Ownership  struct bpe owns all of it
 * Errors     ERR_NOMEM, ERR_LIMIT; ERR_FORMAT, a character is none of the 256
 * Speed      one thread; a merge costs what it changes: 15 CPU seconds for
 *            33 MB and 16,384 tokens
 * Source     Sennrich et al., "Neural Machine Translation of Rare Words with
 *            Subword Units", 2016; the merges are those of the BpeTrainer of
 *            `tokenizers` 0.23 with min_frequency 2
 */
#ifndef MODEL_BPE_TRAIN_H
#define MODEL_BPE_TRAIN_H

#include "model/counted.h"

enum { BPE_BYTES = 256 };

struct bpe_merge {
	uint32_t left, right; /* tokens */
};

struct bpe {
	struct map token; /* the bytes by code point, then as they were made */
	struct bpe_merge *merge; /* (n) in the order in which they were made */
	size_t n, room;
};

/* The letter of GPT-2 that stands for a byte. */
uint32_t bpe_letter(unsigned char byte);

int bpe_train(const struct counted *words, uint32_t tokens, struct bpe *out);
void bpe_train_free(struct bpe *bpe);

#endif
