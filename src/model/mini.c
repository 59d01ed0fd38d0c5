/* mini.c - rows looked up, perhaps read in context, and summed */
#include "model/mini.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "model/weights.h"

#define FORMAT "itdata-mini-1"

enum { BATCH = 256 }; /* tokens that go through the layers together */

struct mini {
	struct weights weights;
	struct tokenizer *tokenizer;
	struct nibbles token, ngram;
	struct context context;
	double weight;    /* of n-grams */
	double row_scale; /* of rows before layers */
};

/* -- the file -- */

static int open_table(const struct weights *weights, const char *name,
		      struct nibbles *table)
{
	char q_name[32], scale_name[32];
	const struct weight *q, *scale;
	int rc;

	snprintf(q_name, sizeof q_name, "%s.q", name);
	snprintf(scale_name, sizeof scale_name, "%s.scale", name);
	q = weights_find(weights, q_name);
	if (!q || q->type != WEIGHT_U8 || q->dims != 2 || !q->shape[1] ||
	    q->shape[1] * 2 % NIBBLE_GROUP)
		return err_set(ERR_FORMAT, "no %s of bytes, (rows, D / 2)",
			       q_name);
	table->rows = q->shape[0];
	table->d = q->shape[1] * 2;
	rc = weights_need(weights, scale_name, 2,
			  (uint64_t[]){ table->rows, table->d / NIBBLE_GROUP },
			  &scale);
	if (rc < 0)
		return rc;
	if (scale->type != WEIGHT_F16 ||
	    (uintptr_t)scale->at % sizeof(uint16_t))
		return err_set(ERR_FORMAT, "%s is not F16", scale_name);
	table->q = q->at;
	table->scale = scale->at;
	return 0;
}

static int read_number(const struct weights *weights, const char *key,
		       double *out)
{
	struct str note = weights_note(weights, key);
	char text[32] = "";

	if (note.n < sizeof text)
		memcpy(text, note.at, note.n);
	*out = strtod(text, NULL);
	if (!(*out > 0 && *out < 1e6))
		return err_set(ERR_FORMAT, "%s is not a number above 0", key);
	return 0;
}

static int open_tables(struct mini *m)
{
	size_t n;
	int rc;

	if (!str_is(weights_note(&m->weights, "format"), FORMAT))
		return err_set(ERR_FORMAT, "not of the format %s", FORMAT);
	if ((rc = read_number(&m->weights, "ngram_weight", &m->weight)) < 0 ||
	    (rc = open_table(&m->weights, "token", &m->token)) < 0 ||
	    (rc = open_table(&m->weights, "ngram", &m->ngram)) < 0)
		return rc;
	n = m->ngram.rows;
	if (m->ngram.d != m->token.d || !n || (n & (n - 1)) || n > 1 << 30)
		return err_set(ERR_FORMAT, "ngram.q is %zu x %zu: rows must be "
			       "a power of two, as wide as token.q", n,
			       m->ngram.d / 2);
	if (tokenizer_size(m->tokenizer) != m->token.rows)
		return err_set(ERR_FORMAT, "the tokenizer has %u tokens, the "
			       "table %zu rows", tokenizer_size(m->tokenizer),
			       m->token.rows);
	return 0;
}

static int open_layers(struct mini *m, const struct mini_spec *spec)
{
	int rc;

	if (spec->table)
		return 0;
	rc = context_open(&m->context, &m->weights, m->token.d, MINI_MOST,
			  spec->type);
	if (rc < 0 || !m->context.layers)
		return rc;
	return read_number(&m->weights, "row_scale", &m->row_scale);
}

int mini_open(struct mini **mini, const char *path,
	      const struct mini_spec *spec)
{
	struct mini *m = mem_alloc(sizeof *m);
	int rc;

	if ((rc = tokenizer_open(&m->tokenizer, path)) == 0 &&
	    (rc = weights_open(&m->weights, path)) == 0 &&
	    ((rc = open_tables(m)) < 0 || (rc = open_layers(m, spec)) < 0))
		rc = err_wrap(rc, "%s/model.safetensors", path);
	if (rc < 0)
		mini_free(m);
	else
		*mini = m;
	return rc;
}

void mini_free(struct mini *mini)
{
	if (!mini)
		return;
	context_free(&mini->context);
	weights_close(&mini->weights);
	tokenizer_free(mini->tokenizer);
	free(mini);
}

bool mini_has_layers(const struct mini *mini)
{
	return weights_note(&mini->weights, "layers").n > 0;
}

