/* lattice.c - sums and maxima over the ways to write a word */
#include "model/lattice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"

/* The children of a node are next to each other, by rising symbol. */
struct trie_node {
	uint32_t child;    /* the first */
	uint16_t children;
	uint16_t symbol;   /* that leads here */
	uint32_t piece;    /* number + 1; 0: only a prefix */
};

struct edge {
	uint32_t from, to, piece; /* piece: UINT32_MAX skips a symbol */
};

/* -- building -- */

struct order {
	const uint16_t *at;
	uint32_t n, piece;
};

static int by_symbols(const void *a, const void *b)
{
	const struct order *x = a, *y = b;
	uint32_t n = x->n < y->n ? x->n : y->n;

	for (uint32_t i = 0; i < n; i++)
		if (x->at[i] != y->at[i])
			return x->at[i] < y->at[i] ? -1 : 1;
	return (x->n > y->n) - (x->n < y->n);
}

/* The sorted pieces of a node that has not got its children yet. */
struct range {
	uint32_t from, to, depth;
};

/* Breadth first: each node's range of pieces is cut by the next symbol. */
static void fold(struct lattice *lattice, const struct order *order,
		 struct range *range)
{
	size_t nodes = 1;

	range[0] = (struct range){ 0, (uint32_t)lattice->n, 0 };
	for (size_t n = 0; n < nodes; n++) {
		struct trie_node *node = &lattice->node[n];
		struct range r = range[n];

		if (r.from < r.to && order[r.from].n == r.depth)
			node->piece = order[r.from++].piece + 1;
		node->child = (uint32_t)nodes;
		while (r.from < r.to) {
			uint16_t symbol = order[r.from].at[r.depth];
			uint32_t from = r.from;

			while (r.from < r.to &&
			       order[r.from].at[r.depth] == symbol)
				r.from++;
			lattice->node[nodes].symbol = symbol;
			range[nodes++] = (struct range){ from, r.from,
							 r.depth + 1 };
			node->children++;
		}
	}
	for (uint32_t c = 0; c < lattice->node[0].children; c++)
		lattice->root[lattice->node[1 + c].symbol] = 1 + c;
}

/* The child that symbol leads to, or 0. */
static uint32_t child_of(const struct lattice *lattice, uint32_t n,
			 uint16_t symbol)
{
	uint32_t low = lattice->node[n].child;
	uint32_t high = low + lattice->node[n].children;

	while (low < high) {
		uint32_t middle = (low + high) / 2;

		if (lattice->node[middle].symbol < symbol)
			low = middle + 1;
		else
			high = middle;
	}
	return low < lattice->node[n].child + lattice->node[n].children &&
			       lattice->node[low].symbol == symbol
		       ? low : 0;
}

int lattice_init(struct lattice *lattice, const struct spelled *text,
		 const struct stretch *piece, const double *score, size_t n,
		 double tilt)
{
	struct order *order = mem_try(n, sizeof *order);
	struct range *range;
	size_t symbols = 1;
	double least = 0;

	*lattice = (struct lattice){ .text = text, .piece = piece,
				     .score = score, .n = n, .tilt = tilt };
	for (size_t i = 0; i < n; i++) {
		symbols += piece[i].n;
		least = fmin(least, score[i]);
	}
	lattice->skip = least - 10;
	lattice->node = mem_try(symbols, sizeof *lattice->node);
	lattice->weight = mem_try(n, sizeof *lattice->weight);
	lattice->root = mem_array(text->symbols, sizeof *lattice->root);
	range = mem_try(symbols, sizeof *range);
	if (!order || !range || !lattice->node || !lattice->weight) {
		free(order);
		free(range);
		return ERR_NOMEM;
	}
	memset(lattice->node, 0, symbols * sizeof *lattice->node);
	for (size_t i = 0; i < n; i++) {
		order[i] = (struct order){ text->symbol + piece[i].at,
					   piece[i].n, (uint32_t)i };
		lattice->weight[i] = exp(score[i] + tilt * piece[i].n);
	}
	qsort(order, n, sizeof *order, by_symbols);
	fold(lattice, order, range);
	free(order);
	free(range);
	return 0;
}

void lattice_free(struct lattice *lattice)
{
	free(lattice->node);
	free(lattice->root);
	free(lattice->weight);
	*lattice = (struct lattice){ 0 };
}

void path_free(struct path *path)
{
	free(path->edge);
	*path = (struct path){ 0 };
}

/* -- walking -- */

static void add_edge(struct path *path, size_t from, size_t to, uint32_t piece)
{
	mem_grow(&path->edge, &path->room, path->edges + 1,
		 sizeof *path->edge);
	path->edge[path->edges++] =
		(struct edge){ (uint32_t)from, (uint32_t)to, piece };
}

/* The edges of a word, by rising start. */
static void find_edges(const struct lattice *lattice, const uint16_t *at,
		       size_t symbols, struct path *path)
{
	path->edges = 0;
	for (size_t i = 0; i < symbols; i++) {
		uint32_t n = lattice->root[at[i]];
		size_t j = i + 1;

		if (!n)
			add_edge(path, i, i + 1, UINT32_MAX);
		for (; n; j++) {
			if (lattice->node[n].piece)
				add_edge(path, i, j,
					 lattice->node[n].piece - 1);
			if (j == symbols)
				break;
			n = child_of(lattice, n, at[j]);
		}
	}
}

static double edge_weight(const struct lattice *lattice,
			  const struct edge *edge)
{
	return edge->piece == UINT32_MAX
		       ? exp(lattice->skip + lattice->tilt)
		       : lattice->weight[edge->piece];
}

double lattice_expect(const struct lattice *lattice, const uint16_t *at,
		      size_t symbols, double count, struct path *path,
		      double *expected)
{
	double *in = path->in, *out = path->out, whole;

	find_edges(lattice, at, symbols, path);
	for (size_t i = 0; i <= symbols; i++)
		in[i] = out[i] = 0;
	in[0] = out[symbols] = 1;
	for (size_t e = 0; e < path->edges; e++) {
		const struct edge *edge = &path->edge[e];

		in[edge->to] += in[edge->from] * edge_weight(lattice, edge);
	}
	whole = in[symbols];
	for (size_t e = path->edges; e-- > 0;) {
		const struct edge *edge = &path->edge[e];
		double rest = out[edge->to] * edge_weight(lattice, edge);

		out[edge->from] += rest;
		if (edge->piece != UINT32_MAX)
			expected[edge->piece] +=
				count * in[edge->from] * rest / whole;
	}
	return log(whole) - lattice->tilt * (double)symbols;
}

size_t lattice_best(const struct lattice *lattice, const uint16_t *at,
		    size_t symbols, size_t without, struct path *path,
		    uint32_t *best)
{
	double *score = path->in;
	size_t n = 0;

	find_edges(lattice, at, symbols, path);
	for (size_t i = 0; i <= symbols; i++)
		score[i] = -INFINITY;
	score[0] = 0;
	for (size_t e = 0; e < path->edges; e++) {
		const struct edge *edge = &path->edge[e];
		double s = score[edge->from] +
			   (edge->piece == UINT32_MAX
				    ? lattice->skip
				    : lattice->score[edge->piece]);

		if (edge->piece == without || !(s > score[edge->to]))
			continue;
		score[edge->to] = s;
		path->from[edge->to] = edge->from;
		path->piece[edge->to] = edge->piece;
	}
	if (score[symbols] == -INFINITY)
		return 0;
	for (size_t i = symbols; i > 0; i = path->from[i])
		if (path->piece[i] != UINT32_MAX)
			best[n++] = path->piece[i];
	return n;
}
