/* trainer.c - one step: gradients by lanes, one sum, one move */
#include "train/trainer.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/rng.h"
#include "nn/grads.h"
#include "nn/kernel.h"

enum {
	SLICE = 1 << 16,          /* floats that a thread moves at a time */
	LANES_MOST = 16,
	LANES_MEMORY = 128 << 20, /* bytes of gradients, beyond two lanes */
	UNIT_TOKENS = 512,
};

struct trainer_slice {
	size_t at, n;
	double decay;  /* weight decay */
	double square; /* of the gradient */
};

/* -- what the optimiser moves, cut into slices -- */

static void add_slices(struct trainer *t, size_t at, size_t n, double decay,
		       size_t *room)
{
	while (n) {
		size_t m = n < SLICE ? n : SLICE;

		mem_grow(&t->slice, room, t->slices + 1, sizeof *t->slice);
		t->slice[t->slices++] =
			(struct trainer_slice){ at, m, decay, 0 };
		at += m;
		n -= m;
	}
}

/* Matrices decay, norms and biases do not; neither do LoRA's factors. */
static void cut_slices(struct trainer *t)
{
	struct causal_tensor *tensor;
	size_t n, room = 0;

	if (t->lora.rank) {
		add_slices(t, 0, t->n, 0, &room);
		return;
	}
	tensor = causal_tensors(&t->model->config, &n);
	for (size_t i = 0; i < n; i++)
		add_slices(t, tensor[i].offset,
			   tensor[i].rows *
				   (tensor[i].columns ? tensor[i].columns : 1),
			   tensor[i].columns ? t->options.adamw.decay : 0,
			   &room);
	free(tensor);
}

static size_t lanes_for(size_t units, size_t bytes)
{
	size_t lanes = 2;

	while (lanes < LANES_MOST && lanes * 2 * bytes <= LANES_MEMORY)
		lanes *= 2;
	while (lanes > units)
		lanes /= 2;
	return lanes ? lanes : 1;
}

static int make_lanes(struct trainer *t)
{
	const struct causal_config *c = &t->model->config;
	size_t size = causal_size(c);

	t->unit_rows = UNIT_TOKENS / t->options.tokens;
	if (!t->unit_rows)
		t->unit_rows = 1;
	/* small batches first of all feed the lanes */
	while (t->unit_rows > 1 && t->options.batch / t->unit_rows < 2)
		t->unit_rows /= 2;
	t->units = (t->options.batch + t->unit_rows - 1) / t->unit_rows;
	t->lanes = lanes_for(t->units, size * sizeof(float));
	t->unit_loss = mem_array(t->units, sizeof *t->unit_loss);
	t->lane = mem_array(t->lanes, sizeof *t->lane);
	for (size_t l = 0; l < t->lanes; l++) {
		float *base = mem_try(size, sizeof *base);

		if (!base)
			return err_wrap(ERR_NOMEM, "gradients");
		causal_map(c, base, &t->lane[l]);
	}
	return 0;
}

static int make_moments(struct trainer *t)
{
	t->trained = t->lora.rank ? t->lora.factor : t->model->weights.base;
	t->n = t->lora.rank ? t->lora.factors : causal_size(&t->model->config);
	t->m = mem_try(t->n, sizeof *t->m);
	t->v = mem_try(t->n, sizeof *t->v);
	if (!t->m || !t->v)
		return err_wrap(ERR_NOMEM, "moments of the optimiser");
	t->gradient = t->lane[0].base;
	if (t->lora.rank &&
	    !(t->gradient = mem_try(t->n, sizeof *t->gradient)))
		return ERR_NOMEM;
	return 0;
}

