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
};

struct search {
	struct db *db;
	const struct query *query;
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
	return 0;
}

static int list_filter(struct search *search)
{
	const struct query *query = search->query;
	int rc;

	for (size_t i = 0; i < query->filter.n; i++) {
		const struct query_filter *f = &query->filter.at[i];
		const char *sql = filter_sql[f->kind].list;

		if (f->not || !sql)
			continue;
		if ((rc = db_prepare(search->db, sql, &search->list)) == 0)
			db_bind_str(search->list, 1, str_of(f->value));
		return rc;
	}
	return db_prepare(search->db, SQL_SEARCH_ALL, &search->list);
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

static int collect(struct search *search, uint64_t limit, struct found *found)
{
	int rc = 0, step;

	while ((step = sqlite3_step(search->list)) == SQLITE_ROW) {
		int64_t id = sqlite3_column_int64(search->list, 0);

		if ((rc = passes(search, id)) < 0)
			return rc;
		if (!rc)
			continue;
		if (found->id.n == limit) {
			found->more = true;
			return 0;
		}
		vec_push(&found->id, id);
	}
	if (step != SQLITE_DONE)
		return err_set(ERR_DB, "%s: searching: %s", search->db->path,
			       sqlite3_errmsg(sqlite3_db_handle(search->list)));
	return 0;
}

int search_run(struct found *found, struct db *db, struct index *index,
	       const struct query *query, uint64_t limit)
{
	struct search search = { .db = db, .query = query };
	int rc;

	*found = (struct found){ 0 };
	rc = query->match.n ? list_words(&search, index)
			    : list_filter(&search);
	if (rc == 0 && (rc = prepare_checks(&search)) == 0)
		rc = collect(&search, limit, found);
	sqlite3_finalize(search.list);
	for (size_t i = 0; search.check && i < query->filter.n; i++)
		sqlite3_finalize(search.check[i]);
	free(search.check);
	buf_free(&search.match);
	return rc;
}

void search_free(struct found *found)
{
	vec_free(&found->id);
}
