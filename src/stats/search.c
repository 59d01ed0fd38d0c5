/* search.c - find pairs by their text and by what is said about them */
#include "stats/search.h"

#include "base/err.h"

static const struct {
	const char *list, *check;
} filter_sql[] = {
	[FILTER_LANG] = { SQL_SEARCH_LANG_LIST, SQL_SEARCH_LANG },
	[FILTER_CATEGORY] = { SQL_SEARCH_CATEGORY_LIST, SQL_SEARCH_CATEGORY },
	[FILTER_SOURCE] = { SQL_SEARCH_SOURCE_LIST, SQL_SEARCH_SOURCE },
	[FILTER_LICENSE] = { SQL_SEARCH_LICENSE_LIST, SQL_SEARCH_LICENSE },
	[FILTER_DROPPED] = { SQL_SEARCH_DROPPED_LIST, SQL_SEARCH_DROPPED },
	[FILTER_KEPT] = { NULL, SQL_SEARCH_KEPT },
	[FILTER_RULE] = { SQL_SEARCH_RULE_LIST, SQL_SEARCH_RULE },
	[FILTER_SCORE] = { SQL_SEARCH_SCORE_LIST, SQL_SEARCH_SCORE },
	[FILTER_VERDICT] = { SQL_SEARCH_VERDICT_LIST, SQL_SEARCH_VERDICT },
	[FILTER_ID] = { SQL_SEARCH_ID_LIST, SQL_SEARCH_ID },
	[FILTER_CLUSTER] = { SQL_SEARCH_CLUSTER_LIST, SQL_SEARCH_CLUSTER },
};

struct search {
	struct db *db;
	const struct query *query;
	int64_t after;        /* candidates are above it */
	sqlite3_stmt *list;   /* of candidates, in order of id */
	sqlite3_stmt **check; /* (filters) */
	struct buf match;
};

/* -- candidates -- */

static int list_words(struct search *search, struct index *index)
{
	const struct query *query = search->query;

	buf_str(&search->match, buf_view(&query->match));
	if (query->without.n) {
		buf_clear(&search->match);
		buf_print(&search->match, "(%s) NOT (%s)", query->match.at,
			  query->without.at);
	}
	if (sqlite3_prepare_v2(index->sqlite, SQL_INDEX_MATCH, -1,
			       &search->list, NULL) != SQLITE_OK)
		return err_set(ERR_DB, "reading the index: %s; delete the "
				       "file %s.search",
			       sqlite3_errmsg(index->sqlite),
			       search->db->path);
	db_bind_str(search->list, 1, buf_view(&search->match));
	sqlite3_bind_int64(search->list, 2, search->after);
	return 0;
}

static int list_by(struct search *search, const char *sql, const char *value)
{
	int rc;

	sqlite3_finalize(search->list);
	if ((rc = db_prepare(search->db, sql, &search->list)) < 0)
		return rc;
	if (value)
		db_bind_str(search->list, 1, str_of(value));
	sqlite3_bind_int64(search->list, 2, search->after);
	return 0;
}

/* The filter that lists its pairs: one that means few, else the first. */
static const struct query_filter *listing_filter(const struct query *query,
						 bool *few)
{
	const struct query_filter *first = NULL;

	*few = false;
	for (size_t i = 0; i < query->filter.n; i++) {
		const struct query_filter *f = &query->filter.at[i];

		if (f->not || !filter_sql[f->kind].list)
			continue;
		*few = f->kind == FILTER_ID || f->kind == FILTER_CLUSTER ||
		       f->kind == FILTER_VERDICT;
		if (*few)
			return f;
		if (!first)
			first = f;
	}
	return first;
}

/* -- checks -- */

static int prepare_checks(struct search *search)
{
	const struct query *query = search->query;
	int rc = 0;

	search->check = mem_array(query->filter.n + 1, sizeof *search->check);
	for (size_t i = 0; rc == 0 && i < query->filter.n; i++) {
		const struct query_filter *f = &query->filter.at[i];

		rc = db_prepare(search->db, filter_sql[f->kind].check,
				&search->check[i]);
		if (rc == 0)
			db_bind_str(search->check[i], 1, str_of(f->value));
	}
	return rc;
}

static bool compares(const struct query_filter *filter, double value)
{
	switch (filter->compare) {
	case '>':
		return value > filter->number;
	case 'g':
		return value >= filter->number;
	case '<':
		return value < filter->number;
	case 'l':
		return value <= filter->number;
	default:
		return value == filter->number;
	}
}

/* 1 when every filter means this pair, 0 when one does not. */
static int passes(struct search *search, int64_t id)
{
	for (size_t i = 0; i < search->query->filter.n; i++) {
		const struct query_filter *f = &search->query->filter.at[i];
		sqlite3_stmt *check = search->check[i];
		bool means;
		int step;

		sqlite3_bind_int64(check, 2, id);
		step = sqlite3_step(check);
		means = step == SQLITE_ROW &&
			(f->kind != FILTER_SCORE ||
			 compares(f, sqlite3_column_double(check, 0)));
		sqlite3_reset(check);
		if (step != SQLITE_ROW && step != SQLITE_DONE)
			return db_fail(search->db, "searching");
		if (means == f->not)
			return 0;
	}
	return 1;
}

/* 1 when the limit is full, `most` candidates were asked, or none is left. */
static int collect(struct search *search, uint64_t limit, uint64_t most,
		   struct found *found)
{
	int rc, step;

	while ((step = sqlite3_step(search->list)) == SQLITE_ROW) {
		int64_t id = sqlite3_column_int64(search->list, 0);

		if ((rc = passes(search, id)) < 0)
			return rc;
		if (rc && found->id.n == limit) {
			found->more = true;
			return 1;
		}
		if (rc)
			vec_push(&found->id, id);
		search->after = id;
		if (!--most)
			return 0;
	}
	if (step != SQLITE_DONE)
		return err_set(ERR_DB, "%s: searching: %s", search->db->path,
			       sqlite3_errmsg(sqlite3_db_handle(search->list)));
	return 1;
}

static int without_words(struct search *search, uint64_t limit,
			 struct found *found)
{
	const struct query_filter *filter;
	bool few;
	int rc = 0;

	filter = listing_filter(search->query, &few);
	if (!few) {
		rc = list_by(search, SQL_SEARCH_ALL, NULL);
		if (rc == 0)
			rc = collect(search, limit,
				     filter ? SEARCH_PROBE : UINT64_MAX, found);
	}
	if (rc == 0 && filter) {
		rc = list_by(search, filter_sql[filter->kind].list,
			     filter->value);
		if (rc == 0)
			rc = collect(search, limit, UINT64_MAX, found);
	}
	return rc;
}

int search_run(struct found *found, struct db *db, struct index *index,
	       const struct query *query, int64_t after, uint64_t limit)
{
	struct search search = { .db = db, .query = query, .after = after };
	int rc;

	*found = (struct found){ 0 };
	rc = prepare_checks(&search);
	if (rc == 0 && query->match.n) {
		rc = list_words(&search, index);
		if (rc == 0)
			rc = collect(&search, limit, UINT64_MAX, found);
	} else if (rc == 0) {
		rc = without_words(&search, limit, found);
	}
	sqlite3_finalize(search.list);
	for (size_t i = 0; search.check && i < query->filter.n; i++)
		sqlite3_finalize(search.check[i]);
	free(search.check);
	buf_free(&search.match);
	return rc < 0 ? rc : 0;
}

void search_free(struct found *found)
{
	vec_free(&found->id);
	vec_free(&found->nearness);
}
