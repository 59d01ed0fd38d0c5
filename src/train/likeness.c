/* likeness.c - a batch's loss and its gradient */
#include "train/likeness.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "nn/gemm.h"

/* What the loss of each length counts: d / 4, d / 2, d. */
static const float SHARE[LIKENESS_CUTS] = { 0.1f, 0.2f, 0.7f };

void likeness_init(struct likeness *l, size_t b, size_t d)
{
	*l = (struct likeness){ .batch = b, .d = d,
				.cut = { d / 4, d / 2, d },
				.similarity = 10 };
	l->target = mem_array(b, sizeof *l->target);
	l->v = mem_array(b * d, sizeof(float));
	l->dv = mem_array(b * d, sizeof(float));
	l->z = mem_array(LIKENESS_CUTS * b * d, sizeof(float));
	l->y = mem_array(LIKENESS_CUTS * b * d, sizeof(float));
	l->dz = mem_array(LIKENESS_CUTS * b * d, sizeof(float));
	l->scale = mem_array(LIKENESS_CUTS * b, sizeof(float));
	l->similar = mem_array(LIKENESS_CUTS * b * b, sizeof(float));
	l->wanted = mem_array(LIKENESS_CUTS * b * b, sizeof(float));
	l->loss = mem_array(b / LIKENESS_TILE + 1, sizeof(double));
}

void likeness_free(struct likeness *l)
{
	free(l->target);
	free(l->v);
	free(l->dv);
	free(l->z);
	free(l->y);
	free(l->dz);
	free(l->scale);
	free(l->similar);
	free(l->wanted);
	free(l->loss);
	*l = (struct likeness){ 0 };
}

void add_scaled(float *out, const float *x, float weight, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out[i] += weight * x[i];
}

static float dot(const float *a, const float *b, size_t n)
{
	float sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += a[i] * b[i];
	return sum;
}

float normalised(const float *v, size_t n, float *out)
{
	float square = dot(v, v, n);
	float scale = square > 1e-20f ? 1 / sqrtf(square) : 0;

	for (size_t i = 0; i < n; i++)
		out[i] = v[i] * scale;
	return scale;
}

static size_t tile_end(const struct likeness *l, size_t tile)
{
	size_t end = (tile + 1) * LIKENESS_TILE;

	return end < l->batch ? end : l->batch;
}

static int normalise_tile(void *context, size_t tile)
{
	struct likeness *l = context;
	size_t d = l->d;

	for (size_t i = tile * LIKENESS_TILE; i < tile_end(l, tile); i++)
		for (size_t k = 0; k < LIKENESS_CUTS; k++) {
			size_t at = k * l->batch + i;

			l->scale[at] = normalised(l->v + i * d, l->cut[k],
						  l->z + at * d);
			normalised(l->target[i], l->cut[k], l->y + at * d);
		}
	return 0;
}

/* similar (n) becomes w (similar - wanted); returns sum of w times squares. */
static double weigh(const struct likeness *l, float *similar,
		    const float *wanted, size_t n)
{
	double square = 0;

	for (size_t i = 0; i < n; i++) {
		float near = wanted[i] > 0 ? wanted[i] : 0;
		float weight = 1 + (float)l->alike * near * near;
		float error = similar[i] - wanted[i];

		square += (double)weight * (double)error * (double)error;
		similar[i] = weight * error;
	}
	return square;
}

/* Loss and dz of the texts of a tile, for one length of the vectors. */
static double loss_cut(struct likeness *l, size_t k, size_t from, size_t n)
{
	size_t d = l->d, b = l->batch, c = l->cut[k];
	const float *z = l->z + k * b * d, *y = l->y + k * b * d;
	float *similar = l->similar + (k * b + from) * b;
	float *wanted = l->wanted + (k * b + from) * b;
	float *dz = l->dz + (k * b + from) * d;
	double near = 0, square, all = (double)(b * b);

	gemm_nt(n, b, c, 1, z + from * d, d, z, d, 0, similar, b);
	gemm_nt(n, b, c, 1, y + from * d, d, y, d, 0, wanted, b);
	square = weigh(l, similar, wanted, n * b);
	gemm_nn(n, c, b, (float)(4 * l->similarity / all), similar, b, z, d, 0,
		dz, d);
	for (size_t i = 0; i < n; i++) {
		near += 1 - (double)dot(z + (from + i) * d,
					y + (from + i) * d, c);
		add_scaled(dz + i * d, y + (from + i) * d, -1 / (float)b, c);
	}
	return (near / (double)b + l->similarity * square / all) *
	       (double)SHARE[k];
}

/* dv of one text: through the normalisation of each length. */
static void gather(struct likeness *l, size_t i)
{
	size_t d = l->d;
	float *dv = l->dv + i * d;

	memset(dv, 0, d * sizeof *dv);
	for (size_t k = 0; k < LIKENESS_CUTS; k++) {
		size_t at = (k * l->batch + i) * d;
		float scale = l->scale[k * l->batch + i] * SHARE[k];
		float along = dot(l->dz + at, l->z + at, l->cut[k]);

		add_scaled(dv, l->dz + at, scale, l->cut[k]);
		add_scaled(dv, l->z + at, -along * scale, l->cut[k]);
	}
}

static int loss_tile(void *context, size_t tile)
{
	struct likeness *l = context;
	size_t from = tile * LIKENESS_TILE, n = tile_end(l, tile) - from;

	l->loss[tile] = 0;
	for (size_t k = 0; k < LIKENESS_CUTS; k++)
		l->loss[tile] += loss_cut(l, k, from, n);
	for (size_t i = from; i < from + n; i++)
		gather(l, i);
	return 0;
}

double likeness_run(struct likeness *l, struct par *par)
{
	size_t tiles = (l->batch + LIKENESS_TILE - 1) / LIKENESS_TILE;
	double loss = 0;

	par_for(par, tiles, normalise_tile, l);
	par_for(par, tiles, loss_tile, l);
	for (size_t i = 0; i < tiles; i++)
		loss += l->loss[i];
	return loss;
}
