/* search.c - find pairs by their text and by what is said about them */
#include "stats/search.h"

#include "base/err.h"

/*
 * How a filter lists its pairs, and how it is asked about one.  The filter of
 * lowest cost lists: few pairs, pairs found by an index, a table that is read
 * in order of id until a page is full, an index that is read whole and sorted.
 */
static const struct {
	const char *list, *check;
	int cost;
} filter_sql[] = {
	[FILTER_ID] = { SQL_SEARCH_ID_LIST, SQL_SEARCH_ID, 0 },
	[FILTER_CLUSTER] = { SQL_SEARCH_CLUSTER_LIST, SQL_SEARCH_CLUSTER, 0 },
	[FILTER_VERDICT] = { SQL_SEARCH_VERDICT_LIST, SQL_SEARCH_VERDICT, 0 },
	[FILTER_RULE] = { SQL_SEARCH_RULE_LIST, SQL_SEARCH_RULE, 1 },
	[FILTER_DROPPED] = { SQL_SEARCH_DROPPED_LIST, SQL_SEARCH_DROPPED, 2 },
	[FILTER_SCORE] = { NULL, NULL, 3 }, /* put_score() */
	[FILTER_SOURCE] = { SQL_SEARCH_SOURCE_LIST, SQL_SEARCH_SOURCE, 4 },
	[FILTER_LICENSE] = { SQL_SEARCH_LICENSE_LIST, SQL_SEARCH_LICENSE, 4 },
	[FILTER_LANG] = { SQL_SEARCH_LANG_LIST, SQL_SEARCH_LANG, 5 },
	[FILTER_CATEGORY] = { SQL_SEARCH_CATEGORY_LIST, SQL_SEARCH_CATEGORY,
			      5 },
	[FILTER_KEPT] = { NULL, SQL_SEARCH_KEPT, -1 }, /* most: lists none */
};

struct search {
	struct db *db;
	const struct query *query;
	int64_t after;       /* candidates are above it */
	sqlite3_stmt *list;  /* of candidates, in order of id */
	struct filters filters;
	struct buf match;
	VEC(int64_t) allowed; /* by the filters, in order */
};

/* -- statements, made of one piece a filter -- */

enum { AFTER = 1, FIRST_VALUE = 2 }; /* parameters of a statement */

/* A piece of SQL with its ?1 as ?value and its ?2 as `id`. */
static void put_piece(struct buf *out, const char *sql, size_t value,
		      const char *id)
{
	for (; *sql && *sql != ';'; sql++)
		if (sql[0] == '?' && sql[1] == '1')
			buf_print(out, "?%zu", value), sql++;
		else if (sql[0] == '?' && sql[1] == '2')
			buf_text(out, id), sql++;
		else
			buf_byte(out, *sql);
}

static const char *compare_sql(const struct query_filter *filter)
{
	switch (filter->compare) {
	case '>':
		return ">";
	case 'g':
		return ">=";
	case '<':
		return "<";
	case 'l':
		return "<=";
	default:
		return "=";
	}
}

/* A measure is a column of `score`; query.c let only known names through. */
static void put_score(struct buf *out, const struct query_filter *filter,
		      size_t value)
{
	buf_print(out, "FROM score WHERE %s %s ?%zu", filter->value,
		  compare_sql(filter), value);
}

/* AND EXISTS (...) for every filter but `listed`. */
static void put_checks(struct buf *out, const struct query *query,
		       const struct query_filter *listed, const char *id)
{
	for (size_t i = 0; i < query->filter.n; i++) {
		const struct query_filter *f = &query->filter.at[i];

		if (f == listed)
			continue;
		buf_print(out, " AND %sEXISTS (", f->not ? "NOT " : "");
		if (f->kind == FILTER_SCORE) {
			buf_text(out, "SELECT 1 ");
			put_score(out, f, FIRST_VALUE + i);
			buf_print(out, " AND pair_id = %s", id);
		} else {
			put_piece(out, filter_sql[f->kind].check,
				  FIRST_VALUE + i, id);
		}
		buf_byte(out, ')');
	}
}

