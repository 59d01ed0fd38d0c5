/*
 * causal.h - a transformer that predicts the next token: shape and weights
 *
 * Two kinds of block, both pre-norm with a residual stream:
 *
 *     llama  RMSNorm, rotary positions, grouped heads, SwiGLU, no biases
 *            (Qwen2: biases on q, k and v)
 *     gpt2   LayerNorm, learned positions, tanh GELU, biases
 *
 * All weights are one array of floats, and so are their gradients and the
 * optimiser's moments: a struct causal_params is a set of pointers into such
 * an array.  causal_tensors() names its parts as Hugging Face files do.
 *
 *     struct causal model;
 *     if ((rc = causal_open(&model, "model/")) < 0) ...
 *     use(model.weights.layer[0].qkv);
 *     causal_free(&model);
 *
 * Shapes     V vocabulary, C channels, H heads of D channels, KV of them for
 *            keys and values, F hidden channels; every matrix is (out, in)
 * Files      a folder with config.json, model.safetensors (or shards of it)
 *            and, for text, tokenizer.json.  read: model_type llama, mistral,
 *            qwen2 and gpt2; written: what was read, or llama
 * Ownership  a struct causal owns its arrays
 * Errors     ERR_FORMAT: a config that we cannot run exactly, arrays that are
 *            missing or of another shape; ERR_NOMEM
 * Threads    read-only while several use it
 * Source     Touvron et al., "LLaMA", 2023; Radford et al., "Language models
 *            are unsupervised multitask learners", 2019; the modules of the
 *            transformers library
 */
#ifndef MODEL_CAUSAL_H
#define MODEL_CAUSAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum causal_kind { CAUSAL_LLAMA, CAUSAL_GPT2 };

struct causal_config {
	enum causal_kind kind;
	uint32_t vocabulary, layers, heads, kv_heads, channels, head, hidden;
	uint32_t context; /* positions; rotary ones may go beyond */
	double theta;     /* of rotary positions */
	double eps;       /* of norms */
	bool tied;        /* the head is the embedding */
	bool qkv_bias;    /* Qwen2, GPT-2 */
	char template[16]; /* chat template it was tuned with, "" unknown */
	int64_t stop;      /* token that ends a text, -1 unknown */
};

struct causal_layer {
	float *norm1, *norm1_bias; /* (C) */
	float *qkv, *qkv_bias;     /* (H D + 2 KV D, C) */
	float *out, *out_bias;     /* (C, H D) */
	float *norm2, *norm2_bias; /* (C) */
	float *up, *up_bias;       /* (2 F, C) gate first; gpt2 (F, C) */
	float *down, *down_bias;   /* (C, F) */
};

struct causal_params {
	float *base; /* (causal_size) all of them */
	float *embed;    /* (V, C) */
	float *position; /* (context, C), gpt2 */
	struct causal_layer *layer;
	float *norm, *norm_bias; /* (C) */
	float *head;             /* (V, C), embed itself when tied */
};

struct causal {
	struct causal_config config;
	struct causal_params weights;
};

/* A part of the array under its name in a file. */
struct causal_tensor {
	char name[80];
	size_t offset, rows, columns; /* a vector has columns 0 */
	bool transposed;              /* in files: GPT-2's Conv1D */
};

/* -- shapes -- */

/* Floats in the array of parameters; parts start at multiples of 16. */
size_t causal_size(const struct causal_config *config);
size_t causal_count(const struct causal_config *config); /* without gaps */
int causal_map(const struct causal_config *config, float *base,
	       struct causal_params *params);

/* All parts in the order of the array; the caller frees it with free(). */
struct causal_tensor *causal_tensors(const struct causal_config *config,
				     size_t *n);

/* tiny, small, medium; with "gpt2-" in front, of that kind. */
int causal_preset(struct causal_config *config, const char *name);

/* A config.json's text, and back. */
int causal_config_read(struct causal_config *config, struct str text);
void causal_config_write(const struct causal_config *config, struct buf *out);

/* Whether weights of one could be those of the other. */
bool causal_same_shape(const struct causal_config *a,
		       const struct causal_config *b);

/* -- models -- */

/* Random weights: N(0, 0.02), the paths into the residual / sqrt(2 layers). */
int causal_init(struct causal *model, const struct causal_config *config,
		uint64_t seed);
int causal_copy(struct causal *model, const struct causal *from);
int causal_open(struct causal *model, const char *folder);
void causal_free(struct causal *model);

/* Write config.json and model.safetensors into a folder. */
int causal_save(const struct causal *model, const char *folder);

#endif