static int make_rows(struct trainer *t)
{
	const struct train_options *o = &t->options;
	unsigned how = ROWS_SHUFFLED | (o->alone ? ROWS_ALONE : 0);
	int rc = rows_init(&t->pairs, t->data.pairs, o->tokens, o->seed,
			   "pairs", how);

	if (rc == 0 && t->data.text)
		rc = rows_init(&t->text, t->data.text, o->tokens, o->seed,
			       "text", how);
	if (rc == 0)
		rc = batch_init(&t->batch, o->batch, o->tokens);
	if (rc == 0 && o->neftune > 0) {
		t->noise = mem_try(o->batch * o->tokens *
					   t->model->config.channels,
				   sizeof *t->noise);
		rc = t->noise ? 0 : ERR_NOMEM;
	}
	return rc;
}

int trainer_init(struct trainer *t, struct causal *model,
		 const struct train_data *data,
		 const struct train_options *options, struct par *par)
{
	int rc = 0;

	*t = (struct trainer){
		.options = *options,
		.data = *data,
		.par = par,
		.model = model,
	};
	if (options->rank)
		rc = lora_init(&t->lora, model, options->rank, options->alpha,
			       options->seed);
	if (rc == 0 && options->kl > 0)
		rc = causal_copy(&t->base, model);
	if (rc == 0)
		rc = make_lanes(t);
	if (rc == 0)
		rc = make_moments(t);
	if (rc == 0)
		rc = make_rows(t);
	if (rc == 0)
		cut_slices(t);
	pool_init(&t->pool, &model->config, t->unit_rows ? t->unit_rows : 1,
		  options->tokens, true, options->kl > 0);
	return rc;
}

void trainer_free(struct trainer *t)
{
	for (size_t l = 0; l < t->lanes; l++) {
		free(t->lane[l].base);
		free(t->lane[l].layer);
	}
	if (t->lora.rank)
		free(t->gradient);
	free(t->lane);
	free(t->unit_loss);
	free(t->slice);
	free(t->m);
	free(t->v);
	free(t->noise);
	rows_free(&t->pairs);
	rows_free(&t->text);
	batch_free(&t->batch);
	pool_free(&t->pool);
	lora_free(&t->lora);
	causal_free(&t->base);
	*t = (struct trainer){ 0 };
}

/* -- the gradient -- */

/* alpha / sqrt(T C) U(-1, 1) on the embeddings */
static void make_noise(struct trainer *t)
{
	size_t C = t->model->config.channels, T = t->options.tokens;
	float scale = (float)(t->options.neftune / sqrt((double)(T * C)));
	char name[64];
	struct rng rng;

	snprintf(name, sizeof name, "noise-%llu",
		 (unsigned long long)t->step);
	rng_init(&rng, t->options.seed, name);
	for (size_t i = 0; i < t->batch.rows * T * C; i++)
		t->noise[i] = scale * (float)(2 * rng_unit(&rng) - 1);
}

static int run_unit(struct trainer *t, struct pool_item *item, size_t u,
		    struct causal_params *gradient)
{
	size_t first = u * t->unit_rows, left = t->options.batch - first;
	struct pass_batch part = batch_part(
		&t->batch, first, left < t->unit_rows ? left : t->unit_rows);
	struct pass_base base = { &item->base, &t->base.weights,
				  t->options.kl };

	if (t->noise)
		part.noise = t->noise + first * t->options.tokens *
						t->model->config.channels;
	pass_forward(&item->pass, &t->model->weights, &part);
	if (t->options.kl > 0) {
		struct pass_batch clean = part;

		clean.noise = NULL;
		pass_forward(&item->base, &t->base.weights, &clean);
	}
	t->unit_loss[u] = pass_loss(&item->pass, &t->model->weights, &part,
				    t->options.kl > 0 ? &base : NULL,
				    gradient);
	pass_backward(&item->pass, &t->model->weights, &part, gradient);
	return 0;
}

static int each_lane(void *context, size_t l)
{
	struct trainer *t = context;
	struct pool_item *item;
	int rc;

	if ((rc = pool_take(&t->pool, &item)) < 0)
		return rc;
	for (size_t u = l; u < t->units; u += t->lanes)
		run_unit(t, item, u, &t->lane[l]);
	pool_give(&t->pool, item);
	return 0;
}

