/* earlier.c - what an earlier run found, so that only new pairs are compared */
#include "dedup/earlier.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "near/lsh.h"

/* -- is it of use? -- */

static void describe(struct earlier *earlier,
		     const struct dedup_options *options,
		     const struct lsh_plan *plan, uint64_t seed)
{
	const struct match_rule *rule = &options->rule;

	buf_print(&earlier->recipe,
		  "%s: on %d unit %d n %u numbers %d threshold %.17g "
		  "bands %ux%u seed %llu",
		  options->name, rule->on, rule->unit, rule->n, rule->numbers,
		  rule->threshold, plan->bands, plan->rows,
		  (unsigned long long)seed);
}

/* Two numbers of the one row of a bound statement; 0 when there is none. */
static int row_of(struct db *db, sqlite3_stmt *get, int64_t *a, int64_t *b)
{
	int step = sqlite3_step(get);

	*a = *b = 0;
	if (step == SQLITE_ROW) {
		*a = sqlite3_column_int64(get, 0);
		*b = sqlite3_column_int64(get, 1);
	}
	if (step != SQLITE_ROW && step != SQLITE_DONE)
		return db_fail(db, "looking for an earlier run");
	return 0;
}

static int stage_is_whole(struct db *db, const char *name, bool *whole)
{
	sqlite3_stmt *get;
	int64_t yes = 0, ignored;
	int rc = db_prepare(db, SQL_EARLIER_RUN, &get);

	if (rc < 0)
		return rc;
	db_bind_str(get, 1, str_of(name));
	rc = row_of(db, get, &yes, &ignored);
	sqlite3_finalize(get);
	*whole = yes;
	return rc;
}

static int count_known(struct earlier *earlier, int64_t *known)
{
	sqlite3_stmt *get;
	int rc = db_prepare(earlier->db, SQL_EARLIER_COUNT, &get);

	if (rc < 0)
		return rc;
	db_bind_str(get, 1, buf_view(&earlier->recipe));
	rc = row_of(earlier->db, get, known, &earlier->last);
	sqlite3_finalize(get);
	return rc;
}

/* Does the stage see the same pairs as then, up to the last of them? */
static int sees_the_same(struct earlier *earlier, int64_t known, bool *same)
{
	sqlite3_stmt *get;
	int64_t seen, matching;
	int rc = db_prepare(earlier->db, SQL_EARLIER_SEEN, &get);

	if (rc < 0)
		return rc;
	db_bind_str(get, 1, buf_view(&earlier->recipe));
	sqlite3_bind_int(get, 2, STAGE_DEDUP);
	sqlite3_bind_int64(get, 3, earlier->last);
	rc = row_of(earlier->db, get, &seen, &matching);
	sqlite3_finalize(get);
	*same = seen == known && matching == known;
	return rc;
}

int earlier_find(struct earlier *earlier, struct db *db,
		 const struct dedup_options *options, uint64_t seed)
{
	struct lsh_plan plan;
	int64_t known = 0;
	bool usable;
	int rc;

	*earlier = (struct earlier){ .db = db };
	if (options->method != DEDUP_MINHASH || options->keep != KEEP_FIRST)
		return 0;
	if ((rc = lsh_plan(options->rule.threshold, &plan)) < 0)
		return rc;
	earlier->bands = plan.bands;
	describe(earlier, options, &plan, seed);
	if ((rc = stage_is_whole(db, options->name, &usable)) < 0 || !usable ||
	    (rc = count_known(earlier, &known)) < 0 ||
	    (rc = sees_the_same(earlier, known, &usable)) < 0 ||
	    !usable)
		earlier->last = 0;
	earlier->n = earlier->last ? (size_t)known : 0;
	return rc;
}

void earlier_free(struct earlier *earlier)
{
	buf_free(&earlier->recipe);
	free(earlier->link);
	*earlier = (struct earlier){ 0 };
}

/* -- members, keepers and families -- */

