/*
 * alike.h - every pair of vectors whose cosine is at least so much
 *
 * alike_within() looks at every two rows of one matrix, alike_between() at each
 * row of one and each of another.  Nothing is missed.  What is found is handed
 * over at once, block by block, so that memory does not grow with it:
 *
 *     static int found(void *context, uint32_t a, uint32_t b, float cosine);
 *
 *     rc = alike_within(x, N, C, 0.95, par, found, &job);
 *
 * Within one matrix a < b, and when (a, b) is handed over, all that a has in
 * common with lower numbers has been: who goes through rows in order of rank can
 * decide at once whether b falls to a, as `a` has been decided on.
 *
 * Shapes     x, row (N, C), query (Q, C): unit vectors, or zero ones, which are
 *            like nothing
 * Order      of the calls: the same whatever the threads
 * Cost       N N C (within) or 2 Q N C operations: 100,000 rows of 256 take about
 *            half a minute on one core, and four times that for twice as many
 *            `least` is above 0
 * Errors     what found() returns below 0; ERR_NOMEM
 */
#ifndef NEAR_ALIKE_H
#define NEAR_ALIKE_H

#include <stdint.h>

#include "base/par.h"

/* On the calling thread; below 0 ends the search. */
typedef int alike_found(void *context, uint32_t a, uint32_t b, float cosine);

int alike_within(const float *x, size_t n, size_t c, double least,
		 struct par *par, alike_found *found, void *context);

/* a: the number of a query; b: of a row. */
int alike_between(const float *query, size_t queries, const float *row,
		  size_t rows, size_t c, double least, struct par *par,
		  alike_found *found, void *context);

#endif
