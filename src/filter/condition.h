/*
 * condition.h - "ambiguity >= 0.8": a measure of a pair against a number
 *
 * Measures that the filter itself has: ambiguity, findings, turns and
 * {instruction,input,response}_chars.  All others are those of the view
 * `pair_score`, which other stages fill; a pair without the measure does not
 * meet the condition.
 *
 *     rc = condition_read(&condition, "quality < 0.2");
 *     rc = condition_open(&condition, db);
 *     rc = condition_met(&condition, &own, pair_id, &met);   ids ascending
 *     condition_close(&condition);
 *
 * Errors     ERR_USAGE: not like METRIC OP VALUE; ERR_ABSENT: no pair has such
 *            a measure
 */
#ifndef FILTER_CONDITION_H
#define FILTER_CONDITION_H

#include <stdbool.h>

#include "db/db.h"

enum own_measure {
	OWN_AMBIGUITY,
	OWN_FINDINGS,
	OWN_TURNS,
	OWN_INSTRUCTION_CHARS,
	OWN_INPUT_CHARS,
	OWN_RESPONSE_CHARS,
	OWN_MEASURES, /* none of them: pair_score has it */
};

enum comparison { LESS, LESS_EQUAL, MORE, MORE_EQUAL, EQUAL, NOT_EQUAL };

struct condition_on {
	char text[80];   /* as it is reported */
	char metric[64];
	enum own_measure own;
	enum comparison how;
	double threshold;
	double value;    /* of the pair asked for last */
	struct db *db;
	sqlite3_stmt *scan;
	int64_t at;      /* pair of the row that scan stands on */
	bool at_end;
};

int condition_read(struct condition_on *condition, const char *text);
int condition_open(struct condition_on *condition, struct db *db);
int condition_met(struct condition_on *condition,
		  const double own[OWN_MEASURES], int64_t pair_id, bool *met);
void condition_close(struct condition_on *condition);

#endif
