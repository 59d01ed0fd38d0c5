/*
 * decontaminate.h - pairs that contain items of benchmarks, found and recorded
 *
 * An item is in a pair when at least `threshold` of its runs of n units (or,
 * with `cover`, of its units, counted as covered by such runs) stand in the
 * pair's fields, and at least one; a short item when a field equals it.  The
 * decision names the item of the largest share, a finding each item and where
 * it stands.
 *
 * Errors     ERR_FORMAT, ERR_IO (a benchmark cannot be read), ERR_USAGE (the
 *            stage was run on other benchmarks); the database is as before
 */
#ifndef DEDUP_DECONTAMINATE_H
#define DEDUP_DECONTAMINATE_H

#include "base/par.h"
#include "db/run.h"
#include "db/stage.h"
#include "dedup/item.h"

struct decontaminate_options {
	const char **path; /* (paths) of benchmarks */
	size_t paths;
	const char *field; /* key of the question, NULL: the usual ones */
	uint32_t words, characters; /* n */
	double threshold;
	bool cover;
	const char *name;
	bool replace;
};

struct benchmark_summary {
	uint64_t items, found;
};

struct decontaminate_summary {
	uint64_t pairs, contaminated, items; /* items that were found */
	struct benchmark_summary *benchmark; /* (paths) */
};

/* The caller frees summary->benchmark with free(). */
int decontaminate_run(struct db *db, struct par *par, struct run *run,
		      const struct decontaminate_options *options,
		      struct decontaminate_summary *summary);

void decontaminate_json(const struct decontaminate_summary *summary,
			const struct decontaminate_options *options,
			double seconds, struct buf *out);

#endif
