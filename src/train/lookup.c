/* lookup.c - batches, their loss, and Adam over the table */
#include "train/lookup.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/rng.h"
#include "nn/adamw.h"
#include "train/likeness.h"
#include "train/neighbours.h"

enum {
	TILE = LIKENESS_TILE, /* texts a task */
	BLOCKS = 64,          /* tasks that update the table */
};

void lookup_init(struct lookup *lookup, size_t tokens, size_t buckets, size_t d)
{
	*lookup = (struct lookup){ tokens, buckets, d, NULL, 1 };
	lookup->table = mem_array((tokens + buckets) * d,
				  sizeof *lookup->table);
}

void lookup_free(struct lookup *lookup)
{
	free(lookup->table);
	*lookup = (struct lookup){ 0 };
}

/* -- one text -- */

static void pool(const struct lookup *lookup, const struct view *view,
		 float *out)
{
	size_t d = lookup->d;
	const float *ngrams = lookup->table + lookup->tokens * d;

	memset(out, 0, d * sizeof *out);
	for (size_t i = 0; i < view->tokens; i++)
		add_scaled(out, lookup->table + view->token[i] * d,
			   view->token_weight, d);
	for (size_t i = 0; i < view->buckets; i++)
		add_scaled(out, ngrams + view->bucket[i] * d,
			   view->bucket_weight, d);
}

void lookup_encode(const struct lookup *lookup, const struct features *features,
		   size_t from, size_t n, float *out)
{
	for (size_t i = 0; i < n; i++) {
		struct view view = features_view(features, from + i);

		view.bucket_weight *= (float)lookup->ngram_weight;
		pool(lookup, &view, out + i * lookup->d);
		normalised(out + i * lookup->d, lookup->d, out + i * lookup->d);
	}
}

/* -- one batch -- */

struct entry {
	uint32_t text; /* of the batch */
	float weight;
};

/* A row of the table that a text of the batch looks up. */
struct visit {
	uint32_t row;
	float weight;
};

struct trainer {
	struct lookup *lookup;
	const struct lesson *lesson;
	const struct lookup_options *options;
	struct par *par;
	size_t batch, d, rows;
	const uint32_t *text; /* (batch) of the lesson */
	struct likeness likeness;
	size_t *visit_start;  /* (batch) */
	size_t *visits;       /* (batch) that were not left out */
	struct visit *visit;
	size_t visit_room;
	struct entry *entry;  /* by row of the table */
	size_t entry_room;
	uint32_t *start;      /* (rows + 1) */
	float *m, *v2;        /* (rows, d) Adam's moments */
	struct adamw adamw;
	uint64_t step;
};

static size_t tile_end(const struct trainer *t, size_t tile)
{
	size_t end = (tile + 1) * TILE;

	return end < t->batch ? end : t->batch;
}

/* Room for the visits of each text. */
static void lay_out(struct trainer *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->batch; i++) {
		struct view view = features_view(&t->lesson->features, t->text[i]);

		t->visit_start[i] = n;
		n += view.tokens + view.buckets;
	}
	mem_grow(&t->visit, &t->visit_room, n, sizeof *t->visit);
}

/*
 * The rows that text i looks up this time: each is left out with probability
 * `drop`, which depends on the step, the text and the row alone.
 */
static void choose_visits(struct trainer *t, size_t i)
{
	struct view view = features_view(&t->lesson->features, t->text[i]);
	struct visit *visit = t->visit + t->visit_start[i];
	uint64_t seed = rng_keyed(t->options->seed + t->step, t->text[i]);
	uint64_t least = (uint64_t)(t->options->drop * 0x1p32);
	size_t n = 0;

	for (size_t k = 0; k < view.tokens; k++)
		if (rng_keyed(seed, view.token[k]) >> 32 >= least)
			visit[n++] = (struct visit){ view.token[k],
						     view.token_weight };
	for (size_t k = 0; k < view.buckets; k++) {
		uint32_t row = (uint32_t)t->lookup->tokens + view.bucket[k];

		if (rng_keyed(seed, row) >> 32 >= least)
			visit[n++] = (struct visit){ row, view.bucket_weight };
	}
	t->visits[i] = n;
}

static void sum_visits(const struct trainer *t, size_t i, float *out)
{
	const struct visit *visit = t->visit + t->visit_start[i];

	memset(out, 0, t->d * sizeof *out);
	for (size_t k = 0; k < t->visits[i]; k++)
		add_scaled(out, t->lookup->table + visit[k].row * t->d,
			visit[k].weight, t->d);
}

static int forward_tile(void *context, size_t tile)
{
	struct trainer *t = context;

	for (size_t i = tile * TILE; i < tile_end(t, tile); i++) {
		choose_visits(t, i);
		sum_visits(t, i, t->likeness.v + i * t->d);
		t->likeness.target[i] = t->lesson->target +
					t->lesson->row[t->text[i]] * t->d;
	}
	return 0;
}

/* -- the table -- */

