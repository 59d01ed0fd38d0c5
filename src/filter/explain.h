/*
 * explain.h - a finding in words, beyond the name of its rule
 *
 * The database keeps where a constraint stands and that it is violated.  What
 * was wanted and what was counted is read from the pair again, for the person
 * who looks at it: "violated: wanted exactly 3 sentences, found 1".
 *
 *     struct explainer explainer = { 0 };
 *     explain_finding(&explainer, pair, rule, turn, start, &out);
 *     explainer_free(&explainer);
 *
 * Threads    one explainer, one thread
 */
#ifndef FILTER_EXPLAIN_H
#define FILTER_EXPLAIN_H

#include "db/pair.h"
#include "filter/constraint.h"

struct explainer {
	struct constraints constraints; /* compiled for the first finding */
	struct pattern_room room;
	bool ready;
};

/* Add the words to out; nothing when the rule's name says it all. */
void explain_finding(struct explainer *explainer, const struct pair *pair,
		     struct str rule, uint32_t turn, uint64_t start,
		     struct buf *out);
void explainer_free(struct explainer *explainer);

#endif
