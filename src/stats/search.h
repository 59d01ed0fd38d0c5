/*
 * search.h - find pairs by their text and by what is said about them
 *
 *     rc = search_run(&found, &db, &index, &query, 20);
 *     rc = search_text(&found, &db, &query, colour, &out);
 *     search_free(&found);
 *
 * Pairs come in order of id.  The words are looked up in the index; filters are
 * asked pair by pair, so only as many pairs are looked at as it takes to fill
 * the limit.  Without words the first filter lists its pairs.
 */
#ifndef STATS_SEARCH_H
#define STATS_SEARCH_H

#include "base/json.h"
#include "stats/index.h"
#include "stats/query.h"

struct found {
	VEC(int64_t) id;
	bool more; /* than the limit */
};

/* index may be NULL when the query has no words. */
int search_run(struct found *found, struct db *db, struct index *index,
	       const struct query *query, uint64_t limit);

/* Each with its fate and a line of every text that has a hit, marked. */
int search_text(const struct found *found, struct db *db,
		const struct query *query, bool colour, struct buf *out);
int search_json(const struct found *found, struct db *db,
		const struct query *query, struct json *json);
void search_free(struct found *found);

#endif