/* The member of an id; known members stand in order of id. */
static uint32_t member_of(const struct members *members, size_t n, int64_t id)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (members->at[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return (uint32_t)low;
}

static struct member member_in(sqlite3_stmt *row)
{
	struct member member = {
		.id = sqlite3_column_int64(row, 0),
		.guard = (uint64_t)sqlite3_column_int64(row, 2),
		.fields = (uint32_t)sqlite3_column_int(row, 3),
		.known = true,
		.keyed = sqlite3_column_int(row, 5),
	};

	memcpy(&member.exact, sqlite3_column_blob(row, 1),
	       sizeof member.exact);
	return member;
}

/* Keepers and families have lower ids, so their members are there already. */
static struct link link_in(const struct members *members, uint32_t m,
			   sqlite3_stmt *row)
{
	struct link link = { m, m, 0 };

	if (sqlite3_column_type(row, 6) != SQLITE_NULL) {
		link.keeper = member_of(members, m,
					sqlite3_column_int64(row, 6));
		link.similarity = (float)sqlite3_column_double(row, 7);
	}
	if (sqlite3_column_type(row, 8) != SQLITE_NULL)
		link.root = member_of(members, m,
				      sqlite3_column_int64(row, 8));
	return link;
}

int earlier_members(struct earlier *earlier, struct members *members)
{
	sqlite3_stmt *scan;
	int step = SQLITE_DONE, rc;

	if (!earlier->n)
		return 0;
	earlier->link = mem_try(earlier->n, sizeof *earlier->link);
	if (!earlier->link ||
	    mem_try_grow(&members->at, &members->room, earlier->n,
			 sizeof *members->at) < 0)
		return ERR_NOMEM;
	if ((rc = db_prepare(earlier->db, SQL_EARLIER_SCAN, &scan)) < 0)
		return rc;
	while (members->n < earlier->n &&
	       (step = sqlite3_step(scan)) == SQLITE_ROW) {
		uint32_t m = (uint32_t)members->n++;

		members->at[m] = member_in(scan);
		earlier->link[m] = link_in(members, m, scan);
	}
	if (members->n < earlier->n)
		rc = db_fail(earlier->db, "reading signatures");
	sqlite3_finalize(scan);
	return rc;
}

void earlier_families(const struct earlier *earlier, struct family *family)
{
	for (uint32_t m = 0; m < earlier->n; m++) {
		const struct link *link = &earlier->link[m];

		family->keeper[m] = link->keeper;
		family->similarity[m] = link->similarity;
		dsu_join(&family->dsu, m, link->root);
	}
}

/* -- keys -- */

int earlier_keys(const struct earlier *earlier, const struct members *members,
		 int (*each)(void *context, uint32_t member,
			     const uint32_t *key),
		 void *context)
{
	const int size = (int)(earlier->bands * sizeof(uint32_t));
	sqlite3_stmt *scan;
	uint32_t m = 0;
	int step = SQLITE_DONE, rc;

	if (!earlier->n)
		return 0;
	if ((rc = db_prepare(earlier->db, SQL_EARLIER_KEYS, &scan)) < 0)
		return rc;
	while (rc == 0 && (step = sqlite3_step(scan)) == SQLITE_ROW) {
		int64_t id = sqlite3_column_int64(scan, 0);

		while (m < earlier->n && members->at[m].id < id)
			m++;
		if (m == earlier->n || sqlite3_column_bytes(scan, 1) != size)
			rc = err_set(ERR_DB, "%s: the signature of pair %lld "
					     "is damaged; take the stage back "
					     "with 'itdata undo' and run it "
					     "again",
				     earlier->db->path, (long long)id);
		else
			rc = each(context, m, sqlite3_column_blob(scan, 1));
	}
	if (rc == 0 && step != SQLITE_DONE)
		rc = db_fail(earlier->db, "reading signatures");
	sqlite3_finalize(scan);
	return rc;
}

static int put(const struct earlier *earlier, sqlite3_stmt *put,
	       int64_t recipe, const struct member *member)
{
	sqlite3_bind_int64(put, 1, member->id);
	sqlite3_bind_int64(put, 2, recipe);
	sqlite3_bind_blob(put, 3, &member->exact, sizeof member->exact,
			  SQLITE_STATIC);
	sqlite3_bind_int64(put, 4, (int64_t)member->guard);
	sqlite3_bind_int64(put, 5, member->fields);
	sqlite3_bind_int(put, 6, member->pinned);
	if (member->key)
		sqlite3_bind_blob(put, 7, member->key,
				  (int)(earlier->bands * sizeof(uint32_t)),
				  SQLITE_STATIC);
	else
		sqlite3_bind_null(put, 7);
	return db_put(earlier->db, put);
}

int earlier_save(const struct earlier *earlier, const struct members *members)
{
	sqlite3_stmt *stmt;
	int64_t recipe;
	int rc = 0;

	if (!earlier->n && (rc = db_exec(earlier->db, SQL_SIGNATURE_CLEAR)) < 0)
		return rc;
	if (!earlier->bands)
		return 0;
	if ((rc = db_word(earlier->db, buf_view(&earlier->recipe), &recipe)) <
		    0 ||
	    (rc = db_prepare(earlier->db, SQL_SIGNATURE_PUT, &stmt)) < 0)
		return rc;
	for (size_t m = 0; rc == 0 && m < members->n; m++)
		if (!members->at[m].known || members->at[m].key)
			rc = put(earlier, stmt, recipe, &members->at[m]);
	sqlite3_finalize(stmt);
	return rc;
}
