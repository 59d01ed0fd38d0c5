/*
 * category.h - the kind of task that a pair is
 *
 * summarise, translate, closed_qa, open_qa, generate, rewrite, classify,
 * extract, brainstorm, code, maths, chat, roleplay.  The data's own word comes
 * first: known ones are brought to these names (Dolly's, natural-instructions'
 * and others'), unknown ones stay as they are.  Pairs without one are judged by
 * words of the instruction, in Japanese and English; '' when none speaks.
 */
#ifndef INGEST_CATEGORY_H
#define INGEST_CATEGORY_H

#include <stdbool.h>

#include "db/pair.h"

/* Our name for the data's word, or the word itself.  input: there is one. */
struct str category_known(struct str word, bool input);

/* Phrases by their first bytes, made once. */
struct category_index {
	short first[1024], next[400];
	unsigned char length[400];
};

void category_index_init(struct category_index *index);

/* By the words of the instruction; empty when they say nothing. */
struct str category_guess(const struct category_index *index,
			  const struct pair *pair);

#endif
