/* deepen.c - training the layers above a table */
#include "train/deepen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/fault.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/rng.h"
#include "model/weights.h"
#include "nn/adamw.h"
#include "train/likeness.h"
#include "train/neighbours.h"
#include "train/schedule.h"

enum {
	TILE = DEEP_TILE,
	BLOCKS = 64,      /* tasks that update the weights */
	SAVE_EVERY = 200, /* steps */
};

struct trainer {
	struct deep *deep;
	const struct lesson *lesson;
	const struct deepen_options *options;
	struct par *par;
	size_t batch, tiles, texts; /* texts: short enough */
	uint64_t each, step; /* each: batches an epoch */
	const uint32_t *text; /* (batch) of the lesson */
	struct likeness likeness;
	struct deep_tile *tile;    /* (tiles) */
	float *m, *v;         /* (n) Adam's moments */
	struct adamw adamw;
	double loss; /* sum since the last report */
	uint64_t losses;
};

static size_t tile_texts(const struct trainer *t, size_t i)
{
	size_t left = t->batch - i * TILE;

	return left < TILE ? left : TILE;
}

static int forward(void *context, size_t i)
{
	struct trainer *t = context;
	const uint32_t *text = t->text + i * TILE;
	const struct lesson *lesson = t->lesson;
	struct deep_sparing sparing = { 1, t->options->drop,
				   t->options->seed + t->step };

	for (size_t k = 0; k < tile_texts(t, i); k++)
		t->likeness.target[i * TILE + k] =
			lesson->target + lesson->row[text[k]] * lesson->d;
	deep_tile_forward(t->deep, &t->tile[i], &lesson->features, text,
		     tile_texts(t, i), &sparing,
		     t->likeness.v + i * TILE * lesson->d);
	return 0;
}

static int backward(void *context, size_t i)
{
	struct trainer *t = context;

	deep_tile_backward(t->deep, &t->tile[i], &t->lesson->features,
		      t->text + i * TILE, tile_texts(t, i),
		      t->likeness.dv + i * TILE * t->lesson->d);
	return 0;
}

static int update(void *context, size_t block)
{
	struct trainer *t = context;
	size_t all = t->deep->n, each = (all + BLOCKS - 1) / BLOCKS;
	size_t from = block * each < all ? block * each : all;
	size_t n = all - from < each ? all - from : each;
	float *sum = t->tile[0].gradient + from;

	for (size_t i = 1; i < t->tiles; i++)
		add_scaled(sum, t->tile[i].gradient + from, 1, n);
	adamw_step(&t->adamw, t->step, 1, t->deep->weights.base + from,
		   t->m + from, t->v + from, sum, n);
	return 0;
}

/* Loss of the batch; each tile is left with its gradient. */
static double batch_loss(struct trainer *t)
{
	double loss;

	par_for(t->par, t->tiles, forward, t);
	loss = likeness_run(&t->likeness, t->par);
	par_for(t->par, t->tiles, backward, t);
	return loss;
}

/* -- checkpoints -- */

static uint64_t fingerprint(const struct trainer *t)
{
	const struct deepen_options *o = t->options;
	const struct features *f = &t->lesson->features;
	double number[] = {
		t->deep->config.layers, t->deep->config.heads,
		t->deep->config.hidden, o->epochs, o->reports,
		(double)t->batch, o->rate, o->warm, o->decay, o->similarity,
		o->alike, o->drop, (double)o->leaf, (double)o->seed, (double)t->deep->n,
	};
	uint64_t h = hash64(number, sizeof number, 1);

	h = hash64(f->token, f->tokens * sizeof *f->token, h);
	h = hash64(t->lesson->target,
		   t->lesson->rows * t->lesson->d * sizeof(float), h);
	return hash64(t->deep->table.table,
		      (t->deep->table.tokens + t->deep->table.buckets) *
			      t->deep->table.d * sizeof(float), h);
}

static struct weight vector(const char *name, const float *at, size_t n)
{
	return (struct weight){ .name = str_of(name), .type = WEIGHT_F32,
				.dims = 1, .shape = { n }, .at = at, .n = n };
}

