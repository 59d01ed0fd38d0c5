/*
 * page.h - the data set as one page: plots, tables, and pairs to read
 *
 * One file that needs nothing else: no network (a policy in the page forbids
 * it), style and script allowed by their SHA-256 only, all text of pairs escaped
 * and its controls made visible, so that a script in a pair is text.  It follows
 * light and dark, prints, and its tables sort and filter.
 *
 *     rc = page_write(&stats, &db, "pairs.db", &out);
 *
 * Same database, same bytes.
 */
#ifndef STATS_PAGE_H
#define STATS_PAGE_H

#include "stats/stats.h"

int page_write(struct stats *stats, struct db *db, const char *name,
	       struct buf *out);

#endif
