/* undo.c - take back all that a stage said */
#include "db/undo.h"

#include "base/err.h"
#include "base/json.h"
#include "db/stage.h"
#include "db/verdict.h"

struct target {
	int64_t id, run_id;
	int rank;
	bool dedup, filter, judge;
};

static int no_such_stage(struct db *db, const char *name)
{
	struct buf names = { 0 };
	int rc = db_names(db, SQL_STAGE_LIST, &names);

	if (rc == 0)
		rc = err_set(ERR_USAGE, "there is no stage '%s'; %s%s", name,
			     names.n ? "there are " : "none has run yet",
			     names.n ? names.at : "");
	buf_free(&names);
	return rc;
}

static int find(struct db *db, const char *name, struct target *target)
{
	sqlite3_stmt *row;
	int rc = db_prepare(db, SQL_UNDO_FIND, &row);

	*target = (struct target){ 0 };
	if (rc < 0)
		return rc;
	db_bind_str(row, 1, str_of(name));
	if (sqlite3_step(row) == SQLITE_ROW) {
		target->id = sqlite3_column_int64(row, 0);
		target->rank = sqlite3_column_int(row, 1);
		target->run_id = sqlite3_column_int64(row, 2);
		target->dedup = str_is(db_str(row, 3), "dedup");
		target->filter = str_is(db_str(row, 3), "filter");
	} else if (strcmp(name, "judge") == 0) {
		target->judge = true;
	}
	sqlite3_finalize(row);
	return target->id || target->judge ? 0 : no_such_stage(db, name);
}

int stage_exists(struct db *db, const char *name)
{
	struct target target;

	return find(db, name, &target);
}

static int with(struct db *db, const char *sql, int64_t value, int64_t *answer)
{
	sqlite3_stmt *stmt;
	int rc = db_prepare(db, sql, &stmt);

	if (rc < 0)
		return rc;
	if (sqlite3_bind_parameter_count(stmt))
		sqlite3_bind_int64(stmt, 1, value);
	switch (sqlite3_step(stmt)) {
	case SQLITE_ROW:
		*answer = sqlite3_column_int64(stmt, 0);
		break;
	case SQLITE_DONE:
		break;
	default:
		rc = db_fail(db, "taking a stage back");
	}
	sqlite3_finalize(stmt);
	return rc;
}

static int count(struct db *db, const struct target *target,
		 struct undone *undone)
{
	int rc;

	if (target->judge) {
		rc = with(db, SQL_UNDO_VERDICTS, 0, &undone->decisions);
		return rc < 0 ? rc
			      : with(db, SQL_UNDO_JUDGED, 0, &undone->again);
	}
	rc = with(db, SQL_UNDO_DECISIONS, target->id, &undone->decisions);
	if (rc == 0)
		rc = with(db, SQL_UNDO_FINDINGS, target->id,
			  &undone->findings);
	return rc < 0 ? rc
		      : with(db, SQL_UNDO_AGAIN, target->id, &undone->again);
}

static int forget(struct db *db, const struct target *target)
{
	int64_t none;
	int rc;

	if (target->judge)
		return verdict_clear(db);
	if ((rc = stage_forget(db, target->id)) < 0)
		return rc;
	if (target->filter)
		return with(db, SQL_UNDO_AMBIGUITY, target->run_id, &none);
	if (!target->dedup)
		return 0;
	if ((rc = with(db, SQL_UNDO_DUPLICATE, target->run_id, &none)) < 0)
		return rc;
	if (target->rank != STAGE_DEDUP) /* vectors make no clusters */
		return 0;
	return with(db, SQL_UNDO_CLUSTER, target->run_id, &none);
}

static int list_stale(struct db *db, int rank, struct undone *undone)
{
	sqlite3_stmt *row;
	int rc = db_prepare(db, SQL_UNDO_STALE, &row);

	if (rc < 0)
		return rc;
	sqlite3_bind_int(row, 1, rank);
	sqlite3_bind_int(row, 2, STAGE_DEDUP);
	while (sqlite3_step(row) == SQLITE_ROW) {
		struct str name = db_str(row, 0);

		vec_push(&undone->stale, mem_copy(name.at, name.n));
	}
	sqlite3_finalize(row);
	return 0;
}

void undone_json(const struct undone *undone, const char *name,
		 double seconds, struct buf *out)
{
	struct json json = { .out = out };

	json_open(&json, '{');
	json_key(&json, "stage");
	json_text(&json, name);
	json_key(&json, "decisions");
	json_int(&json, undone->decisions);
	json_key(&json, "findings");
	json_int(&json, undone->findings);
	json_key(&json, "kept_again");
	json_int(&json, undone->again);
	json_key(&json, "stale");
	json_open(&json, '[');
	for (size_t i = 0; i < undone->stale.n; i++)
		json_text(&json, undone->stale.at[i]);
	json_close(&json, ']');
	json_key(&json, "seconds");
	json_real(&json, seconds);
	json_close(&json, '}');
}

int undo_stage(struct db *db, struct run *run, const char *name,
	       struct undone *undone)
{
	struct buf summary = { 0 };
	struct target target;
	int rc;

	*undone = (struct undone){ 0 };
	if ((rc = db_begin(db)) < 0)
		return rc;
	if ((rc = find(db, name, &target)) < 0 ||
	    (rc = run_start(run, db)) < 0 ||
	    (rc = count(db, &target, undone)) < 0 ||
	    (rc = forget(db, &target)) < 0)
		goto done;
	if (undone->again &&
	    (rc = list_stale(db, target.rank, undone)) < 0)
		goto done;
	undone_json(undone, name, run_seconds(run), &summary);
	rc = run_finish(run, db, buf_view(&summary));
done:
	rc = db_end(db, rc);
	buf_free(&summary);
	return rc;
}

void undone_free(struct undone *undone)
{
	for (size_t i = 0; i < undone->stale.n; i++)
		free(undone->stale.at[i]);
	vec_free(&undone->stale);
}
