/*
 * deep.h - transformer layers above a table of lookup.h
 *
 * The rows of a text's tokens pass through layers that let them see each other,
 * and are then summed as in the table alone:
 *
 *     x = E[token]                            rows, of mean square 1
 *     x = x + out(attention(norm(x)))         each layer, rotary positions,
 *     x = x + down(swiglu(up(norm(x))))       all tokens see all
 *     v = sum of x / sqrt(tokens) + w sum of H[bucket] / sqrt(buckets)
 *
 * `out` and `down` start at zero: the first vectors are those of the table.
 *
 *     if ((rc = deep_init(&deep, &table, &seen, &shape, seed)) < 0) ...
 *     deep_encode(&deep, &features, 0, n, par, out);
 *     deep_free(&deep);
 *
 * deepen.h trains them, tile by tile: the activations of up to 64 texts.  In
 * the program, model/context.h computes the same from bytes.
 *
 * Shapes     D numbers of a row, and of a vector
 * Ownership  the struct owns its arrays; the table given is copied
 * Errors     ERR_NOMEM
 * Threads    read-only while several use it; a tile for each
 */
#ifndef TRAIN_DEEP_H
#define TRAIN_DEEP_H

#include "model/pass.h"
#include "train/lookup.h"

enum {
	DEEP_TILE = 64, /* texts */
	DEEP_MOST = 64, /* tokens of a text; what is behind is not read */
};

struct deep_shape {
	uint32_t layers, heads, hidden;
};

struct deep {
	struct lookup table; /* times scale */
	double scale;
	struct causal_config config;
	struct causal_params weights; /* embed is the table */
	size_t n; /* floats of weights */
};

/* The table's rows, scaled by their mean square over the tokens seen. */
int deep_init(struct deep *deep, const struct lookup *table,
	      const struct features *seen, const struct deep_shape *shape,
	      uint64_t seed);
void deep_free(struct deep *deep);

/* z (n, D) of texts [from, from + n). */
int deep_encode(const struct deep *deep, const struct features *features,
		size_t from, size_t n, struct par *par, float *out);

/* -- for training -- */

/* Texts in rows of DEEP_MOST tokens, each where there is room for it. */
struct deep_tile {
	struct pass pass;
	uint32_t *id, *position, *from, *to, *none; /* (N) */
	float *zero;             /* (N) */
	size_t start[DEEP_TILE], filled[DEEP_TILE], rows; /* start of text, end of row */
	float *gradient;         /* (n) */
	struct causal_params into;
};

int deep_tile_init(struct deep_tile *tile, const struct deep *deep, bool grads);
void deep_tile_free(struct deep_tile *tile);

/* What n-grams count, and which are left out: by the text and `seed`. */
struct deep_sparing {
	double weight, drop;
	uint64_t seed;
};

/* v (n, D) of texts text[0 .. n), not normalised. */
void deep_tile_forward(const struct deep *deep, struct deep_tile *tile,
		       const struct features *features, const uint32_t *text,
		       size_t n, const struct deep_sparing *sparing, float *v);

/* dv (n, D) back to tile->gradient, after the forward of the same texts. */
void deep_tile_backward(const struct deep *deep, struct deep_tile *tile,
			const struct features *features, const uint32_t *text,
			size_t n, const float *dv);

#endif
