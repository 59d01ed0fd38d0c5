/* generate.c - a causal model writes, one token after the other */
#include "model/generate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "nn/attention.h"
#include "nn/kernel.h"

enum { BLOCK = ATTENTION_BLOCK }; /* tokens of a prompt at a time */

struct widths {
	size_t channels, q, kv, qkv, up, hidden;
};

static struct widths widths_of(const struct causal_config *c)
{
	struct widths w = {
		.channels = c->channels,
		.q = (size_t)c->heads * c->head,
		.kv = (size_t)c->kv_heads * c->head,
		.hidden = c->hidden,
	};

	w.qkv = w.q + 2 * w.kv;
	w.up = c->kind == CAUSAL_LLAMA ? 2 * w.hidden : w.hidden;
	return w;
}

static const struct causal_config *config_of(const struct writer *w)
{
	return &w->frozen->model->config;
}

static float *cut(float **at, size_t n)
{
	float *piece = *at;

	*at += n;
	return piece;
}

int writer_init(struct writer *w, const struct frozen *frozen, size_t room)
{
	const struct causal_config *c = &frozen->model->config;
	struct widths s = widths_of(c);
	size_t cache = c->layers * room * s.kv;
	size_t rows = BLOCK * (2 * s.channels + s.qkv + s.q + s.up + s.hidden +
			       room);
	float *at;

	*w = (struct writer){ .frozen = frozen, .room = room };
	if (c->kind == CAUSAL_GPT2 && room > c->context)
		return err_set(ERR_LIMIT,
			       "%zu tokens asked for, but the model has %u "
			       "positions",
			       room, c->context);
	at = w->arena = mem_try(2 * cache + room * c->head + rows,
				sizeof *at);
	if (!at)
		return err_wrap(ERR_NOMEM, "room for %zu tokens", room);
	w->key = cut(&at, cache);
	w->value = cut(&at, cache);
	w->cosine = cut(&at, room * c->head / 2);
	w->sine = cut(&at, room * c->head / 2);
	w->x = cut(&at, BLOCK * s.channels);
	w->norm = cut(&at, BLOCK * s.channels);
	w->qkv = cut(&at, BLOCK * s.qkv);
	w->mixed = cut(&at, BLOCK * s.q);
	w->wide = cut(&at, BLOCK * s.up);
	w->narrow = cut(&at, BLOCK * s.hidden);
	w->probs = cut(&at, BLOCK * room);
	w->at = mem_array(BLOCK, sizeof *w->at);
	w->scratch = mem_alloc(frozen_scratch(frozen, BLOCK) + 1);
	w->from = mem_array(room, sizeof *w->from);
	w->to = mem_array(room, sizeof *w->to);
	for (size_t i = 0; i < room; i++)
		w->to[i] = (uint32_t)i + 1;
	if (c->kind == CAUSAL_LLAMA)
		rope_angles(w->cosine, w->sine, room, c->head, c->theta);
	return 0;
}

void writer_free(struct writer *w)
{
	free(w->arena);
	free(w->at);
	free(w->scratch);
	free(w->from);
	free(w->to);
	*w = (struct writer){ 0 };
}

void writer_reset(struct writer *w)
{
	w->n = 0;
}

/*
 * The rows of one pass: n tokens of one text, or one of each of n texts.  The
 * first text's writer lends its arrays to all.
 */
struct step {
	struct writer *const *of;
	struct writer *lent;
	size_t n;
	bool one_text;
};

static struct writer *text_of(const struct step *r, size_t i)
{
	return r->of[r->one_text ? 0 : i];
}

static void norm(const struct causal_config *c, float *out, const float *x,
		 const float *gain, const float *bias, size_t n)
{
	if (c->kind == CAUSAL_GPT2)
		kernel()->layer_norm(out, NULL, NULL, x, gain, bias, n,
				     c->channels, (float)c->eps);
	else
		kernel()->rms_norm(out, NULL, x, gain, n, c->channels,
				   (float)c->eps);
}

/* y = W x + bias, of all rows */
static void apply(const struct step *r, const struct linear *linear,
		  const float *x, float *y)
{
	linear_apply(linear, r->n, x, linear->in, y, linear->out,
		     r->lent->scratch);
}

