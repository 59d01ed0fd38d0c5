/* alike.c - every pair of vectors whose cosine is at least so much */
#include "near/alike.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "near/cosines.h"

enum { STRIPE = 16 * COSINES_ROWS }; /* rows that an item looks at */

struct hit {
	uint32_t query, row;
	float cosine;
};

/* A block of queries and a stripe of rows, and what is alike in them. */
struct item {
	size_t query, queries, row, rows;
	struct cosines tile;
	struct hit *hit;
	size_t hits, room;
};

struct search {
	const float *query, *row;
	size_t queries, rows, c;
	float least;
	bool within; /* both are one matrix: only rows below the query */
	alike_found *found;
	void *context;
	cosines_scan *scan;
	size_t at, from; /* of the next item: query, row */
	struct progress progress;
};

static size_t least_of(size_t a, size_t b)
{
	return a < b ? a : b;
}

static int next_item(void *context, void *argument)
{
	struct search *s = context;
	struct item *item = argument;
	size_t queries, end;

	if (s->at >= s->queries)
		return 0;
	queries = least_of(COSINES_QUERIES, s->queries - s->at);
	end = s->within ? s->at + queries : s->rows;
	item->query = s->at;
	item->queries = queries;
	item->row = s->from;
	item->rows = least_of(STRIPE, end - s->from);
	s->from += item->rows;
	if (s->from >= end) {
		s->from = 0;
		s->at += queries;
	}
	return 1;
}

static int add_hit(struct item *item, size_t query, size_t row, float cosine)
{
	if (mem_try_grow(&item->hit, &item->room, item->hits + 1,
			 sizeof *item->hit) < 0)
		return ERR_NOMEM;
	item->hit[item->hits++] = (struct hit){
		(uint32_t)query, (uint32_t)row, cosine,
	};
	return 0;
}

/* One tile; `from` is its first row. */
static int look_through(const struct search *s, struct item *item, size_t from,
			size_t rows)
{
	int rc = 0;

	for (size_t q = 0; rc == 0 && q < item->queries; q++) {
		const float *line = item->tile.at + q * COSINES_ROWS;
		size_t query = item->query + q, n = rows;

		if (s->within)
			n = query > from ? least_of(rows, query - from) : 0;
		for (size_t i = s->scan(line, 0, n, s->least);
		     rc == 0 && i < n; i = s->scan(line, i + 1, n, s->least))
			rc = add_hit(item, query, from + i, line[i]);
	}
	return rc;
}

static int by_query(const void *left, const void *right)
{
	const struct hit *a = left, *b = right;

	if (a->query != b->query)
		return a->query < b->query ? -1 : 1;
	return a->row < b->row ? -1 : a->row > b->row;
}

static int search_item(void *context, void *argument)
{
	const struct search *s = context;
	struct item *item = argument;
	int rc = 0;

	item->hits = 0;
	for (size_t at = 0; rc == 0 && at < item->rows; at += COSINES_ROWS) {
		size_t rows = least_of(COSINES_ROWS, item->rows - at);
		size_t from = item->row + at;

		cosines_make(&item->tile, s->query + item->query * s->c,
			     item->queries, s->row + from * s->c, rows, s->c);
		rc = look_through(s, item, from, rows);
	}
	if (item->hits)
		qsort(item->hit, item->hits, sizeof *item->hit, by_query);
	return rc;
}

static int hand_over(void *context, void *argument)
{
	struct search *s = context;
	const struct item *item = argument;
	int rc = 0;

	for (size_t i = 0; rc >= 0 && i < item->hits; i++) {
		const struct hit *hit = &item->hit[i];

		rc = s->within ? s->found(s->context, hit->row, hit->query,
					  hit->cosine)
			       : s->found(s->context, hit->query, hit->row,
					  hit->cosine);
	}
	progress_set(&s->progress, item->query);
	return rc < 0 ? rc : 0;
}

static int search(struct search *s, struct par *par)
{
	size_t slots = par_slots(par);
	struct item *item = mem_array(slots, sizeof *item);
	struct par_map map = {
		.read = next_item,
		.work = search_item,
		.write = hand_over,
		.item = item,
		.item_size = sizeof *item,
		.items = slots,
		.context = s,
	};
	int rc;

	s->scan = cosines_scanner();
	progress_start(&s->progress, "comparing", "vectors", s->queries);
	rc = par_map(par, &map);
	progress_end(&s->progress);
	for (size_t i = 0; i < slots; i++) {
		cosines_free(&item[i].tile);
		free(item[i].hit);
	}
	free(item);
	return rc;
}

int alike_within(const float *x, size_t n, size_t c, double least,
		 struct par *par, alike_found *found, void *context)
{
	struct search s = {
		.query = x,
		.row = x,
		.queries = n,
		.rows = n,
		.c = c,
		.least = (float)least,
		.within = true,
		.found = found,
		.context = context,
	};

	return search(&s, par);
}

int alike_between(const float *query, size_t queries, const float *row,
		  size_t rows, size_t c, double least, struct par *par,
		  alike_found *found, void *context)
{
	struct search s = {
		.query = query,
		.row = row,
		.queries = rows ? queries : 0,
		.rows = rows,
		.c = c,
		.least = (float)least,
		.found = found,
		.context = context,
	};

	return search(&s, par);
}