static int prepare(struct db *db, const struct query *query,
		   const struct buf *sql, sqlite3_stmt **stmt)
{
	int rc;

	sqlite3_finalize(*stmt);
	if ((rc = db_prepare(db, sql->at, stmt)) < 0)
		return rc;
	for (size_t i = 0; i < query->filter.n; i++) {
		const struct query_filter *f = &query->filter.at[i];
		int at = (int)(FIRST_VALUE + i);

		if (f->kind == FILTER_SCORE)
			sqlite3_bind_double(*stmt, at, f->number);
		else
			db_bind_str(*stmt, at, str_of(f->value));
	}
	return 0;
}

/* -- candidates -- */

static int prepare_list(struct search *search, const struct buf *sql)
{
	int rc = prepare(search->db, search->query, sql, &search->list);

	if (rc == 0)
		sqlite3_bind_int64(search->list, AFTER, search->after);
	return rc;
}

/*
 * Those that `filter` lists (NULL: all pairs), checked by the others.  LIMIT
 * keeps SQLite from checking before it sorts: a page is few of them.
 */
static int list_by(struct search *search, const struct query_filter *filter)
{
	struct buf sql = { 0 };
	int rc;

	buf_text(&sql, "SELECT c.id FROM (");
	if (filter && filter->kind == FILTER_SCORE) {
		buf_text(&sql, "SELECT pair_id AS id ");
		put_score(&sql, filter,
			  FIRST_VALUE + (size_t)(filter -
						 search->query->filter.at));
		buf_print(&sql, " AND pair_id > ?%d ORDER BY pair_id", AFTER);
	} else if (filter) {
		put_piece(&sql, filter_sql[filter->kind].list,
			  FIRST_VALUE + (size_t)(filter -
						 search->query->filter.at),
			  "?1");
	} else {
		put_piece(&sql, SQL_SEARCH_ALL, 0, "?1");
	}
	buf_text(&sql, " LIMIT -1) c WHERE 1");
	put_checks(&sql, search->query, filter, "c.id");
	rc = prepare_list(search, &sql);
	buf_free(&sql);
	return rc;
}

/* The filter that lists its pairs, or NULL. */
static const struct query_filter *listing_filter(const struct query *query)
{
	const struct query_filter *best = NULL;

	for (size_t i = 0; i < query->filter.n; i++) {
		const struct query_filter *f = &query->filter.at[i];
		int cost = filter_sql[f->kind].cost;

		if (!f->not && cost >= 0 &&
		    (!best || cost < filter_sql[best->kind].cost))
			best = f;
	}
	return best;
}

static int list_words(struct search *search, struct index *index)
{
	const struct query *query = search->query;

	buf_clear(&search->match);
	buf_str(&search->match, buf_view(&query->match));
	if (query->without.n) {
		buf_clear(&search->match);
		buf_print(&search->match, "(%s) NOT (%s)", query->match.at,
			  query->without.at);
	}
	sqlite3_finalize(search->list);
	search->list = NULL;
	if (sqlite3_prepare_v2(index->sqlite, index->edited
						      ? SQL_INDEX_MATCH_EDITED
						      : SQL_INDEX_MATCH, -1,
			       &search->list, NULL) != SQLITE_OK)
		return err_set(ERR_DB, "reading the index: %s; delete the "
				       "file %s.search",
			       sqlite3_errmsg(index->sqlite),
			       search->db->path);
	db_bind_str(search->list, 1, buf_view(&search->match));
	sqlite3_bind_int64(search->list, 2, search->after);
	return 0;
}

/* -- checks of what the index found -- */

int filters_open(struct filters *filters, struct db *db,
		 const struct query *query)
{
	struct buf sql = { 0 };
	int rc;

	*filters = (struct filters){ .db = db };
	if (!query->filter.n)
		return 0;
	buf_text(&sql, "SELECT 1 WHERE 1");
	put_checks(&sql, query, NULL, "?1");
	rc = prepare(db, query, &sql, &filters->check);
	buf_free(&sql);
	return rc;
}

int filters_pass(struct filters *filters, int64_t id)
{
	int step;

	if (!filters->check)
		return 1;
	sqlite3_bind_int64(filters->check, 1, id);
	step = sqlite3_step(filters->check);
	sqlite3_reset(filters->check);
	if (step != SQLITE_ROW && step != SQLITE_DONE)
		return db_fail(filters->db, "searching");
	return step == SQLITE_ROW;
}

void filters_close(struct filters *filters)
{
	sqlite3_finalize(filters->check);
	filters->check = NULL;
}

/* -- collecting -- */

