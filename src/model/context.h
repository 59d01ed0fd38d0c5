/*
 * context.h - layers that let the tokens of a text see each other
 *
 * The transformer tier of mini, as train/deepen.h trains it: over rows x of D
 * numbers, with rotary positions,
 *
 *     x = x + out(attention(qkv(norm(x))))
 *     x = x + down(swiglu(up(norm(x))))      each layer; norm: RMSNorm
 *
 * In model.safetensors each matrix lies as bytes, a scale a row, as int8.h
 * computes with them:
 *
 *     layer.N.qkv.q   I8  (3 D, D)    layer.N.qkv.scale   F32 (3 D)
 *     layer.N.out.q   I8  (D, D)      layer.N.out.scale   F32 (D)
 *     layer.N.up.q    I8  (2 F, D)    layer.N.up.scale    F32 (2 F) gate first
 *     layer.N.down.q  I8  (D, F)      layer.N.down.scale  F32 (D)
 *     layer.N.norm1   F32 (D)         layer.N.norm2       F32 (D)
 *     metadata        "layers": their number, "heads": of attention
 *
 * Shapes     T tokens of all texts; x (T, D)
 * Ownership  struct context owns its layers
 * Errors     context_open(): ERR_FORMAT, ERR_ABSENT, ERR_NOMEM
 * Threads    read-only after context_open(); a room for each
 */
#ifndef MODEL_CONTEXT_H
#define MODEL_CONTEXT_H

#include "model/causal.h"
#include "model/weights.h"
#include "nn/attend.h"
#include "nn/linear.h"

struct context_layer {
	struct linear qkv, out, up, down;
	float *norm; /* (2, D) */
};

struct context {
	size_t layers, heads, d, hidden, positions;
	struct context_layer *layer; /* (layers) */
	float *cosine, *sine;        /* (positions, D / heads / 2) */
};

/* Scratch of a thread for so many tokens; starts as { 0 }. */
struct context_room {
	float *x, *wide, *y, *hidden; /* x (tokens, D) is the caller's to fill */
	uint32_t *position;
	void *scratch;
	struct attend_room attend;
};

/* The layers of a file, for texts of at most `positions`; none: layers 0. */
int context_open(struct context *context, const struct weights *weights,
		 size_t d, size_t positions, enum linear_type type);
void context_free(struct context *context);

void context_room_init(struct context_room *room,
		       const struct context *context, size_t tokens);
void context_room_free(struct context_room *room);

/* room->x (T, D) in place; text t ends before token end[t]. */
void context_forward(const struct context *context, struct context_room *room,
		     size_t texts, const size_t *end);

/* What weights_save() wants of layers: arrays that borrow from `bytes`. */
struct context_parts {
	struct weight *weight; /* (n) */
	size_t n;
	struct buf *bytes; /* (n) names and numbers */
};

void context_pack(struct context_parts *parts,
		  const struct causal_config *config,
		  const struct causal_params *params);
void context_parts_free(struct context_parts *parts);

#endif
