/* remove.c - erase pairs for good: a takedown */
#include "db/remove.h"

#include <ctype.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/json.h"

enum { LIST = 256 << 20 }; /* bytes of a file of ids */

/* -- which pairs -- */

static int bad_ids(const char *at)
{
	int n = 0;

	while (n < 20 && at[n] && isprint((unsigned char)at[n]))
		n++;
	return err_set(ERR_USAGE, "ids are like 17,20-30; this is not: '%.*s'",
		       n, at);
}

static const char *read_number(const char *at, int64_t *number)
{
	*number = 0;
	for (; isdigit((unsigned char)*at); at++) {
		if (*number > INT64_MAX / 10 - 10)
			return NULL;
		*number = *number * 10 + (*at - '0');
	}
	return *number ? at : NULL;
}

static int read_ids(struct removal *removal, const char *at)
{
	static const char between[] = ", \t\r\n";

	for (at += strspn(at, between); *at; at += strspn(at, between)) {
		struct removal_range range;
		const char *end = read_number(at, &range.from);

		range.to = range.from;
		if (end && *end == '-')
			end = read_number(end + 1, &range.to);
		if (!end || range.to < range.from ||
		    (*end && !strchr(between, *end)))
			return bad_ids(at);
		vec_push(&removal->range, range);
		at = end;
	}
	return 0;
}

int removal_ids(struct removal *removal, const char *text)
{
	struct buf list = { 0 };
	int rc;

	if (*text != '@')
		return read_ids(removal, text);
	if ((rc = file_load(text + 1, LIST, &list)) == 0)
		rc = read_ids(removal, list.n ? list.at : "");
	buf_free(&list);
	return rc;
}

void removal_free(struct removal *removal)
{
	vec_free(&removal->range);
}

static int no_such_source(struct db *db, const char *source)
{
	struct buf names = { 0 };
	int rc = db_names(db, SQL_SOURCE_NAMES, &names);

	if (rc == 0)
		rc = err_set(ERR_USAGE, "there is no source '%s'; there are %s",
			     source, names.n ? names.at : "none");
	buf_free(&names);
	return rc;
}

static int doom_source(struct db *db, const char *source,
		       struct removed *removed)
{
	sqlite3_stmt *put;
	int rc = db_prepare(db, SQL_DOOM_SOURCE, &put);

	if (rc < 0)
		return rc;
	db_bind_str(put, 1, str_of(source));
	rc = db_put(db, put);
	sqlite3_finalize(put);
	removed->sources = sqlite3_changes(db->sqlite);
	if (rc == 0 && !removed->sources)
		return no_such_source(db, source);
	return rc < 0 ? rc : db_exec(db, SQL_DOOM_PAIRS);
}

static int doom_ranges(struct db *db, const struct removal *removal)
{
	sqlite3_stmt *put;
	int rc = db_prepare(db, SQL_DOOM_RANGE, &put);

	for (size_t i = 0; rc == 0 && i < removal->range.n; i++) {
		struct removal_range range = removal->range.at[i];

		sqlite3_bind_int64(put, 1, range.from);
		sqlite3_bind_int64(put, 2, range.to);
		rc = db_put(db, put);
		if (rc == 0 && !sqlite3_changes(db->sqlite))
			rc = err_set(ERR_USAGE, "%s: no pair %lld%s", db->path,
				     (long long)range.from,
				     range.to > range.from ? " or after it"
							   : "");
	}
	sqlite3_finalize(put);
	return rc;
}

/* -- erasing -- */

static int keep_digests(struct db *db, int64_t run_id)
{
	sqlite3_stmt *put;
	int rc = db_prepare(db, SQL_REMOVED_PUT, &put);

	if (rc < 0)
		return rc;
	sqlite3_bind_int64(put, 1, run_id);
	rc = db_put(db, put);
	sqlite3_finalize(put);
	return rc;
}

static int erase(struct db *db, struct run *run,
		 const struct removal *removal, struct removed *removed)
{
	int rc = db_exec(db, SQL_DOOM_TABLES);

	if (rc == 0)
		rc = removal->source ? doom_source(db, removal->source, removed)
				     : doom_ranges(db, removal);
	if (rc < 0 ||
	    (rc = db_number(db, SQL_DOOM_COUNT, &removed->pairs)) < 0 ||
	    (rc = db_number(db, SQL_DOOM_AGAIN, &removed->again)) < 0 ||
	    (rc = keep_digests(db, run->id)) < 0)
		return rc;
	return db_exec(db, SQL_REMOVE_ROWS);
}

static int change(struct db *db, struct run *run,
		  const struct removal *removal, struct removed *removed)
{
	struct buf summary = { 0 };
	int rc = run_start(run, db);

	if (rc == 0)
		rc = erase(db, run, removal, removed);
	if (rc == 0) {
		removed_json(removed, run_seconds(run), &summary);
		rc = run_finish(run, db, buf_view(&summary));
	}
	buf_free(&summary);
	return rc;
}

/* An index that is gone is built again by the next search. */
static void forget_index(struct db *db)
{
	struct buf path = { 0 };

	db_search_path(db, &path);
	unlink(path.at);
	buf_free(&path);
}

/* Fold the log into the file and cut it, so that no old page is left there. */
static int fold_log(struct db *db)
{
	int64_t busy;
	int rc = db_number(db, "PRAGMA wal_checkpoint(TRUNCATE)", &busy);

	if (rc == 0 && busy)
		rc = ERR_BUSY;
	if (rc == ERR_BUSY)
		return err_set(rc,
			       "%s: the pairs are erased, but another process "
			       "reads the file and old pages may be left in "
			       "its log; when it has ended: sqlite3 %s VACUUM",
			       db->path, db->path);
	return rc;
}

int remove_pairs(struct db *db, struct run *run, const struct removal *removal,
		 struct removed *removed)
{
	int rc;

	*removed = (struct removed){ 0 };
	if ((rc = db_exec(db, "PRAGMA secure_delete = ON")) < 0 ||
	    (rc = db_begin(db)) < 0)
		return rc;
	if ((rc = db_end(db, change(db, run, removal, removed))) < 0)
		return rc;
	forget_index(db);
	if ((rc = fold_log(db)) < 0 || (rc = db_exec(db, "VACUUM")) < 0)
		return rc;
	return fold_log(db);
}

void removed_json(const struct removed *removed, double seconds,
		  struct buf *out)
{
	struct json json = { .out = out };

	json_open(&json, '{');
	json_key(&json, "pairs");
	json_int(&json, removed->pairs);
	json_key(&json, "sources");
	json_int(&json, removed->sources);
	json_key(&json, "kept_again");
	json_int(&json, removed->again);
	json_key(&json, "seconds");
	json_real(&json, seconds);
	json_close(&json, '}');
}
