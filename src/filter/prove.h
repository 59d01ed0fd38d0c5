/*
 * prove.h - are the rules what they say? examples, keywords, bounded time
 *
 *     rc = prove(&set, &proof, &out);     out: one line a problem
 *
 * Every `hit` must hit and every `miss` must not; a hit must contain one of
 * the rule's keywords, else the prefilter would hide it.  Each pattern runs
 * over 64 KiB of text made to be slow for it; more than 10 ms fails.
 *
 * Returns 0 when all is well, ERR_ANSWER when there are errors.
 */
#ifndef FILTER_PROVE_H
#define FILTER_PROVE_H

#include "base/buf.h"
#include "filter/rule.h"

struct proof {
	size_t rules, examples, errors, warnings;
	double slowest;           /* seconds of one rule on one text */
	const struct rule *slow;  /* whose that is */
	double *seconds;          /* (set->n) slowest of each */
};

int prove(const struct ruleset *set, struct proof *proof, struct buf *out);
/*
 * Judge every pair of a file with and without keywords: an error, with the
 * text, for each rule whose keywords hide a match.
 */
int prove_keywords(const struct ruleset *set, const char *path,
		   struct proof *proof, struct buf *out);

void proof_free(struct proof *proof);

/* What an example is as a pair; texts are borrowed from it. */
struct pair;
void example_pair(const struct rule *rule, const struct example *example,
		  struct pair *pair);

#endif
