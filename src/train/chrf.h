/*
 * chrf.h - how much of the right answer's characters is there: chrF2
 *
 * Precision and recall of character n-grams, n = 1 to 6, without white space,
 * are averaged over n; chrF2 is their F with recall twice as important, times
 * 100.  Counts are added over a set, so long answers weigh more.
 *
 *     struct chrf chrf = { 0 };
 *     chrf_add(&chrf, answer, right);
 *     score = chrf_score(&chrf);
 *
 * Source     Popovic, "chrF: character n-gram F-score", 2015, in the reading
 *            of sacrebleu 2 (no words, effective order)
 */
#ifndef TRAIN_CHRF_H
#define TRAIN_CHRF_H

#include <stdint.h>

#include "base/str.h"

enum { CHRF_ORDER = 6 };

struct chrf {
	uint64_t match[CHRF_ORDER], answer[CHRF_ORDER], right[CHRF_ORDER];
};

/* Both are valid UTF-8. */
void chrf_add(struct chrf *chrf, struct str answer, struct str right);
void chrf_join(struct chrf *chrf, const struct chrf *other);
double chrf_score(const struct chrf *chrf); /* 0 to 100 */

#endif
