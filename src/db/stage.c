/* stage.c - how a stage records what it decided and found */
#include "db/stage.h"

#include <math.h>

#include "base/err.h"

static int look(sqlite3_stmt *get, const struct stage_spec *spec)
{
	if (!str_is(db_str(get, 1), spec->command))
		return err_set(ERR_USAGE,
			       "stage '%s' is of command '%s'; choose another "
			       "--name",
			       spec->name, sqlite3_column_text(get, 1));
	if (!spec->replace && !str_is(db_str(get, 2), spec->operands))
		return err_set(ERR_USAGE,
			       "stage '%s' was run with %s; add --replace to "
			       "forget that, or --name NAME to keep both",
			       spec->name, sqlite3_column_text(get, 2));
	return 0;
}

int stage_check(struct db *db, const struct stage_spec *spec)
{
	sqlite3_stmt *get;
	int rc = db_prepare(db, SQL_STAGE_GET, &get);

	if (rc < 0)
		return rc;
	db_bind_str(get, 1, str_of(spec->name));
	switch (sqlite3_step(get)) {
	case SQLITE_ROW:
		rc = look(get, spec);
		break;
	case SQLITE_DONE:
		break;
	default:
		rc = db_fail(db, "looking up a stage");
	}
	sqlite3_finalize(get);
	return rc;
}

static int put_stage(struct stage *stage, const struct stage_spec *spec)
{
	sqlite3_stmt *put;
	int rc = db_prepare(stage->db, SQL_STAGE_PUT, &put);

	if (rc < 0)
		return rc;
	db_bind_str(put, 1, str_of(spec->name));
	db_bind_str(put, 2, str_of(spec->command));
	sqlite3_bind_int(put, 3, spec->rank);
	db_bind_str(put, 4, str_of(spec->operands));
	sqlite3_bind_int64(put, 5, stage->run->id);
	if (sqlite3_step(put) == SQLITE_ROW)
		stage->id = sqlite3_column_int64(put, 0);
	else
		rc = db_fail(stage->db, "writing a stage");
	sqlite3_finalize(put);
	return rc;
}

static int delete_of_stage(struct db *db, const char *sql, int64_t stage_id)
{
	sqlite3_stmt *stmt;
	int rc = db_prepare(db, sql, &stmt);

	if (rc < 0)
		return rc;
	sqlite3_bind_int64(stmt, 1, stage_id);
	rc = db_put(db, stmt);
	sqlite3_finalize(stmt);
	return rc;
}

static int forget_rows(struct db *db, int64_t stage_id)
{
	int rc = delete_of_stage(db, SQL_DECISION_FORGET, stage_id);

	if (rc == 0)
		rc = delete_of_stage(db, SQL_FINDING_FORGET, stage_id);
	return rc < 0 ? rc : delete_of_stage(db, SQL_ITEM_FORGET, stage_id);
}

int stage_forget(struct db *db, int64_t stage_id)
{
	int rc = forget_rows(db, stage_id);

	return rc < 0 ? rc : delete_of_stage(db, SQL_STAGE_FORGET, stage_id);
}

static void finalize(struct stage *stage)
{
	sqlite3_finalize(stage->decide);
	sqlite3_finalize(stage->find);
	stage->decide = stage->find = NULL;
}

int stage_open(struct stage *stage, struct db *db,
	       const struct stage_spec *spec, struct run *run)
{
	int rc;

	*stage = (struct stage){ .db = db, .run = run };
	if ((rc = db_begin(db)) < 0)
		return rc;
	if ((rc = stage_check(db, spec)) < 0 || (rc = run_start(run, db)) < 0 ||
	    (rc = put_stage(stage, spec)) < 0 ||
	    (rc = forget_rows(db, stage->id)) < 0 ||
	    (rc = db_prepare(db, SQL_DECISION_PUT, &stage->decide)) < 0 ||
	    (rc = db_prepare(db, SQL_FINDING_PUT, &stage->find)) < 0) {
		finalize(stage);
		return db_end(db, rc);
	}
	return 0;
}

static void bind_id(sqlite3_stmt *stmt, int parameter, int64_t id)
{
	if (id)
		sqlite3_bind_int64(stmt, parameter, id);
	else
		sqlite3_bind_null(stmt, parameter);
}

static void bind_real(sqlite3_stmt *stmt, int parameter, double value)
{
	if (isnan(value))
		sqlite3_bind_null(stmt, parameter);
	else
		sqlite3_bind_double(stmt, parameter, value);
}

int stage_decide(struct stage *stage, const struct decision *decision)
{
	sqlite3_stmt *put = stage->decide;
	int64_t reason;
	int rc = db_word(stage->db, decision->reason, &reason);

	if (rc < 0)
		return rc;
	sqlite3_bind_int64(put, 1, decision->pair_id);
	sqlite3_bind_int64(put, 2, stage->id);
	sqlite3_bind_int64(put, 3, reason);
	bind_id(put, 4, decision->other_id);
	bind_id(put, 5, decision->item_id);
	bind_real(put, 6, decision->value);
	bind_real(put, 7, decision->threshold);
	return db_put(stage->db, put);
}

int stage_find(struct stage *stage, const struct finding *finding)
{
	sqlite3_stmt *put = stage->find;
	int64_t rule, category, field;
	int rc;

	if ((rc = db_word(stage->db, finding->rule, &rule)) < 0 ||
	    (rc = db_word(stage->db, finding->category, &category)) < 0 ||
	    (rc = db_word(stage->db, finding->field, &field)) < 0)
		return rc;
	sqlite3_bind_int64(put, 1, finding->pair_id);
	sqlite3_bind_int64(put, 2, stage->id);
	sqlite3_bind_int64(put, 3, rule);
	sqlite3_bind_int64(put, 4, category);
	sqlite3_bind_int64(put, 5, finding->turn);
	sqlite3_bind_int64(put, 6, field);
	sqlite3_bind_int64(put, 7, (int64_t)finding->start);
	sqlite3_bind_int64(put, 8, (int64_t)finding->length);
	if (finding->other_id)
		sqlite3_bind_int64(put, 9, finding->other_id);
	else
		sqlite3_bind_null(put, 9);
	return db_put(stage->db, put);
}

int stage_close(struct stage *stage, int rc, struct str summary)
{
	if (rc >= 0)
		rc = run_finish(stage->run, stage->db, summary);
	finalize(stage);
	return db_end(stage->db, rc);
}
