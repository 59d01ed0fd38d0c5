/*
 * judge.h - what people decided, from a CSV file into `verdict`
 *
 * The first row names the columns: `id` and `verdict` must be there, `note` may
 * be, others do not matter, so the file of `itdata sample --csv` comes back as
 * it is.  A verdict is keep, drop, or none, which takes an earlier one back; an
 * empty one leaves the pair as it was.
 *
 *     rc = judge_file(&db, &run, "read.csv", "mika", &judged);
 *
 * Everything or nothing: a row that is wrong is named by its line, and the
 * database is as it was before.
 *
 * Errors     ERR_FORMAT (a wrong row), ERR_IO, ERR_DB
 */
#ifndef STATS_JUDGE_H
#define STATS_JUDGE_H

#include "base/buf.h"
#include "db/run.h"

struct judged {
	uint64_t rows, keep, drop, none, empty;
	uint64_t stale; /* pairs that fell for one that is dropped today */
};

int judge_file(struct db *db, struct run *run, const char *path,
	       const char *author, struct judged *judged);

/* As --json prints it and `run` keeps it. */
void judged_json(const struct judged *judged, double seconds,
		 struct buf *out);

#endif
