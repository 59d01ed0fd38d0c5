/* context.c - layers that let the tokens of a text see each other */
#include "model/context.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "nn/kernel.h"

enum { LAYERS_MOST = 64, HEADS_MOST = 256, HIDDEN_MOST = 1 << 16 };

static const double THETA = 10000;
static const float EPS = 1e-5f;

/* -- from the file -- */

static int read_number(const struct weights *weights, const char *key,
		       size_t most, size_t *out)
{
	struct str note = weights_note(weights, key);
	char text[16] = "", *end;
	unsigned long value;

	if (note.n < sizeof text)
		memcpy(text, note.at, note.n);
	value = strtoul(text, &end, 10);
	if (!note.n || *end || value < 1 || value > most)
		return err_set(ERR_FORMAT, "%s is not a number from 1 to %zu",
			       key, most);
	*out = value;
	return 0;
}

/* layer.N.NAME.q times its scales, packed */
static int fetch_linear(const struct weights *weights, size_t layer,
			const char *name, size_t out, size_t in,
			enum linear_type type, struct linear *linear)
{
	const struct weight *q, *scale;
	char full[48];
	float *w;
	int rc;

	snprintf(full, sizeof full, "layer.%zu.%s.q", layer, name);
	if ((rc = weights_need(weights, full, 2, (uint64_t[]){ out, in },
			       &q)) < 0)
		return rc;
	snprintf(full, sizeof full, "layer.%zu.%s.scale", layer, name);
	if ((rc = weights_need(weights, full, 1, (uint64_t[]){ out },
			       &scale)) < 0)
		return rc;
	if (!(w = mem_try(out * in, sizeof *w)))
		return ERR_NOMEM;
	weight_floats(q, 0, out * in, w);
	for (size_t r = 0; r < out; r++) {
		float s;

		weight_floats(scale, r, 1, &s);
		for (size_t i = 0; i < in; i++)
			w[r * in + i] *= s;
	}
	rc = linear_init(linear, out, in, w, NULL, type);
	free(w);
	return rc;
}

static int fetch_norm(const struct weights *weights, size_t layer,
		      const char *name, size_t d, float *out)
{
	const struct weight *norm;
	char full[48];
	int rc;

	snprintf(full, sizeof full, "layer.%zu.%s", layer, name);
	rc = weights_need(weights, full, 1, (uint64_t[]){ d }, &norm);
	if (rc == 0)
		weight_floats(norm, 0, d, out);
	return rc;
}

static int fetch_layer(struct context *c, const struct weights *weights,
		       size_t i, enum linear_type type)
{
	struct context_layer *layer = &c->layer[i];
	size_t d = c->d, f = c->hidden;
	int rc;

	layer->norm = mem_array(2 * d, sizeof *layer->norm);
	if ((rc = fetch_linear(weights, i, "qkv", 3 * d, d, type,
			       &layer->qkv)) < 0 ||
	    (rc = fetch_linear(weights, i, "out", d, d, type,
			       &layer->out)) < 0 ||
	    (rc = fetch_linear(weights, i, "up", 2 * f, d, type,
			       &layer->up)) < 0 ||
	    (rc = fetch_linear(weights, i, "down", d, f, type,
			       &layer->down)) < 0 ||
	    (rc = fetch_norm(weights, i, "norm1", d, layer->norm)) < 0)
		return rc;
	return fetch_norm(weights, i, "norm2", d, layer->norm + d);
}

static int read_shape(struct context *c, const struct weights *weights)
{
	const struct weight *down = weights_find(weights, "layer.0.down.q");
	int rc;

	if ((rc = read_number(weights, "layers", LAYERS_MOST,
			      &c->layers)) < 0 ||
	    (rc = read_number(weights, "heads", HEADS_MOST, &c->heads)) < 0)
		return rc;
	if (c->d % (2 * c->heads))
		return err_set(ERR_FORMAT, "%zu numbers cannot be shared by "
			       "%zu heads", c->d, c->heads);
	if (!down || down->dims != 2 || !down->shape[1] ||
	    down->shape[1] > HIDDEN_MOST)
		return err_set(ERR_FORMAT, "no layer.0.down.q of up to %d "
			       "columns", HIDDEN_MOST);
	c->hidden = down->shape[1];
	return 0;
}

