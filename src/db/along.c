/* along.c - tables read beside the pairs */
#include "db/along.h"

int along_open(struct along *along, struct db *db, const char *sql)
{
	*along = (struct along){ .db = db };
	return db_prepare(db, sql, &along->row);
}

static bool is_of(const struct along *along, int64_t id)
{
	return along->step == SQLITE_ROW &&
	       sqlite3_column_int64(along->row, 0) == id;
}

bool along_meet(struct along *along, int64_t id)
{
	if (!along->row)
		return false;
	while (along->step == 0 ||
	       (along->step == SQLITE_ROW &&
		sqlite3_column_int64(along->row, 0) < id))
		along->step = sqlite3_step(along->row);
	return is_of(along, id);
}

bool along_next(struct along *along, int64_t id)
{
	along->step = sqlite3_step(along->row);
	return is_of(along, id);
}

int along_close(struct along *along, int rc)
{
	if (rc >= 0 && along->step != 0 && along->step != SQLITE_ROW &&
	    along->step != SQLITE_DONE)
		rc = db_fail(along->db, "reading beside the pairs");
	sqlite3_finalize(along->row);
	*along = (struct along){ 0 };
	return rc;
}
