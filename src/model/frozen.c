/* frozen.c - a causal model that will not change */
#include "model/frozen.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"

static int freeze_layer(struct frozen_layer *f, const struct causal_config *c,
			const struct causal_layer *l, enum linear_type type)
{
	size_t C = c->channels, F = c->hidden;
	size_t q = (size_t)c->heads * c->head;
	size_t qkv = q + 2 * (size_t)c->kv_heads * c->head;
	size_t up = c->kind == CAUSAL_LLAMA ? 2 * F : F;
	int rc;

	if ((rc = linear_init(&f->qkv, qkv, C, l->qkv, l->qkv_bias, type)) < 0 ||
	    (rc = linear_init(&f->out, C, q, l->out, l->out_bias, type)) < 0 ||
	    (rc = linear_init(&f->up, up, C, l->up, l->up_bias, type)) < 0)
		return rc;
	return linear_init(&f->down, C, F, l->down, l->down_bias, type);
}

int frozen_init(struct frozen *f, const struct causal *model,
		enum linear_type type)
{
	const struct causal_config *c = &model->config;
	int rc;

	*f = (struct frozen){ .model = model };
	f->layer = mem_array(c->layers, sizeof *f->layer);
	rc = linear_init(&f->head, c->vocabulary, c->channels,
			 model->weights.head, NULL, type);
	for (uint32_t i = 0; i < c->layers && rc == 0; i++)
		rc = freeze_layer(&f->layer[i], c, &model->weights.layer[i],
				  type);
	if (rc < 0) {
		frozen_free(f);
		return err_wrap(rc, "packing the weights");
	}
	return 0;
}

void frozen_free(struct frozen *f)
{
	for (uint32_t i = 0; f->layer && i < f->model->config.layers; i++) {
		linear_free(&f->layer[i].qkv);
		linear_free(&f->layer[i].out);
		linear_free(&f->layer[i].up);
		linear_free(&f->layer[i].down);
	}
	free(f->layer);
	linear_free(&f->head);
	*f = (struct frozen){ 0 };
}

static void at_least(size_t *most, const struct linear *linear, size_t n)
{
	size_t bytes = linear_scratch(linear, n);

	if (bytes > *most)
		*most = bytes;
}

/* Layers are alike: the first speaks for all. */
size_t frozen_scratch(const struct frozen *f, size_t n)
{
	size_t most = 0;

	at_least(&most, &f->layer[0].qkv, n);
	at_least(&most, &f->layer[0].out, n);
	at_least(&most, &f->layer[0].up, n);
	at_least(&most, &f->layer[0].down, n);
	at_least(&most, &f->head, n);
	return most;
}
