/* knn.c - the nearest neighbours of every vector, by cosine */
#include "near/knn.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/rng.h"
#include "near/descend.h"

enum {
	SAMPLE = 512,
	PROBES = 16, /* cells that the first lists come from */
	WIDE = 48,   /* shortest lists that are refined: short ones get stuck */
	ROUNDS = 8,
};

#define RECALL 0.99
#define SETTLED 0.001 /* share of list places that still change */
#define ROUNDING 1e-5f

static int init(struct knn *knn, size_t n, size_t k)
{
	*knn = (struct knn){ .n = n, .k = k < n ? k : n ? n - 1 : 0 };
	if (!knn->k)
		knn->k = 1;
	knn->recall = 1;
	knn->at = mem_try(n * knn->k, sizeof *knn->at);
	return knn->at ? 0 : ERR_NOMEM;
}

void knn_free(struct knn *knn)
{
	free(knn->at);
	*knn = (struct knn){ 0 };
}

/* -- every pair -- */

struct searching {
	struct knn *knn;
	const float *x;
	size_t c;
	/* by cells */
	const struct cells *cells;
	const uint32_t *order; /* (n) vectors, cell by cell */
	const size_t *start;   /* (cells + 1) into order */
	const float *sorted;   /* (n, c) in that order */
	const uint32_t *probe; /* (cells, probes) nearest first */
};

static int search_block(void *context, size_t block)
{
	const struct searching *s = context;
	struct knn *knn = s->knn;
	size_t from = block * TOPK_QUERIES;
	size_t n = knn->n - from < TOPK_QUERIES ? knn->n - from : TOPK_QUERIES;
	struct topk topk = { 0 };

	topk_start(&topk, n, knn->k);
	for (size_t q = 0; q < n; q++)
		topk.self[q] = (uint32_t)(from + q);
	topk_add(&topk, s->x + from * s->c, s->x, NULL, 0, knn->n, s->c);
	memcpy(knn->at + from * knn->k, topk.at,
	       n * knn->k * sizeof *knn->at);
	topk_free(&topk);
	return 0;
}

static int best_first(const void *left, const void *right)
{
	const struct near *a = left, *b = right;

	if (a->cosine != b->cosine)
		return a->cosine > b->cosine ? -1 : 1;
	return a->id < b->id ? -1 : a->id > b->id;
}

/* All others of each vector: sorted once, as inserting would move most. */
static int sort_block(void *context, size_t block)
{
	const struct searching *s = context;
	struct knn *knn = s->knn;
	size_t from = block * TOPK_QUERIES;
	size_t n = knn->n - from < TOPK_QUERIES ? knn->n - from : TOPK_QUERIES;
	struct cosines tile = { 0 };

	for (size_t at = 0; at < knn->n; at += COSINES_ROWS) {
		size_t rows = knn->n - at < COSINES_ROWS ? knn->n - at
							 : COSINES_ROWS;

		cosines_make(&tile, s->x + from * s->c, n, s->x + at * s->c,
			     rows, s->c);
		for (size_t q = 0; q < n; q++)
			for (size_t r = 0; r < rows; r++) {
				size_t i = from + q, j = at + r;

				if (i != j)
					knn->at[i * knn->k + j - (j > i)] =
						(struct near){
						tile.at[q * COSINES_ROWS + r],
						(uint32_t)j,
					};
			}
	}
	for (size_t i = from; i < from + n; i++)
		qsort(knn->at + i * knn->k, knn->k, sizeof *knn->at,
		      best_first);
	cosines_free(&tile);
	return 0;
}

int knn_exact(struct knn *knn, const float *x, size_t n, size_t c, size_t k,
	      struct par *par)
{
	struct searching s = { .knn = knn, .x = x, .c = c };
	int rc = init(knn, n, k);

	if (rc < 0)
		return rc;
	return par_for(par, (n + TOPK_QUERIES - 1) / TOPK_QUERIES,
		       n > 1 && knn->k == n - 1 ? sort_block : search_block,
		       &s);
}

/* -- by cells -- */

