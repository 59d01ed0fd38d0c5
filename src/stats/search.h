/*
 * search.h - find pairs by their text and by what is said about them
 *
 *     rc = search_run(&found, &db, &index, &query, 0, 20);
 *     rc = search_text(&found, &db, &query, colour, &out);
 *     search_free(&found);
 *
 * Pairs come in order of id.  The words are looked up in the index; filters are
 * asked pair by pair, so only as many pairs are looked at as it takes to fill
 * the limit.  Without words the first SEARCH_PROBE pairs are asked, which fills
 * a page when the filters mean many; else the first filter lists its pairs.
 * The next page is what stands above the last id of this one.
 */
#ifndef STATS_SEARCH_H
#define STATS_SEARCH_H

#include "base/json.h"
#include "stats/index.h"
#include "stats/query.h"

enum { SEARCH_PROBE = 2000 };

struct found {
	VEC(int64_t) id;
	VEC(double) nearness; /* to what was meant; empty when words were */
	bool more; /* than the limit */
};

/*
 * Pairs with ids above `after`.  index may be NULL when the query has no words;
 * a query of nothing means all pairs.
 */
int search_run(struct found *found, struct db *db, struct index *index,
	       const struct query *query, int64_t after, uint64_t limit);

/* All filters of a query, asked of one pair at once. */
struct filters {
	struct db *db;
	sqlite3_stmt *check; /* NULL: there is none, every pair passes */
};

int filters_open(struct filters *filters, struct db *db,
		 const struct query *query);
int filters_pass(struct filters *filters, int64_t id); /* 1 or 0 */
void filters_close(struct filters *filters);

/* Each with its fate and a line of every text that has a hit, marked. */
int search_text(const struct found *found, struct db *db,
		const struct query *query, bool colour, struct buf *out);
int search_json(const struct found *found, struct db *db,
		const struct query *query, struct json *json);
void search_free(struct found *found);

#endif