int context_open(struct context *c, const struct weights *weights, size_t d,
		 size_t positions, enum linear_type type)
{
	size_t half;
	int rc = 0;

	*c = (struct context){ .d = d, .positions = positions };
	if (!weights_note(weights, "layers").n)
		return 0;
	if ((rc = read_shape(c, weights)) < 0) {
		c->layers = 0;
		return rc;
	}
	c->layer = mem_array(c->layers, sizeof *c->layer);
	for (size_t i = 0; i < c->layers && rc == 0; i++)
		rc = fetch_layer(c, weights, i, type);
	half = d / c->heads / 2;
	c->cosine = mem_array(positions * half, sizeof *c->cosine);
	c->sine = mem_array(positions * half, sizeof *c->sine);
	rope_angles(c->cosine, c->sine, positions, d / c->heads, THETA);
	return rc;
}

void context_free(struct context *c)
{
	for (size_t i = 0; c->layer && i < c->layers; i++) {
		linear_free(&c->layer[i].qkv);
		linear_free(&c->layer[i].out);
		linear_free(&c->layer[i].up);
		linear_free(&c->layer[i].down);
		free(c->layer[i].norm);
	}
	free(c->layer);
	free(c->cosine);
	free(c->sine);
	*c = (struct context){ 0 };
}

/* -- forward -- */

static size_t larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

void context_room_init(struct context_room *room, const struct context *c,
		       size_t tokens)
{
	const struct context_layer *l = c->layer;
	size_t wide = larger(3 * c->d, 2 * c->hidden);

	room->x = mem_array(tokens * c->d, sizeof(float));
	room->y = mem_array(tokens * c->d, sizeof(float));
	room->wide = mem_array(tokens * wide, sizeof(float));
	room->hidden = mem_array(tokens * c->hidden, sizeof(float));
	room->position = mem_array(tokens, sizeof *room->position);
	room->scratch = mem_alloc(
		1 + larger(larger(linear_scratch(&l->qkv, tokens),
				  linear_scratch(&l->out, tokens)),
			   larger(linear_scratch(&l->up, tokens),
				  linear_scratch(&l->down, tokens))));
	attend_room_init(&room->attend, tokens, c->d / c->heads);
}

void context_room_free(struct context_room *room)
{
	free(room->x);
	free(room->y);
	free(room->wide);
	free(room->hidden);
	free(room->position);
	free(room->scratch);
	attend_room_free(&room->attend);
	*room = (struct context_room){ 0 };
}

static void run_layer(const struct context *c, const struct context_layer *l,
		      struct context_room *room, size_t texts,
		      const size_t *end, size_t n)
{
	const struct kernel *k = kernel();
	size_t d = c->d, f = c->hidden, head = d / c->heads;

	k->rms_norm(room->y, NULL, room->x, l->norm, n, d, EPS);
	linear_apply(&l->qkv, n, room->y, d, room->wide, 3 * d, room->scratch);
	k->rope(room->wide, n, 3 * d, 2 * c->heads, head, c->cosine, c->sine,
		room->position, 1);
	attend(&room->attend, c->heads, head, texts, end, room->wide, room->y);
	linear_apply(&l->out, n, room->y, d, room->wide, d, room->scratch);
	k->residual(room->x, room->x, room->wide, NULL, n, d);

	k->rms_norm(room->y, NULL, room->x, l->norm + d, n, d, EPS);
	linear_apply(&l->up, n, room->y, d, room->wide, 2 * f, room->scratch);
	k->swiglu(room->hidden, room->wide, n, f);
	linear_apply(&l->down, n, room->hidden, f, room->y, d, room->scratch);
	k->residual(room->x, room->x, room->y, NULL, n, d);
}

