/*
 * judge.h - all rules of a set on one pair
 *
 * One pass over each field finds the keywords of all rules; only rules of
 * which one was seen try their patterns, in the order of the set.  What a rule
 * needs besides (language, input, length) is looked at before any pattern.
 *
 *     judge_init(&judge, &set);
 *     judge_pair(&judge, &pair);
 *     for (size_t i = 0; i < judge.hits.n; i++)
 *         use(&judge.hits.at[i]);
 *     judge_free(&judge);
 *
 * A field of more than JUDGE_WINDOW bytes is looked at in pieces that overlap,
 * so the time grows with the length only.  A pattern that runs into its limits
 * makes a hit with `failed` set, never none.
 *
 * Threads    each thread has its judge; they share the set
 */
#ifndef FILTER_JUDGE_H
#define FILTER_JUDGE_H

#include "filter/view.h"

enum {
	JUDGE_WINDOW = 64 << 10, /* bytes */
	JUDGE_OVERLAP = 4 << 10,
	JUDGE_MOST = 1000,       /* hits of one rule in one field */
};

struct hit {
	uint32_t rule;   /* number in the set; set->n: the text is no UTF-8 */
	uint32_t turn;   /* message of a conversation, else 0 */
	enum field field;
	bool failed;     /* the rule gave up on this text */
	enum constraint_kind kind; /* what is violated; else ASK_KINDS */
	uint64_t start, length; /* characters */
};

struct judge {
	const struct ruleset *set;
	const bool *on;       /* (set->n) rules that run */
	struct pattern_room room;
	struct view view;
	bool blind;           /* try every rule, whatever keywords say */
	uint64_t *seen;       /* (words) rules worth trying on a field */
	bool *scored;         /* (set->n) */
	double *seconds;      /* (set->n) spent by each; NULL: not measured */
	VEC(struct hit) hits; /* of the last pair, by part, then rule */
	uint64_t asked[ASK_KINDS][VERDICTS]; /* constraints, of all pairs */
	double ambiguity;     /* of the last pair: 1 - product of (1 - weight) */
};

/* on: which rules run; NULL: those that are on by default. */
void judge_init(struct judge *judge, const struct ruleset *set,
		const bool *on);
void judge_pair(struct judge *judge, const struct pair *pair);
void judge_free(struct judge *judge);

#endif
