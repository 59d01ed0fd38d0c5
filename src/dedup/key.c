/* key.c - which members are worth comparing */
#include "dedup/key.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/log.h"
#include "base/vec.h"
#include "near/join.h"
#include "near/lsh.h"
#include "near/minhash.h"

enum {
	CHUNK = 1024,          /* members a piece of work */
	SAMPLE = 4 * 1000 * 1000, /* shingles, for the order of prefixes */
	FRESH = 1 << 27,       /* bits: a key that is not there passes rarely */
};

struct keying {
	struct bucket *bucket;
	struct members *members;
	bool remembered; /* keys go into the database */
	uint64_t *fresh; /* bits: keys of members signed in this run */
	uint8_t *shared; /* (members) another member has this guard */
	bool join;
	double threshold;
	struct minhash minhash;
	struct lsh_plan plan;
	struct join prefix;
	size_t next;
	struct progress progress;
};

/* -- guards -- */

/* Mark members whose guard another first has as well. */
static int find_shared(struct keying *k, const uint32_t *first,
		       uint64_t memory)
{
	struct spill spill;
	uint64_t record[2], last[2] = { 0 };
	bool any = false;
	int rc = spill_init(&spill, 2, memory);

	for (size_t m = 0; rc == 0 && m < k->members->n; m++)
		if (first[m] == m)
			rc = spill_put(&spill, (uint64_t[]){
						       k->members->at[m].guard,
						       m });
	if (rc == 0)
		rc = spill_sort(&spill);
	while (rc == 0 && (rc = spill_next(&spill, record)) > 0) {
		rc = 0;
		if (any && record[0] == last[0])
			k->shared[last[1]] = k->shared[record[1]] = 1;
		any = true;
		last[0] = record[0];
		last[1] = record[1];
	}
	spill_free(&spill);
	return rc;
}

/* -- keys of a chunk of members -- */

struct chunk {
	size_t from, to;
	uint64_t *key;     /* of all members, one after the other */
	uint32_t *count;   /* (CHUNK) keys of each */
	uint64_t *scratch; /* for sorting a member's sets */
	size_t keys, room, scratch_room;
	uint32_t *sig;
};

/* A known member that had no twin by its guard then, and has one now. */
static bool needs_words(const struct keying *k, size_t m)
{
	const struct member *member = &k->members->at[m];

	return k->shared[m] && member->known && !member->keyed &&
	       member->fields && !member->word;
}

static int read_chunk(void *context, void *item)
{
	struct keying *k = context;
	struct chunk *chunk = item;
	int rc;

	if (k->next == k->members->n)
		return 0;
	chunk->from = k->next;
	chunk->to = chunk->from + CHUNK;
	if (chunk->to > k->members->n)
		chunk->to = k->members->n;
	for (size_t m = chunk->from; m < chunk->to; m++)
		if (needs_words(k, m) &&
		    (rc = members_load(k->members, (uint32_t)m)) < 0)
			return rc;
	k->next = chunk->to;
	return 1;
}

static uint64_t *room_for(struct chunk *chunk, size_t keys)
{
	mem_grow(&chunk->key, &chunk->room, chunk->keys + keys,
		 sizeof *chunk->key);
	return chunk->key + chunk->keys;
}

static size_t set_size(const struct member *member)
{
	size_t n = 0;

	for (uint32_t f = 0; f < member->fields; f++)
		n += (size_t)member->word[f];
	return n;
}

/* The database keeps 32 bits of a key; those of different bands stay apart. */
static uint64_t band_key(uint32_t band, uint32_t key)
{
	return (uint64_t)band << 32 | key;
}

static void sign(const struct keying *k, struct chunk *chunk,
		 const struct member *member)
{
	uint64_t *key = room_for(chunk, k->plan.bands);

	minhash_sign(&k->minhash, member->word + member->fields,
		     member->known ? set_size(member) : member->shingles,
		     chunk->sig);
	lsh_keys(&k->plan, chunk->sig, member->guard, key);
	for (uint32_t b = 0; b < k->plan.bands; b++)
		key[b] = band_key(b, (uint32_t)(key[b] >> 32));
}

/* Signing takes sets as they are; prefixes want them sorted. */
static size_t keys_of(const struct keying *k, struct chunk *chunk,
		      const struct member *member)
{
	uint64_t *key;
	size_t n;

	if (!member->fields) { /* equal guards are all it takes */
		*room_for(chunk, 1) = hash_mix(member->guard);
		return 1;
	}
	if (!k->join) {
		sign(k, chunk, member);
		return k->plan.bands;
	}
	mem_grow(&chunk->scratch, &chunk->scratch_room, member->shingles,
		 sizeof *chunk->scratch);
	form_sort(member->word, member->fields, chunk->scratch);
	n = set_size(member);
	key = room_for(chunk, n);
	n = join_prefix(&k->prefix, k->threshold,
			member->word + member->fields, n, key);
	for (size_t i = 0; i < n; i++)
		key[i] = hash_mix(key[i] ^ member->guard);
	return n;
}

static int work_chunk(void *context, void *item)
{
	const struct keying *k = context;
	struct chunk *chunk = item;

	chunk->keys = 0;
	for (size_t m = chunk->from; m < chunk->to; m++) {
		size_t n = 0;

		if (k->shared[m] && !k->members->at[m].keyed)
			n = keys_of(k, chunk, &k->members->at[m]);
		chunk->count[m - chunk->from] = (uint32_t)n;
		chunk->keys += n;
	}
	return 0;
}

static uint64_t *fresh_word(const struct keying *k, uint64_t key, uint64_t *bit)
{
	uint64_t at = hash_mix(key) % FRESH;

	*bit = UINT64_C(1) << at % 64;
	return &k->fresh[at / 64];
}

