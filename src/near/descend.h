/*
 * descend.h - better neighbours from good ones: who is near my neighbours?
 *
 * The neighbours of neighbours are likely neighbours.  A round compares every
 * vector with those of its links' links that it has not met (links: the list of
 * a vector, and some of those that have it in theirs), reading the lists of the
 * round before, so the result does not depend on the threads.  Few rounds turn a
 * rough list into nearly the exact one.
 *
 *     descend_init(&descend, at, N, K, NULL);      lists (N, K), best first
 *     while (descend_round(&descend, x, &coarse, par) > enough) ...
 *     descend_free(&descend);
 *
 * Shapes     x (N, C) unit vectors, at (N, K) best first (topk.h); both borrowed
 * Memory     N K 14 bytes
 * Errors     ERR_NOMEM
 * Source     Dong, Moses, Li, "Efficient k-nearest neighbor graph construction
 *            for generic similarity measures", 2011 (NN-Descent); pulled by
 *            each vector here, where they push to both, to be repeatable
 */
#ifndef NEAR_DESCEND_H
#define NEAR_DESCEND_H

#include "base/par.h"
#include "near/coarse.h"
#include "near/topk.h"

struct descend {
	struct near *at;     /* (n, k) the caller's */
	const uint32_t *order;
	size_t n, k;
	uint32_t *link;      /* (n, k) ids before the round */
	unsigned char *new;  /* (n, k) the link came in the last round */
	size_t *first;       /* (n + 1) into back */
	uint32_t *back;      /* places in link, by the id they hold */
};

/*
 * order (n) or NULL: in which the vectors are gone through; when those that are
 * near each other follow each other, much is in cache.  Borrowed.
 */
int descend_init(struct descend *descend, struct near *at, size_t n, size_t k,
		 const uint32_t *order);

/* Returns the share of list places that changed; below 0: an error. */
double descend_round(struct descend *descend, const float *x,
		     const struct coarse *coarse, struct par *par);
void descend_free(struct descend *descend);

#endif
