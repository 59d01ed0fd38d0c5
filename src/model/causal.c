/* causal.c - shapes and parameters of a causal transformer */
#include "model/causal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/rng.h"

enum { ALIGN = 16 }; /* floats: a cache line */

static const struct preset {
	const char *name;
	uint32_t layers, heads, channels, hidden, context;
} presets[] = {
	{ "tiny", 4, 4, 128, 384, 512 },
	{ "small", 6, 6, 384, 1024, 1024 },
	{ "medium", 12, 12, 768, 2048, 1024 },
};

int causal_preset(struct causal_config *config, const char *name)
{
	bool gpt2 = strncmp(name, "gpt2-", 5) == 0;

	for (size_t i = 0; i < sizeof presets / sizeof *presets; i++) {
		const struct preset *p = &presets[i];

		if (strcmp(name + (gpt2 ? 5 : 0), p->name) != 0)
			continue;
		*config = (struct causal_config){
			.kind = gpt2 ? CAUSAL_GPT2 : CAUSAL_LLAMA,
			.layers = p->layers,
			.heads = p->heads,
			.kv_heads = p->heads,
			.channels = p->channels,
			.head = p->channels / p->heads,
			.hidden = gpt2 ? 4 * p->channels : p->hidden,
			.context = p->context,
			.theta = 10000,
			.eps = 1e-5,
			.tied = true,
			.qkv_bias = gpt2,
			.stop = -1,
		};
		return 0;
	}
	return err_set(ERR_USAGE,
		       "no model size '%s'; there are tiny, small and medium, "
		       "and the same with gpt2- in front",
		       name);
}

/*
 * The one walk over all parameters, in the order of the array.  `at` is told
 * of each: where its pointer lives, its shape, and how files call it.
 */
struct walk {
	const struct causal_config *config;
	struct causal_params *params; /* to fill, or NULL */
	struct causal_tensor *tensor; /* to fill, or NULL */
	size_t offset, count, tensors;
};

static void name_part(struct walk *w, const char *name, int layer,
		      size_t offset, size_t rows, size_t columns)
{
	struct causal_tensor *t = w->tensor ? w->tensor + w->tensors : NULL;
	bool gpt2 = w->config->kind == CAUSAL_GPT2;

	w->tensors++;
	if (!t)
		return;
	*t = (struct causal_tensor){ .offset = offset,
				     .rows = rows,
				     .columns = columns };
	if (layer < 0)
		snprintf(t->name, sizeof t->name, "%s%s",
			 gpt2			  ? "transformer." :
			 strcmp(name, "lm_head.weight") == 0 ? "" : "model.",
			 name);
	else
		snprintf(t->name, sizeof t->name, "%s.%d.%s",
			 gpt2 ? "transformer.h" : "model.layers", layer, name);
	t->transposed = gpt2 && layer >= 0 && columns;
}

/* Room for rows x columns floats, and the pointer to them. */
static size_t place(struct walk *w, float **pointer, size_t rows,
		    size_t columns)
{
	size_t offset = w->offset, n = rows * (columns ? columns : 1);

	if (w->params)
		*pointer = w->params->base ? w->params->base + offset : NULL;
	w->offset += (n + ALIGN - 1) / ALIGN * ALIGN;
	w->count += n;
	return offset;
}

static void part(struct walk *w, float **pointer, const char *name, int layer,
		 size_t rows, size_t columns)
{
	size_t offset = place(w, pointer, rows, columns);

	name_part(w, name, layer, offset, rows, columns);
}

static void walk_gpt2_layer(struct walk *w, struct causal_layer *l, int i)
{
	const struct causal_config *c = w->config;
	size_t C = c->channels, F = c->hidden;

	part(w, &l->norm1, "ln_1.weight", i, C, 0);
	part(w, &l->norm1_bias, "ln_1.bias", i, C, 0);
	part(w, &l->qkv, "attn.c_attn.weight", i, 3 * C, C);
	part(w, &l->qkv_bias, "attn.c_attn.bias", i, 3 * C, 0);
	part(w, &l->out, "attn.c_proj.weight", i, C, C);
	part(w, &l->out_bias, "attn.c_proj.bias", i, C, 0);
	part(w, &l->norm2, "ln_2.weight", i, C, 0);
	part(w, &l->norm2_bias, "ln_2.bias", i, C, 0);
	part(w, &l->up, "mlp.c_fc.weight", i, F, C);
	part(w, &l->up_bias, "mlp.c_fc.bias", i, F, 0);
	part(w, &l->down, "mlp.c_proj.weight", i, C, F);
	part(w, &l->down_bias, "mlp.c_proj.bias", i, C, 0);
}

/* Three projections of files are one matrix here: their rows follow. */
static void walk_qkv(struct walk *w, struct causal_layer *l, int i)
{
	const struct causal_config *c = w->config;
	size_t C = c->channels, q = (size_t)c->heads * c->head;
	size_t kv = (size_t)c->kv_heads * c->head, at;

	at = place(w, &l->qkv, q + 2 * kv, C);
	name_part(w, "self_attn.q_proj.weight", i, at, q, C);
	name_part(w, "self_attn.k_proj.weight", i, at + q * C, kv, C);
	name_part(w, "self_attn.v_proj.weight", i, at + (q + kv) * C, kv, C);
	if (!c->qkv_bias)
		return;
	at = place(w, &l->qkv_bias, q + 2 * kv, 0);
	name_part(w, "self_attn.q_proj.bias", i, at, q, 0);
	name_part(w, "self_attn.k_proj.bias", i, at + q, kv, 0);
	name_part(w, "self_attn.v_proj.bias", i, at + q + kv, kv, 0);
}

