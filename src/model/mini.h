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
 * is the vector: a lookup, no more.  The table was trained to give the vectors
 * of a large multilingual encoder (itdata-distill(1)).  The first 128 or 64
 * numbers are a vector too, after division by their length.
 *
 * The folder holds tokenizer.json and model.safetensors:
 *
 *     token.q     U8  (V, D / 2)    rows at four bits (nibble.h)
 *     token.scale F16 (V, D / 32)
 *     ngram.q     U8  (N, D / 2)    N a power of two
 *     ngram.scale F16 (N, D / 32)
 *     metadata    "format": "itdata-mini-1", "ngram_weight": w in decimal
 *
 *     if ((rc = mini_open(&mini, "src/model/mini")) < 0) ...
 *     mini_embed(mini, &room, text, 0, vector);
 *     mini_room_free(&room);
 *     mini_free(mini);
 *
 * Shapes     vector (D), of length 1; a text without tokens is 0
 * Errors     ERR_FORMAT, ERR_ABSENT, ERR_IO
 * Threads    read-only after mini_open(); each thread has a room of its own
 */
#ifndef MODEL_MINI_H
#define MODEL_MINI_H

#include "model/ngram.h"
#include "model/nibble.h"
#include "model/tokenizer.h"

enum { MINI_MOST = 1024 }; /* tokens of a text; what is behind is not seen */

struct mini;

/* Scratch of a thread; starts as { 0 }. */
struct mini_room {
	struct tokens tokens;
	struct ngrams ngrams;
};

int mini_open(struct mini **mini, const char *path);
void mini_free(struct mini *mini);
size_t mini_dimension(const struct mini *mini);

/* Is the folder one of this format? */
bool mini_is(const char *path);

/*
 * The vector (D) of a text, valid UTF-8.  most: of its tokens, 0: all up to
 * MINI_MOST; n-grams are of the whole text.
 */
void mini_embed(const struct mini *mini, struct mini_room *room,
		struct str text, size_t most, float *vector);
void mini_room_free(struct mini_room *room);

/*
 * A table (tokens + ngrams, d) of floats as model.safetensors of a folder;
 * weight is w above, more than 0.
 */
int mini_save(const char *path, const float *table, size_t tokens,
	      size_t ngrams, size_t d, double weight);

#endif