size_t mini_dimension(const struct mini *mini)
{
	return mini->token.d;
}

size_t mini_tokens(const struct mini *mini)
{
	return mini->token.rows;
}

size_t mini_ngrams(const struct mini *mini)
{
	return mini->ngram.rows;
}

void mini_table(const struct mini *mini, float *table)
{
	size_t d = mini->token.d, tokens = mini->token.rows;

	for (size_t i = 0; i < tokens; i++)
		nibble_row(&mini->token, i, table + i * d);
	for (size_t i = 0; i < mini->ngram.rows; i++)
		nibble_row(&mini->ngram, i, table + (tokens + i) * d);
}

bool mini_is(const char *path)
{
	struct weights weights;
	bool is;

	if (weights_open(&weights, path) < 0) {
		err_clear();
		return false;
	}
	is = str_is(weights_note(&weights, "format"), FORMAT);
	weights_close(&weights);
	return is;
}

/* -- vectors -- */

static void find_rows(const struct mini *m, struct mini_room *room,
		      struct str text, size_t most)
{
	tokenizer_encode(m->tokenizer, text, false,
			 most && most < MINI_MOST ? most : MINI_MOST,
			 &room->tokens);
	ngrams_find(&room->ngrams, &room->tokens.piece,
		    (uint32_t)m->ngram.rows);
}

/* out (d) = scale w sum of the n-grams' rows / sqrt(n-grams) */
static void sum_ngrams(const struct mini *m, const struct ngrams *ngrams,
		       double scale, float *out)
{
	memset(out, 0, m->token.d * sizeof *out);
	if (ngrams->n)
		nibble_sum(&m->ngram, ngrams->bucket, ngrams->n,
			   (float)(scale * m->weight / sqrt((double)ngrams->n)),
			   out);
}

static void normalise(float *vector, size_t d)
{
	double square = 0;
	float scale;

	for (size_t c = 0; c < d; c++)
		square += (double)vector[c] * (double)vector[c];
	scale = square > 1e-20 ? (float)(1 / sqrt(square)) : 0;
	for (size_t c = 0; c < d; c++)
		vector[c] *= scale;
}

static void embed_table(const struct mini *m, struct mini_room *room,
			struct str text, size_t most, float *vector)
{
	size_t tokens;

	find_rows(m, room, text, most);
	sum_ngrams(m, &room->ngrams, 1, vector);
	tokens = room->tokens.n;
	if (tokens)
		nibble_sum(&m->token, room->tokens.id, tokens,
			   (float)(1 / sqrt((double)tokens)), vector);
	normalise(vector, m->token.d);
}

/* The rows of the text's tokens behind the `filled` of the batch. */
static void fill_rows(const struct mini *m, struct mini_room *room,
		      size_t filled)
{
	size_t d = m->token.d, n = room->tokens.n;
	float *x = room->context.x + filled * d;

	memset(x, 0, n * d * sizeof *x);
	for (size_t i = 0; i < n; i++)
		nibble_sum(&m->token, &room->tokens.id[i], 1,
			   (float)m->row_scale, x + i * d);
}

/* The batch through the layers; vector (texts, d) has the n-grams in it. */
static void run_batch(const struct mini *m, struct mini_room *room,
		      size_t texts, float *vector)
{
	size_t d = m->token.d, start = 0;

	context_forward(&m->context, &room->context, texts, room->end);
	for (size_t t = 0; t < texts; start = room->end[t++], vector += d) {
		size_t n = room->end[t] - start;
		float weight = n ? (float)(1 / sqrt((double)n)) : 0;

		for (size_t i = 0; i < n; i++) {
			const float *x = room->context.x + (start + i) * d;

			for (size_t c = 0; c < d; c++)
				vector[c] += weight * x[c];
		}
		normalise(vector, d);
	}
}

static void embed_layers(const struct mini *m, struct mini_room *room,
			 const struct str *text, size_t n, size_t most,
			 float *vector)
{
	size_t d = m->token.d, texts = 0, filled = 0;

	if (!room->end) {
		context_room_init(&room->context, &m->context, MINI_MOST);
		room->end = mem_array(BATCH, sizeof *room->end);
	}
	for (size_t i = 0; i < n; i++) {
		find_rows(m, room, text[i], most);
		if (texts && (filled + room->tokens.n > BATCH ||
			      texts == BATCH)) {
			run_batch(m, room, texts, vector + (i - texts) * d);
			texts = filled = 0;
		}
		sum_ngrams(m, &room->ngrams, m->row_scale, vector + i * d);
		fill_rows(m, room, filled);
		filled += room->tokens.n;
		room->end[texts++] = filled;
	}
	run_batch(m, room, texts, vector + (n - texts) * d);
}

