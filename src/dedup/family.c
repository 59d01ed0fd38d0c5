/* family.c - who stays, who falls to whom, and who hangs together */
#include "dedup/family.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "base/vec.h"

int family_init(struct family *family, size_t n)
{
	*family = (struct family){ .n = n };
	family->keeper = mem_try(n, sizeof *family->keeper);
	family->similarity = mem_try(n, sizeof *family->similarity);
	family->first = mem_try(n, sizeof *family->first);
	if (!family->keeper || !family->similarity || !family->first)
		return ERR_NOMEM;
	for (size_t m = 0; m < n; m++)
		family->keeper[m] = family->first[m] = (uint32_t)m;
	return dsu_init(&family->dsu, n);
}

void family_free(struct family *family)
{
	free(family->keeper);
	free(family->similarity);
	free(family->first);
	dsu_free(&family->dsu);
	*family = (struct family){ 0 };
}

/* -- exact copies -- */

int family_exact(struct family *family, const struct members *members,
		 uint64_t memory)
{
	struct spill spill;
	uint64_t record[3], last[3] = { 0 };
	bool any = false;
	int rc = spill_init(&spill, 3, memory);

	for (size_t m = 0; rc == 0 && m < members->n; m++) {
		const struct hash128 *exact = &members->at[m].exact;

		rc = spill_put(&spill,
			       (uint64_t[]){ exact->low, exact->high, m });
	}
	if (rc == 0)
		rc = spill_sort(&spill);
	while (rc == 0 && (rc = spill_next(&spill, record)) > 0) {
		uint32_t m = (uint32_t)record[2];

		rc = 0;
		if (!any || record[0] != last[0] || record[1] != last[1]) {
			memcpy(last, record, sizeof last);
			any = true;
			continue;
		}
		dsu_join(&family->dsu, (uint32_t)last[2], m);
		if (members->at[m].pinned)
			continue;
		family->first[m] = family->keeper[m] = (uint32_t)last[2];
		family->similarity[m] = 1;
	}
	spill_free(&spill);
	return rc;
}

/* -- near copies -- */

struct search {
	struct family *family;
	struct members *members;
	const struct bucket *bucket;
	double threshold;
	int rc; /* the first failure of members_load() */
	uint32_t *in;   /* members of each bucket, from bucket->start on */
	uint32_t *size; /* how many are in */
	uint32_t *seen; /* by member: the last one it was a candidate of */
	VEC(uint32_t) candidate;
	uint64_t *tested; /* (TESTED) pairs that were compared */
};

enum { TESTED = 1 << 16 };

static bool has_words(struct search *s, uint32_t m)
{
	if (s->rc == 0 && !s->members->at[m].word)
		s->rc = members_load(s->members, m);
	return s->rc == 0;
}

static double compare(struct search *s, uint32_t a, uint32_t b)
{
	const struct member *x = &s->members->at[a], *y = &s->members->at[b];

	if (x->guard != y->guard || x->fields != y->fields)
		return -1;
	if (!x->fields)
		return 1;
	if (!has_words(s, a) || !has_words(s, b))
		return -1;
	return form_similarity(x->word, y->word, x->fields, s->threshold);
}

static int by_number(const void *left, const void *right)
{
	uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

	return a < b ? -1 : a > b;
}

/* Those that stay and share a bucket with m, in rank order. */
static void find_candidates(struct search *s, uint32_t m)
{
	const struct bucket *bucket = s->bucket;

	s->candidate.n = 0;
	for (size_t i = bucket->first[m]; i < bucket->first[m + 1]; i++) {
		uint32_t b = bucket->of[i];
		const uint32_t *in = s->in + bucket->start[b];

		for (uint32_t j = 0; j < s->size[b]; j++) {
			if (s->seen[in[j]] == m)
				continue;
			s->seen[in[j]] = m;
			vec_push(&s->candidate, in[j]);
		}
	}
	if (s->candidate.n > 1)
		qsort(s->candidate.at, s->candidate.n,
		      sizeof *s->candidate.at, by_number);
}

static void put_in(struct search *s, uint32_t m)
{
	const struct bucket *bucket = s->bucket;

	for (size_t i = bucket->first[m]; i < bucket->first[m + 1]; i++) {
		uint32_t b = bucket->of[i];

		s->in[bucket->start[b] + s->size[b]++] = m;
	}
}