static void walk_llama_layer(struct walk *w, struct causal_layer *l, int i)
{
	const struct causal_config *c = w->config;
	size_t C = c->channels, F = c->hidden, at;

	part(w, &l->norm1, "input_layernorm.weight", i, C, 0);
	walk_qkv(w, l, i);
	part(w, &l->out, "self_attn.o_proj.weight", i, C,
	     (size_t)c->heads * c->head);
	part(w, &l->norm2, "post_attention_layernorm.weight", i, C, 0);
	at = place(w, &l->up, 2 * F, C);
	name_part(w, "mlp.gate_proj.weight", i, at, F, C);
	name_part(w, "mlp.up_proj.weight", i, at + F * C, F, C);
	part(w, &l->down, "mlp.down_proj.weight", i, C, F);
}

static void walk(struct walk *w)
{
	const struct causal_config *c = w->config;
	struct causal_params none = { 0 };
	struct causal_params *p = w->params ? w->params : &none;
	struct causal_layer layer;
	bool gpt2 = c->kind == CAUSAL_GPT2;

	part(w, &p->embed, gpt2 ? "wte.weight" : "embed_tokens.weight", -1,
	     c->vocabulary, c->channels);
	if (gpt2)
		part(w, &p->position, "wpe.weight", -1, c->context,
		     c->channels);
	for (uint32_t i = 0; i < c->layers; i++) {
		struct causal_layer *l = w->params ? &p->layer[i] : &layer;

		if (gpt2)
			walk_gpt2_layer(w, l, (int)i);
		else
			walk_llama_layer(w, l, (int)i);
	}
	part(w, &p->norm, gpt2 ? "ln_f.weight" : "norm.weight", -1,
	     c->channels, 0);
	if (gpt2)
		part(w, &p->norm_bias, "ln_f.bias", -1, c->channels, 0);
	if (!c->tied)
		part(w, &p->head, "lm_head.weight", -1, c->vocabulary,
		     c->channels);
	else
		p->head = p->embed;
}

size_t causal_size(const struct causal_config *config)
{
	struct walk w = { .config = config };

	walk(&w);
	return w.offset;
}

size_t causal_count(const struct causal_config *config)
{
	struct walk w = { .config = config };

	walk(&w);
	return w.count;
}

int causal_map(const struct causal_config *config, float *base,
	       struct causal_params *params)
{
	struct walk w = { .config = config, .params = params };

	*params = (struct causal_params){ .base = base };
	params->layer = mem_array(config->layers, sizeof *params->layer);
	walk(&w);
	return 0;
}

struct causal_tensor *causal_tensors(const struct causal_config *config,
				     size_t *n)
{
	struct walk w = { .config = config };

	walk(&w);
	w = (struct walk){
		.config = config,
		.tensor = mem_array(w.tensors, sizeof *w.tensor),
	};
	walk(&w);
	*n = w.tensors;
	return w.tensor;
}

bool causal_same_shape(const struct causal_config *a,
		       const struct causal_config *b)
{
	return a->kind == b->kind && a->vocabulary == b->vocabulary &&
	       a->layers == b->layers && a->heads == b->heads &&
	       a->kv_heads == b->kv_heads && a->channels == b->channels &&
	       a->head == b->head && a->hidden == b->hidden &&
	       a->tied == b->tied && a->qkv_bias == b->qkv_bias &&
	       (a->kind == CAUSAL_LLAMA || a->context == b->context);
}

/* -- models -- */

static int allocate(struct causal *model, const struct causal_config *config)
{
	size_t n = causal_size(config);
	float *base = mem_try(n, sizeof *base);

	*model = (struct causal){ .config = *config };
	if (!base)
		return err_wrap(ERR_NOMEM, "a model of %zu million weights",
				n / 1000000);
	return causal_map(config, base, &model->weights);
}

/* Box and Muller, the cosine half. */
static float normal(struct rng *rng)
{
	double u = 1 - rng_unit(rng), v = rng_unit(rng);

	return (float)(sqrt(-2 * log(u)) * cos(6.283185307179586 * v));
}

int causal_init(struct causal *model, const struct causal_config *config,
		uint64_t seed)
{
	float deep = (float)(1 / sqrt(2.0 * config->layers));
	struct causal_tensor *tensor;
	struct rng rng;
	size_t n;
	int rc;

	if ((rc = allocate(model, config)) < 0)
		return rc;
	rng_init(&rng, seed, "weights");
	tensor = causal_tensors(config, &n);
	for (size_t i = 0; i < n; i++) {
		const struct causal_tensor *t = &tensor[i];
		float *w = model->weights.base + t->offset;
		struct str name = str_of(t->name);
		bool into = str_ends(name, STR("o_proj.weight")) ||
			    str_ends(name, STR("down_proj.weight")) ||
			    str_ends(name, STR("c_proj.weight"));
		float scale = 0.02f * (into ? deep : 1);

		if (t->columns)
			for (size_t j = 0; j < t->rows * t->columns; j++)
				w[j] = scale * normal(&rng);
		else if (!str_ends(name, STR("bias"))) /* gains of norms */
			for (size_t j = 0; j < t->rows; j++)
				w[j] = 1;
	}
	free(tensor);
	return 0;
}

int causal_copy(struct causal *model, const struct causal *from)
{
	int rc = allocate(model, &from->config);

	if (rc == 0)
		memcpy(model->weights.base, from->weights.base,
		       causal_size(&from->config) * sizeof(float));
	return rc;
}

void causal_free(struct causal *model)
{
	free(model->weights.base);
	free(model->weights.layer);
	*model = (struct causal){ 0 };
}
