/* bucket.c - members that share a key */
#include "near/bucket.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/vec.h"

struct shared {
	uint32_t member, bucket;
};

struct build {
	VEC(struct shared) shared;
	VEC(size_t) start;
	uint64_t key;    /* of the run that is being read */
	size_t run;      /* its members so far */
	uint32_t single; /* its first member */
};

int bucket_init(struct bucket *bucket, uint64_t budget)
{
	*bucket = (struct bucket){ 0 };
	return spill_init(&bucket->posting, 2, budget);
}

int bucket_put(struct bucket *bucket, uint64_t key, uint32_t member)
{
	return spill_put(&bucket->posting, (uint64_t[]){ key, member });
}

static int share(struct build *build, uint32_t member)
{
	struct shared shared = { member, (uint32_t)build->start.n - 1 };

	return vec_try_push(&build->shared, shared);
}

/* A key becomes a bucket when its second member comes. */
static int take(struct build *build, uint64_t key, uint32_t member)
{
	int rc = 0;

	if (!build->run || key != build->key) {
		build->key = key;
		build->run = 1;
		build->single = member;
		return 0;
	}
	if (build->run++ == 1 &&
	    ((rc = vec_try_push(&build->start, build->shared.n)) < 0 ||
	     (rc = share(build, build->single)) < 0))
		return rc;
	return share(build, member);
}

/* Counting sort by member: buckets of a member stay in order. */
static int by_member(struct bucket *bucket, const struct build *build)
{
	size_t *first = mem_try(bucket->members + 2, sizeof *first);

	bucket->first = first;
	bucket->of = mem_try(build->shared.n + 1, sizeof *bucket->of);
	if (!first || !bucket->of)
		return ERR_NOMEM;
	for (size_t i = 0; i < build->shared.n; i++)
		first[build->shared.at[i].member + 2]++;
	for (size_t m = 2; m < bucket->members + 2; m++)
		first[m] += first[m - 1];
	for (size_t i = 0; i < build->shared.n; i++) {
		const struct shared *s = &build->shared.at[i];

		bucket->of[first[s->member + 1]++] = s->bucket;
	}
	return 0;
}

int bucket_build(struct bucket *bucket, size_t members)
{
	struct build build = { 0 };
	uint64_t record[2];
	int rc = spill_sort(&bucket->posting);

	bucket->members = members;
	while (rc == 0 && (rc = spill_next(&bucket->posting, record)) > 0)
		rc = take(&build, record[0], (uint32_t)record[1]);
	spill_free(&bucket->posting);
	if (rc == 0)
		rc = vec_try_push(&build.start, build.shared.n);
	if (rc == 0)
		rc = by_member(bucket, &build);
	bucket->start = build.start.at;
	bucket->buckets = build.start.n ? build.start.n - 1 : 0;
	vec_free(&build.shared);
	return rc;
}

void bucket_free(struct bucket *bucket)
{
	spill_free(&bucket->posting);
	free(bucket->first);
	free(bucket->of);
	free(bucket->start);
	*bucket = (struct bucket){ 0 };
}