/* A row's key and value go to the end of its text's cache. */
static void remember(const struct step *r, uint32_t layer, struct widths s)
{
	for (size_t i = 0; i < r->n; i++) {
		struct writer *w = text_of(r, i);
		const float *row = r->lent->qkv + i * s.qkv + s.q;
		size_t at = (layer * w->room + r->lent->at[i]) * s.kv;

		memcpy(w->key + at, row, s.kv * sizeof *row);
		memcpy(w->value + at, row + s.kv, s.kv * sizeof *row);
	}
}

/* One query over all that its text holds. */
static void look_back(const struct step *r, uint32_t layer, size_t i)
{
	struct writer *w = text_of(r, i);
	const struct causal_config *c = config_of(w);
	struct widths s = widths_of(c);
	size_t cache = layer * w->room * s.kv, share = c->heads / c->kv_heads;

	for (size_t h = 0; h < c->heads; h++) {
		size_t shared = cache + h / share * c->head;

		kernel()->attend(r->lent->mixed + i * s.q + h * c->head,
				 r->lent->qkv + i * s.qkv + h * c->head,
				 w->key + shared, w->value + shared, s.kv,
				 r->lent->at[i] + 1, c->head,
				 (float)(1 / sqrt((double)c->head)),
				 r->lent->probs);
	}
}

static void look_back_together(const struct step *r, uint32_t layer)
{
	struct writer *w = r->lent;
	const struct causal_config *c = config_of(w);
	struct widths s = widths_of(c);
	size_t cache = layer * w->room * s.kv;
	struct attention a = {
		.queries = r->n,
		.keys = w->n + r->n,
		.heads = c->heads,
		.kv_heads = c->kv_heads,
		.d = c->head,
		.from = w->from + w->n,
		.to = w->to + w->n,
		.forward_only = true,
	};

	attention(&a, w->qkv, s.qkv, w->key + cache, w->value + cache, s.kv,
		  w->mixed, s.q, w->probs);
}

static void attend(const struct step *r, const struct linear *qkv,
		   uint32_t layer)
{
	struct writer *w = r->lent;
	const struct causal_config *c = config_of(w);
	struct widths s = widths_of(c);

	apply(r, qkv, w->norm, w->qkv);
	if (c->kind == CAUSAL_LLAMA)
		kernel()->rope(w->qkv, r->n, s.qkv, c->heads + c->kv_heads,
			       c->head, w->cosine, w->sine, w->at, 1);
	remember(r, layer, s);
	if (r->one_text && r->n > 1)
		look_back_together(r, layer);
	else
		for (size_t i = 0; i < r->n; i++)
			look_back(r, layer, i);
}

static void layer(const struct step *r, uint32_t i)
{
	struct writer *w = r->lent;
	const struct causal_config *c = config_of(w);
	const struct causal_layer *l = &w->frozen->model->weights.layer[i];
	const struct frozen_layer *f = &w->frozen->layer[i];
	const struct kernel *k = kernel();
	size_t n = r->n, C = c->channels;

	norm(c, w->norm, w->x, l->norm1, l->norm1_bias, n);
	attend(r, &f->qkv, i);
	apply(r, &f->out, w->mixed, w->norm);
	k->residual(w->x, w->x, w->norm, NULL, n, C);
	norm(c, w->norm, w->x, l->norm2, l->norm2_bias, n);
	apply(r, &f->up, w->norm, w->wide);
	if (c->kind == CAUSAL_GPT2)
		k->gelu_tanh(w->narrow, w->wide, NULL, n, c->hidden);
	else
		k->swiglu(w->narrow, w->wide, n, c->hidden);
	apply(r, &f->down, w->narrow, w->norm);
	k->residual(w->x, w->x, w->norm, NULL, n, C);
}

static void feed(const struct step *r, const uint32_t *id)
{
	struct writer *w = r->lent;
	const struct causal_config *c = config_of(w);
	const struct causal_params *p = &w->frozen->model->weights;
	size_t C = c->channels;

	for (size_t i = 0; i < r->n; i++)
		w->at[i] = (uint32_t)(r->one_text ? w->n + i : r->of[i]->n);
	embed_rows(w->x, p->embed, id, r->n, C);
	for (size_t i = 0; p->position && i < r->n; i++)
		kernel()->bias(w->x + i * C, p->position + w->at[i] * C, 1, C);
	for (uint32_t i = 0; i < c->layers; i++)
		layer(r, i);
	if (r->one_text)
		w->n += r->n;
	else
		for (size_t i = 0; i < r->n; i++)
			r->of[i]->n++;
}

