/* counted.c - words and their counts */
#include "model/counted.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void counted_add(struct counted *words, struct str word, uint64_t count)
{
	uint32_t before = words->word.n, i = map_add(&words->word, word);

	if (i == before) {
		mem_grow(&words->count, &words->room, (size_t)i + 1,
			 sizeof *words->count);
		words->count[i] = 0;
	}
	words->count[i] += count;
}

void counted_free(struct counted *words)
{
	map_free(&words->word);
	free(words->count);
	*words = (struct counted){ 0 };
}

struct item {
	struct str word;
	uint32_t number;
};

static int by_bytes(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	size_t n = x->word.n < y->word.n ? x->word.n : y->word.n;
	int c = memcmp(x->word.at, y->word.at, n);

	return c ? c : (x->word.n > y->word.n) - (x->word.n < y->word.n);
}

void counted_order(const struct counted *words, uint32_t *order)
{
	struct item *item = mem_array(words->word.n, sizeof *item);

	for (uint32_t i = 0; i < words->word.n; i++)
		item[i] = (struct item){ map_key(&words->word, i), i };
	qsort(item, words->word.n, sizeof *item, by_bytes);
	for (uint32_t i = 0; i < words->word.n; i++)
		order[i] = item[i].number;
	free(item);
}
