/*
 * demand.h - what an instruction wants its answer to be, in words
 *
 * Languages in their order ("from English into Japanese" is not "from Japanese
 * into English"), formats and kinds of text (JSON, a table, a poem), length
 * (short, in detail), numbers in words, and words that have an opposite
 * (advantages and disadvantages are 0.94 alike to the bundled encoder).
 * Synonyms count as one: 英訳 and 英語, briefly and concise.
 *
 *     if (demand_read(a) == demand_read(b)) ...
 *
 * Order counts for languages only, and how often a word comes never does.
 *
 * Threads    a pure function
 */
#ifndef TEXT_DEMAND_H
#define TEXT_DEMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* Equal for texts that want the same; 0: nothing in particular. */
uint64_t demand_read(struct str text);

/*
 * What is asked for, as bits: when, where, who, why, how (much), what or which;
 * 0: no word says.  「いつ」 and 「どこ」 have no bit in common.
 */
unsigned demand_asks(struct str text);

/*
 * The byte length of the word of a language that this text begins with in Han
 * or Katakana, or 0.
 */
size_t demand_language(struct str text);

#endif
