/* bert.c - the layers of a BERT-type encoder, for texts packed side by side */
#include "model/bert.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "model/config.h"
#include "model/vocabulary.h"
#include "nn/kernel.h"

/* -- from the files -- */

static int read_size(const cJSON *config, const char *key, double most,
		     size_t *size)
{
	double value = config_number(config, key, 0);

	if (!(value >= 1 && value <= most) || value != (double)(size_t)value)
		return err_set(ERR_FORMAT, "config.json: %s is %g, not 1 to "
					   "%g", key, value, most);
	*size = (size_t)value;
	return 0;
}

static int read_activation(struct bert *bert, const cJSON *config)
{
	struct str name = str_of(config_text(config, "hidden_act"));

	bert->tanh = str_is(name, "gelu_new") ||
		     str_is(name, "gelu_pytorch_tanh") ||
		     str_is(name, "gelu_fast");
	if (!bert->tanh && !str_is(name, "gelu"))
		return err_set(ERR_FORMAT, "config.json: hidden_act \"%.40s\" "
			       "is not one that itdata computes", name.at);
	return 0;
}

static int read_config(struct bert *bert, const cJSON *config)
{
	const char *positions = config_text(config, "position_embedding_type");
	int rc;

	if ((rc = read_size(config, "hidden_size", 1 << 15,
			    &bert->channels)) < 0 ||
	    (rc = read_size(config, "num_hidden_layers", 1 << 10,
			    &bert->layers)) < 0 ||
	    (rc = read_size(config, "num_attention_heads", 1 << 10,
			    &bert->heads)) < 0 ||
	    (rc = read_size(config, "intermediate_size", 1 << 17,
			    &bert->hidden)) < 0 ||
	    (rc = read_activation(bert, config)) < 0)
		return rc;
	if (bert->channels % bert->heads)
		return err_set(ERR_FORMAT, "config.json: %zu channels cannot "
			       "be shared by %zu heads", bert->channels,
			       bert->heads);
	if (*positions && strcmp(positions, "absolute") != 0)
		return err_set(ERR_FORMAT, "config.json: "
			       "position_embedding_type \"%.40s\" is not one "
			       "that itdata computes", positions);
	bert->eps = (float)config_number(config, "layer_norm_eps", 1e-12);
	return 0;
}

/* Where names start: models are stored with and without their own name. */
static const char *prefix_of(const struct weights *weights)
{
	static const char *const prefix[] = { "", "bert.", "roberta.",
					      "model.", "0.auto_model." };
	char name[80];

	for (size_t i = 0; i < sizeof prefix / sizeof *prefix; i++) {
		snprintf(name, sizeof name,
			 "%sembeddings.word_embeddings.weight", prefix[i]);
		if (weights_find(weights, name))
			return prefix[i];
	}
	return "";
}

/* What reads arrays, under one prefix. */
struct source {
	const struct weights *weights;
	const char *prefix;
	size_t layer;
	bool layered; /* names start with the layer */
};

static const struct weight *find(const struct source *from, const char *name,
				 size_t rows, size_t columns)
{
	const struct weight *weight = NULL;
	uint64_t shape[2] = { rows, columns };
	struct buf full = { 0 };
	int rc;

	buf_text(&full, from->prefix);
	if (from->layered)
		buf_print(&full, "encoder.layer.%zu.", from->layer);
	buf_text(&full, name);
	rc = weights_need(from->weights, full.at, columns ? 2 : 1, shape,
			  &weight);
	buf_free(&full);
	return rc < 0 ? NULL : weight;
}

/* An array (rows, columns), or (rows) when columns is 0, into out. */
static int fetch(const struct source *from, const char *name, size_t rows,
		 size_t columns, float *out)
{
	const struct weight *weight = find(from, name, rows, columns);

	if (!weight)
		return ERR_FORMAT;
	weight_floats(weight, 0, weight->n, out);
	return 0;
}

/* n layers of the file, of `out` rows each, as one: NAMES.weight, .bias. */
static int fetch_linear(const struct source *from, const char *const *name,
			size_t n, size_t out, size_t in, enum linear_type type,
			struct linear *linear)
{
	float *weight = mem_try(n * out * in, sizeof *weight);
	float *bias = mem_array(n * out, sizeof *bias);
	char full[80];
	int rc = weight ? 0 : ERR_NOMEM;

