/*
 * report.h - the figures of a data set, as a screenful and as JSON
 *
 * Both are functions of the figures alone: same database, same bytes.
 */
#ifndef STATS_REPORT_H
#define STATS_REPORT_H

#include "base/json.h"
#include "stats/stats.h"

/* A screenful for a person; `name` is what the data set is called. */
void report_text(struct stats *stats, const char *name, struct buf *out);

/* All figures as one JSON object, with a line end. */
void report_json(struct stats *stats, struct buf *out);

/* Two data sets side by side, in text and in JSON. */
void report_compare(struct stats *a, const char *a_name, struct stats *b,
		    const char *b_name, struct buf *out);
void report_compare_json(struct stats *a, struct stats *b, struct buf *out);

/* 1234567 as 1,234,567 */
void report_number(struct buf *out, uint64_t number);

/* 1234567 as 1.23M */
void report_short(struct buf *out, double number);

extern const char *const length_name[LENGTH_FIELDS]; /* keys, in JSON */

#endif
