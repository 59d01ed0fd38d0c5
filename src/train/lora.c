/* lora.c - training a small change of rank r instead of all weights */
#include "train/lora.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/rng.h"
#include "nn/gemm.h"

/* The matrices of blocks: not embeddings, positions or the head. */
static bool adapted(const struct causal_tensor *t)
{
	return t->columns && (strncmp(t->name, "model.layers.", 13) == 0 ||
			      strncmp(t->name, "transformer.h.", 14) == 0);
}

static void list_matrices(struct lora *lora, const struct causal_config *c)
{
	size_t n;
	struct causal_tensor *tensor = causal_tensors(c, &n);

	lora->matrix = mem_array(n, sizeof *lora->matrix);
	for (size_t i = 0; i < n; i++) {
		const struct causal_tensor *t = &tensor[i];
		size_t a = lora->factors, b = a + lora->rank * t->columns;

		if (!adapted(t))
			continue;
		lora->matrix[lora->n++] = (struct lora_matrix){
			t->offset, t->rows, t->columns, a, b
		};
		lora->factors = b + t->rows * lora->rank;
	}
	free(tensor);
}

int lora_init(struct lora *lora, const struct causal *model, size_t rank,
	      double alpha, uint64_t seed)
{
	struct rng rng;

	*lora = (struct lora){
		.rank = rank,
		.scale = (float)(alpha / (double)rank),
		.size = causal_size(&model->config),
	};
	list_matrices(lora, &model->config);
	lora->base = mem_try(lora->size, sizeof(float));
	lora->factor = mem_try(lora->factors, sizeof(float));
	if (!lora->base || !lora->factor)
		return ERR_NOMEM;
	memcpy(lora->base, model->weights.base, lora->size * sizeof(float));
	rng_init(&rng, seed, "lora");
	for (size_t i = 0; i < lora->n; i++) {
		const struct lora_matrix *m = &lora->matrix[i];
		float bound = (float)sqrt(3.0 / (double)m->columns);

		for (size_t j = m->a; j < m->b; j++)
			lora->factor[j] =
				bound * (float)(2 * rng_unit(&rng) - 1);
	}
	return 0;
}

void lora_free(struct lora *lora)
{
	free(lora->matrix);
	free(lora->base);
	free(lora->factor);
	*lora = (struct lora){ 0 };
}

void lora_merge(const struct lora *lora, float *weights)
{
	memcpy(weights, lora->base, lora->size * sizeof(float));
	for (size_t i = 0; i < lora->n; i++) {
		const struct lora_matrix *m = &lora->matrix[i];

		gemm_nn(m->rows, m->columns, lora->rank, lora->scale,
			lora->factor + m->b, lora->rank, lora->factor + m->a,
			m->columns, 1, weights + m->offset, m->columns);
	}
}

void lora_grads(const struct lora *lora, const float *gradient, float *dfactor)
{
	for (size_t i = 0; i < lora->n; i++) {
		const struct lora_matrix *m = &lora->matrix[i];
		const float *g = gradient + m->offset;

		gemm_tn(lora->rank, m->columns, m->rows, lora->scale,
			lora->factor + m->b, lora->rank, g, m->columns, 0,
			dfactor + m->a, m->columns);
		gemm_nt(m->rows, lora->rank, m->columns, lora->scale, g,
			m->columns, lora->factor + m->a, m->columns, 0,
			dfactor + m->b, lora->rank);
	}
}