	for (size_t i = 0; rc == 0 && i < n; i++) {
		snprintf(full, sizeof full, "%s.weight", name[i]);
		rc = fetch(from, full, out, in, weight + i * out * in);
		snprintf(full, sizeof full, "%s.bias", name[i]);
		if (rc == 0)
			rc = fetch(from, full, out, 0, bias + i * out);
	}
	if (rc == 0)
		rc = linear_init(linear, n * out, in, weight, bias, type);
	free(weight);
	free(bias);
	return rc;
}

static int fetch_layer(struct bert *bert, const struct source *from,
		       enum linear_type type, struct bert_layer *layer)
{
	static const char *const qkv[] = { "attention.self.query",
					   "attention.self.key",
					   "attention.self.value" };
	static const char *const out[] = { "attention.output.dense" };
	static const char *const up[] = { "intermediate.dense" };
	static const char *const down[] = { "output.dense" };
	size_t c = bert->channels, f = bert->hidden;
	int rc;

	layer->norm = mem_array(4 * c, sizeof *layer->norm);
	if ((rc = fetch_linear(from, qkv, 3, c, c, type, &layer->qkv)) < 0 ||
	    (rc = fetch_linear(from, out, 1, c, c, type, &layer->out)) < 0 ||
	    (rc = fetch_linear(from, up, 1, f, c, type, &layer->up)) < 0 ||
	    (rc = fetch_linear(from, down, 1, c, f, type, &layer->down)) < 0 ||
	    (rc = fetch(from, "attention.output.LayerNorm.weight", c, 0,
			layer->norm)) < 0 ||
	    (rc = fetch(from, "attention.output.LayerNorm.bias", c, 0,
			layer->norm + c)) < 0 ||
	    (rc = fetch(from, "output.LayerNorm.weight", c, 0,
			layer->norm + 2 * c)) < 0 ||
	    (rc = fetch(from, "output.LayerNorm.bias", c, 0,
			layer->norm + 3 * c)) < 0)
		return rc;
	return 0;
}

/* The table of positions from the one that a text starts with. */
static int fetch_positions(struct bert *bert, const struct source *from,
			   const cJSON *config)
{
	size_t c = bert->channels, rows, first = 0;
	const struct weight *weight, *kinds;
	float *kind;
	int rc;

	/* RoBERTa counts from behind the padding token's id. */
	if (strcmp(config_text(config, "model_type"), "bert") != 0) {
		double pad = config_number(config, "pad_token_id", 1);

		first = pad >= 0 && pad < 1 << 20 ? (size_t)pad + 1 : SIZE_MAX;
	}
	if ((rc = read_size(config, "max_position_embeddings", 1 << 20,
			    &rows)) < 0)
		return rc;
	weight = find(from, "embeddings.position_embeddings.weight", rows, c);
	if (!weight)
		return ERR_FORMAT;
	if (first >= rows)
		return err_set(ERR_FORMAT, "config.json: positions start at "
			       "%zu of %zu", first, rows);
	bert->positions = rows - first;
	bert->position = mem_array(bert->positions * c, sizeof(float));
	weight_floats(weight, first * c, bert->positions * c, bert->position);

	if ((rc = read_size(config, "type_vocab_size", 1 << 20, &rows)) < 0)
		return rc;
	kinds = find(from, "embeddings.token_type_embeddings.weight", rows, c);
	if (!kinds)
		return ERR_FORMAT;
	kind = mem_array(c, sizeof *kind);
	weight_floats(kinds, 0, c, kind);
	kernel()->bias(bert->position, kind, bert->positions, c);
	free(kind);
	return 0;
}

static int fetch_tables(struct bert *bert, const struct source *from,
			const cJSON *config)
{
	size_t c = bert->channels;
	int rc;

	if ((rc = read_size(config, "vocab_size", VOCABULARY_MOST,
			    &bert->vocabulary)) < 0)
		return rc;
	bert->word = find(from, "embeddings.word_embeddings.weight",
			  bert->vocabulary, c);
	if (!bert->word)
		return ERR_FORMAT;
	bert->norm = mem_array(2 * c, sizeof *bert->norm);
	if ((rc = fetch(from, "embeddings.LayerNorm.weight", c, 0,
			bert->norm)) < 0 ||
	    (rc = fetch(from, "embeddings.LayerNorm.bias", c, 0,
			bert->norm + c)) < 0)
		return rc;
	return fetch_positions(bert, from, config);
}

