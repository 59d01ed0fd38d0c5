/*
 * member.h - the pairs that take part, ready to be compared
 *
 * Members are numbered by rank: who comes first stays.  A member's sets are
 * words laid out as in match.h.
 *
 *     members_read(&members, db, par, &rule, memory);
 *     members_rank(&members, db, KEEP_FIRST);
 *     members_free(&members);
 *
 * Ownership  the members own their words
 * Errors     ERR_NOMEM, ERR_DB; ERR_LIMIT for more than 2^32 - 2 pairs
 */
#ifndef DEDUP_MEMBER_H
#define DEDUP_MEMBER_H

#include "base/par.h"
#include "base/store.h"
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
	uint64_t *word;    /* its sets */
	uint32_t fields;   /* how many sets */
	uint32_t shingles; /* in all of them, before form_sort() */
	bool pinned;       /* a person said keep */
};

struct members {
	struct member *at; /* (n) */
	size_t n, room;
	struct store store; /* words */
};

/* Pairs that the stage sees, in order of id. */
int members_read(struct members *members, struct db *db, struct par *par,
		 const struct match_rule *rule, uint64_t memory);

/* Put them into rank order. */
int members_rank(struct members *members, struct db *db, enum keep keep);
void members_free(struct members *members);

#endif
