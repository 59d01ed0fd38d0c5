/* leak.c - rows that are alike: kept together, or found in two splits */
#include "export/leak.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/log.h"
#include "near/bucket.h"
#include "near/join.h"
#include "near/lsh.h"
#include "near/minhash.h"
#include "near/set.h"

enum { CROWD = 1000 }; /* rows that share a band and are still compared */

static double similarity(const struct set *set, uint32_t a, uint32_t b,
			 double threshold)
{
	const struct kin *left = &set->kin[a], *right = &set->kin[b];

	return set_similarity(left->shingle, left->shingles, right->shingle,
			      right->shingles, threshold);
}

/* -- joining -- */

struct signing {
	const struct set *set;
	struct minhash mh;
	struct lsh_plan plan;
	struct bucket bucket;
	uint32_t next;
};

enum { STRIDE = 256 }; /* rows signed as one item */

struct signed_rows {
	uint32_t first, n;
	uint32_t *sig;
	uint64_t *key; /* (n, bands) */
};

static int read_rows(void *context, void *item)
{
	struct signing *s = context;
	struct signed_rows *rows = item;
	size_t left = s->set->rows - s->next;

	rows->first = s->next;
	rows->n = left < STRIDE ? (uint32_t)left : STRIDE;
	s->next += rows->n;
	return rows->n > 0;
}

static int sign_rows(void *context, void *item)
{
	struct signing *s = context;
	struct signed_rows *rows = item;

	for (uint32_t i = 0; i < rows->n; i++) {
		const struct kin *kin = &s->set->kin[rows->first + i];

		minhash_sign(&s->mh, kin->shingle, kin->shingles, rows->sig);
		lsh_keys(&s->plan, rows->sig, 0,
			 rows->key + (size_t)i * s->plan.bands);
	}
	return 0;
}

static int put_rows(void *context, void *item)
{
	struct signing *s = context;
	const struct signed_rows *rows = item;
	int rc = 0;

	for (uint32_t i = 0; i < rows->n; i++)
		for (uint32_t b = 0; rc == 0 && b < s->plan.bands; b++)
			rc = bucket_put(&s->bucket,
					rows->key[(size_t)i * s->plan.bands +
						  b],
					rows->first + i);
	return rc;
}

static int sign_all(struct signing *s, struct par *par)
{
	size_t slots = par_slots(par);
	struct signed_rows *item = mem_array(slots, sizeof *item);
	struct par_map map = {
		.read = read_rows,
		.work = sign_rows,
		.write = put_rows,
		.item = item,
		.item_size = sizeof *item,
		.items = slots,
		.context = s,
	};
	int rc;

	for (size_t i = 0; i < slots; i++) {
		item[i].sig = mem_array(s->mh.k, sizeof *item[i].sig);
		item[i].key = mem_array((size_t)STRIDE * s->plan.bands,
					sizeof *item[i].key);
	}
	rc = par_map(par, &map);
	for (size_t i = 0; i < slots; i++) {
		free(item[i].sig);
		free(item[i].key);
	}
	free(item);
	return rc;
}

/*
 * Rows of each bucket so far: of bucket b, seen[start[b] ..] and count[b] of
 * them.
 */
struct crowd {
	uint32_t *seen, *count;
};

static int crowd_init(struct crowd *crowd, const struct bucket *bucket)
{
	crowd->seen = mem_try(bucket->start[bucket->buckets],
			      sizeof *crowd->seen);
	crowd->count = mem_try(bucket->buckets, sizeof *crowd->count);
	return crowd->seen && crowd->count ? 0 : ERR_NOMEM;
}

static void crowd_free(struct crowd *crowd)
{
	free(crowd->seen);
	free(crowd->count);
}

static void join_in(const struct set *set, struct dsu *dsu, uint32_t row,
		    const uint32_t *seen, uint32_t n, double threshold)
{
	if (n > CROWD)
		dsu_join(dsu, seen[n - 1], row);
	for (uint32_t i = 0; i < n && n <= CROWD; i++)
		if (dsu_find(dsu, seen[i]) != dsu_find(dsu, row) &&
		    similarity(set, seen[i], row, threshold) >= 0)
			dsu_join(dsu, seen[i], row);
}