int bert_init(struct bert *bert, const cJSON *config,
	      const struct weights *weights, enum linear_type type)
{
	struct source from = { weights, prefix_of(weights), 0, false };
	int rc;

	*bert = (struct bert){ 0 };
	if ((rc = read_config(bert, config)) < 0 ||
	    (rc = fetch_tables(bert, &from, config)) < 0)
		return rc;
	bert->layer = mem_array(bert->layers, sizeof *bert->layer);
	from.layered = true;
	for (; rc == 0 && from.layer < bert->layers; from.layer++)
		rc = fetch_layer(bert, &from, type, &bert->layer[from.layer]);
	return rc;
}

void bert_free(struct bert *bert)
{
	for (size_t i = 0; bert->layer && i < bert->layers; i++) {
		struct bert_layer *layer = &bert->layer[i];

		linear_free(&layer->qkv);
		linear_free(&layer->out);
		linear_free(&layer->up);
		linear_free(&layer->down);
		free(layer->norm);
	}
	free(bert->layer);
	free(bert->position);
	free(bert->norm);
	*bert = (struct bert){ 0 };
}

/* -- forward -- */

static size_t larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

void bert_room(const struct bert *bert, size_t tokens,
	       struct encoder_room *room)
{
	size_t c = bert->channels;
	const struct bert_layer *layer = bert->layer;

	room->id = mem_array(tokens, sizeof *room->id);
	room->end = mem_array(tokens, sizeof *room->end);
	room->x = mem_array(tokens * c, sizeof(float));
	room->y = mem_array(tokens * c, sizeof(float));
	room->wide = mem_array(tokens * 3 * c, sizeof(float));
	room->hidden = mem_array(tokens * bert->hidden, sizeof(float));
	attend_room_init(&room->attend, tokens, c / bert->heads);
	room->scratch = mem_alloc(1 + larger(linear_scratch(&layer->qkv, tokens),
				  larger(linear_scratch(&layer->up, tokens),
					 linear_scratch(&layer->down,
							tokens))));
}

static void embed_tokens(const struct bert *bert, size_t texts,
			 struct encoder_room *room)
{
	size_t c = bert->channels, start = 0;

	for (size_t t = 0; t < texts; start = room->end[t++])
		for (size_t i = start; i < room->end[t]; i++) {
			float *x = room->x + i * c;

			weight_floats(bert->word, room->id[i] * c, c, x);
			kernel()->bias(x, bert->position + (i - start) * c, 1,
				       c);
		}
}

static void run_layer(const struct bert *bert, const struct bert_layer *layer,
		      size_t texts, size_t n, struct encoder_room *room)
{
	const struct kernel *kern = kernel();
	size_t c = bert->channels, f = bert->hidden;
	const float *norm = layer->norm;

	linear_apply(&layer->qkv, n, room->x, c, room->wide, 3 * c,
		     room->scratch);
	attend(&room->attend, bert->heads, c / bert->heads, texts, room->end,
	       room->wide, room->y);
	linear_apply(&layer->out, n, room->y, c, room->wide, c, room->scratch);
	kern->residual(room->x, room->x, room->wide, NULL, n, c);
	kern->layer_norm(room->x, NULL, NULL, room->x, norm, norm + c, n, c,
			 bert->eps);

	linear_apply(&layer->up, n, room->x, c, room->hidden, f,
		     room->scratch);
	if (bert->tanh)
		kern->gelu_tanh(room->hidden, room->hidden, NULL, n, f);
	else
		kern->gelu(room->hidden, room->hidden, NULL, n, f);
	linear_apply(&layer->down, n, room->hidden, f, room->y, c,
		     room->scratch);
	kern->residual(room->x, room->x, room->y, NULL, n, c);
	kern->layer_norm(room->x, NULL, NULL, room->x, norm + 2 * c,
			 norm + 3 * c, n, c, bert->eps);
}

void bert_forward(const struct bert *bert, size_t texts,
		  struct encoder_room *room)
{
	size_t n = texts ? room->end[texts - 1] : 0, c = bert->channels;

	embed_tokens(bert, texts, room);
	kernel()->layer_norm(room->x, NULL, NULL, room->x, bert->norm,
			     bert->norm + c, n, c, bert->eps);
	for (size_t i = 0; i < bert->layers; i++)
		run_layer(bert, &bert->layer[i], texts, n, room);
}
