/*
 * protect.h - words that make two instructions of one wording two questions
 *
 * Names and terms (runs of Han, runs of Katakana, Latin words with a capital,
 * but for one that begins the text), negations, when, where, who and why, and
 * what is wanted of the answer (demand.h): texts that differ in these ask for
 * different things, however alike they are by characters or by their vectors.
 * 「広島」 and 「長崎」, "which is" and "which is not".  Order does not count, but
 * for languages.  Numbers in digits are in struct shingle_form.
 *
 *     if (protect_read(a) == protect_read(b)) ...
 *
 * Runs of Han of which instructions are built (次, 文章, 要約, 教えて) and English
 * words that often begin a sentence (What, Explain) are no names.  Not all that
 * is left is one, so paraphrases are missed; what is found asks the same.  ません
 * before か asks politely and is no negation.
 *
 * Threads    a pure function
 */
#ifndef TEXT_PROTECT_H
#define TEXT_PROTECT_H

#include <stdint.h>

#include "base/str.h"

/* Equal for texts with the same protected words; 0: there are none. */
uint64_t protect_read(struct str text);

/* The first part alone: names and terms. */
uint64_t protect_names(struct str text);

#endif