/* Keep a signed member's keys for the database. */
static int keep_keys(struct keying *k, struct member *member,
		     const uint64_t *key)
{
	uint32_t bands = k->plan.bands;
	uint64_t bit;

	member->key = (uint32_t *)store_take(&k->members->store,
					     (bands + 1) / 2);
	if (!member->key)
		return ERR_NOMEM;
	for (uint32_t b = 0; b < bands; b++) {
		member->key[b] = (uint32_t)key[b];
		if (k->fresh)
			*fresh_word(k, key[b], &bit) |= bit;
	}
	return 0;
}

static int write_chunk(void *context, void *item)
{
	struct keying *k = context;
	struct chunk *chunk = item;
	const uint64_t *key = chunk->key;
	int rc = 0;

	for (size_t m = chunk->from; rc == 0 && m < chunk->to; m++) {
		struct member *member = &k->members->at[m];
		uint32_t n = chunk->count[m - chunk->from];

		if (n && member->fields && k->remembered)
			rc = keep_keys(k, member, key);
		for (; rc == 0 && n; n--)
			rc = bucket_put(k->bucket, *key++, (uint32_t)m);
	}
	progress_set(&k->progress, chunk->to);
	return rc;
}

/* A known member comes in by the keys that it may share with a new one. */
static int put_known(void *context, uint32_t m, const uint32_t *stored)
{
	struct keying *k = context;
	uint64_t bit;
	int rc = 0;

	for (uint32_t b = 0; rc == 0 && b < k->plan.bands; b++) {
		uint64_t key = band_key(b, stored[b]);

		if (*fresh_word(k, key, &bit) & bit)
			rc = bucket_put(k->bucket, key, m);
	}
	return rc;
}

static int put_keys(struct keying *k, struct par *par)
{
	size_t slots = par_slots(par);
	struct chunk *chunk = mem_array(slots, sizeof *chunk);
	struct par_map map = {
		.read = read_chunk,
		.work = work_chunk,
		.write = write_chunk,
		.item = chunk,
		.item_size = sizeof *chunk,
		.items = slots,
		.context = k,
	};
	int rc;

	for (size_t i = 0; i < slots; i++) {
		chunk[i].count = mem_array(CHUNK, sizeof *chunk[i].count);
		chunk[i].sig = mem_array(k->minhash.k + 1,
					 sizeof *chunk[i].sig);
	}
	progress_start(&k->progress, "signing", "pairs", k->members->n);
	rc = par_map(par, &map);
	progress_end(&k->progress);
	for (size_t i = 0; i < slots; i++) {
		free(chunk[i].key);
		free(chunk[i].count);
		free(chunk[i].scratch);
		free(chunk[i].sig);
	}
	free(chunk);
	return rc;
}

/* -- sets that will be compared -- */

static int sort_chunk(void *context, size_t chunk)
{
	const struct keying *k = context;
	const struct bucket *bucket = k->bucket;
	size_t from = chunk * CHUNK, room = 0;
	size_t to = from + CHUNK < k->members->n ? from + CHUNK
						 : k->members->n;
	uint64_t *scratch = NULL;

	for (size_t m = from; m < to; m++) {
		const struct member *member = &k->members->at[m];

		if (member->known ||
		    bucket->first[m] == bucket->first[m + 1])
			continue;
		mem_grow(&scratch, &room, member->shingles, sizeof *scratch);
		form_sort(member->word, member->fields, scratch);
	}
	free(scratch);
	return 0;
}

/* -- preparing -- */

/* Every s-th set, so that about SAMPLE shingles are counted. */
static int sample(struct keying *k)
{
	const struct members *members = k->members;
	uint64_t total = 0;
	size_t step;
	int rc = join_init(&k->prefix);

	for (size_t m = 0; m < members->n; m++)
		if (k->shared[m])
			total += members->at[m].shingles;
	step = (size_t)(total / SAMPLE) + 1;
	for (size_t m = 0; rc == 0 && m < members->n; m += step)
		if (k->shared[m])
			join_sample(&k->prefix,
				    members->at[m].word +
					    members->at[m].fields,
				    members->at[m].shingles);
	return rc;
}

int key_buckets(struct bucket *bucket, struct members *members,
		const uint32_t *first, struct par *par,
		const struct dedup_options *options,
		const struct earlier *earlier, uint64_t seed)
{
	struct keying k = {
		.bucket = bucket,
		.members = members,
		.join = options->method == DEDUP_JOIN,
		.remembered = earlier->bands > 0,
		.threshold = options->rule.threshold,
	};
	int rc;

	*bucket = (struct bucket){ 0 };
	k.shared = mem_try(members->n, 1);
	if (earlier->n)
		k.fresh = mem_try(FRESH / 64, sizeof *k.fresh);
	if (!k.shared || (earlier->n && !k.fresh)) {
		rc = ERR_NOMEM;
		goto done;
	}
	if ((rc = find_shared(&k, first, options->memory / 4)) < 0)
		goto done;
	if (k.join)
		rc = sample(&k);
	else if ((rc = lsh_plan(k.threshold, &k.plan)) == 0)
		minhash_init(&k.minhash, k.plan.bands * k.plan.rows, seed);
	if (rc == 0 && (rc = bucket_init(bucket, options->memory / 4)) == 0 &&
	    (rc = put_keys(&k, par)) == 0 &&
	    (rc = earlier_keys(earlier, members, put_known, &k)) == 0)
		rc = bucket_build(bucket, members->n);
	if (rc == 0 && !k.join)
		rc = par_for(par, (members->n + CHUNK - 1) / CHUNK, sort_chunk,
			     &k);
done:
	minhash_free(&k.minhash);
	join_free(&k.prefix);
	free(k.shared);
	free(k.fresh);
	return rc;
}
