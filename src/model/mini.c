/* mini.c - rows looked up and summed */
#include "model/mini.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "model/weights.h"

#define FORMAT "itdata-mini-1"

struct mini {
	struct weights weights;
	struct tokenizer *tokenizer;
	struct nibbles token, ngram;
	double weight; /* of n-grams */
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

static int read_weight(struct mini *m)
{
	struct str note = weights_note(&m->weights, "ngram_weight");
	char text[32] = "";

	if (note.n < sizeof text)
		memcpy(text, note.at, note.n);
	m->weight = strtod(text, NULL);
	if (!(m->weight > 0 && m->weight < 1e6))
		return err_set(ERR_FORMAT, "ngram_weight is not a number above "
					   "0");
	return 0;
}

static int open_tables(struct mini *m)
{
	size_t n;
	int rc;

	if (!str_is(weights_note(&m->weights, "format"), FORMAT))
		return err_set(ERR_FORMAT, "not of the format %s", FORMAT);
	if ((rc = read_weight(m)) < 0 ||
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

int mini_open(struct mini **mini, const char *path)
{
	struct mini *m = mem_alloc(sizeof *m);
	int rc;

	if ((rc = tokenizer_open(&m->tokenizer, path)) == 0 &&
	    (rc = weights_open(&m->weights, path)) == 0 &&
	    (rc = open_tables(m)) < 0)
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
	weights_close(&mini->weights);
	tokenizer_free(mini->tokenizer);
	free(mini);
}

size_t mini_dimension(const struct mini *mini)
{
	return mini->token.d;
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

void mini_embed(const struct mini *m, struct mini_room *room, struct str text,
		size_t most, float *vector)
{
	size_t d = m->token.d, tokens;
	double square = 0;
	float scale;

	tokenizer_encode(m->tokenizer, text, false,
			 most && most < MINI_MOST ? most : MINI_MOST,
			 &room->tokens);
	ngrams_find(&room->ngrams, &room->tokens.piece,
		    (uint32_t)m->ngram.rows);
	tokens = room->tokens.n;
	memset(vector, 0, d * sizeof *vector);
	if (tokens)
		nibble_sum(&m->token, room->tokens.id, tokens,
			   (float)(1 / sqrt((double)tokens)), vector);
	if (room->ngrams.n)
		nibble_sum(&m->ngram, room->ngrams.bucket, room->ngrams.n,
			   (float)(m->weight / sqrt((double)room->ngrams.n)),
			   vector);
	for (size_t c = 0; c < d; c++)
		square += (double)vector[c] * (double)vector[c];
	scale = square > 1e-20 ? (float)(1 / sqrt(square)) : 0;
	for (size_t c = 0; c < d; c++)
		vector[c] *= scale;
}

void mini_room_free(struct mini_room *room)
{
	tokens_free(&room->tokens);
	ngrams_free(&room->ngrams);
}

/* -- saving -- */

struct packed_table {
	uint8_t *q;
	uint16_t *scale;
};

static int pack(const float *table, size_t rows, size_t d,
		struct packed_table *out)
{
	out->q = mem_try(rows, d / 2);
	out->scale = mem_try(rows, d / NIBBLE_GROUP * sizeof *out->scale);
	if (!out->q || !out->scale)
		return ERR_NOMEM;
	for (size_t r = 0; r < rows; r++)
		nibble_pack(table + r * d, d, out->q + r * (d / 2),
			    out->scale + r * (d / NIBBLE_GROUP));
	return 0;
}

static struct weight matrix(struct str name, enum weight_type type,
			    const void *at, size_t rows, size_t columns)
{
	return (struct weight){ .name = name, .type = type, .dims = 2,
				.shape = { rows, columns }, .at = at,
				.n = rows * columns };
}

int mini_save(const char *path, const float *table, size_t tokens,
	      size_t ngrams, size_t d, double weight)
{
	char decimal[32];
	struct weights_note note[] = {
		{ STR("format"), STR(FORMAT) },
		{ STR("ngram_weight"), { decimal, 0 } },
	};
	struct packed_table token = { 0 }, ngram = { 0 };
	struct buf name = { 0 };
	int rc;

	note[1].value.n = (size_t)snprintf(decimal, sizeof decimal, "%g",
					   weight);
	buf_print(&name, "%s/model.safetensors", path);
	if ((rc = pack(table, tokens, d, &token)) == 0 &&
	    (rc = pack(table + tokens * d, ngrams, d, &ngram)) == 0) {
		size_t g = d / NIBBLE_GROUP;
		struct weight array[] = {
			matrix(STR("token.q"), WEIGHT_U8, token.q, tokens,
			       d / 2),
			matrix(STR("token.scale"), WEIGHT_F16, token.scale,
			       tokens, g),
			matrix(STR("ngram.q"), WEIGHT_U8, ngram.q, ngrams,
			       d / 2),
			matrix(STR("ngram.scale"), WEIGHT_F16, ngram.scale,
			       ngrams, g),
		};

		rc = weights_save(name.at, array, 4, note, 2);
	}
	free(token.q);
	free(token.scale);
	free(ngram.q);
	free(ngram.scale);
	buf_free(&name);
	return rc;
}
