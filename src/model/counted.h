/*
 * counted.h - the words of a corpus, each once, with how often it stands there
 *
 * What a vocabulary is trained from.  Counts are exact sums and
 * counted_order() sorts, so the result depends on the text alone, not on who
 * read which part of it.
 *
 *     struct counted words = { 0 };
 *     counted_add(&words, STR("ネコ"), 3);
 *     counted_order(&words, order);
 *     counted_free(&words);
 *
 * Ownership  the struct owns copies of the words
 */
#ifndef MODEL_COUNTED_H
#define MODEL_COUNTED_H

#include "base/map.h"

struct counted {
	struct map word;
	uint64_t *count; /* (word.n) */
	size_t room;
};

void counted_add(struct counted *words, struct str word, uint64_t count);
void counted_free(struct counted *words);

/* Word numbers (word.n) by their bytes. */
void counted_order(const struct counted *words, uint32_t *order);

#endif