/* Does m fall? */
static bool falls(struct search *s, uint32_t m)
{
	struct family *family = s->family;

	find_candidates(s, m);
	for (size_t i = 0; i < s->candidate.n; i++) {
		uint32_t other = s->candidate.at[i];
		double similarity = compare(s, m, other);

		if (similarity < 0)
			continue;
		dsu_join(&family->dsu, m, other);
		if (s->members->at[m].pinned)
			continue;
		family->keeper[m] = other;
		family->similarity[m] = (float)similarity;
		return true;
	}
	return false;
}

static bool is_alone(const struct bucket *bucket, uint32_t m)
{
	return bucket->first[m] == bucket->first[m + 1];
}

static void find_keepers(struct search *s)
{
	struct progress progress;

	progress_start(&progress, "comparing", "pairs", s->members->n);
	for (uint32_t m = 0; m < s->members->n && s->rc == 0; m++) {
		bool stays;

		if (m % 1024 == 0)
			progress_set(&progress, m);
		if (is_alone(s->bucket, m))
			continue;
		stays = s->members->at[m].known ? s->family->keeper[m] == m
						: !falls(s, m);
		if (stays)
			put_in(s, m);
	}
	progress_end(&progress);
}

/* -- connected components -- */

/* A pair shares many buckets; it is compared in one, or a few. */
static bool was_tested(struct search *s, uint32_t a, uint32_t b)
{
	uint64_t pair = a < b ? (uint64_t)a << 32 | b : (uint64_t)b << 32 | a;
	uint64_t *cell = &s->tested[hash_mix(pair) % TESTED];

	if (*cell == pair)
		return true;
	*cell = pair;
	return false;
}

static void join_if_alike(struct search *s, uint32_t a, uint32_t b)
{
	const struct member *at = s->members->at;
	struct dsu *dsu = &s->family->dsu;

	if (at[a].known && at[b].known)
		return;
	if (dsu_find(dsu, a) != dsu_find(dsu, b) && !was_tested(s, a, b) &&
	    compare(s, a, b) >= 0)
		dsu_join(dsu, a, b);
}

/* Members that stay were compared with each other already: they differ. */
static void join_bucket(struct search *s, uint32_t b)
{
	const uint32_t *in = s->in + s->bucket->start[b];
	struct family *family = s->family;
	uint32_t root = dsu_find(&family->dsu, in[0]);
	bool one = true;

	for (uint32_t i = 1; one && i < s->size[b]; i++)
		one = dsu_find(&family->dsu, in[i]) == root;
	if (one)
		return;
	for (uint32_t i = 0; i < s->size[b]; i++) {
		if (family->keeper[in[i]] == in[i])
			continue;
		for (uint32_t j = 0; j < s->size[b]; j++)
			if (j < i || family->keeper[in[j]] == in[j])
				join_if_alike(s, in[i], in[j]);
	}
}

static void find_components(struct search *s)
{
	memset(s->size, 0, s->bucket->buckets * sizeof *s->size);
	for (uint32_t m = 0; m < s->members->n; m++)
		put_in(s, m);
	for (uint32_t b = 0; b < s->bucket->buckets && s->rc == 0; b++)
		join_bucket(s, b);
}

/* -- copies -- */

/* A copy of a member that fell has that one's keeper. */
static void follow(struct family *family)
{
	for (uint32_t m = 0; m < family->n; m++) {
		uint32_t first = family->first[m];

		if (first == m || family->keeper[first] == first)
			continue;
		family->keeper[m] = family->keeper[first];
		family->similarity[m] = family->similarity[first];
	}
}

int family_near(struct family *family, struct members *members,
		const struct bucket *bucket, double threshold)
{
	struct search s = {
		.family = family,
		.members = members,
		.bucket = bucket,
		.threshold = threshold,
	};
	size_t postings = bucket->start ? bucket->start[bucket->buckets] : 0;
	int rc = ERR_NOMEM;

	s.in = mem_try(postings, sizeof *s.in);
	s.size = mem_try(bucket->buckets, sizeof *s.size);
	s.seen = mem_try(members->n, sizeof *s.seen);
	s.tested = mem_try(TESTED, sizeof *s.tested);
	if (s.in && s.size && s.seen && s.tested) {
		find_keepers(&s);
		find_components(&s);
		follow(family);
		rc = s.rc;
	}
	free(s.in);
	free(s.size);
	free(s.seen);
	free(s.tested);
	vec_free(&s.candidate);
	return rc;
}
