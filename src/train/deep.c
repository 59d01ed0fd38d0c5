/* deep.c - layers above a table: there, and back */
#include "train/deep.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/rng.h"
#include "train/likeness.h"

enum { CHUNK = 16 * DEEP_TILE }; /* texts a task that only encodes */

/* -- the model -- */

/* Root of the mean square of the rows' numbers, over all tokens seen. */
static double row_size(const struct lookup *table, const struct features *seen)
{
	double *square = mem_array(table->tokens, sizeof *square), sum = 0;

	for (size_t i = 0; i < table->tokens; i++)
		for (size_t c = 0; c < table->d; c++) {
			double x = (double)table->table[i * table->d + c];

			square[i] += x * x / (double)table->d;
		}
	for (size_t i = 0; i < seen->tokens; i++)
		sum += square[seen->token[i]];
	free(square);
	return sum > 0 ? sqrt(sum / (double)seen->tokens) : 1;
}

static void copy_table(struct deep *deep, const struct lookup *table,
		       double scale)
{
	size_t n = (table->tokens + table->buckets) * table->d;

	lookup_init(&deep->table, table->tokens, table->buckets, table->d);
	deep->table.ngram_weight = table->ngram_weight;
	for (size_t i = 0; i < n; i++)
		deep->table.table[i] = table->table[i] * (float)scale;
}

static float normal(struct rng *rng)
{
	double u = 1 - rng_unit(rng), v = rng_unit(rng);

	return (float)(sqrt(-2 * log(u)) * cos(6.283185307179586 * v));
}

/* out and down stay zero. */
static void start_layers(struct deep *deep, uint64_t seed)
{
	size_t C = deep->table.d, F = deep->config.hidden;
	float scale = (float)(1 / sqrt((double)C));
	struct rng rng;

	rng_init(&rng, seed, "layers");
	for (uint32_t i = 0; i < deep->config.layers; i++) {
		struct causal_layer *l = &deep->weights.layer[i];

		for (size_t c = 0; c < C; c++)
			l->norm1[c] = l->norm2[c] = 1;
		for (size_t j = 0; j < 3 * C * C; j++)
			l->qkv[j] = scale * normal(&rng);
		for (size_t j = 0; j < 2 * F * C; j++)
			l->up[j] = scale * normal(&rng);
	}
}

int deep_init(struct deep *deep, const struct lookup *table,
	      const struct features *seen, const struct deep_shape *shape, uint64_t seed)
{
	uint32_t d = (uint32_t)table->d;
	float *base;

	*deep = (struct deep){ .config = {
		.kind = CAUSAL_LLAMA, .layers = shape->layers, .heads = shape->heads,
		.kv_heads = shape->heads, .channels = d, .head = d / shape->heads,
		.hidden = shape->hidden, .context = DEEP_MOST, .theta = 10000,
		.eps = 1e-5, .tied = true, .stop = -1,
	} };
	deep->scale = 1 / row_size(table, seen);
	copy_table(deep, table, deep->scale);
	deep->n = causal_size(&deep->config);
	base = mem_try(deep->n, sizeof *base);
	if (!base)
		return ERR_NOMEM;
	causal_map(&deep->config, base, &deep->weights);
	deep->weights.embed = deep->table.table;
	start_layers(deep, seed);
	return 0;
}

void deep_free(struct deep *deep)
{
	lookup_free(&deep->table);
	free(deep->weights.base);
	free(deep->weights.layer);
	*deep = (struct deep){ 0 };
}

/* -- some texts through the layers -- */

int deep_tile_init(struct deep_tile *t, const struct deep *deep, bool grads)
{
	size_t n = DEEP_TILE * DEEP_MOST;
	int rc;

	*t = (struct deep_tile){ 0 };
	if ((rc = pass_init(&t->pass, &deep->config, DEEP_TILE, DEEP_MOST,
			    grads)) < 0)
		return rc;
	t->id = mem_array(n, sizeof *t->id);
	t->position = mem_array(n, sizeof *t->position);
	t->from = mem_array(n, sizeof *t->from);
	t->to = mem_array(n, sizeof *t->to);
	t->none = mem_array(n, sizeof *t->none);
	t->zero = mem_array(n, sizeof *t->zero);
	if (!grads)
		return 0;
	if (!(t->gradient = mem_try(deep->n, sizeof *t->gradient)))
		return ERR_NOMEM;
	causal_map(&deep->config, t->gradient, &t->into);
	t->into.embed = NULL;
	return 0;
}

void deep_tile_free(struct deep_tile *t)
{
	pass_free(&t->pass);
	free(t->id);
	free(t->position);
	free(t->from);
	free(t->to);
	free(t->none);
	free(t->zero);
	free(t->gradient);
	free(t->into.layer);
}

static struct pass_batch tile_batch(const struct deep_tile *t)
{
	return (struct pass_batch){
		.rows = t->rows, .tokens = DEEP_MOST, .id = t->id,
		.position = t->position, .from = t->from, .to = t->to,
		.target = t->none, .weight = t->zero,
	};
}

