/*
 * bucket.h - members that share a key
 *
 * Keys come in as (key, member), any number a member.  What comes out is, for
 * each member, the buckets it shares with somebody; keys of one member only are
 * gone.
 *
 *     bucket_init(&bucket, budget);
 *     bucket_put(&bucket, key, member);
 *     bucket_build(&bucket, members);
 *     for (size_t i = bucket.first[m]; i < bucket.first[m + 1]; i++)
 *         use(bucket.of[i]);
 *     bucket_free(&bucket);
 *
 * Buckets are numbered in order of their keys, so results do not depend on the
 * budget, beyond which keys are sorted on disk (spill.h).
 *
 * Errors     ERR_NOMEM, ERR_IO
 */
#ifndef NEAR_BUCKET_H
#define NEAR_BUCKET_H

#include "base/spill.h"

struct bucket {
	struct spill posting; /* (key, member) */
	size_t *first;        /* (members + 1) into of */
	uint32_t *of;         /* buckets of each member, ascending */
	size_t *start;        /* (buckets + 1) sums of sizes: room for members */
	size_t members, buckets;
};

int bucket_init(struct bucket *bucket, uint64_t budget);
int bucket_put(struct bucket *bucket, uint64_t key, uint32_t member);
int bucket_build(struct bucket *bucket, size_t members);
void bucket_free(struct bucket *bucket);

#endif
