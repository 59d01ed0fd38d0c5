/*
 * along.h - tables read beside the pairs
 *
 * What a table says of a pair is found faster by reading the table once, in
 * order of pair_id, than by looking it up for every pair:
 *
 *     rc = along_open(&along, db, SQL_X);   SELECT pair_id, .. ORDER BY pair_id
 *     for each pair, in order of id
 *         for (bool row = along_meet(&along, id); row;
 *              row = along_next(&along, id))
 *             use(sqlite3_column_..(along.row, 1));
 *     rc = along_close(&along, rc);
 *
 * Parameters may be bound to along.row before the first pair.  One that was
 * not opened meets nothing.
 *
 * Errors     ERR_DB from along_open() and along_close(): reading failed, and
 *            what was met may be too little
 */
#ifndef DB_ALONG_H
#define DB_ALONG_H

#include <stdbool.h>

#include "db/db.h"

struct along {
	struct db *db;
	sqlite3_stmt *row;
	int step; /* of sqlite3_step(); 0: not yet */
};

int along_open(struct along *along, struct db *db, const char *sql);

/* Go to the first row of this pair, if it has one. */
bool along_meet(struct along *along, int64_t id);

/* The next row of the same pair. */
bool along_next(struct along *along, int64_t id);

/* Returns rc, or the error of reading when rc is 0 or more. */
int along_close(struct along *along, int rc);

#endif
