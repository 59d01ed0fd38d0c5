/* dsu.c - disjoint sets: which members hang together */
#include "near/dsu.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"

int dsu_init(struct dsu *dsu, size_t n)
{
	dsu->n = n;
	dsu->parent = mem_try(n, sizeof *dsu->parent);
	if (!dsu->parent)
		return ERR_NOMEM;
	for (size_t i = 0; i < n; i++)
		dsu->parent[i] = (uint32_t)i;
	return 0;
}

uint32_t dsu_find(struct dsu *dsu, uint32_t member)
{
	uint32_t *parent = dsu->parent;

	while (parent[member] != member) {
		parent[member] = parent[parent[member]];
		member = parent[member];
	}
	return member;
}

void dsu_join(struct dsu *dsu, uint32_t a, uint32_t b)
{
	a = dsu_find(dsu, a);
	b = dsu_find(dsu, b);
	if (a < b)
		dsu->parent[b] = a;
	else
		dsu->parent[a] = b;
}

void dsu_free(struct dsu *dsu)
{
	free(dsu->parent);
	*dsu = (struct dsu){ 0 };
}
