/*
 * bigram.h - a text cut for an index of words, also where no spaces are
 *
 * Scripts written without spaces between words (Han, kana, Hangul, Thai, ...)
 * are cut into overlapping pairs of characters, so any two characters in a row
 * can be looked up; others into words.  The last character of a run also stands
 * alone, so that one character can be looked up as the start of a token:
 *
 *     CSVを英訳   ->  csv を英 英訳 訳
 *
 * A phrase is found as its tokens in a row; at its end that last token alone is
 * left out, because the text may go on: 英訳 is found in 英訳する.
 *
 *     normal_add(&normal, text, NORMAL_ALL);
 *     bigram_text(&tokens, buf_view(&normal));
 *
 * Tokens are apart by one space and hold letters, marks and digits only.
 */
#ifndef TEXT_BIGRAM_H
#define TEXT_BIGRAM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

/* Append the tokens of a text in normal form (normal.h). */
void bigram_text(struct buf *out, struct str normal);

/*
 * The same of what is looked for.  *prefix: its last token is a single
 * character that may be the start of a longer token.
 */
void bigram_phrase(struct buf *out, struct str normal, bool *prefix);

/* Is this character part of a word of a script with spaces? */
bool bigram_in_word(uint32_t c);

#endif
