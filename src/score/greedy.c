/* greedy.c - facility location and k-center, by lazy greedy search */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "near/knn.h"
#include "score/pick.h"

enum {
	DENSE = 2048,    /* up to so many pairs all cosines count */
	NEIGHBOURS = 32, /* above, those of the nearest */
};

/* -- a heap of bounds: what a pair adds, or last added, largest first -- */

struct bound {
	double gain;
	uint32_t i;
	uint32_t stamp; /* chosen pairs that the gain knows of */
};

struct heap {
	struct bound *at;
	size_t n;
};

static bool above(struct bound a, struct bound b)
{
	return a.gain > b.gain || (a.gain == b.gain && a.i < b.i);
}

static void sink(struct heap *heap, size_t i)
{
	struct bound *at = heap->at, moving = at[i];

	for (;;) {
		size_t child = 2 * i + 1;

		if (child >= heap->n)
			break;
		if (child + 1 < heap->n && above(at[child + 1], at[child]))
			child++;
		if (!above(at[child], moving))
			break;
		at[i] = at[child];
		i = child;
	}
	at[i] = moving;
}

static void heap_make(struct heap *heap)
{
	for (size_t i = heap->n / 2; i-- > 0;)
		sink(heap, i);
}

static void heap_drop(struct heap *heap)
{
	heap->at[0] = heap->at[--heap->n];
	if (heap->n)
		sink(heap, 0);
}

/*
 * Take the best again and again.  gain() brings a bound up to date; bounds only
 * fall, so one that is up to date and still on top is the best.
 */
static void take_best(struct pick *pick, struct heap *heap,
		      double (*gain)(void *context, struct bound bound),
		      void (*took)(void *context, uint32_t i), void *context)
{
	struct progress progress;

	progress_start(&progress, "selecting", "pairs", pick->options->count);
	while (heap->n && !pick_full(pick)) {
		struct bound *top = &heap->at[0];
		uint32_t i = top->i;

		if (!pick_wants(pick, i)) {
			heap_drop(heap);
			continue;
		}
		if (top->stamp != pick->n) {
			top->gain = gain(context, *top);
			top->stamp = (uint32_t)pick->n;
			sink(heap, 0);
			continue;
		}
		heap_drop(heap);
		pick_take(pick, i);
		if (pick->taken[i])
			took(context, i);
		progress_set(&progress, pick->n);
	}
	progress_end(&progress);
}

/* -- facility location on the graph of neighbours -- */

struct edge {
	uint32_t to;
	float cosine;
};

struct facility {
	struct edge *edge; /* of both directions, by their start */
	size_t *first;     /* (n + 1) */
	float *served;     /* (n) the best cosine to what is chosen */
	double value;
};

static double facility_gain(void *context, struct bound bound)
{
	const struct facility *f = context;
	double gain = 1 - (double)f->served[bound.i];

	for (size_t e = f->first[bound.i]; e < f->first[bound.i + 1]; e++) {
		float more = f->edge[e].cosine - f->served[f->edge[e].to];

		if (more > 0)
			gain += more;
	}
	return gain;
}

static void facility_took(void *context, uint32_t i)
{
	struct facility *f = context;

	f->value += facility_gain(f, (struct bound){ .i = i });
	f->served[i] = 1;
	for (size_t e = f->first[i]; e < f->first[i + 1]; e++)
		if (f->edge[e].cosine > f->served[f->edge[e].to])
			f->served[f->edge[e].to] = f->edge[e].cosine;
}

static int by_end(const void *left, const void *right)
{
	const struct edge *a = left, *b = right;

	return a->to < b->to ? -1 : a->to > b->to;
}

/* Both directions of every neighbourhood, each edge once. */
static int facility_edges(struct facility *f, const struct knn *knn)
{
	size_t n = knn->n, *next, kept = 0;

	f->first = mem_try(n + 2, sizeof *f->first);
	f->edge = mem_try(2 * n * knn->k + 1, sizeof *f->edge);
	f->served = mem_try(n + 1, sizeof *f->served);
	if (!f->first || !f->edge || !f->served)
		return ERR_NOMEM;
	next = f->first + 1;
	for (size_t i = 0; i < n * knn->k; i++)
		if (knn->at[i].id != TOPK_NONE && knn->at[i].cosine > 0) {
			next[i / knn->k + 1]++;
			next[knn->at[i].id + 1]++;
		}
	for (size_t i = 1; i <= n; i++)
		next[i] += next[i - 1];
	for (size_t i = 0; i < n * knn->k; i++)
		if (knn->at[i].id != TOPK_NONE && knn->at[i].cosine > 0) {
			uint32_t a = (uint32_t)(i / knn->k), b = knn->at[i].id;

			f->edge[next[a]++] =
				(struct edge){ b, knn->at[i].cosine };
			f->edge[next[b]++] =
				(struct edge){ a, knn->at[i].cosine };
		}
	/* now first[i + 1] is the end of i, and first[i] its start */
	for (size_t i = 0; i < n; i++) {
		size_t from = f->first[i], to = f->first[i + 1];

		qsort(f->edge + from, to - from, sizeof *f->edge, by_end);
		f->first[i] = kept;
		for (size_t e = from; e < to; e++)
			if (e == from || f->edge[e].to != f->edge[e - 1].to)
				f->edge[kept++] = f->edge[e];
	}
	f->first[n] = kept;
	return 0;
}

