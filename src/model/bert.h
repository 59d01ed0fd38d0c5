/*
 * bert.h - the layers of a BERT-type encoder, for texts packed side by side
 *
 *     x = norm(word[id] + position[i] + kind[0])
 *     each layer:  x = norm(x + out(attention(qkv(x))))
 *                  x = norm(x + down(gelu(up(x))))
 *
 * Shapes     T tokens of all texts, C channels, F hidden, H heads of D
 * Ownership  struct bert owns its layers; the word table stays in the file,
 *            borrowed
 * Errors     bert_init(): ERR_FORMAT, ERR_ABSENT, ERR_NOMEM
 * Threads    read-only after bert_init()
 */
#ifndef MODEL_BERT_H
#define MODEL_BERT_H

#include "model/encoder.h"
#include "model/weights.h"

struct cJSON;

struct bert_layer {
	struct linear qkv, out, up, down;
	float *norm; /* (4, C): gain and bias, after attention and at the end */
};

struct bert {
	size_t layers, channels, hidden, heads, vocabulary;
	size_t positions; /* the longest text, tokens */
	bool tanh;        /* gelu by its approximation */
	float eps;
	const struct weight *word; /* (vocabulary, C) */
	float *position;           /* (positions, C), with kind[0] in it */
	float *norm;               /* (2, C) gain and bias */
	struct bert_layer *layer;  /* (layers) */
};

/* config: the model's config.json */
int bert_init(struct bert *bert, const struct cJSON *config,
	      const struct weights *weights, enum linear_type type);
void bert_free(struct bert *bert);

/* Room for batches of `tokens` tokens. */
void bert_room(const struct bert *bert, size_t tokens,
	       struct encoder_room *room);

/* room->x (T, C), from room->id (T) and room->end (texts), where each ends. */
void bert_forward(const struct bert *bert, size_t texts,
		  struct encoder_room *room);

#endif