/* Logits of the last n rows. */
static void predict(const struct step *r, size_t n, float *logits)
{
	struct writer *w = r->lent;
	const struct causal_config *c = config_of(w);
	const struct causal_params *p = &w->frozen->model->weights;

	norm(c, w->norm, w->x + (r->n - n) * c->channels, p->norm,
	     p->norm_bias, n);
	linear_apply(&w->frozen->head, n, w->norm, c->channels, logits,
		     c->vocabulary, w->scratch);
}

int writer_feed(struct writer *w, const uint32_t *id, size_t n, float *logits)
{
	if (n > w->room - w->n)
		return err_set(ERR_LIMIT, "more than %zu tokens", w->room);
	for (size_t at = 0; at < n; at += BLOCK) {
		struct step r = { &w, w, n - at < BLOCK ? n - at : BLOCK,
				  true };

		feed(&r, id + at);
		if (logits && at + r.n == n)
			predict(&r, 1, logits);
	}
	return 0;
}

int writers_feed(struct writer *const *writer, const uint32_t *id, size_t n,
		 float *logits)
{
	struct step r = { writer, writer[0], n, false };

	for (size_t i = 0; i < n; i++)
		if (writer[i]->n >= writer[i]->room)
			return err_set(ERR_LIMIT, "more than %zu tokens",
				       writer[i]->room);
	feed(&r, id);
	predict(&r, n, logits);
	return 0;
}

/* -- choosing -- */

static uint32_t likeliest(const float *logits, size_t v)
{
	size_t best = 0;

	for (size_t i = 1; i < v; i++)
		if (logits[i] > logits[best])
			best = i;
	return (uint32_t)best;
}

/* Ids in a heap by their logit, the likeliest on top. */
static bool above(const float *logits, uint32_t a, uint32_t b)
{
	return logits[a] != logits[b] ? logits[a] > logits[b] : a < b;
}

static void sink(uint32_t *heap, size_t n, size_t i, const float *logits)
{
	for (;;) {
		size_t best = i, left = 2 * i + 1;
		uint32_t swap;

		for (size_t k = left; k < left + 2 && k < n; k++)
			if (above(logits, heap[k], heap[best]))
				best = k;
		if (best == i)
			return;
		swap = heap[i];
		heap[i] = heap[best];
		heap[best] = swap;
		i = best;
	}
}

/* The likeliest ones to the end of `order`, until k or p are reached. */
static size_t pick(struct choice *choice, const float *logits, size_t v,
		   double *sum)
{
	size_t most = choice->top_k && choice->top_k < v ? choice->top_k : v;
	uint32_t *heap = choice->order;
	size_t left = v;

	*sum = 0;
	for (size_t i = v; i-- > 0;)
		sink(heap, v, i, logits);
	while (left && v - left < most && *sum < choice->top_p) {
		uint32_t top = heap[0];

		*sum += (double)logits[top];
		heap[0] = heap[--left];
		heap[left] = top;
		sink(heap, left, 0, logits);
	}
	return v - left;
}

uint32_t choice_take(struct choice *choice, float *logits, size_t v)
{
	uint32_t from = 0, to = (uint32_t)v;
	double sum, drawn;
	size_t n;

	if (choice->temperature <= 0)
		return likeliest(logits, v);
	kernel()->softmax(logits, 1, v, &from, &to, 0, v,
			  (float)(1 / choice->temperature));
	mem_grow(&choice->order, &choice->order_room, v,
		 sizeof *choice->order);
	for (size_t i = 0; i < v; i++)
		choice->order[i] = (uint32_t)i;
	n = pick(choice, logits, v, &sum);
	drawn = rng_unit(&choice->rng) * sum;
	for (size_t i = 0; i < n; i++) {
		uint32_t id = choice->order[v - 1 - i];

		drawn -= (double)logits[id];
		if (drawn < 0)
			return id;
	}
	return choice->order[v - n];
}

void choice_free(struct choice *choice)
{
	free(choice->order);
	choice->order = NULL;
	choice->order_room = 0;
}
