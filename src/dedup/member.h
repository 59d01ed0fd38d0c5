/*
 * member.h - the pairs that take part, ready to be compared
 *
 * Members are numbered by rank: who comes first stays.  A member's sets are
 * words laid out as in match.h.
 *
 *     members_init(&members, db, STAGE_DEDUP, &rule, memory);
 *     members_read(&members, par, 0);
 *     members_rank(&members, KEEP_FIRST);
 *     members_free(&members);
 *
 * Known members (earlier.h) come before those that are read; their words are
 * absent until members_load().
 *
 * Ownership  the members own their words and keys
 * Errors     ERR_NOMEM, ERR_DB; ERR_LIMIT for more than 2^32 - 2 pairs
 */
#ifndef DEDUP_MEMBER_H
#define DEDUP_MEMBER_H

#include "base/par.h"
#include "base/store.h"
#include "db/stage.h"
#include "dedup/match.h"

enum keep {
	KEEP_FIRST,   /* the lowest id */
	KEEP_LONGEST, /* the most text, then the lowest id */
	KEEP_BEST,    /* the highest quality (`score`), then the lowest id */
};

struct member {
	int64_t id;
	struct hash128 exact;
	uint64_t guard;
	double merit;      /* higher ranks before lower */
	uint64_t *word;    /* its sets; NULL: known, and not loaded */
	uint32_t *key;     /* (bands) that this run made, or NULL */
	uint32_t fields;   /* how many sets */
	uint32_t shingles; /* in all of them, before form_sort() */
	bool pinned;       /* a person said keep */
	bool known;        /* its keeper stands since an earlier run */
	bool keyed;        /* its keys are in the database */
};

struct members {
	struct member *at; /* (n) */
	size_t n, room;
	struct store store; /* words and keys */
	struct db *db;
	enum stage_rank rank; /* of the stage that they are for */
	const struct match_rule *rule;
	/* for members_load() */
	struct pair_batch batch;
	struct former former;
	uint64_t *scratch;
	size_t scratch_room;
};

void members_init(struct members *members, struct db *db,
		  enum stage_rank rank, const struct match_rule *rule,
		  uint64_t memory);

/* Add the pairs that the stage sees whose id is above `after`, in order. */
int members_read(struct members *members, struct par *par, int64_t after);

/* Make and sort the sets of a known member.  One thread at a time. */
int members_load(struct members *members, uint32_t m);

/* Put them into rank order. */
int members_rank(struct members *members, enum keep keep);
void members_free(struct members *members);

#endif
