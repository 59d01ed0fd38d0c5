/*
 * encoder.h - text to a vector, by a model that someone trained
 *
 * A folder in the layout of sentence-transformers: model.safetensors and
 * config.json of the BERT type (MiniLM, bge, multilingual-e5) or the XLM-R
 * type, tokenizer.json, and, where they are there, modules.json, the pooling's
 * config.json, sentence_bert_config.json and config_sentence_transformers.json,
 * which say how to pool, how long a text may be and what to write before it.
 *
 * A folder of mini.h's format opens as well; it has none of these files but
 * tokenizer.json.
 *
 *     struct encoder_spec spec = { .type = LINEAR_INT8 };
 *     if ((rc = encoder_open(&encoder, "model/", &spec)) < 0) ...
 *     size_t D = encoder_dimension(encoder);
 *     encoder_embed(encoder, &room, text, N, vector);
 *     encoder_room_free(&room);
 *     encoder_free(encoder);
 *
 * The vector of a text does not depend on the texts beside it: batches are
 * packed without padding, attention runs text by text, and every product sums
 * in an order of its own shape (nn/packed.h).  So any cut of the work, over
 * threads or over time, gives the same bytes on one kind of processor.
 *
 * Shapes     vector (N, D), of length 1 where the model says so
 * Errors     ERR_FORMAT, ERR_ABSENT: a file is broken, missing, or of a kind
 *            that we do not compute; ERR_NOMEM
 * Threads    read-only after encoder_open(); each thread has its own room
 * Source     Devlin et al., "BERT", 2019; Reimers and Gurevych,
 *            "Sentence-BERT", 2019
 */
#ifndef MODEL_ENCODER_H
#define MODEL_ENCODER_H

#include "model/mini.h"
#include "model/tokenizer.h"
#include "nn/linear.h"

struct encoder;

struct encoder_spec {
	enum linear_type type; /* of the layers */
	size_t most;        /* tokens of a text; 0: what the model says */
	const char *prefix; /* before each text; NULL: what the model says */
	bool table;         /* of mini.h's format: its table alone */
};

/* Scratch of a thread; starts as { 0 }. */
struct encoder_room {
	struct tokens tokens;
	struct buf text;
	uint32_t *id; /* (tokens of a batch) */
	size_t *end;  /* (texts of a batch) */
	float *x, *wide, *y, *hidden;
	void *scratch;
	struct attend_room attend;
	struct mini_room mini;
};

int encoder_open(struct encoder **encoder, const char *path,
		 const struct encoder_spec *spec);
void encoder_free(struct encoder *encoder);

size_t encoder_dimension(const struct encoder *encoder);

/* What identifies the model: its folder's name, and how it was loaded. */
const char *encoder_name(const struct encoder *encoder);

/* The vectors of n texts, valid UTF-8, into vector (n, D). */
int encoder_embed(const struct encoder *encoder, struct encoder_room *room,
		  const struct str *text, size_t n, float *vector);
void encoder_room_free(struct encoder_room *room);

#endif