static int save(const struct trainer *t)
{
	struct weight weight[] = {
		vector("trained", t->deep->weights.base, t->deep->n),
		vector("m", t->m, t->deep->n),
		vector("v", t->v, t->deep->n),
	};
	char state[96], run[32];
	struct weights_note note[] = {
		{ STR("state"), { state, 0 } }, { STR("run"), { run, 0 } },
	};

	note[0].value.n = (size_t)snprintf(
		state, sizeof state, "%llu %llu %a",
		(unsigned long long)t->step, (unsigned long long)t->losses,
		t->loss);
	note[1].value.n = (size_t)snprintf(
		run, sizeof run, "%016llx", (unsigned long long)fingerprint(t));
	return err_wrap(weights_save(t->options->checkpoint, weight, 3, note, 2),
			"saving a checkpoint");
}

static int read_vector(const struct weights *file, const char *name, float *to,
		       size_t n)
{
	uint64_t shape = n;
	const struct weight *weight;
	int rc = weights_need(file, name, 1, &shape, &weight);

	if (rc == 0)
		weight_floats(weight, 0, n, to);
	return rc;
}

static int read_state(struct trainer *t, struct str text)
{
	unsigned long long step, losses;
	char copy[96] = "";

	if (text.n < sizeof copy)
		memcpy(copy, text.at, text.n);
	if (sscanf(copy, "%llu %llu %la", &step, &losses, &t->loss) != 3)
		return err_set(ERR_FORMAT, "its state cannot be read");
	t->step = step;
	t->losses = losses;
	return 0;
}

static int restore(struct trainer *t, const struct weights *file)
{
	size_t n = t->deep->n;
	char run[32];
	int rc;

	snprintf(run, sizeof run, "%016llx", (unsigned long long)fingerprint(t));
	if (!str_is(weights_note(file, "run"), run))
		return err_set(ERR_FORMAT, "of another run: its options, texts "
			       "or vectors differ; remove it to start again");
	if ((rc = read_state(t, weights_note(file, "state"))) < 0 ||
	    (rc = read_vector(file, "trained", t->deep->weights.base, n)) < 0 ||
	    (rc = read_vector(file, "m", t->m, n)) < 0)
		return rc;
	return read_vector(file, "v", t->v, n);
}

static int load(struct trainer *t)
{
	const char *path = t->options->checkpoint;
	struct weights file;
	int rc;

	if (!path || access(path, F_OK) != 0)
		return 0;
	if ((rc = weights_open(&file, path)) == 0) {
		rc = restore(t, &file);
		weights_close(&file);
	}
	return rc < 0 ? err_wrap(rc, "%s", path) : 0;
}

/* -- the whole -- */

static int trainer_init(struct trainer *t)
{
	size_t n = t->deep->n;
	int rc = 0;

	t->tiles = (t->batch + TILE - 1) / TILE;
	likeness_init(&t->likeness, t->batch, t->deep->table.d);
	t->likeness.similarity = t->options->similarity;
	t->likeness.alike = t->options->alike;
	t->tile = mem_array(t->tiles, sizeof *t->tile);
	for (size_t i = 0; i < t->tiles && rc == 0; i++)
		rc = deep_tile_init(&t->tile[i], t->deep, true);
	t->m = mem_try(n, sizeof *t->m);
	t->v = mem_try(n, sizeof *t->v);
	if (rc < 0 || !t->m || !t->v)
		return ERR_NOMEM;
	memset(t->m, 0, n * sizeof *t->m);
	memset(t->v, 0, n * sizeof *t->v);
	return 0;
}

static void trainer_free(struct trainer *t)
{
	for (size_t i = 0; i < t->tiles; i++)
		deep_tile_free(&t->tile[i]);
	free(t->tile);
	likeness_free(&t->likeness);
	free(t->m);
	free(t->v);
}

