/* spread.c - how widely a set of vectors is spread */
#include "score/spread.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "nn/eigen.h"
#include "nn/gemm.h"

enum { STRIPE = 4096, CROWD = 5, SAMPLE = 1024 };

/* -- Vendi score -- */

struct summing {
	const float *x;
	const uint32_t *row;
	size_t n, c;
	double *sum; /* (stripes, c, c) */
};

/* One stripe of X' X, in a place of its own: the order of sums is fixed. */
static int sum_stripe(void *context, size_t stripe)
{
	const struct summing *s = context;
	size_t c = s->c, from = stripe * STRIPE;
	size_t n = s->n - from < STRIPE ? s->n - from : STRIPE;
	float *x = mem_array(n * c, sizeof *x);
	float *product = mem_array(c * c, sizeof *product);
	double *sum = s->sum + stripe * c * c;

	for (size_t i = 0; i < n; i++) {
		size_t row = s->row ? s->row[from + i] : from + i;

		memcpy(x + i * c, s->x + row * c, c * sizeof *x);
	}
	gemm_tn(c, c, n, 1, x, c, x, c, 0, product, c);
	for (size_t i = 0; i < c * c; i++)
		sum[i] = product[i];
	free(x);
	free(product);
	return 0;
}

static double entropy(const double *share, size_t n)
{
	double total = 0, h = 0;

	for (size_t i = 0; i < n; i++)
		if (share[i] > 0)
			total += share[i];
	for (size_t i = 0; i < n; i++)
		if (share[i] > 0)
			h -= share[i] / total * log(share[i] / total);
	return h;
}

int spread_vendi(const float *x, size_t n, size_t c, const uint32_t *row,
		 struct par *par, double *vendi)
{
	size_t stripes = (n + STRIPE - 1) / STRIPE;
	struct summing s = { x, row, n, c, NULL };
	double *value = mem_array(c, sizeof *value);
	int rc;

	*vendi = n ? 1 : 0;
	s.sum = mem_try(stripes * c * c + 1, sizeof *s.sum);
	if (!s.sum) {
		rc = ERR_NOMEM;
		goto done;
	}
	if ((rc = par_for(par, stripes, sum_stripe, &s)) < 0)
		goto done;
	for (size_t t = 1; t < stripes; t++)
		for (size_t i = 0; i < c * c; i++)
			s.sum[i] += s.sum[t * c * c + i];
	if (n) {
		rc = eigen_symmetric(s.sum, c, value, NULL);
		*vendi = exp(entropy(value, c));
	}
done:
	free(s.sum);
	free(value);
	return rc;
}

/* -- the others -- */

static double coverage(const struct cells *cells)
{
	double *share = mem_array(cells->k, sizeof *share), h;

	for (size_t k = 0; k < cells->k; k++)
		share[k] = cells->size[k];
	h = entropy(share, cells->k);
	free(share);
	return cells->k > 1 ? h / log((double)cells->k) : 1;
}

static double distance(struct near near)
{
	return near.cosine >= 1 ? 0 : 1 - (double)near.cosine;
}

static double mean_nearest(const struct knn *knn)
{
	double sum = 0;
	size_t n = 0;

	for (size_t i = 0; i < knn->n; i++)
		if (knn->at[i * knn->k].id != TOPK_NONE) {
			sum += distance(knn->at[i * knn->k]);
			n++;
		}
	return n ? sum / (double)n : 0;
}

/* all: every neighbour of every one, best first (m, m - 1). */
static double novel_sum(const struct knn *all)
{
	size_t m = all->n, k = all->k;
	double *crowd = mem_array(m, sizeof *crowd), total = 0, weights = 0;

	for (size_t i = 0; i < m; i++) {
		for (size_t r = 0; r < k && r < CROWD; r++)
			crowd[i] += distance(all->at[i * k + r]);
		crowd[i] = 1 / sqrt(crowd[i] > 1e-6 ? crowd[i] : 1e-6);
	}
	for (size_t r = 0; r < k; r++)
		weights += 1 / (double)(r + 1);
	for (size_t i = 0; i < m; i++)
		for (size_t r = 0; r < k; r++) {
			struct near near = all->at[i * k + r];

			total += crowd[near.id] * distance(near) /
				 (double)(r + 1);
		}
	free(crowd);
	return total / (double)m / weights;
}

static int measure_sample(struct spread *spread, const float *x, size_t n,
			  size_t c, struct par *par)
{
	size_t m = n < SAMPLE ? n : SAMPLE;
	float *sample = mem_try(m * c, sizeof *sample);
	struct knn all = { 0 };
	int rc;

	if (!sample)
		return ERR_NOMEM;
	for (size_t i = 0; i < m; i++)
		memcpy(sample + i * c, x + i * n / m * c, c * sizeof *x);
	rc = knn_exact(&all, sample, m, c, m - 1, par);
	if (rc == 0)
		spread->novelsum = novel_sum(&all);
	knn_free(&all);
	free(sample);
	return rc;
}

int spread_measure(struct spread *spread, const float *x, size_t n, size_t c,
		   const struct cells *cells, const struct knn *knn,
		   struct par *par)
{
	int rc;

	*spread = (struct spread){ .pairs = n };
	if ((rc = spread_vendi(x, n, c, NULL, par, &spread->vendi)) < 0 ||
	    n < 2)
		return rc;
	spread->coverage = coverage(cells);
	spread->nearest = mean_nearest(knn);
	return measure_sample(spread, x, n, c, par);
}
