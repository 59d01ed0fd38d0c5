/*
 * cap.h - against answers that all begin alike, or refuse
 *
 * A model that is tuned on too many refusals refuses where it should not; one
 * that reads "Certainly!" in every answer says it everywhere.  In each category
 * the share of pairs with a finding of category refusal, and the share of each
 * opening phrase, is brought down to a cap by leaving pairs out, chosen by
 * chance from seed and text.  At least one pair of a kind stays.
 *
 * The opening phrase of a response is its normal form up to the first mark of
 * punctuation, of at most 16 characters.
 *
 *     rc = cap_apply(&set, &ask, &report);      moves rows to set.skip
 *     cap_report_free(&report);
 *
 * Errors     ERR_NOMEM
 */
#ifndef EXPORT_CAP_H
#define EXPORT_CAP_H

#include "export/gather.h"

struct cap_ask {
	double opening, refusal; /* shares; 1: no cap */
};

/* How it stood in a category before the caps. */
struct cap_line {
	uint32_t category; /* number in the set */
	uint64_t pairs, refusals, moralising;
	uint64_t commonest; /* pairs with the commonest opening phrase */
	int64_t example;    /* id of one of them */
};

struct cap_report {
	struct cap_line *line; /* (lines) by category */
	size_t lines;
	uint64_t dropped;
};

int cap_apply(struct set *set, const struct cap_ask *ask,
	      struct cap_report *report);
void cap_report_free(struct cap_report *report);

/* A hash of the opening phrase, 0 when there is none. */
uint64_t cap_opening(struct str response, struct buf *scratch);

#endif