void context_forward(const struct context *c, struct context_room *room,
		     size_t texts, const size_t *end)
{
	size_t start = 0;

	for (size_t t = 0; t < texts; start = end[t++])
		for (size_t i = start; i < end[t]; i++)
			room->position[i] = (uint32_t)(i - start);
	for (size_t i = 0; start && i < c->layers; i++)
		run_layer(c, &c->layer[i], room, texts, end, start);
}

/* -- to a file -- */

static struct weight *part(struct context_parts *p, size_t layer,
			   const char *name, enum weight_type type,
			   size_t rows, size_t columns, size_t size)
{
	struct buf *bytes = &p->bytes[p->n];
	struct weight *w = &p->weight[p->n++];
	size_t n = rows * (columns ? columns : 1);

	*w = (struct weight){ .type = type, .dims = columns ? 2 : 1,
			      .shape = { rows, columns }, .n = n };
	buf_room(bytes, n * size + 64);
	bytes->n = n * size;
	w->at = bytes->at;
	w->name.at = bytes->at + n * size;
	w->name.n = (size_t)snprintf(bytes->at + n * size, 64, "layer.%zu.%s",
				     layer, name);
	return w;
}

static void pack_matrix(struct context_parts *p, size_t layer, const char *name,
			size_t rows, size_t columns, const float *w)
{
	char full[16];
	int8_t *q;
	float *scale;

	snprintf(full, sizeof full, "%s.q", name);
	part(p, layer, full, WEIGHT_I8, rows, columns, 1);
	q = (int8_t *)p->bytes[p->n - 1].at;
	snprintf(full, sizeof full, "%s.scale", name);
	part(p, layer, full, WEIGHT_F32, rows, 0, sizeof *scale);
	scale = (float *)(void *)p->bytes[p->n - 1].at;
	for (size_t r = 0; r < rows; r++, w += columns, q += columns) {
		float most = 0;

		for (size_t i = 0; i < columns; i++)
			most = fmaxf(most, fabsf(w[i]));
		scale[r] = most / INT8_MOST;
		for (size_t i = 0; i < columns; i++)
			q[i] = most > 0 ? (int8_t)lrintf(
						  w[i] * (INT8_MOST / most)) :
					  0;
	}
}

static void pack_norm(struct context_parts *p, size_t layer, const char *name,
		      size_t d, const float *gain)
{
	part(p, layer, name, WEIGHT_F32, d, 0, sizeof *gain);
	memcpy(p->bytes[p->n - 1].at, gain, d * sizeof *gain);
}

void context_pack(struct context_parts *p, const struct causal_config *config,
		  const struct causal_params *params)
{
	size_t d = config->channels, f = config->hidden;
	size_t most = config->layers * 10;

	*p = (struct context_parts){
		.weight = mem_array(most, sizeof *p->weight),
		.bytes = mem_array(most, sizeof *p->bytes),
	};
	for (size_t i = 0; i < config->layers; i++) {
		const struct causal_layer *l = &params->layer[i];

		pack_matrix(p, i, "qkv", 3 * d, d, l->qkv);
		pack_matrix(p, i, "out", d, d, l->out);
		pack_matrix(p, i, "up", 2 * f, d, l->up);
		pack_matrix(p, i, "down", d, f, l->down);
		pack_norm(p, i, "norm1", d, l->norm1);
		pack_norm(p, i, "norm2", d, l->norm2);
	}
}

void context_parts_free(struct context_parts *p)
{
	for (size_t i = 0; i < p->n; i++)
		buf_free(&p->bytes[i]);
	free(p->weight);
	free(p->bytes);
	*p = (struct context_parts){ 0 };
}
