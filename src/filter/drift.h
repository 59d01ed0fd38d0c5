/*
 * drift.h - one term in several spellings over a data set
 *
 * A table of terms has one a line, its spellings parted by blanks (or in double
 * quotes), the preferred one first; # starts a comment:
 *
 *     サーバー サーバ
 *     email e-mail "e mail"
 *
 * Every pair's text is searched for all of them in one pass.  At one place the
 * longest spelling counts, and a spelling in Latin letters or Katakana is not
 * part of a longer word.
 *
 *     rc = drift_load(&drift, paths, n);          none: the shipped tables
 *     rc = drift_search(&drift, &db, par);
 *     drift_text(&drift, &out);
 *     drift_free(&drift);
 *
 * Errors     ERR_FORMAT with file and line: fewer than two spellings, or one
 *            that another term has
 */
#ifndef FILTER_DRIFT_H
#define FILTER_DRIFT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/par.h"
#include "base/vec.h"
#include "db/db.h"
#include "text/keyword.h"

struct spelling {
	struct str text;
	uint32_t term;
	uint64_t uses, pairs; /* found, and in how many pairs */
	int64_t first;        /* pair that has it, 0: none */
};

struct term {
	uint32_t from, to; /* spellings, the preferred one first */
};

struct drift {
	VEC(struct spelling) spelling;
	VEC(struct term) term;
	struct keywords keywords; /* owners are terms */
	struct arena arena;
	uint64_t pairs;
};

int drift_load(struct drift *drift, const char *const *path, size_t n);
int drift_search(struct drift *drift, struct db *db, struct par *par);

/* Terms of which more than one spelling is used, the most divided first. */
void drift_text(const struct drift *drift, struct buf *out);
void drift_json(const struct drift *drift, struct buf *out);
void drift_free(struct drift *drift);

#endif