static int failed(struct search *search)
{
	return err_set(ERR_DB, "%s: searching: %s", search->db->path,
		       sqlite3_errmsg(sqlite3_db_handle(search->list)));
}

/* 1 when it is more than the limit. */
static int take(struct found *found, int64_t id, uint64_t limit)
{
	if (found->id.n == limit) {
		found->more = true;
		return 1;
	}
	vec_push(&found->id, id);
	return 0;
}

/* 1 when the limit is full or none is left, 0 when `most` were looked at. */
static int collect(struct search *search, uint64_t limit, uint64_t most,
		   struct found *found)
{
	int rc, step;

	while ((step = sqlite3_step(search->list)) == SQLITE_ROW) {
		int64_t id = sqlite3_column_int64(search->list, 0);

		if ((rc = filters_pass(&search->filters, id)) < 0)
			return rc;
		if (rc && take(found, id, limit))
			return 1;
		search->after = id;
		if (!--most)
			return 0;
	}
	return step == SQLITE_DONE ? 1 : failed(search);
}

/* Candidates of the index and ids that the filters allow: both in order. */
static int merge(struct search *search, uint64_t limit, struct found *found)
{
	size_t at = 0;
	int step;

	while (at < search->allowed.n &&
	       (step = sqlite3_step(search->list)) == SQLITE_ROW) {
		int64_t id = sqlite3_column_int64(search->list, 0);

		while (at < search->allowed.n && search->allowed.at[at] < id)
			at++;
		if (at < search->allowed.n && search->allowed.at[at] == id &&
		    take(found, id, limit))
			return 0;
	}
	return at == search->allowed.n || step == SQLITE_DONE ? 0
							      : failed(search);
}

static int read_allowed(struct search *search,
			const struct query_filter *filter)
{
	int rc = list_by(search, filter), step = SQLITE_DONE;

	while (rc == 0 && (step = sqlite3_step(search->list)) == SQLITE_ROW)
		rc = vec_try_push(&search->allowed,
				  sqlite3_column_int64(search->list, 0));
	return rc < 0 || step == SQLITE_DONE ? rc : failed(search);
}

/*
 * Words that most pairs hold, and filters that few of these pass: after some
 * candidates in vain the filters list theirs, and the two lists are merged.
 */
static int with_words(struct search *search, struct index *index,
		      uint64_t limit, struct found *found)
{
	const struct query_filter *filter = listing_filter(search->query);
	int rc;

	if ((rc = filters_open(&search->filters, search->db,
			       search->query)) < 0 ||
	    (rc = list_words(search, index)) < 0)
		return rc;
	rc = collect(search, limit, filter ? 5 * SEARCH_PROBE : UINT64_MAX,
		     found);
	if (rc)
		return rc;
	if ((rc = read_allowed(search, filter)) < 0 ||
	    (rc = list_words(search, index)) < 0)
		return rc;
	return merge(search, limit, found);
}

/* The first candidates by id, and if they are in vain, those of a filter. */
static int without_words(struct search *search, uint64_t limit,
			 struct found *found)
{
	const struct query_filter *filter = listing_filter(search->query);
	struct buf sql = { 0 };
	int rc = 0;

	if (filter && filter_sql[filter->kind].cost > 0) {
		put_piece(&sql, SQL_SEARCH_ALL, 0, "?1");
		if ((rc = filters_open(&search->filters, search->db,
				       search->query)) == 0 &&
		    (rc = prepare_list(search, &sql)) == 0)
			rc = collect(search, limit, SEARCH_PROBE, found);
		buf_free(&sql);
		if (rc)
			return rc;
	}
	filters_close(&search->filters); /* the list checks by itself */
	rc = list_by(search, filter);
	return rc < 0 ? rc : collect(search, limit, UINT64_MAX, found);
}

int search_run(struct found *found, struct db *db, struct index *index,
	       const struct query *query, int64_t after, uint64_t limit)
{
	struct search search = { .db = db, .query = query, .after = after };
	int rc;

	*found = (struct found){ 0 };
	rc = query->match.n ? with_words(&search, index, limit, found)
			    : without_words(&search, limit, found);
	sqlite3_finalize(search.list);
	filters_close(&search.filters);
	vec_free(&search.allowed);
	buf_free(&search.match);
	return rc < 0 ? rc : 0;
}

void search_free(struct found *found)
{
	vec_free(&found->id);
	vec_free(&found->nearness);
}
