/*
 * filter.h - the stage: what rules say of every pair, and what falls for it
 *
 * Every pair is judged, whatever other stages decided.  What rules found is
 * kept as findings; a pair falls when a rule that drops has hit, or when it
 * meets a condition of --drop-if, unless it meets one of --keep-if.
 *
 *     rc = filter_run(&db, par, &run, &options, &summary);
 *     filter_json(&summary, seconds, &out);
 *     filter_summary_free(&summary);
 *
 * Memory     a few batches of pairs, and FILTER_MEMORY for what was found;
 *            beyond it, TMPDIR
 * Errors     those of ruleset_load(), condition_open() and stage_open(); the
 *            database is then as it was
 */
#ifndef FILTER_FILTER_H
#define FILTER_FILTER_H

#include "base/buf.h"
#include "base/par.h"
#include "db/run.h"
#include "filter/rule.h"

#define FILTER_MEMORY (UINT64_C(256) << 20)

struct names {
	const char *const *at;
	size_t n;
};

struct filter_options {
	struct names rules;   /* packs or files; none: all shipped */
	struct names drop;    /* categories or rules */
	struct names enable, disable; /* the same */
	struct names drop_if, keep_if;
	const char *name;
	bool replace;
};

struct filter_summary {
	struct ruleset set;
	uint64_t pairs, flagged, dropped, spared, findings, errors;
	uint64_t strong;      /* ambiguity >= 0.8 */
	double ambiguity;     /* mean */
	uint64_t asked[ASK_KINDS][VERDICTS]; /* constraints */
	uint64_t *by_rule;    /* (set.n) pairs */
	struct map category;
	uint64_t *by_category; /* (category.n) pairs */
	struct map reason;
	uint64_t *by_reason;  /* pairs that fell */
	size_t reason_room;
};

int filter_run(struct db *db, struct par *par, struct run *run,
	       const struct filter_options *options,
	       struct filter_summary *summary);

/* The keys of itdata-filter(1), one object. */
void filter_json(const struct filter_summary *summary, double seconds,
		 struct buf *out);
void filter_summary_free(struct filter_summary *summary);

/*
 * Set chosen[r] to value for every rule whose id or category is one of the
 * names.  ERR_USAGE: there is no such rule.
 */
int ruleset_choose(const struct ruleset *set, const char *what,
		   struct names names, bool value, bool *chosen);

#endif
