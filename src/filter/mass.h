/*
 * mass.h - rules measured on labelled pairs
 *
 * Of each rule: how many true and false pairs it hits, its precision with a 95
 * percent interval (Wilson), and its lift, precision over the share of true
 * pairs: a rule that guesses has 1.  Of all together: what the ambiguity score
 * and "some rule hits" are worth, with intervals from 1,000 bootstrap draws.
 *
 *     mass_measure(&mass, &set, &rules, seed);
 *     mass_text(&mass, &set, &rules, &out);
 *     mass_free(&mass);
 *
 * Source     Wilson, "Probable inference", 1927; Efron and Tibshirani, "An
 *            introduction to the bootstrap", 1993 (percentile intervals)
 */
#ifndef FILTER_MASS_H
#define FILTER_MASS_H

#include "base/buf.h"
#include "filter/labelled.h"

struct interval {
	double value, low, high;
};

struct rule_mass {
	uint64_t yes, no; /* true and false pairs that it hits */
	struct interval precision, lift;
};

struct verdicts {
	uint64_t true_yes, false_yes, true_no, false_no;
};

struct mass {
	double base;           /* share of true pairs */
	struct rule_mass *rule; /* (rules) */
	struct interval auc;   /* of the ambiguity score */
	struct verdicts any;   /* some rule hits */
	struct verdicts strong; /* score >= 0.8 */
};

void mass_measure(struct mass *mass, const struct labelled *set,
		  const struct ruleset *rules, uint64_t seed);
void mass_free(struct mass *mass);
void mass_text(const struct mass *mass, const struct labelled *set,
	       const struct ruleset *rules, struct buf *out);
void mass_json(const struct mass *mass, const struct labelled *set,
	       const struct ruleset *rules, struct buf *out);

/* Area under the ROC curve: P(score of a true > of a false pair), ties half. */
double auc_of(const double *score, const bool *label, size_t n);

/* Of a share k of n, 95 percent. */
struct interval wilson(uint64_t k, uint64_t n);

#endif
