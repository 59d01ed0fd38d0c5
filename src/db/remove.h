/*
 * remove.h - erase pairs for good: a takedown
 *
 * The pairs go from every table, with all that was said about them; the pages
 * they stood on are overwritten (secure_delete), the log is folded into the
 * file and cut, the file is rewritten (VACUUM), and the index of search is
 * deleted.  What stays of a pair is the digest of its text in `removed`, by
 * which ingest refuses it for ever.
 *
 * Pairs that fell for one of them are kept again, until dedup runs again.
 *
 *     struct removal removal = { .source = "name" };  or {0} and
 *     rc = removal_ids(&removal, "17,20-30");
 *     rc = remove_pairs(&db, &run, &removal, &removed);
 *     removal_free(&removal);
 *
 * Errors     ERR_USAGE: no such source (the message names those there are) or
 *            pair; the database is as before.  ERR_BUSY after the pairs are
 *            gone: another process reads the file, so it was not rewritten
 */
#ifndef DB_REMOVE_H
#define DB_REMOVE_H

#include "base/buf.h"
#include "base/vec.h"
#include "db/run.h"

struct removal_range {
	int64_t from, to;
};

struct removal {
	const char *source; /* name, path or SHA-256; NULL: by ids */
	VEC(struct removal_range) range;
};

struct removed {
	int64_t pairs, sources;
	int64_t again; /* pairs that had fallen for one of them */
};

/* "17,20-30", or "@FILE" with such ids, apart by commas or white space. */
int removal_ids(struct removal *removal, const char *text);
void removal_free(struct removal *removal);

int remove_pairs(struct db *db, struct run *run, const struct removal *removal,
		 struct removed *removed);

/* As --json prints it and `run` keeps it. */
void removed_json(const struct removed *removed, double seconds,
		  struct buf *out);

#endif
