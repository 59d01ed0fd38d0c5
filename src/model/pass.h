/*
 * pass.h - some rows of tokens through a causal model, there and back
 *
 * A pass holds the activations of R rows of T tokens.  Rows are packed: several
 * documents follow each other, each token sees the earlier ones of its own
 * document only, and positions count from the document's start.
 *
 *     struct pass pass;
 *     if ((rc = pass_init(&pass, &model.config, R, T, true)) < 0) ...
 *     pass_forward(&pass, &model.weights, &batch);
 *     loss = pass_loss(&pass, &model.weights, &batch, NULL, &gradient);
 *     pass_backward(&pass, &model.weights, &batch, &gradient);
 *     pass_free(&pass);
 *
 * The head is computed for tokens that have a weight only, and by chunks of
 * PASS_CHUNK rows, each of which becomes its gradient at once: the logits of a
 * batch never exist together.
 *
 * Shapes     N = R T tokens; everything else as in causal.h
 * Ownership  a pass owns its arrays; gradients are the caller's, and added to
 * Errors     ERR_NOMEM from pass_init(); none later
 * Threads    one pass, one thread; the weights may be shared
 */
#ifndef MODEL_PASS_H
#define MODEL_PASS_H

#include "model/causal.h"
#include "nn/attention.h"

enum { PASS_CHUNK = 128 };

/* What goes in: R rows of T tokens. */
struct pass_batch {
	size_t rows, tokens;
	const uint32_t *id;       /* (N) */
	const uint32_t *position; /* (N) from the start of the document */
	const uint32_t *from;     /* (N) first and last + 1 token that each */
	const uint32_t *to;       /* (N) one sees, counted in its row */
	const uint32_t *target;   /* (N) the token to be predicted */
	const float *weight;      /* (N) of its loss; 0: none */
	const float *noise;       /* (N, C) added to the embedding, or NULL */
	float *loss;              /* (N) filled where there is weight, or NULL */
};

/* KL(base, model) on the same tokens, added to the loss with `beta`. */
struct pass_base {
	struct pass *pass; /* after pass_forward() of the base */
	const struct causal_params *weights;
	double beta;
};

struct pass_layer {
	float *norm1, *mean1, *rstd1, *qkv, *probs, *mixed;
	float *middle, *norm2, *mean2, *rstd2, *wide, *narrow, *out;
};

struct pass {
	struct causal_config config;
	size_t rows, tokens; /* that fit */
	bool grads;          /* keeps what the backward needs */
	struct pass_layer *layer;
	float *input;                  /* (N, C) embedded */
	float *cosine, *sine;          /* (T, D / 2) */
	float *picked, *final, *mean, *rstd; /* (N, C) rows with weight */
	uint32_t *row, *target; /* (picked) where they come from */
	float *weight, *loss;
	float *logits, *base_logits; /* (PASS_CHUNK, V) */
	float *dx, *dnarrow, *dwide, *dqkv, *scratch;
	float *arena; /* all of the floats */
	size_t pickeds;
};

int pass_init(struct pass *pass, const struct causal_config *config,
	      size_t rows, size_t tokens, bool grads);
void pass_free(struct pass *pass);

/* Embedding to the last residual, then the final norm of weighted rows. */
void pass_forward(struct pass *pass, const struct causal_params *w,
		  const struct pass_batch *batch);

/*
 * Sum of weight * loss over the tokens; with `gradient`, also the gradient of
 * the head and of what flows into the last residual.  base may be NULL.
 */
double pass_loss(struct pass *pass, const struct causal_params *w,
		 const struct pass_batch *batch, const struct pass_base *base,
		 struct causal_params *gradient);

/*
 * Add the gradients of all other weights, the embedding's where gradient->embed
 * is not NULL.  After pass_loss(), or with pass->dx filled by the caller.
 */
void pass_backward(struct pass *pass, const struct causal_params *w,
		   const struct pass_batch *batch,
		   struct causal_params *gradient);

/* The logits (n, V) of the weighted rows from `first` on, after forward. */
void pass_logits(struct pass *pass, const struct causal_params *w,
		 size_t first, size_t n, float *logits);

#endif
