/*
 * pool.h - a pass for each thread that asks, and no more than that
 *
 * Which pass a unit of work gets does not matter: nothing in it survives.
 *
 * Errors     ERR_NOMEM when a pass has to be made and cannot
 * Threads    any
 */
#ifndef TRAIN_POOL_H
#define TRAIN_POOL_H

#include <pthread.h>

#include "model/pass.h"

struct pool_item {
	struct pass pass, base; /* base: of the model that KL pulls to */
	struct pool_item *next;
};

struct pool {
	struct causal_config config;
	size_t rows, tokens;
	bool grads, base;
	struct pool_item *free, *all[256];
	size_t n;
	pthread_mutex_t lock;
};

void pool_init(struct pool *pool, const struct causal_config *config,
	       size_t rows, size_t tokens, bool grads, bool base);
int pool_take(struct pool *pool, struct pool_item **item);
void pool_give(struct pool *pool, struct pool_item *item);
void pool_free(struct pool *pool);

#endif
