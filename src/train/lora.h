/*
 * lora.h - training a small change of rank r instead of all weights
 *
 * Each matrix W (out, in) of the blocks becomes W0 + (alpha / r) B A with
 * A (r, in) random and B (out, r) zero at the start; W0 never changes.  The
 * passes run on the merged W, whose gradient G gives those of the factors:
 * dA = (alpha / r) B' G and dB = (alpha / r) G A'.  That is exact, leaves an
 * ordinary model behind, and saves the optimiser's memory; it does not save
 * the time of G.
 *
 * Ownership  a struct lora owns W0 and the factors
 * Source     Hu et al., "LoRA: low-rank adaptation of large language models",
 *            2021
 */
#ifndef TRAIN_LORA_H
#define TRAIN_LORA_H

#include "model/causal.h"

struct lora_matrix {
	size_t offset, rows, columns; /* W in the array of weights */
	size_t a, b;                  /* the factors in `factor` */
};

struct lora {
	size_t rank;
	float scale;                /* alpha / r */
	struct lora_matrix *matrix; /* (n) */
	size_t n;
	float *base;   /* (size) W0 and all other weights */
	float *factor; /* (factors) */
	size_t size, factors;
};

int lora_init(struct lora *lora, const struct causal *model, size_t rank,
	      double alpha, uint64_t seed);
void lora_free(struct lora *lora);

/* weights = W0 + scale B A */
void lora_merge(const struct lora *lora, float *weights);

/* dfactor (factors) from the gradient of all weights. */
void lora_grads(const struct lora *lora, const float *gradient,
		float *dfactor);

#endif
