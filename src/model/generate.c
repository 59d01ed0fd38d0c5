/* generate.c - a causal model writes, one token after the other */
#include "model/generate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "nn/attention.h"
#include "nn/gemm.h"
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

static float *cut(float **at, size_t n)
{
	float *piece = *at;

	*at += n;
	return piece;
}

int writer_init(struct writer *w, const struct causal *model, size_t room)
{
	const struct causal_config *c = &model->config;
	struct widths s = widths_of(c);
	size_t cache = c->layers * room * s.kv;
	size_t rows = BLOCK * (2 * s.channels + s.qkv + s.q + s.up + s.hidden +
			       room);
	float *at;

	*w = (struct writer){ .model = model, .room = room };
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
	w->position = mem_array(room, sizeof *w->position);
	w->from = mem_array(room, sizeof *w->from);
	w->to = mem_array(room, sizeof *w->to);
	for (size_t i = 0; i < room; i++) {
		w->position[i] = (uint32_t)i;
		w->to[i] = (uint32_t)i + 1;
	}
	if (c->kind == CAUSAL_LLAMA)
		rope_angles(w->cosine, w->sine, room, c->head, c->theta);
	return 0;
}

void writer_free(struct writer *w)
{
	free(w->arena);
	free(w->position);
	free(w->from);
	free(w->to);
	*w = (struct writer){ 0 };
}

void writer_reset(struct writer *w)
{
	w->n = 0;
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

/* The new tokens' keys and values go to the end of the layer's cache. */
static void attend(struct writer *w, const struct causal_layer *l,
		   uint32_t layer, size_t n)
{
	const struct causal_config *c = &w->model->config;
	struct widths s = widths_of(c);
	float *key = w->key + layer * w->room * s.kv;
	float *value = w->value + layer * w->room * s.kv;
	struct attention a = {
		.queries = n,
		.keys = w->n + n,
		.heads = c->heads,
		.kv_heads = c->kv_heads,
		.d = c->head,
		.from = w->from + w->n,
		.to = w->to + w->n,
		.forward_only = true,
	};

	gemm_nt(n, s.qkv, s.channels, 1, w->norm, s.channels, l->qkv,
		s.channels, 0, w->qkv, s.qkv);
	if (l->qkv_bias)
		kernel()->bias(w->qkv, l->qkv_bias, n, s.qkv);
	if (c->kind == CAUSAL_LLAMA)
		kernel()->rope(w->qkv, n, s.qkv, c->heads + c->kv_heads,
			       c->head, w->cosine, w->sine, w->position + w->n,
			       1);
	for (size_t i = 0; i < n; i++) {
		const float *row = w->qkv + i * s.qkv + s.q;
		size_t at = (w->n + i) * s.kv;

		memcpy(key + at, row, s.kv * sizeof *key);
		memcpy(value + at, row + s.kv, s.kv * sizeof *value);
	}
	attention(&a, w->qkv, s.qkv, key, value, s.kv, w->mixed, s.q,
		  w->probs);
}

static void layer(struct writer *w, uint32_t i, size_t n)
{
	const struct causal_config *c = &w->model->config;
	const struct causal_layer *l = &w->model->weights.layer[i];
	struct widths s = widths_of(c);

	norm(c, w->norm, w->x, l->norm1, l->norm1_bias, n);
	attend(w, l, i, n);
	gemm_nt(n, s.channels, s.q, 1, w->mixed, s.q, l->out, s.q, 1, w->x,
		s.channels);
	if (l->out_bias)
		kernel()->bias(w->x, l->out_bias, n, s.channels);
	norm(c, w->norm, w->x, l->norm2, l->norm2_bias, n);
	gemm_nt(n, s.up, s.channels, 1, w->norm, s.channels, l->up, s.channels,
		0, w->wide, s.up);
	if (c->kind == CAUSAL_GPT2)
		kernel()->gelu_tanh(w->narrow, w->wide, l->up_bias, n,
				    s.hidden);
	else
		kernel()->swiglu(w->narrow, w->wide, n, s.hidden);
	gemm_nt(n, s.channels, s.hidden, 1, w->narrow, s.hidden, l->down,
		s.hidden, 1, w->x, s.channels);
	if (l->down_bias)
		kernel()->bias(w->x, l->down_bias, n, s.channels);
}

static void feed_block(struct writer *w, const uint32_t *id, size_t n,
		       float *logits)
{
	const struct causal_config *c = &w->model->config;
	const struct causal_params *p = &w->model->weights;
	size_t C = c->channels;

	embed_rows(w->x, p->embed, id, n, C);
	for (size_t i = 0; p->position && i < n; i++)
		kernel()->bias(w->x + i * C, p->position + (w->n + i) * C, 1,
			       C);
	for (uint32_t i = 0; i < c->layers; i++)
		layer(w, i, n);
	w->n += n;
	if (!logits)
		return;
	norm(c, w->norm, w->x + (n - 1) * C, p->norm, p->norm_bias, 1);
	gemm_nt(1, c->vocabulary, C, 1, w->norm, C, p->head, C, 0, logits,
		c->vocabulary);
}

int writer_feed(struct writer *w, const uint32_t *id, size_t n, float *logits)
{
	if (n > w->room - w->n)
		return err_set(ERR_LIMIT, "more than %zu tokens", w->room);
	for (size_t at = 0; at < n; at += BLOCK) {
		bool last = n - at <= BLOCK;

		feed_block(w, id + at, last ? n - at : BLOCK,
			   last ? logits : NULL);
	}
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
