/*
 * index.h - the index of all texts, in a file beside the database
 *
 * DATABASE.search is an SQLite file with one FTS5 table over the tokens of
 * bigram.h and no text.  It is built at the first search; pairs that have come
 * since, behind those that are in it, are added, and when some have gone it is
 * built again; deleting it costs only that.  It appears whole or not at all.
 *
 * Of pairs that a person has edited it holds the originals; what they are today
 * is indexed in memory when it is opened, and counts instead.
 *
 *     if ((rc = index_open(&index, &db, par, false)) == 0) ...
 *     index_close(&index);
 *
 * Errors     ERR_IO: the folder cannot be written, the disk is full
 */
#ifndef STATS_INDEX_H
#define STATS_INDEX_H

#include <stdbool.h>

#include "base/par.h"
#include "db/db.h"

struct index {
	sqlite3 *sqlite;
	bool built; /* just now */
	bool edited; /* some pairs are; match by INDEX_MATCH_EDITED */
};

/* Open it; build it when it is not there, stale, or `again`. */
int index_open(struct index *index, struct db *db, struct par *par,
	       bool again);
void index_close(struct index *index);

#endif
