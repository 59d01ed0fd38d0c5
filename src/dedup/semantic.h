/*
 * semantic.h - pairs that ask the same in other words, by their vectors
 *
 * What dedup by texts left is looked at again.  In rank order a pair falls if
 * the vector of an earlier pair that stays has a cosine of at least the
 * threshold with its own, and if a vector can be trusted with the difference:
 *
 *   - system and input are equal but for case, width, space and punctuation
 *   - the instructions have the same numbers, in order, and the same protected
 *     words (protect.h): names, negations, languages, formats, opposites
 *   - the fields have the same languages, and the responses the same shape:
 *     prose, a list, a table, code or data
 *   - both do not ask in words for other things (when, where), and the responses
 *     do not contradict each other (answer.h); those of open tasks cannot
 *
 * All but the last goes into one number, the guard, and every two vectors of one
 * guard are compared, so nothing at or above the threshold is missed.
 * Conversations take no part, nor do pairs without a vector.  Vectors are those
 * of instructions, or of whole pairs when there are none.
 *
 *     rc = semantic_run(db, par, run, &options, &summary);
 *
 * Writes `decision` and `duplicate` rows in one transaction.  Clusters are those
 * of texts.
 *
 * Memory     4 C bytes a vector, and again for the largest guard
 * Errors     ERR_ABSENT: no vectors (the message says how to make them),
 *            ERR_USAGE, ERR_DB, ERR_NOMEM; the database is as before
 */
#ifndef DEDUP_SEMANTIC_H
#define DEDUP_SEMANTIC_H

#include "dedup/dedup.h"

struct semantic_options {
	double cosine;
	const char *model; /* whose vectors; NULL: what most pairs have */
	enum keep keep;
	const char *name; /* of the stage */
	bool replace;
};

struct semantic_summary {
	uint64_t pairs; /* with a vector */
	uint64_t without;
	uint64_t fell, clusters, kept;
	uint64_t contradicting; /* alike, but for what they ask or answer */
	char field[16];
};

int semantic_run(struct db *db, struct par *par, struct run *run,
		 const struct semantic_options *options,
		 struct semantic_summary *summary);

/* The summary as JSON, as --json prints it and `run` keeps it. */
void semantic_json(const struct semantic_summary *summary,
		   const struct semantic_options *options, double seconds,
		   struct buf *out);

#endif
