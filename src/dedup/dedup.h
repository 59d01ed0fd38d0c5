/*
 * dedup.h - pairs that repeat others, found and recorded
 *
 * Members with the same guard (match.h) are compared when they share a key:
 * a band of their MinHash signatures, or a shingle of their prefixes.  Every
 * candidate is verified by exact Jaccard similarity against the member that
 * stays, so keys decide what is looked at, never what falls.
 *
 *     rc = dedup_run(db, par, run, &options, &summary);
 *
 * Writes `decision`, `duplicate`, `cluster` and `signature` rows in one
 * transaction.  When only pairs of higher ids came since the last run, only
 * these are compared (earlier.h); the result is that of a run from scratch.
 *
 * Errors     ERR_USAGE, ERR_DB, ERR_NOMEM, ERR_IO; the database is as before
 */
#ifndef DEDUP_DEDUP_H
#define DEDUP_DEDUP_H

#include "db/run.h"
#include "db/stage.h"
#include "dedup/member.h"

enum dedup_method {
	DEDUP_EXACT,   /* equal normal forms */
	DEDUP_MINHASH, /* and near ones, missing at most 1 in 10,000 */
	DEDUP_JOIN,    /* and near ones, missing none */
};

struct dedup_options {
	enum dedup_method method;
	enum keep keep;
	struct match_rule rule;
	uint64_t memory; /* bytes for sets and keys, beyond them TMPDIR */
	const char *name; /* of the stage */
	bool replace;
};

struct dedup_summary {
	uint64_t pairs, exact, near, clusters, kept;
	uint64_t known; /* pairs whose keepers stand since an earlier run */
	double recall; /* at the threshold */
};

int dedup_run(struct db *db, struct par *par, struct run *run,
	      const struct dedup_options *options,
	      struct dedup_summary *summary);

/* The summary as JSON, as --json prints it and `run` keeps it. */
void dedup_json(const struct dedup_summary *summary,
		const struct dedup_options *options, double seconds,
		struct buf *out);

#endif
