/*
 * family.h - who stays, who falls to whom, and who hangs together
 *
 * In rank order a member falls if an earlier member that stays matches it; the
 * first such member is its keeper.  So no chain of look-alikes drops a member
 * that is unlike the one that stays.  A family is a connected component of the
 * matches; it may have several members that stay.
 *
 *     family_init(&family, n);
 *     family_exact(&family, &members, memory);
 *     family_near(&family, &members, &bucket, threshold);
 *     family_free(&family);
 *
 * Shapes     keeper, similarity (members); keeper[m] == m: stays
 * Errors     ERR_NOMEM, ERR_IO
 */
#ifndef DEDUP_FAMILY_H
#define DEDUP_FAMILY_H

#include "dedup/member.h"
#include "near/bucket.h"
#include "near/dsu.h"

struct family {
	uint32_t *keeper;
	float *similarity; /* to the keeper */
	uint32_t *first;   /* the first member with the same normal form */
	struct dsu dsu;
	size_t n;
};

int family_init(struct family *family, size_t n);

/*
 * Members of equal normal form stand behind their first.  A member that a
 * person keeps stands for itself.
 */
int family_exact(struct family *family, const struct members *members,
		 uint64_t memory);

/*
 * Compare firsts that share a bucket.  Their sets are sorted.  Copies follow
 * their first.  Known members have their keepers and families already.
 */
int family_near(struct family *family, struct members *members,
		const struct bucket *bucket, double threshold);
void family_free(struct family *family);

#endif
