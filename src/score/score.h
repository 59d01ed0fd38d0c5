/*
 * score.h - the stage `score`: measures of every pair, and of the set
 *
 * Pairs that earlier stages left are measured: quality without a model, and,
 * where there are vectors, novelty, density and cell by their nearest
 * neighbours.  The set's figures go into the summary, for the whole and for each
 * language and category.
 *
 *     rc = score_run(&db, par, &run, &options, &summary);
 *
 * Writes the columns of `score` that are its own, in one transaction.
 *
 * Errors     ERR_DB, ERR_NOMEM, ERR_ABSENT (a model was named that no pair has
 *            a vector of)
 */
#ifndef SCORE_SCORE_H
#define SCORE_SCORE_H

#include "base/par.h"
#include "base/vec.h"
#include "score/spread.h"
#include "db/vectors.h"

struct score_options {
	struct vector_choice choice;
	uint64_t neighbours; /* that density is the mean of */
};

struct score_group {
	char *name; /* a language, or a category */
	uint64_t pairs;
	double vendi, nearest;
};

struct score_summary {
	uint64_t pairs;          /* measured */
	double quality;          /* mean */
	bool vectors;            /* there are some: the rest is filled */
	struct spread spread;
	double recall;           /* of the neighbours */
	size_t cells;
	struct buf model, field;
	VEC(struct score_group) group;
};

int score_run(struct db *db, struct par *par, struct run *run,
	      const struct score_options *options,
	      struct score_summary *summary);
void score_json(const struct score_summary *summary, double seconds,
		struct buf *out);
void score_summary_free(struct score_summary *summary);

#endif
