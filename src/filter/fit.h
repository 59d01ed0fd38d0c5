/*
 * fit.h - weights for `action score`, learned from labels
 *
 * Logistic regression on which rules hit, with weights that are never
 * negative: a rule may say that a pair is ambiguous, not that it is clear.  A
 * rule's score is 1 - exp(-weight), so that adding weights is what the product
 * over (1 - score) does.  Ridge keeps rare rules small.
 *
 *     fit_learn(&fit, &set, &rules);
 *     fit_text(&fit, &set, &rules, &out);
 *     fit_free(&fit);
 *
 * The area under the curve is that of pairs left out: five folds, cut by the
 * order of the pairs.
 *
 * Source     coordinate descent with Newton steps: Friedman, Hastie and
 *            Tibshirani, "Regularization paths for generalized linear models",
 *            2010
 */
#ifndef FILTER_FIT_H
#define FILTER_FIT_H

#include "filter/mass.h"

struct fit {
	double *score;    /* (rules) 1 - exp(-weight); 0: no use */
	double before;    /* AUC with the weights that the packs have */
	double held_out;  /* AUC of pairs that were not learned from */
};

void fit_learn(struct fit *fit, const struct labelled *set,
	       const struct ruleset *rules);
void fit_text(const struct fit *fit, const struct ruleset *rules,
	      struct buf *out);
void fit_json(const struct fit *fit, const struct ruleset *rules,
	      struct buf *out);
void fit_free(struct fit *fit);

#endif
