/*
 * meaning.h - find pairs by what a text means: the vectors of `embed`
 *
 * The text becomes a vector by the encoder that made those of the pairs, and the
 * pairs whose vectors have the highest cosine to it are found, best first; all
 * of them are looked at, in one pass.  Filters are asked only of pairs that
 * would be among the best.
 *
 *     if ((rc = meaning_kind(&db, &model, &field)) == 0)
 *         rc = meaning_run(&found, &db, encoder, &query, 20);
 *
 * Errors     ERR_ABSENT: no pair has a vector (the message says how to make
 *            them), or none of this encoder; ERR_USAGE: no words
 */
#ifndef STATS_MEANING_H
#define STATS_MEANING_H

#include "model/encoder.h"
#include "stats/search.h"

/* The model and field that most vectors are of. */
int meaning_kind(struct db *db, struct buf *model, struct buf *field);

int meaning_run(struct found *found, struct db *db,
		const struct encoder *encoder, const struct query *query,
		uint64_t limit);

#endif
