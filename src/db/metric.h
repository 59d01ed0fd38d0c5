/*
 * metric.h - every measure: its name, unit, range and definition
 *
 * One table, which `itdata metrics` prints and everything that shows a score
 * asks.  A measure of a pair is a column of table `score` of the same name (a
 * unit test compares them); one of the set is a figure of `itdata stats --json`.
 *
 *     const struct metric *metric = metric_find(STR("novelty"));
 */
#ifndef DB_METRIC_H
#define DB_METRIC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

enum metric_of { METRIC_PAIR, METRIC_SET };
enum metric_better { METRIC_HIGHER, METRIC_LOWER, METRIC_NEITHER };

struct metric {
	const char *name;
	enum metric_of of;
	const char *unit;
	double least, most; /* INFINITY: no end */
	enum metric_better better;
	const char *command;    /* that measures it */
	const char *definition; /* a sentence */
};

extern const struct metric metric_table[];
extern const size_t metric_count;

/* NULL when no measure has this name. */
const struct metric *metric_find(struct str name);

#endif
