/* cells.c - vectors in cells: spherical k-means */
#include "near/cells.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/rng.h"
#include "near/topk.h"

enum {
	ROUNDS = 8,
	SAMPLE = 64, /* vectors a cell that the centres are moved by */
	MOST = 4096, /* cells */
};

size_t cells_suit(size_t n)
{
	size_t k = (size_t)sqrt((double)n);

	if (k > MOST)
		return MOST;
	return k ? k : 1;
}

/* -- which centre is nearest -- */

struct assigning {
	const struct cells *cells;
	const float *x;
	uint32_t *of; /* (n) */
	size_t n;
};

static int assign_block(void *context, size_t block)
{
	const struct assigning *a = context;
	const struct cells *cells = a->cells;
	size_t from = block * TOPK_QUERIES;
	size_t n = a->n - from < TOPK_QUERIES ? a->n - from : TOPK_QUERIES;
	struct topk topk = { 0 };

	topk_start(&topk, n, 1);
	topk_add(&topk, a->x + from * cells->c, cells->centre, NULL, 0,
		 cells->k, cells->c);
	for (size_t q = 0; q < n; q++)
		a->of[from + q] = topk.at[q].id;
	topk_free(&topk);
	return 0;
}

static int assign(const struct cells *cells, const float *x, size_t n,
		  uint32_t *of, struct par *par)
{
	struct assigning a = { cells, x, of, n };

	return par_for(par, (n + TOPK_QUERIES - 1) / TOPK_QUERIES,
		       assign_block, &a);
}

/* -- centres -- */

static void make_unit(float *x, size_t c)
{
	double sum = 0;

	for (size_t i = 0; i < c; i++)
		sum += (double)x[i] * x[i];
	if (sum > 0)
		for (size_t i = 0; i < c; i++)
			x[i] = (float)(x[i] / sqrt(sum));
}

/* A centre that lost all its vectors gets one of the sample again. */
static void move_centres(struct cells *cells, const float *x, size_t n,
			 const uint32_t *of, struct rng *rng)
{
	size_t c = cells->c;

	memset(cells->centre, 0, cells->k * c * sizeof *cells->centre);
	memset(cells->size, 0, cells->k * sizeof *cells->size);
	for (size_t i = 0; i < n; i++) {
		float *centre = cells->centre + of[i] * c;

		cells->size[of[i]]++;
		for (size_t j = 0; j < c; j++)
			centre[j] += x[i * c + j];
	}
	for (size_t k = 0; k < cells->k; k++) {
		if (!cells->size[k])
			memcpy(cells->centre + k * c,
			       x + rng_below(rng, n) * c, c * sizeof *x);
		make_unit(cells->centre + k * c, c);
	}
}

/* Vectors i * n / m: spread over the whole, whatever its order. */
static void draw_sample(const float *x, size_t n, size_t c, size_t m,
			float *sample)
{
	for (size_t i = 0; i < m; i++)
		memcpy(sample + i * c, x + i * n / m * c, c * sizeof *x);
}

/* k different vectors of the sample, by a partial shuffle. */
static void draw_centres(struct cells *cells, const float *sample, size_t m,
			 uint32_t *order, struct rng *rng)
{
	size_t c = cells->c;

	for (size_t i = 0; i < m; i++)
		order[i] = (uint32_t)i;
	for (size_t k = 0; k < cells->k; k++) {
		size_t other = k + rng_below(rng, m - k);
		uint32_t drawn = order[other];

		order[other] = order[k];
		order[k] = drawn;
		memcpy(cells->centre + k * c, sample + drawn * c,
		       c * sizeof *sample);
	}
}

int cells_find(struct cells *cells, const float *x, size_t n, size_t c,
	       size_t k, uint64_t seed, struct par *par)
{
	size_t m = n < k * SAMPLE ? n : k * SAMPLE;
	float *sample = mem_try(m * c, sizeof *sample);
	uint32_t *of = mem_try(m, sizeof *of);
	struct rng rng;
	int rc = ERR_NOMEM;

	*cells = (struct cells){ .n = n, .k = k < n ? k : n, .c = c };
	cells->centre = mem_try(cells->k * c, sizeof *cells->centre);
	cells->of = mem_try(n, sizeof *cells->of);
	cells->size = mem_try(cells->k, sizeof *cells->size);
	if (!sample || !of || !cells->centre || !cells->of || !cells->size)
		goto done;
	rng_init(&rng, seed, "cells");
	draw_sample(x, n, c, m, sample);
	draw_centres(cells, sample, m, of, &rng);
	for (int round = 0; round < ROUNDS; round++) {
		if ((rc = assign(cells, sample, m, of, par)) < 0)
			goto done;
		move_centres(cells, sample, m, of, &rng);
	}
	if ((rc = assign(cells, x, n, cells->of, par)) < 0)
		goto done;
	memset(cells->size, 0, cells->k * sizeof *cells->size);
	for (size_t i = 0; i < n; i++)
		cells->size[cells->of[i]]++;
done:
	free(sample);
	free(of);
	return rc;
}

void cells_free(struct cells *cells)
{
	free(cells->centre);
	free(cells->of);
	free(cells->size);
	*cells = (struct cells){ 0 };
}
