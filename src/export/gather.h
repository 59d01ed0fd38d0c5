/*
 * gather.h - the pairs that can be exported, read once
 *
 * One pass over the database, in parallel: each kept pair becomes its line,
 * the line of its origin (meta/), the group it is balanced in and, when there
 * are splits, the keys that hold it together with others.  Lines stay in a
 * store, beyond the budget on disk; a row is about a hundred bytes.
 *
 *     rc = gather(&set, db, par, &options);
 *     for (size_t i = 0; i < set.rows; i++)
 *         use(&set.row[i]);
 *     set_free(&set);
 *
 * Ownership  a set owns everything in it
 * Errors     ERR_DB, ERR_NOMEM, ERR_IO (TMPDIR is full), ERR_USAGE: a group of a
 *            measure that is not there
 */
#ifndef EXPORT_GATHER_H
#define EXPORT_GATHER_H

#include "base/map.h"
#include "base/par.h"
#include "base/store.h"
#include "base/vec.h"
#include "export/group.h"
#include "export/meta.h"
#include "export/row.h"

struct row {
	int64_t id;
	uint64_t order;    /* by chance, from the seed and the text alone */
	const char *text;  /* the line (row.h), then doubles: its measures */
	int64_t record;    /* in its source */
	uint32_t text_n;
	uint32_t tokens, trained; /* 0 without a tokenizer */
	uint32_t source;   /* number in the set, as are: */
	uint32_t lang, category, group;
	uint32_t split;    /* number in the options */
	unsigned marks;
	uint64_t opening;  /* cap.h */
};

/* What holds a row together with others. */
struct kin {
	uint64_t prompt, document; /* keys.h */
	const uint64_t *shingle;   /* (shingles) */
	uint32_t shingles;
	int64_t cluster;   /* 0: none */
};

enum mark { MARK_REFUSAL = 1, MARK_MORALISING = 2 }; /* findings */

struct skip {
	int64_t id;
	const char *why;
};

struct set {
	struct row *row; /* (rows) in order of id */
	struct kin *kin; /* (rows), NULL when it was not asked for */
	size_t rows, room, kin_room;
	struct map group; /* labels, in order of first sight */
	struct words lang, category;
	VEC(struct str) source; /* as in words.json, with the licence */
	VEC(struct str) metric; /* names of the measures */
	struct arena arena;
	VEC(struct skip) skip; /* left out */
	VEC(int64_t) cut;      /* rows that lost their end */
	struct store store;
	struct hash128 digest; /* of all pairs, whatever their order */
	char **license;        /* (licenses) of what is exported, sorted */
	size_t licenses;
	uint64_t redacted;     /* spans */
};

struct gather_options {
	struct row_style style;
	struct grouping *grouping; /* measures are looked up in it */
	const char *licenses;      /* "a,b" allowed ones; NULL: all */
	bool redact;               /* what pii rules found */
	bool capped;               /* fill in opening and marks */
	bool keyed;                /* fill in kin */
	uint64_t seed, memory;
};

int gather(struct set *set, struct db *db, struct par *par,
	   const struct gather_options *options);
void set_free(struct set *set);

#endif
