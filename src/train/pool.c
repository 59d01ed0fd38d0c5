/* pool.c - a pass for each thread that asks, and no more than that */
#include "train/pool.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"

void pool_init(struct pool *pool, const struct causal_config *config,
	       size_t rows, size_t tokens, bool grads, bool base)
{
	*pool = (struct pool){
		.config = *config,
		.rows = rows,
		.tokens = tokens,
		.grads = grads,
		.base = base,
	};
	pthread_mutex_init(&pool->lock, NULL);
}

static int make(struct pool *pool, struct pool_item **item)
{
	struct pool_item *made = mem_alloc(sizeof *made);
	int rc = pass_init(&made->pass, &pool->config, pool->rows,
			   pool->tokens, pool->grads);

	if (rc == 0 && pool->base)
		rc = pass_init(&made->base, &pool->config, pool->rows,
			       pool->tokens, false);
	if (rc < 0) {
		pass_free(&made->pass);
		free(made);
		return rc;
	}
	pthread_mutex_lock(&pool->lock);
	if (pool->n == sizeof pool->all / sizeof *pool->all)
		rc = err_set(ERR_LIMIT, "more than %zu threads; ask for fewer "
					"with -j",
			     pool->n);
	else
		pool->all[pool->n++] = made;
	pthread_mutex_unlock(&pool->lock);
	*item = made;
	return rc;
}

int pool_take(struct pool *pool, struct pool_item **item)
{
	pthread_mutex_lock(&pool->lock);
	*item = pool->free;
	if (*item)
		pool->free = (*item)->next;
	pthread_mutex_unlock(&pool->lock);
	return *item ? 0 : make(pool, item);
}

void pool_give(struct pool *pool, struct pool_item *item)
{
	pthread_mutex_lock(&pool->lock);
	item->next = pool->free;
	pool->free = item;
	pthread_mutex_unlock(&pool->lock);
}

void pool_free(struct pool *pool)
{
	for (size_t i = 0; i < pool->n; i++) {
		pass_free(&pool->all[i]->pass);
		pass_free(&pool->all[i]->base);
		free(pool->all[i]);
	}
	pthread_mutex_destroy(&pool->lock);
	*pool = (struct pool){ 0 };
}
