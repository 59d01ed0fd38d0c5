/* topk.c - the most alike rows of one matrix for each row of another */
#include "near/topk.h"

#include <stdlib.h>

#include "base/mem.h"

void topk_start(struct topk *topk, size_t queries, size_t k)
{
	if (!topk->self)
		topk->self = mem_array(COSINES_QUERIES, sizeof *topk->self);
	mem_grow(&topk->at, &topk->room, queries * k, sizeof *topk->at);
	topk->queries = queries;
	topk->k = k;
	for (size_t i = 0; i < queries * k; i++)
		topk->at[i] = (struct near){ -2, TOPK_NONE };
	for (size_t q = 0; q < queries; q++)
		topk->self[q] = TOPK_NONE;
}

void topk_free(struct topk *topk)
{
	free(topk->at);
	cosines_free(&topk->tile);
	free(topk->self);
	*topk = (struct topk){ 0 };
}

static bool better(struct near a, struct near b)
{
	return a.cosine > b.cosine || (a.cosine == b.cosine && a.id < b.id);
}

bool topk_put(struct near *list, size_t k, struct near near)
{
	size_t i = k - 1;

	if (!better(near, list[i]))
		return false;
	for (; i && better(near, list[i - 1]); i--)
		list[i] = list[i - 1];
	list[i] = near;
	return true;
}

/* One tile of cosines into the lists. */
static void take(struct topk *topk, const uint32_t *id, size_t from, size_t n)
{
	cosines_scan *scan = cosines_scanner();

	for (size_t q = 0; q < topk->queries; q++) {
		const float *cosine = topk->tile.at + q * COSINES_ROWS;
		struct near *list = topk->at + q * topk->k;
		const struct near *worst = &list[topk->k - 1];

		for (size_t i = scan(cosine, 0, n, worst->cosine); i < n;
		     i = scan(cosine, i + 1, n, worst->cosine)) {
			uint32_t who = id ? id[i] : (uint32_t)(from + i);

			if (who != topk->self[q])
				topk_put(list, topk->k,
					 (struct near){ cosine[i], who });
		}
	}
}

void topk_add(struct topk *topk, const float *query, const float *row,
	      const uint32_t *id, size_t from, size_t rows, size_t c)
{
	for (size_t at = 0; at < rows; at += COSINES_ROWS) {
		size_t n = rows - at < COSINES_ROWS ? rows - at : COSINES_ROWS;

		cosines_make(&topk->tile, query, topk->queries, row + at * c,
			     n, c);
		take(topk, id ? id + at : NULL, from + at, n);
	}
}
