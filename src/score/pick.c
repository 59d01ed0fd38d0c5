/* pick.c - limits of a selection, and the methods that go down a list */
#include "score/pick.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/rng.h"
#include "near/topk.h"

bool pick_full(const struct pick *pick)
{
	const struct select_options *o = pick->options;

	return pick->n == pick->vectors->n || pick->out_of_tokens ||
	       (o->count && pick->n >= o->count);
}

static bool quota_is_of(const struct pick *pick, const struct select_quota *q,
			uint32_t i)
{
	const struct vector_pair *pair = &pick->vectors->pair[i];
	struct str word = map_key(&pick->vectors->words,
				  q->category ? pair->category : pair->lang);

	return str_is(word, q->value);
}

bool pick_wants(const struct pick *pick, uint32_t i)
{
	const struct select_options *o = pick->options;

	if (pick->taken[i])
		return false;
	for (size_t q = 0; q < o->quotas; q++)
		if (pick->used[q] >= o->quota[q].most &&
		    quota_is_of(pick, &o->quota[q], i))
			return false;
	return true;
}

/* The pair that crosses the line of tokens is the first that stays out. */
void pick_take(struct pick *pick, uint32_t i)
{
	const struct select_options *o = pick->options;
	uint64_t tokens = (pick->vectors->pair[i].bytes + 3) / 4;

	if (o->tokens && pick->tokens + tokens > o->tokens) {
		pick->out_of_tokens = true;
		return;
	}
	pick->tokens += tokens;
	pick->taken[i] = true;
	pick->chosen[pick->n++] = i;
	for (size_t q = 0; q < o->quotas; q++)
		pick->used[q] += quota_is_of(pick, &o->quota[q], i);
}

/* -- a list from best to worst -- */

struct entry {
	double merit;
	uint64_t lot;
	uint32_t i;
};

/* Without a measure last; equals by lot, so that no source is first. */
static int by_merit(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;
	bool no_a = isnan(a->merit), no_b = isnan(b->merit);

	if (no_a != no_b)
		return no_a ? 1 : -1;
	if (!no_a && a->merit != b->merit)
		return a->merit > b->merit ? -1 : 1;
	if (a->lot != b->lot)
		return a->lot > b->lot ? -1 : 1;
	return a->i < b->i ? -1 : a->i > b->i;
}

static struct entry *list(const struct pick *pick)
{
	const struct vectors *v = pick->vectors;
	struct entry *entry = mem_try(v->n + 1, sizeof *entry);

	for (uint32_t i = 0; entry && i < v->n; i++)
		entry[i] = (struct entry){
			pick->merit ? pick->merit[i] : 0,
			rng_keyed(pick->seed, (uint64_t)v->pair[i].id), i,
		};
	if (entry)
		qsort(entry, v->n, sizeof *entry, by_merit);
	return entry;
}

int pick_in_order(struct pick *pick)
{
	struct entry *entry = list(pick);

	if (!entry)
		return ERR_NOMEM;
	for (size_t e = 0; e < pick->vectors->n && !pick_full(pick); e++)
		if (pick_wants(pick, entry[e].i))
			pick_take(pick, entry[e].i);
	free(entry);
	return 0;
}

/* -- by merit, but nothing that is alike to what is chosen -- */

enum { BLOCK = TOPK_QUERIES };

struct against {
	const float *query, *row;
	struct topk *topk; /* (stripes) */
	size_t queries, rows, stripe, c;
};

static int meet_stripe(void *context, size_t s)
{
	const struct against *a = context;
	size_t from = s * a->stripe;
	size_t n = a->rows - from < a->stripe ? a->rows - from : a->stripe;

	topk_start(&a->topk[s], a->queries, 1);
	topk_add(&a->topk[s], a->query, a->row + from * a->c, NULL, from, n,
		 a->c);
	return 0;
}

static float dot(const float *a, const float *b, size_t c)
{
	float sum = 0;

	for (size_t i = 0; i < c; i++)
		sum += a[i] * b[i];
	return sum;
}

/* The largest cosine of each query to what was chosen before this block. */
static int meet_chosen(struct pick *pick, struct against *a, float *most)
{
	enum { STRIPE = 1 << 14 };
	size_t stripes = (a->rows + STRIPE - 1) / STRIPE;
	int rc;

	a->stripe = STRIPE;
	a->topk = mem_array(stripes + 1, sizeof *a->topk);
	rc = par_for(pick->par, stripes, meet_stripe, a);
	for (size_t q = 0; q < a->queries; q++)
		most[q] = -2;
	for (size_t s = 0; s < stripes; s++) {
		for (size_t q = 0; q < a->queries; q++)
			if (a->topk[s].at[q].cosine > most[q])
				most[q] = a->topk[s].at[q].cosine;
		topk_free(&a->topk[s]);
	}
	free(a->topk);
	return rc;
}

int pick_diverse(struct pick *pick)
{
	const struct vectors *v = pick->vectors;
	float alike = (float)pick->options->alike;
	struct entry *entry = list(pick);
	float *row = mem_try((v->n + 1) * v->c, sizeof *row);
	float *query = mem_array(BLOCK * v->c, sizeof *query), most[BLOCK];
	size_t rows = pick->n;
	int rc = entry && row ? 0 : ERR_NOMEM;

	for (size_t i = 0; rc == 0 && i < rows; i++)
		memcpy(row + i * v->c, v->x + pick->chosen[i] * v->c,
		       v->c * sizeof *row);
	for (size_t e = 0; rc == 0 && e < v->n && !pick_full(pick);
	     e += BLOCK) {
		size_t n = v->n - e < BLOCK ? v->n - e : BLOCK;
		size_t before = rows;
		struct against a = {
			query, row, NULL, n, rows, 0, v->c,
		};

		for (size_t q = 0; q < n; q++)
			memcpy(query + q * v->c, v->x + entry[e + q].i * v->c,
			       v->c * sizeof *query);
		rc = meet_chosen(pick, &a, most);
		for (size_t q = 0; rc == 0 && q < n && !pick_full(pick); q++) {
			uint32_t i = entry[e + q].i;
			bool fits = pick_wants(pick, i) && most[q] < alike;

			for (size_t r = before; fits && r < rows; r++)
				fits = dot(query + q * v->c, row + r * v->c,
					   v->c) < alike;
			if (!fits)
				continue;
			pick_take(pick, i);
			if (pick->taken[i])
				memcpy(row + rows++ * v->c, query + q * v->c,
				       v->c * sizeof *row);
		}
	}
	free(entry);
	free(row);
	free(query);
	return rc;
}