int deep_loss(struct deep *deep, const struct lesson *lesson,
	      const uint32_t *text, size_t n,
	      const struct deepen_options *options, struct par *par,
	      double *loss, float *gradient)
{
	struct trainer t = { .deep = deep, .lesson = lesson,
			     .options = options, .par = par, .batch = n,
			     .text = text };
	int rc = trainer_init(&t);

	if (rc == 0)
		*loss = batch_loss(&t);
	for (size_t i = 0; rc == 0 && i < t.tiles; i++)
		add_scaled(gradient, t.tile[i].gradient, 1, deep->n);
	trainer_free(&t);
	return rc;
}

/* After a step: tell, and save. */
static int after(struct trainer *t)
{
	const struct deepen_options *o = t->options;
	uint64_t reports = o->reports ? o->reports : 1;
	uint64_t part = t->each / reports ? t->each / reports : 1;

	if (t->step % t->each == 0 ||
	    (t->step % t->each % part == 0 &&
	     t->each - t->step % t->each >= part)) {
		if (o->report)
			o->report(o->context,
				  (double)t->step / (double)t->each,
				  t->loss / (double)t->losses);
		t->loss = 0;
		t->losses = 0;
	}
	if (o->checkpoint && t->step % SAVE_EVERY == 0) {
		int rc = save(t);

		fault_point();
		return rc;
	}
	return 0;
}

static bool is_taught(const struct lesson *lesson, size_t i)
{
	return features_view(&lesson->features, i).tokens <= DEEP_TAUGHT;
}

/* An epoch's order, of the texts that are short enough. */
static void draw_order(const struct trainer *t, uint64_t epoch,
		       uint32_t *order)
{
	struct rng rng;
	size_t n = 0;

	rng_init(&rng, t->options->seed + epoch, "layers");
	neighbours_order(t->lesson, t->options->leaf, &rng, order);
	for (size_t i = 0; i < t->lesson->features.texts; i++)
		if (is_taught(t->lesson, order[i]))
			order[n++] = order[i];
}

static int train_epochs(struct trainer *t, uint32_t *order)
{
	const struct deepen_options *o = t->options;
	uint64_t steps = t->each * o->epochs;
	struct schedule schedule = {
		.kind = SCHEDULE_WSD, .rate = o->rate, .decay = 1,
		.warm_up = (uint64_t)(o->warm * (double)steps) + 1,
		.steps = steps,
	};
	struct progress progress;
	int rc = 0;

	progress_start(&progress, "distill: layers", "batches", steps);
	for (uint64_t at = UINT64_MAX; t->step < steps && rc == 0;) {
		uint64_t epoch = t->step / t->each;

		if (epoch != at) {
			draw_order(t, epoch, order);
			at = epoch;
		}
		t->text = order + t->step % t->each * t->batch;
		t->adamw.rate = schedule_rate(&schedule, ++t->step);
		t->loss += batch_loss(t);
		t->losses++;
		par_for(t->par, BLOCKS, update, t);
		progress_set(&progress, t->step);
		rc = after(t);
	}
	progress_end(&progress);
	return rc;
}

int deepen(struct deep *deep, const struct lesson *lesson,
	   const struct deepen_options *options, struct par *par)
{
	size_t texts = lesson->features.texts;
	struct trainer t = {
		.deep = deep, .lesson = lesson, .options = options, .par = par,
		.adamw = { .beta1 = 0.9, .beta2 = 0.98, .eps = 1e-8,
			   .decay = options->decay },
	};
	uint32_t *order;
	int rc;

	for (size_t i = 0; i < texts; i++)
		t.texts += is_taught(lesson, i);
	if (!t.texts)
		return err_set(ERR_FORMAT, "no text of at most %d tokens",
			       DEEP_TAUGHT);
	t.batch = options->batch < t.texts ? options->batch : t.texts;
	t.each = t.texts / t.batch;
	order = mem_array(texts, sizeof *order);
	rc = trainer_init(&t);
	if (rc == 0 && (rc = load(&t)) == 0)
		rc = train_epochs(&t, order);
	trainer_free(&t);
	free(order);
	return rc;
}