/* Lanes into the first, as a tree; the others are zero again. */
static void add_lanes(struct trainer *t, size_t at, size_t n)
{
	for (size_t stride = 1; stride < t->lanes; stride *= 2)
		for (size_t l = 0; l + stride < t->lanes; l += 2 * stride) {
			float *sum = t->lane[l].base + at;
			float *other = t->lane[l + stride].base + at;

			kernel()->residual(sum, sum, other, NULL, 1, n);
			memset(other, 0, n * sizeof *other);
		}
}

/* Without LoRA a slice of the moved array is a slice of the gradient. */
static int each_sum(void *context, size_t i)
{
	struct trainer *t = context;
	struct trainer_slice *s = &t->slice[i];

	if (!t->lora.rank)
		add_lanes(t, s->at, s->n);
	s->square = grads()->square_sum(t->gradient + s->at, s->n);
	return 0;
}

static int each_move(void *context, size_t i)
{
	struct trainer *t = context;
	struct trainer_slice *s = &t->slice[i];
	struct adamw adamw = t->adamw;

	adamw.decay = s->decay;
	adamw_step(&adamw, t->step, t->scale, t->trained + s->at, t->m + s->at,
		   t->v + s->at, t->gradient + s->at, s->n);
	memset(t->gradient + s->at, 0, s->n * sizeof *t->gradient);
	return 0;
}

static void clear_gradients(struct trainer *t)
{
	size_t size = causal_size(&t->model->config);

	for (size_t l = 0; l < t->lanes; l++)
		memset(t->lane[l].base, 0, size * sizeof(float));
}

static double gradient_norm(struct trainer *t)
{
	double square = 0;

	if (t->lora.rank) {
		add_lanes(t, 0, causal_size(&t->model->config));
		lora_grads(&t->lora, t->lane[0].base, t->gradient);
	}
	par_for(t->par, t->slices, each_sum, t);
	for (size_t i = 0; i < t->slices; i++)
		square += t->slice[i].square;
	return sqrt(square);
}

static void move(struct trainer *t, const struct trainer_done *done)
{
	double clip = t->options.clip;

	t->adamw = t->options.adamw;
	t->adamw.rate = done->rate;
	t->scale = clip > 0 && done->norm > clip ? (float)(clip / done->norm) :
						   1;
	par_for(t->par, t->slices, each_move, t);
	if (t->lora.rank) {
		lora_merge(&t->lora, t->model->weights.base);
		clear_gradients(t);
	}
}

int trainer_step(struct trainer *t, struct trainer_done *done)
{
	const struct train_options *o = &t->options;
	int rc;

	rc = batch_fill(&t->batch, &t->pairs, t->data.text ? &t->text : NULL,
			o->replay, o->prompt, t->taken);
	if (rc < 0)
		return rc;
	if (t->noise)
		make_noise(t);
	if ((rc = par_for(t->par, t->lanes, each_lane, t)) < 0)
		return rc;
	*done = (struct trainer_done){
		.rate = schedule_rate(&o->schedule, t->step + 1),
		.tokens = t->batch.used,
		.documents = t->batch.documents,
	};
	for (size_t u = 0; u < t->units; u++)
		done->loss += t->unit_loss[u];
	done->norm = gradient_norm(t);
	if (!isfinite(done->loss) || !isfinite(done->norm)) {
		clear_gradients(t);
		return err_set(ERR_ANSWER,
			       "step %llu: the %s is not a number; try a "
			       "smaller --lr or a longer --warm-up",
			       (unsigned long long)t->step + 1,
			       isfinite(done->loss) ? "gradient" : "loss");
	}
	t->step++;
	t->taken += o->batch;
	move(t, done);
	return 0;
}
