/*
 * measure.h - the loss of a model on documents
 *
 * Errors     ERR_NOMEM
 * Threads    rows go to all threads; the sum is in the order of rows, so it
 *            does not depend on their number
 */
#ifndef TRAIN_MEASURE_H
#define TRAIN_MEASURE_H

#include "base/par.h"
#include "model/causal.h"
#include "train/corpus.h"

struct measure {
	double sum; /* of the losses, in nats */
	uint64_t tokens;
};

/* All trained tokens of a corpus, in rows of T tokens. */
int measure_loss(const struct causal *model, const struct corpus *corpus,
		 size_t tokens, struct par *par, struct measure *measure);

static inline double measure_mean(const struct measure *measure)
{
	return measure->tokens ? measure->sum / (double)measure->tokens : 0;
}

#endif