static int search_cell(void *context, size_t cell)
{
	const struct searching *s = context;
	struct knn *knn = s->knn;
	const uint32_t *probe = s->probe + cell * knn->probes;
	struct topk topk = { 0 };

	for (size_t at = s->start[cell]; at < s->start[cell + 1];
	     at += topk.queries) {
		size_t left = s->start[cell + 1] - at;

		topk_start(&topk, left < TOPK_QUERIES ? left : TOPK_QUERIES,
			   knn->k);
		memcpy(topk.self, s->order + at,
		       topk.queries * sizeof *topk.self);
		for (size_t p = 0; p < knn->probes; p++) {
			size_t from = s->start[probe[p]];

			topk_add(&topk, s->sorted + at * s->c,
				 s->sorted + from * s->c, s->order + from, 0,
				 s->start[probe[p] + 1] - from, s->c);
		}
		for (size_t q = 0; q < topk.queries; q++)
			memcpy(knn->at + s->order[at + q] * knn->k,
			       topk.at + q * knn->k, knn->k * sizeof *topk.at);
	}
	topk_free(&topk);
	return 0;
}

/* For each cell the cells nearest to it; it is its own nearest. */
static void list_probes(const struct cells *cells, size_t probes,
			uint32_t *probe)
{
	struct topk topk = { 0 };

	for (size_t k = 0; k < cells->k; k++) {
		topk_start(&topk, 1, probes);
		topk.self[0] = (uint32_t)k;
		topk_add(&topk, cells->centre + k * cells->c, cells->centre,
			 NULL, 0, cells->k, cells->c);
		probe[k * probes] = (uint32_t)k;
		for (size_t i = 1; i < probes; i++)
			probe[k * probes + i] = topk.at[i - 1].id;
	}
	topk_free(&topk);
}

/* -- how good it is: the true neighbours of some vectors -- */

struct sample {
	uint32_t *who;  /* (SAMPLE) */
	float *least;   /* (SAMPLE) the cosine of the k-th true neighbour */
};

struct sampling {
	const struct sample *sample;
	const float *x;
	size_t n, c, k;
};

static int search_sample(void *context, size_t block)
{
	const struct sampling *s = context;
	const uint32_t *who = s->sample->who + block * TOPK_QUERIES;
	float *query = mem_array(TOPK_QUERIES * s->c, sizeof *query);
	struct topk topk = { 0 };

	topk_start(&topk, TOPK_QUERIES, s->k);
	for (size_t q = 0; q < TOPK_QUERIES; q++) {
		topk.self[q] = who[q];
		memcpy(query + q * s->c, s->x + who[q] * s->c,
		       s->c * sizeof *query);
	}
	topk_add(&topk, query, s->x, NULL, 0, s->n, s->c);
	for (size_t q = 0; q < TOPK_QUERIES; q++)
		s->sample->least[block * TOPK_QUERIES + q] =
			topk.at[(q + 1) * s->k - 1].cosine;
	topk_free(&topk);
	free(query);
	return 0;
}

static int sample_draw(struct sample *sample, const float *x, size_t n,
		       size_t c, size_t k, uint64_t seed, const char *name,
		       struct par *par)
{
	struct sampling s = { sample, x, n, c, k };
	struct rng rng;

	sample->who = mem_array(SAMPLE, sizeof *sample->who);
	sample->least = mem_array(SAMPLE, sizeof *sample->least);
	rng_init(&rng, seed, name);
	for (size_t i = 0; i < SAMPLE; i++)
		sample->who[i] = (uint32_t)rng_below(&rng, n);
	return par_for(par, SAMPLE / TOPK_QUERIES, search_sample, &s);
}

static void sample_free(struct sample *sample)
{
	free(sample->who);
	free(sample->least);
}

/* Share of the true k that stand in the lists; equals count as found. */
static double sample_recall(const struct sample *sample,
			    const struct knn *knn, size_t k)
{
	size_t found = 0;

	for (size_t i = 0; i < SAMPLE; i++)
		for (size_t j = 0; j < k; j++)
			found += knn->at[sample->who[i] * knn->k + j].cosine >=
				 sample->least[i] - ROUNDING;
	return (double)found / (double)(SAMPLE * k);
}

