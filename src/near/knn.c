/* knn.c - the nearest neighbours of every vector, by cosine */
#include "near/knn.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/rng.h"

enum { SAMPLE = 512 };

#define RECALL 0.99

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
	const uint32_t *probe; /* (cells, cells) nearest first */
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

int knn_exact(struct knn *knn, const float *x, size_t n, size_t c, size_t k,
	      struct par *par)
{
	struct searching s = { .knn = knn, .x = x, .c = c };
	int rc = init(knn, n, k);

	if (rc < 0)
		return rc;
	return par_for(par, (n + TOPK_QUERIES - 1) / TOPK_QUERIES,
		       search_block, &s);
}

/* -- by cells -- */

static int search_cell(void *context, size_t cell)
{
	const struct searching *s = context;
	struct knn *knn = s->knn;
	const uint32_t *probe = s->probe + cell * s->cells->k;
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

/* For each cell all cells, the nearest first; it is its own nearest. */
static void list_probes(const struct cells *cells, uint32_t *probe)
{
	struct topk topk = { 0 };

	for (size_t k = 0; k < cells->k; k++) {
		topk_start(&topk, 1, cells->k);
		topk_add(&topk, cells->centre + k * cells->c, cells->centre,
			 NULL, 0, cells->k, cells->c);
		probe[k * cells->k] = (uint32_t)k;
		for (size_t i = 0, n = 1; i < cells->k; i++)
			if (topk.at[i].id != k)
				probe[k * cells->k + n++] = topk.at[i].id;
	}
	topk_free(&topk);
}

/*
 * How many cells hold RECALL of the true neighbours of a sample: count at which
 * place of its cell's list each of them lies.
 */
static void choose_probes(struct searching *s, uint64_t seed)
{
	struct knn *knn = s->knn;
	const struct cells *cells = s->cells;
	size_t *place = mem_array(cells->k, sizeof *place);
	uint32_t *rank = mem_array(cells->k, sizeof *rank);
	struct topk topk = { 0 };
	size_t total = 0, held = 0;
	struct rng rng;

	rng_init(&rng, seed, "probes");
	for (size_t i = 0; i < SAMPLE / TOPK_QUERIES; i++) {
		float *query = mem_array(TOPK_QUERIES * s->c, sizeof *query);

		topk_start(&topk, TOPK_QUERIES, knn->k);
		for (size_t q = 0; q < TOPK_QUERIES; q++) {
			topk.self[q] = (uint32_t)rng_below(&rng, knn->n);
			memcpy(query + q * s->c, s->x + topk.self[q] * s->c,
			       s->c * sizeof *query);
		}
		topk_add(&topk, query, s->x, NULL, 0, knn->n, s->c);
		free(query);
		for (size_t q = 0; q < TOPK_QUERIES; q++) {
			uint32_t cell = cells->of[topk.self[q]];

			for (size_t p = 0; p < cells->k; p++)
				rank[s->probe[cell * cells->k + p]] =
					(uint32_t)p;
			for (size_t j = 0; j < knn->k; j++)
				place[rank[cells->of[topk.at[q * knn->k + j]
							     .id]]]++;
			total += knn->k;
		}
	}
	for (knn->probes = 0; knn->probes < cells->k &&
			      (double)held < RECALL * (double)total;)
		held += place[knn->probes++];
	knn->recall = (double)held / (double)total;
	topk_free(&topk);
	free(place);
	free(rank);
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
	uint32_t *order = mem_try(n, sizeof *order);
	float *sorted = mem_try(n * c, sizeof *sorted);
	uint32_t *probe = mem_try(cells->k * cells->k, sizeof *probe);
	size_t *start = mem_array(cells->k + 1, sizeof *start);
	struct searching s = {
		.knn = knn,
		.x = x,
		.c = c,
		.cells = cells,
		.order = order,
		.start = start,
		.sorted = sorted,
		.probe = probe,
	};
	int rc = init(knn, n, k);

	if (rc < 0 || !order || !sorted || !probe) {
		rc = ERR_NOMEM;
		goto done;
	}
	sort_by_cell(cells, order, start);
	for (size_t i = 0; i < n; i++)
		memcpy(sorted + i * c, x + order[i] * c, c * sizeof *x);
	list_probes(cells, probe);
	choose_probes(&s, seed);
	rc = par_for(par, cells->k, search_cell, &s);
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
