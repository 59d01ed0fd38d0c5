/*
 * mini.h - the encoder that comes with itdata
 *
 * A text is normalised and cut into tokens by the model's tokenizer.json, and
 * its characters into hashed n-grams (ngram.h).  Each of them has a row of a
 * table, and
 *
 *     v = sum of tokens' rows / sqrt(tokens)
 *         + w sum of n-grams' rows / sqrt(n-grams)
 *     z = v / |v|
 *
 * is the vector: a lookup, no more.  That is the lower tier, mini-static.  Where
 * the file has layers (context.h), tokens' rows, times s, pass through them
 * before they are summed, and see each other: the upper tier; n-grams' rows are
 * taken times s then as well.
 *
 * All was trained to give the vectors of a large multilingual encoder
 * (itdata-distill(1)).  The first 128 or 64 numbers are a vector too, after
 * division by their length.
 *
 * The folder holds tokenizer.json and model.safetensors:
 *
 *     token.q     U8  (V, D / 2)    rows at four bits (nibble.h)
 *     token.scale F16 (V, D / 32)
 *     ngram.q     U8  (N, D / 2)    N a power of two
 *     ngram.scale F16 (N, D / 32)
 *     metadata    "format": "itdata-mini-1", "ngram_weight": w in decimal;
 *                 with layers also "row_scale": s, and what context.h says
 *
 *     if ((rc = mini_open(&mini, "src/model/mini", &spec)) < 0) ...
 *     mini_embed(mini, &room, text, n, 0, vector);
 *     mini_room_free(&room);
 *     mini_free(mini);
 *
 * Shapes     vector (n, D), of length 1; a text without tokens is 0
 * Errors     ERR_FORMAT, ERR_ABSENT, ERR_IO
 * Threads    read-only after mini_open(); each thread has a room of its own
 */
#ifndef MODEL_MINI_H
#define MODEL_MINI_H

#include "model/context.h"
#include "model/ngram.h"
#include "model/nibble.h"
#include "model/tokenizer.h"

enum { MINI_MOST = 1024 }; /* tokens of a text; what is behind is not seen */

struct mini;

struct mini_spec {
	bool table; /* the table alone: mini-static */
	enum linear_type type; /* of the layers */
};

/* Scratch of a thread; starts as { 0 }. */
struct mini_room {
	struct tokens tokens;
	struct ngrams ngrams;
	struct context_room context;
	size_t *end; /* (texts of a batch) */
};

int mini_open(struct mini **mini, const char *path,
	      const struct mini_spec *spec);
void mini_free(struct mini *mini);
size_t mini_dimension(const struct mini *mini);

/* The rows of the table, as floats: table (tokens + ngrams, D). */
size_t mini_tokens(const struct mini *mini);
size_t mini_ngrams(const struct mini *mini);
void mini_table(const struct mini *mini, float *table);

/* Has the file layers, used or not? */
bool mini_has_layers(const struct mini *mini);

/* Is the folder one of this format? */
bool mini_is(const char *path);

/*
 * The vectors (n, D) of texts, valid UTF-8.  most: tokens of each, 0: all up to
 * MINI_MOST; n-grams are of the whole text.
 */
void mini_embed(const struct mini *mini, struct mini_room *room,
		const struct str *text, size_t n, size_t most, float *vector);
void mini_room_free(struct mini_room *room);

/* What a file is made from. */
struct mini_parts {
	const float *table; /* (tokens + ngrams, d) */
	size_t tokens, ngrams, d;
	const struct mini *like; /* whose table this is: it stays to the bit */
	double ngram_weight;     /* w, more than 0 */
	double row_scale;        /* s */
	const struct causal_config *config; /* of the layers; NULL: none */
	const struct causal_params *params;
};

/* model.safetensors of a folder. */
int mini_save(const char *path, const struct mini_parts *parts);

#endif