/* Lay a text's tokens into the first row that has room. */
static void lay(struct deep_tile *t, size_t k, const struct view *view)
{
	size_t n = view->tokens < DEEP_MOST ? view->tokens : DEEP_MOST;
	size_t row = 0, at;

	while (row < t->rows && t->filled[row] + n > DEEP_MOST)
		row++;
	if (row == t->rows)
		t->filled[t->rows++] = 0;
	at = row * DEEP_MOST + t->filled[row];
	t->start[k] = at;
	for (size_t i = 0; i < n; i++) {
		t->id[at + i] = view->token[i];
		t->position[at + i] = (uint32_t)i;
		t->from[at + i] = (uint32_t)t->filled[row];
		t->to[at + i] = (uint32_t)(t->filled[row] + n);
	}
	t->filled[row] += n;
}

/* What is left of a row sees nothing and is not looked at. */
static void close_rows(struct deep_tile *t)
{
	for (size_t r = 0; r < t->rows; r++)
		for (size_t i = t->filled[r]; i < DEEP_MOST; i++) {
			size_t at = r * DEEP_MOST + i;

			t->id[at] = t->position[at] = 0;
			t->from[at] = t->to[at] = (uint32_t)t->filled[r];
		}
}

static void pool_ngrams(const struct deep *deep, const struct view *view,
			uint32_t text, const struct deep_sparing *s, float *out)
{
	uint64_t seed = rng_keyed(s->seed, text);
	uint64_t least = (uint64_t)(s->drop * 0x1p32);
	size_t d = deep->table.d, n = 0;
	const float *ngrams = deep->table.table + deep->table.tokens * d;

	memset(out, 0, d * sizeof *out);
	for (size_t i = 0; i < view->buckets; i++) {
		if (rng_keyed(seed, view->bucket[i]) >> 32 < least)
			continue;
		add_scaled(out, ngrams + view->bucket[i] * d, 1, d);
		n++;
	}
	for (size_t c = 0; n && c < d; c++)
		out[c] *= (float)(s->weight / sqrt((double)n));
}

/* v (n, D) of texts text[0 .. n), not normalised. */
void deep_tile_forward(const struct deep *deep, struct deep_tile *t,
			 const struct features *features, const uint32_t *text,
			 size_t n, const struct deep_sparing *sparing, float *v)
{
	size_t d = deep->table.d;
	struct pass_batch batch;
	const float *x;

	t->rows = 0;
	for (size_t k = 0; k < n; k++) {
		struct view view = features_view(features, text[k]);

		lay(t, k, &view);
	}
	close_rows(t);
	batch = tile_batch(t);
	pass_forward(&t->pass, &deep->weights, &batch);
	x = t->pass.layer[deep->config.layers - 1].out;
	for (size_t k = 0; k < n; k++) {
		struct view view = features_view(features, text[k]);
		float *out = v + k * d;

		pool_ngrams(deep, &view, text[k], sparing, out);
		for (size_t i = 0; i < view.tokens && i < DEEP_MOST; i++)
			add_scaled(out, x + (t->start[k] + i) * d,
				   view.token_weight, d);
	}
}

/* dv (n, D) back to the gradient of the layers. */
void deep_tile_backward(const struct deep *deep, struct deep_tile *t,
			  const struct features *features,
			  const uint32_t *text, size_t n, const float *dv)
{
	struct pass_batch batch = tile_batch(t);
	size_t d = deep->table.d;
	float *dx = t->pass.dx;

	memset(dx, 0, t->rows * DEEP_MOST * d * sizeof *dx);
	memset(t->gradient, 0, deep->n * sizeof *t->gradient);
	for (size_t k = 0; k < n; k++) {
		struct view view = features_view(features, text[k]);

		for (size_t i = 0; i < view.tokens && i < DEEP_MOST; i++)
			add_scaled(dx + (t->start[k] + i) * d, dv + k * d,
				   view.token_weight, d);
	}
	pass_backward(&t->pass, &deep->weights, &batch, &t->into);
}

/* -- vectors -- */

struct encoding {
	const struct deep *deep;
	const struct features *features;
	size_t from, n;
	float *out;
};

static void encode_tile(const struct encoding *e, struct deep_tile *tile,
			size_t from, size_t n)
{
	size_t d = e->deep->table.d;
	float *out = e->out + (from - e->from) * d;
	struct deep_sparing all = { .weight = e->deep->table.ngram_weight };
	uint32_t text[DEEP_TILE] = { 0 };

	for (size_t k = 0; k < n; k++)
		text[k] = (uint32_t)(from + k);
	deep_tile_forward(e->deep, tile, e->features, text, n, &all, out);
	for (size_t k = 0; k < n; k++)
		normalised(out + k * d, d, out + k * d);
}

static int encode_chunk(void *context, size_t chunk)
{
	const struct encoding *e = context;
	size_t from = chunk * CHUNK, to = from + CHUNK;
	struct deep_tile tile;
	int rc = deep_tile_init(&tile, e->deep, false);

	to = to < e->n ? to : e->n;
	for (; rc == 0 && from < to; from += DEEP_TILE)
		encode_tile(e, &tile, e->from + from,
			    to - from < DEEP_TILE ? to - from : DEEP_TILE);
	deep_tile_free(&tile);
	return rc;
}

int deep_encode(const struct deep *deep, const struct features *features,
		size_t from, size_t n, struct par *par, float *out)
{
	struct encoding e = { deep, features, from, n, out };

	return par_for(par, (n + CHUNK - 1) / CHUNK, encode_chunk, &e);
}
