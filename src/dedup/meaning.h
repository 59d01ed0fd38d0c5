/*
 * meaning.h - which pairs ask the same in other words, by their vectors
 *
 * Members are compared when all that a vector cannot be trusted with is equal:
 * their guards (MATCH_MEANING).  Every two vectors of one guard are, so that
 * nothing at or above the threshold is missed.
 *
 *     rc = meaning_read(&meaning, db, model, STAGE_SEMANTIC);
 *     rc = meaning_compare(&meaning, &members, cosine, par, found, &job);
 *     meaning_free(&meaning);
 *
 * found() gets two numbers of members in rank order: when it gets (a, b), a < b,
 * it has got all (z, a).  The cosine may be less than wanted by a rounding:
 * meaning_cosine() is exact.
 *
 * Vectors    of instructions, or else of whole pairs; members without one and
 *            conversations take no part
 * Memory     4 C bytes a vector, and again for the largest guard
 * Errors     ERR_ABSENT: no vectors (the message says how to make them),
 *            ERR_DB, ERR_NOMEM, or what found() returns below 0
 */
#ifndef DEDUP_MEANING_H
#define DEDUP_MEANING_H

#include "db/vectors.h"
#include "dedup/member.h"

typedef int meaning_found(void *context, uint32_t a, uint32_t b);

struct meaning {
	struct vectors vectors;
	struct meant {
		uint64_t guard;
		uint32_t member, vector;
	} *one;              /* (n) by guard, then rank */
	uint32_t *vector;    /* (members) its number, or vectors.n */
	size_t n;            /* members with a vector */
	/* while comparing */
	double least;
	const struct meant *group;
	meaning_found *found;
	void *context;
};

int meaning_read(struct meaning *meaning, struct db *db, const char *model,
		 enum stage_rank rank);
int meaning_compare(struct meaning *meaning, const struct members *members,
		    double least, struct par *par, meaning_found *found,
		    void *context);
double meaning_cosine(const struct meaning *meaning, uint32_t a, uint32_t b);
void meaning_free(struct meaning *meaning);

#endif