/* Who uses each row: entry[start[r - 1] .. start[r]) afterwards. */
static void list_rows(struct trainer *t)
{
	memset(t->start, 0, (t->rows + 1) * sizeof *t->start);
	for (size_t i = 0; i < t->batch; i++)
		for (size_t k = 0; k < t->visits[i]; k++)
			t->start[t->visit[t->visit_start[i] + k].row + 1]++;
	for (size_t r = 0; r < t->rows; r++)
		t->start[r + 1] += t->start[r];
	mem_grow(&t->entry, &t->entry_room, t->start[t->rows],
		 sizeof *t->entry);
	for (size_t i = 0; i < t->batch; i++)
		for (size_t k = 0; k < t->visits[i]; k++) {
			struct visit *visit = &t->visit[t->visit_start[i] + k];

			t->entry[t->start[visit->row]++] = (struct entry){
				(uint32_t)i, visit->weight };
		}
}

static int update_block(void *context, size_t block)
{
	struct trainer *t = context;
	size_t d = t->d, each = (t->rows + BLOCKS - 1) / BLOCKS;
	size_t from = block * each, to = from + each;
	float *gradient = mem_array(d, sizeof *gradient);

	for (size_t r = from; r < to && r < t->rows; r++) {
		size_t e = r ? t->start[r - 1] : 0;

		memset(gradient, 0, d * sizeof *gradient);
		for (; e < t->start[r]; e++)
			add_scaled(gradient,
				   t->likeness.dv + t->entry[e].text * d,
				   t->entry[e].weight, d);
		adamw_step(&t->adamw, t->step, 1, t->lookup->table + r * d,
			   t->m + r * d, t->v2 + r * d, gradient, d);
	}
	free(gradient);
	return 0;
}

/* -- the whole -- */

static int trainer_init(struct trainer *t)
{
	size_t b = t->batch, d = t->d;

	likeness_init(&t->likeness, b, d);
	t->likeness.similarity = t->options->similarity;
	t->likeness.alike = t->options->alike;
	t->start = mem_array(t->rows + 1, sizeof *t->start);
	t->visit_start = mem_array(b, sizeof *t->visit_start);
	t->visits = mem_array(b, sizeof *t->visits);
	t->m = mem_try(t->rows, d * sizeof(float));
	t->v2 = mem_try(t->rows, d * sizeof(float));
	if (!t->m || !t->v2)
		return ERR_NOMEM;
	memset(t->m, 0, t->rows * d * sizeof(float));
	memset(t->v2, 0, t->rows * d * sizeof(float));
	return 0;
}

static void trainer_free(struct trainer *t)
{
	likeness_free(&t->likeness);
	free(t->start);
	free(t->visit_start);
	free(t->visits);
	free(t->visit);
	free(t->entry);
	free(t->m);
	free(t->v2);
}

/* Up in a line, then down in a line to 0. */
static double rate_at(const struct lookup_options *options, uint64_t step,
		      uint64_t steps)
{
	double warm = options->warm * (double)steps, now = (double)step;

	if (now < warm)
		return options->rate * now / warm;
	return options->rate * ((double)steps - now + 1) /
	       ((double)steps - warm + 1);
}

static double train_batch(struct trainer *t)
{
	size_t tiles = (t->batch + TILE - 1) / TILE;
	double loss;

	lay_out(t);
	par_for(t->par, tiles, forward_tile, t);
	loss = likeness_run(&t->likeness, t->par);
	list_rows(t);
	par_for(t->par, BLOCKS, update_block, t);
	return loss;
}

static void train_epochs(struct trainer *t, uint32_t *order)
{
	const struct lookup_options *options = t->options;
	size_t texts = t->lesson->features.texts;
	uint64_t each = texts / t->batch, steps = each * options->epochs;
	struct progress progress;
	struct rng rng;

	rng_init(&rng, options->seed, "distill");
	progress_start(&progress, "distill", "batches", steps);
	for (unsigned epoch = 0; epoch < options->epochs; epoch++) {
		double loss = 0;

		neighbours_order(t->lesson, options->leaf, &rng, order);
		for (uint64_t i = 0; i < each; i++) {
			t->step++;
			t->adamw.rate = rate_at(options, t->step, steps);
			t->text = order + i * t->batch;
			loss += train_batch(t);
			progress_set(&progress, t->step);
		}
		if (options->report)
			options->report(options->context, epoch + 1,
					loss / (double)each);
	}
	progress_end(&progress);
}

int lookup_train(struct lookup *lookup, const struct lesson *lesson,
		 const struct lookup_options *options, struct par *par)
{
	size_t texts = lesson->features.texts;
	struct trainer t = {
		.lookup = lookup, .lesson = lesson, .options = options,
		.par = par, .d = lookup->d,
		.batch = options->batch < texts ? options->batch : texts,
		.rows = lookup->tokens + lookup->buckets,
		.adamw = { .beta1 = 0.9, .beta2 = 0.98, .eps = 1e-8,
			   .decay = options->decay },
	};
	uint32_t *order = mem_array(texts, sizeof *order);
	int rc = trainer_init(&t);

	if (rc == 0)
		train_epochs(&t, order);
	trainer_free(&t);
	free(order);
	return rc;
}