static int find_neighbours(struct knn *knn, const struct pick *pick)
{
	const struct vectors *v = pick->vectors;
	struct cells cells = { 0 };
	int rc = 0;

	if (v->n <= DENSE)
		return knn_exact(knn, v->x, v->n, v->c, v->n - 1, pick->par);
	if (v->n > KNN_EXACT)
		rc = cells_find(&cells, v->x, v->n, v->c, cells_suit(v->n),
				pick->seed, pick->par);
	if (rc == 0)
		rc = knn_find(knn, v->x, v->n, v->c, NEIGHBOURS, &cells,
			      pick->seed, pick->par);
	cells_free(&cells);
	return rc;
}

int pick_facility(struct pick *pick, double *value)
{
	size_t n = pick->vectors->n;
	struct facility f = { 0 };
	struct heap heap = { mem_try(n + 1, sizeof *heap.at), 0 };
	struct knn knn = { 0 };
	int rc = heap.at ? find_neighbours(&knn, pick) : ERR_NOMEM;

	if (rc == 0)
		rc = facility_edges(&f, &knn);
	knn_free(&knn);
	if (rc == 0) {
		for (size_t i = 0; i < pick->n; i++)
			facility_took(&f, pick->chosen[i]);
		for (uint32_t i = 0; i < n; i++)
			heap.at[heap.n++] = (struct bound){
				facility_gain(&f, (struct bound){ .i = i }),
				i, (uint32_t)pick->n,
			};
		heap_make(&heap);
		take_best(pick, &heap, facility_gain, facility_took, &f);
		*value = f.value;
	}
	free(f.edge);
	free(f.first);
	free(f.served);
	free(heap.at);
	return rc;
}

/* -- k-center -- */

struct kcenter {
	const struct vectors *vectors;
	float *row; /* (chosen, c) one after the other */
	size_t rows;
};

/* The distance to what was chosen since the stamp may be less. */
static double kcenter_gain(void *context, struct bound bound)
{
	const struct kcenter *k = context;
	size_t c = k->vectors->c;
	const float *x = k->vectors->x + bound.i * c;
	double least = bound.gain;

	for (size_t r = bound.stamp; r < k->rows; r++) {
		const float *y = k->row + r * c;
		float sum = 0;

		for (size_t j = 0; j < c; j++)
			sum += x[j] * y[j];
		if (1 - (double)sum < least)
			least = 1 - (double)sum;
	}
	return least;
}

static void kcenter_took(void *context, uint32_t i)
{
	struct kcenter *k = context;
	size_t c = k->vectors->c;

	memcpy(k->row + k->rows++ * c, k->vectors->x + i * c,
	       c * sizeof *k->row);
}

int pick_kcenter(struct pick *pick, double *value)
{
	const struct vectors *v = pick->vectors;
	size_t most = pick->options->count && pick->options->count < v->n
			      ? (size_t)pick->options->count
			      : v->n;
	struct kcenter k = { .vectors = v };
	struct heap heap = { mem_try(v->n + 1, sizeof *heap.at), 0 };

	k.row = mem_try((most + pick->n + 1) * v->c, sizeof *k.row);
	if (!k.row || !heap.at) {
		free(k.row);
		free(heap.at);
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < pick->n; i++)
		kcenter_took(&k, pick->chosen[i]);
	for (uint32_t i = 0; i < v->n; i++) /* not measured: as far as can be */
		heap.at[heap.n++] = (struct bound){ 3, i, 0 };
	heap_make(&heap);
	take_best(pick, &heap, kcenter_gain, kcenter_took, &k);
	*value = NAN;
	while (heap.n && !pick_wants(pick, heap.at[0].i))
		heap_drop(&heap);
	if (heap.n) { /* how far the farthest is that stays out */
		double radius = 0;

		for (size_t i = 0; i < heap.n; i++) {
			struct bound *b = &heap.at[i];

			if (b->gain <= radius || pick->taken[b->i])
				continue;
			b->gain = kcenter_gain(&k, *b);
			if (b->gain > radius)
				radius = b->gain;
		}
		*value = radius;
	}
	free(k.row);
	free(heap.at);
	return 0;
}