/*
 * From lists by a few cells to nearly exact ones.  One sample says when it is
 * good enough, another how good it is.
 */
static int refine(struct knn *knn, const float *x, size_t c, size_t k,
		  const uint32_t *order, uint64_t seed, struct par *par)
{
	struct descend descend = { 0 };
	struct coarse coarse = { 0 };
	struct sample stop = { 0 }, check = { 0 };
	double changed = 1;
	int rc;

	if ((rc = sample_draw(&stop, x, knn->n, c, k, seed, "stop", par)) < 0 ||
	    (rc = sample_draw(&check, x, knn->n, c, k, seed, "check", par)) <
		    0 ||
	    (rc = coarse_make(&coarse, x, knn->n, c, par)) < 0 ||
	    (rc = descend_init(&descend, knn->at, knn->n, knn->k, order)) < 0)
		goto done;
	while (knn->rounds < ROUNDS && changed > SETTLED &&
	       sample_recall(&stop, knn, k) < RECALL) {
		changed = descend_round(&descend, x, &coarse, par);
		if (changed < 0) {
			rc = (int)changed;
			goto done;
		}
		knn->rounds++;
	}
	knn->recall = sample_recall(&check, knn, k);
done:
	descend_free(&descend);
	coarse_free(&coarse);
	sample_free(&stop);
	sample_free(&check);
	return rc;
}

/* The first k of each list, in place. */
static void shorten(struct knn *knn, size_t k)
{
	struct near *less;

	for (size_t i = 1; i < knn->n; i++)
		memmove(knn->at + i * k, knn->at + i * knn->k,
			k * sizeof *knn->at);
	knn->k = k;
	less = realloc(knn->at, knn->n * k * sizeof *knn->at);
	if (less)
		knn->at = less;
}

static void sort_by_cell(const struct cells *cells, uint32_t *order,
			 size_t *start)
{
	size_t *next = mem_array(cells->k, sizeof *next);

	for (size_t k = 0; k < cells->k; k++)
		start[k + 1] = start[k] + cells->size[k];
	memcpy(next, start, cells->k * sizeof *next);
	for (size_t i = 0; i < cells->n; i++)
		order[next[cells->of[i]]++] = (uint32_t)i;
	free(next);
}

int knn_by_cells(struct knn *knn, const float *x, size_t n, size_t c, size_t k,
		 const struct cells *cells, uint64_t seed, struct par *par)
{
	size_t probes = cells->k < PROBES ? cells->k : PROBES;
	size_t wide = k + k / 2 > WIDE ? k + k / 2 : WIDE;
	uint32_t *order = mem_try(n, sizeof *order);
	float *sorted = mem_try(n * c, sizeof *sorted);
	uint32_t *probe = mem_array(cells->k * probes, sizeof *probe);
	size_t *start = mem_array(cells->k + 1, sizeof *start);
	struct searching s = {
		.knn = knn,
		.c = c,
		.cells = cells,
		.order = order,
		.start = start,
		.sorted = sorted,
		.probe = probe,
	};
	int rc = init(knn, n, wide);

	if (rc < 0 || !order || !sorted) {
		rc = ERR_NOMEM;
		goto done;
	}
	if (k > knn->k)
		k = knn->k;
	knn->probes = probes;
	sort_by_cell(cells, order, start);
	for (size_t i = 0; i < n; i++)
		memcpy(sorted + i * c, x + order[i] * c, c * sizeof *x);
	list_probes(cells, probes, probe);
	rc = par_for(par, cells->k, search_cell, &s);
	free(sorted);
	sorted = NULL;
	if (rc == 0)
		rc = refine(knn, x, c, k, order, seed, par);
	if (rc == 0)
		shorten(knn, k);
done:
	free(order);
	free(sorted);
	free(probe);
	free(start);
	return rc;
}

int knn_find(struct knn *knn, const float *x, size_t n, size_t c, size_t k,
	     const struct cells *cells, uint64_t seed, struct par *par)
{
	return n <= KNN_EXACT ? knn_exact(knn, x, n, c, k, par)
			      : knn_by_cells(knn, x, n, c, k, cells, seed, par);
}
