/* layout.c - points on a plane, near each other where their vectors are */
#include "stats/layout.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/rng.h"

enum { ROUNDS = 150, PUSHES = 5 };

#define SPREAD 10.0 /* of the points at the start: standard deviation */
#define STEP 4.0    /* the longest */

static void scale(double *x, double *y, size_t n)
{
	double mean_x = 0, mean_y = 0, sum = 0, factor;

	for (size_t i = 0; i < n; i++) {
		mean_x += x[i] / (double)n;
		mean_y += y[i] / (double)n;
	}
	for (size_t i = 0; i < n; i++) {
		x[i] -= mean_x;
		y[i] -= mean_y;
		sum += x[i] * x[i] + y[i] * y[i];
	}
	factor = sum > 0 ? SPREAD / sqrt(sum / (double)n / 2) : 0;
	for (size_t i = 0; i < n; i++) {
		x[i] *= factor;
		y[i] *= factor;
	}
}

static double bounded(double step)
{
	return step > STEP ? STEP : step < -STEP ? -STEP : step;
}

/* d log(1 / (1 + d^2)): towards the neighbour, who comes to meet it. */
static void pull(double *x, double *y, size_t i, size_t j, double rate)
{
	double dx = x[i] - x[j], dy = y[i] - y[j];
	double force = -2 / (1 + dx * dx + dy * dy);
	double step_x = rate * bounded(force * dx);
	double step_y = rate * bounded(force * dy);

	x[i] += step_x;
	y[i] += step_y;
	x[j] -= step_x;
	y[j] -= step_y;
}

/* d log(1 - 1 / (1 + d^2)): away from who happens to be there. */
static void push(double *x, double *y, size_t i, size_t j, double rate)
{
	double dx = x[i] - x[j], dy = y[i] - y[j];
	double square = dx * dx + dy * dy;
	double force = 2 / ((0.001 + square) * (1 + square));

	x[i] += rate * bounded(force * dx);
	y[i] += rate * bounded(force * dy);
}

void layout_refine(double *x, double *y, const struct knn *knn)
{
	struct rng rng;

	rng_init(&rng, 1, "layout");
	scale(x, y, knn->n);
	for (int round = 0; round < ROUNDS; round++) {
		double rate = 1 - (double)round / ROUNDS;

		for (size_t e = 0; e < knn->n * knn->k; e++) {
			size_t i = e / knn->k;

			if (knn->at[e].id == TOPK_NONE)
				continue;
			pull(x, y, i, knn->at[e].id, rate);
			for (int p = 0; p < PUSHES; p++) {
				size_t j = rng_below(&rng, knn->n);

				if (j != i)
					push(x, y, i, j, rate);
			}
		}
	}
}

/* The k nearest on the plane, by insertion. */
static void nearest(const double *x, const double *y, size_t n, size_t i,
		    size_t k, uint32_t *id, double *square)
{
	for (size_t r = 0; r < k; r++)
		square[r] = INFINITY;
	for (size_t j = 0; j < n; j++) {
		double dx = x[i] - x[j], dy = y[i] - y[j];
		double d = dx * dx + dy * dy;
		size_t r = k - 1;

		if (j == i || !(d < square[r]))
			continue;
		for (; r && d < square[r - 1]; r--) {
			square[r] = square[r - 1];
			id[r] = id[r - 1];
		}
		square[r] = d;
		id[r] = (uint32_t)j;
	}
}

double layout_kept(const double *x, const double *y, const struct knn *knn)
{
	size_t k = knn->k, kept = 0, all = 0;
	uint32_t *id = mem_array(k, sizeof *id);
	double *square = mem_array(k, sizeof *square);

	for (size_t i = 0; i < knn->n; i++) {
		nearest(x, y, knn->n, i, k, id, square);
		for (size_t e = i * k; e < (i + 1) * k; e++) {
			all += knn->at[e].id != TOPK_NONE;
			for (size_t r = 0; r < k; r++)
				kept += isfinite(square[r]) &&
					id[r] == knn->at[e].id;
		}
	}
	free(id);
	free(square);
	return all ? (double)kept / (double)all : 0;
}
