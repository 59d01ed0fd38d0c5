/*
 * earlier.h - what an earlier run found, so that only new pairs are compared
 *
 * A run of MinHash leaves a row in `signature` for every pair that it saw.  When
 * the next run has the same options, sees the same pairs, and the only new ones
 * have higher ids, then nothing between the old pairs can have changed: they
 * rank before all new ones, so their keepers and families stand.  Old members
 * are then read from `signature`, without their text, which is read only for
 * those that become candidates of a new one.  In every other case the run starts
 * from scratch; the result is the same.
 *
 *     rc = earlier_find(&earlier, db, options, seed);
 *     rc = earlier_members(&earlier, &members);       the first members
 *     ... members_read() adds those with ids above earlier.last
 *     rc = earlier_families(&earlier, &members, &family);
 *     rc = earlier_keys(&earlier, &members, each, context);
 *     rc = earlier_save(&earlier, &members);          inside the transaction
 *     earlier_free(&earlier);
 *
 * Errors     ERR_DB, ERR_NOMEM
 */
#ifndef DEDUP_EARLIER_H
#define DEDUP_EARLIER_H

#include "dedup/dedup.h"
#include "dedup/family.h"

struct earlier {
	struct db *db;
	struct buf recipe; /* all that a signature depends on */
	uint32_t bands;    /* keys of a member; 0: nothing is remembered */
	int64_t last;      /* highest id that is known; 0: start from scratch */
	size_t n;          /* members that are known */
	struct link {
		uint32_t keeper, root;
		float similarity;
	} *link; /* (n) */
};

int earlier_find(struct earlier *earlier, struct db *db,
		 const struct dedup_options *options, uint64_t seed);
void earlier_free(struct earlier *earlier);

/*
 * Keepers and families of members, by the method and rule of the options
 * (dedup.c); an empty `earlier` compares all with all.
 */
int dedup_find(struct family *family, struct members *members,
	       struct par *par, const struct dedup_options *options,
	       const struct earlier *earlier, uint64_t seed);

int earlier_members(struct earlier *earlier, struct members *members);
void earlier_families(const struct earlier *earlier, struct family *family);

/* Call each() for every known member that has keys; an error ends it. */
int earlier_keys(const struct earlier *earlier, const struct members *members,
		 int (*each)(void *context, uint32_t member,
			     const uint32_t *key),
		 void *context);

/* Write the rows of members that are new or have new keys. */
int earlier_save(const struct earlier *earlier, const struct members *members);

#endif