static int join_alike(const struct set *set, struct dsu *dsu,
		      const struct bucket *bucket, double threshold)
{
	struct crowd crowd;
	struct progress progress;
	int rc = crowd_init(&crowd, bucket);

	progress_start(&progress, "comparing", "rows", set->rows);
	for (uint32_t row = 0; rc == 0 && row < set->rows; row++) {
		for (size_t i = bucket->first[row]; i < bucket->first[row + 1];
		     i++) {
			uint32_t b = bucket->of[i];
			uint32_t *seen = crowd.seen + bucket->start[b];

			join_in(set, dsu, row, seen, crowd.count[b],
				threshold);
			seen[crowd.count[b]++] = row;
		}
		progress_set(&progress, row);
	}
	progress_end(&progress);
	crowd_free(&crowd);
	return rc;
}

int leak_join(const struct set *set, struct dsu *dsu, struct par *par,
	      double threshold, uint64_t memory)
{
	struct signing s = { .set = set };
	int rc;

	if ((rc = lsh_plan(threshold, &s.plan)) < 0)
		return rc;
	minhash_init(&s.mh, s.plan.bands * s.plan.rows, 1);
	if ((rc = bucket_init(&s.bucket, memory)) == 0 &&
	    (rc = sign_all(&s, par)) == 0 &&
	    (rc = bucket_build(&s.bucket, set->rows)) == 0)
		rc = join_alike(set, dsu, &s.bucket, threshold);
	bucket_free(&s.bucket);
	minhash_free(&s.mh);
	return rc;
}

/* -- looking again -- */

static int put_prefixes(const struct set *set, struct bucket *bucket,
			const struct join *join, double threshold)
{
	uint64_t *prefix = NULL;
	size_t room = 0;
	int rc = 0;

	for (uint32_t i = 0; rc == 0 && i < set->rows; i++) {
		const struct kin *kin = &set->kin[i];
		size_t n;

		mem_grow(&prefix, &room, kin->shingles, sizeof *prefix);
		n = join_prefix(join, threshold, kin->shingle, kin->shingles,
				prefix);
		for (size_t k = 0; rc == 0 && k < n; k++)
			rc = bucket_put(bucket, prefix[k], i);
	}
	free(prefix);
	return rc;
}

/* Each pair of rows is looked at once, whatever the buckets they share. */
static int count_alike(const struct set *set, const struct bucket *bucket,
		       double threshold, struct leaks *found)
{
	struct crowd crowd;
	uint32_t *met = mem_try(set->rows, sizeof *met);
	int rc = crowd_init(&crowd, bucket);

	rc = met ? rc : ERR_NOMEM;
	for (uint32_t row = 0; rc == 0 && row < set->rows; row++)
		for (size_t i = bucket->first[row]; i < bucket->first[row + 1];
		     i++) {
			uint32_t b = bucket->of[i];
			uint32_t *seen = crowd.seen + bucket->start[b];

			for (uint32_t k = 0; k < crowd.count[b]; k++) {
				uint32_t other = seen[k];

				if (met[other] == row + 1 ||
				    set->row[other].split ==
					    set->row[row].split)
					continue;
				met[other] = row + 1;
				if (similarity(set, other, row, threshold) < 0)
					continue;
				found->pairs++;
				found->first = set->row[other].id;
				found->second = set->row[row].id;
			}
			seen[crowd.count[b]++] = row;
		}
	crowd_free(&crowd);
	free(met);
	return rc;
}

int leak_count(const struct set *set, double threshold, uint64_t memory,
	       struct leaks *found)
{
	struct join join;
	struct bucket bucket = { 0 };
	int rc;

	*found = (struct leaks){ 0 };
	if ((rc = join_init(&join)) < 0)
		return rc;
	for (size_t i = 0; i < set->rows; i++)
		join_sample(&join, set->kin[i].shingle, set->kin[i].shingles);
	if ((rc = bucket_init(&bucket, memory)) == 0 &&
	    (rc = put_prefixes(set, &bucket, &join, threshold)) == 0 &&
	    (rc = bucket_build(&bucket, set->rows)) == 0)
		rc = count_alike(set, &bucket, threshold, found);
	bucket_free(&bucket);
	join_free(&join);
	return rc;
}