void mini_embed(const struct mini *m, struct mini_room *room,
		const struct str *text, size_t n, size_t most, float *vector)
{
	if (m->context.layers) {
		embed_layers(m, room, text, n, most, vector);
		return;
	}
	for (size_t i = 0; i < n; i++)
		embed_table(m, room, text[i], most, vector + i * m->token.d);
}

void mini_room_free(struct mini_room *room)
{
	tokens_free(&room->tokens);
	ngrams_free(&room->ngrams);
	context_room_free(&room->context);
	free(room->end);
	*room = (struct mini_room){ 0 };
}

/* -- saving -- */

struct packed_table {
	uint8_t *q;
	uint16_t *scale;
};

/* Rows as they were packed before, or packed now. */
static int pack(const struct nibbles *like, const float *table, size_t rows,
		size_t d, struct packed_table *out)
{
	size_t groups = d / NIBBLE_GROUP;

	out->q = mem_try(rows, d / 2);
	out->scale = mem_try(rows, groups * sizeof *out->scale);
	if (!out->q || !out->scale)
		return ERR_NOMEM;
	if (like) {
		memcpy(out->q, like->q, rows * (d / 2));
		memcpy(out->scale, like->scale,
		       rows * groups * sizeof *out->scale);
		return 0;
	}
	for (size_t r = 0; r < rows; r++)
		nibble_pack(table + r * d, d, out->q + r * (d / 2),
			    out->scale + r * groups);
	return 0;
}

static struct weight matrix(struct str name, enum weight_type type,
			    const void *at, size_t rows, size_t columns)
{
	return (struct weight){ .name = name, .type = type, .dims = 2,
				.shape = { rows, columns }, .at = at,
				.n = rows * columns };
}

/* A number under its key, in the shortest decimal that reads back. */
struct number {
	char text[32];
};

static struct weights_note number_note(struct str key, double value,
				       struct number *number)
{
	int n = snprintf(number->text, sizeof number->text, "%.9g", value);

	return (struct weights_note){ key, { number->text, (size_t)n } };
}

static int save_parts(const char *path, const struct mini_parts *p,
		      const struct packed_table *token,
		      const struct packed_table *ngram)
{
	size_t g = p->d / NIBBLE_GROUP, n = 4, notes = 2;
	struct context_parts layers = { 0 };
	struct number number[4];
	struct weights_note note[5] = {
		{ STR("format"), STR(FORMAT) },
		number_note(STR("ngram_weight"), p->ngram_weight, &number[0]),
	};
	struct weight *array;
	int rc;

	if (p->config) {
		context_pack(&layers, p->config, p->params);
		note[notes++] = number_note(STR("row_scale"), p->row_scale,
					    &number[1]);
		note[notes++] = number_note(STR("layers"), p->config->layers,
					    &number[2]);
		note[notes++] = number_note(STR("heads"), p->config->heads,
					    &number[3]);
	}
	array = mem_array(n + layers.n, sizeof *array);
	array[0] = matrix(STR("token.q"), WEIGHT_U8, token->q, p->tokens,
			  p->d / 2);
	array[1] = matrix(STR("token.scale"), WEIGHT_F16, token->scale,
			  p->tokens, g);
	array[2] = matrix(STR("ngram.q"), WEIGHT_U8, ngram->q, p->ngrams,
			  p->d / 2);
	array[3] = matrix(STR("ngram.scale"), WEIGHT_F16, ngram->scale,
			  p->ngrams, g);
	for (size_t i = 0; i < layers.n; i++)
		array[n++] = layers.weight[i];
	rc = weights_save(path, array, n, note, notes);
	context_parts_free(&layers);
	free(array);
	return rc;
}

int mini_save(const char *path, const struct mini_parts *p)
{
	struct packed_table token = { 0 }, ngram = { 0 };
	struct buf name = { 0 };
	int rc;

	buf_print(&name, "%s/model.safetensors", path);
	if ((rc = pack(p->like ? &p->like->token : NULL, p->table, p->tokens,
		       p->d, &token)) == 0 &&
	    (rc = pack(p->like ? &p->like->ngram : NULL,
		       p->table + p->tokens * p->d, p->ngrams, p->d,
		       &ngram)) == 0)
		rc = save_parts(name.at, p, &token, &ngram);
	free(token.q);
	free(token.scale);
	free(ngram.q);
	free(ngram.scale);
	buf_free(&name);
	return rc;
}
