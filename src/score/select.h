/*
 * select.h - the stage `select`: the pairs that teach most, of a given number
 *
 *   facility  each pair is served by the most alike of the chosen; choose so that
 *             the sum of these cosines is largest.  Greedy reaches at least
 *             1 - 1/e of the best there is; it works on the graph of nearest
 *             neighbours, where pairs that are no neighbours count 0.
 *   kcenter   always the pair that is farthest from all chosen: no pair is then
 *             farther from them than twice the least possible.
 *   score-diverse  by a measure, best first, but only what is less alike than
 *             `alike` to everything chosen.
 *   top       by a measure, best first; equal ones as `random`.
 *   random    by a number drawn for each pair.
 *
 * Every method puts the pairs in one order and takes its front, so a smaller
 * selection is part of a larger one.  Pairs that a person keeps, and those of
 * `must`, come first.  Quotas limit how many of a language or category are
 * taken.
 *
 * Source     Nemhauser, Wolsey, Fisher 1978 and Minoux 1978 (lazy greedy);
 *            Gonzalez 1985 (k-center); Liu et al., "What Makes Good Data for
 *            Alignment?" (DEITA), arXiv 2312.15685
 * Errors     ERR_ABSENT (no vectors, no such measure yet), ERR_USAGE, ERR_DB,
 *            ERR_NOMEM
 */
#ifndef SCORE_SELECT_H
#define SCORE_SELECT_H

#include "base/par.h"
#include "db/vectors.h"

enum select_method {
	SELECT_FACILITY,
	SELECT_KCENTER,
	SELECT_DIVERSE,
	SELECT_TOP,
	SELECT_RANDOM,
};

/* At most `most` pairs of a language or category. */
struct select_quota {
	const char *value;
	bool category;
	uint64_t most;
};

struct select_options {
	enum select_method method;
	struct vector_choice choice;
	uint64_t count, tokens; /* 0: no limit; one of them is given */
	const char *by;         /* a measure of a pair */
	double alike;
	const int64_t *must; /* (musts) ids */
	size_t musts;
	const struct select_quota *quota; /* (quotas) */
	size_t quotas;
	const char *name; /* of the stage */
	bool replace;
};

struct select_summary {
	uint64_t pairs, kept, tokens;
	double value; /* of what the method improves, NAN: nothing */
};

int select_run(struct db *db, struct par *par, struct run *run,
	       const struct select_options *options,
	       struct select_summary *summary);
void select_json(const struct select_summary *summary,
		 const struct select_options *options, double seconds,
		 struct buf *out);
const char *select_method_name(enum select_method method);

#endif
