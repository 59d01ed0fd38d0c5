/*
 * embed.h - a vector for every kept pair that has none of this model yet
 *
 * What is embedded is the instruction with its input, the response, or all of
 * the pair's text, each field on a line of its own.  Vectors are computed
 * outside transactions and written in short ones, in order of id; a vector
 * that is there is done, so a run that was ended at any moment goes on where
 * it was when it is started again, and new pairs cost only themselves.
 *
 * Errors     those of the database and of the model; what was committed stays
 */
#ifndef EMBED_EMBED_H
#define EMBED_EMBED_H

#include "base/par.h"
#include "db/db.h"
#include "db/run.h"
#include "model/encoder.h"

enum embed_on { EMBED_INSTRUCTION, EMBED_PAIR, EMBED_RESPONSE };

struct embed_summary {
	uint64_t pairs; /* that got a vector */
	const char *model;
	size_t dimension;
};

int embed_run(struct db *db, struct par *par, struct run *run,
	      const struct encoder *encoder, enum embed_on on,
	      struct embed_summary *summary);

void embed_json(const struct embed_summary *summary, double seconds,
		struct buf *out);

#endif
