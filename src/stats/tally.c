/* tally.c - names, and how many pairs have each */
#include "stats/tally.h"

#include <stdlib.h>

#include "base/mem.h"

uint32_t tally_add(struct tally *tally, struct str name, bool kept)
{
	uint32_t number = map_add(&tally->name, name);

	if (number >= tally->room) {
		size_t had = tally->room;

		mem_grow(&tally->count, &tally->room, number + 1,
			 sizeof *tally->count);
		memset(tally->count + had, 0,
		       (tally->room - had) * sizeof *tally->count);
	}
	tally->count[number].pairs++;
	tally->count[number].kept += kept;
	return number;
}

struct count tally_get(const struct tally *tally, struct str name)
{
	uint32_t number;

	if (!map_find(&tally->name, name, &number))
		return (struct count){ 0 };
	return tally->count[number];
}

struct ranked {
	uint64_t pairs;
	struct str name;
	uint32_t number;
};

static int compare(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	size_t n = x->name.n < y->name.n ? x->name.n : y->name.n;
	int by_name;

	if (x->pairs != y->pairs)
		return x->pairs < y->pairs ? 1 : -1;
	by_name = n ? memcmp(x->name.at, y->name.at, n) : 0;
	if (by_name)
		return by_name;
	return (x->name.n > y->name.n) - (x->name.n < y->name.n);
}

uint32_t *tally_order(const struct tally *tally)
{
	uint32_t n = tally->name.n;
	struct ranked *ranked = mem_array(n + 1, sizeof *ranked);
	uint32_t *order = mem_array(n + 1, sizeof *order);

	for (uint32_t i = 0; i < n; i++)
		ranked[i] = (struct ranked){ tally->count[i].pairs,
					     map_key(&tally->name, i), i };
	qsort(ranked, n, sizeof *ranked, compare);
	for (uint32_t i = 0; i < n; i++)
		order[i] = ranked[i].number;
	free(ranked);
	return order;
}

void tally_free(struct tally *tally)
{
	map_free(&tally->name);
	free(tally->count);
	*tally = (struct tally){ 0 };
}
