/*
 * balance.h - how many rows each group gets
 *
 * A group of n pairs weighs n^alpha: 1 leaves the groups as they are, 0 makes
 * them equal, between them small groups gain.  No pair is taken twice unless
 * `repeat` allows it, so the smallest group (for alpha < 1) limits all of them;
 * a total asks for a sum instead, and groups that run out leave their part to
 * the others.  Quotas (quota.h) may change the shares in between.
 *
 *     balance_weigh(pairs, groups, alpha, share);
 *     rc = balance(pairs, groups, &ask, share, rows);
 *
 * Shapes     pairs, rows (groups) uint64; share (groups) double, sums to 1; a
 *            group of share 0 gets nothing
 * Errors     ERR_LIMIT: the total is more than there is
 */
#ifndef EXPORT_BALANCE_H
#define EXPORT_BALANCE_H

#include <stddef.h>
#include <stdint.h>

struct balance {
	uint64_t cap;    /* of a group's rows; 0: none */
	uint64_t total;  /* 0: the largest that keeps the shares */
	uint64_t repeat; /* how often a pair may be taken, at least 1 */
};

void balance_weigh(const uint64_t *pairs, size_t groups, double alpha,
		   double *share);

/* share: what is asked, before caps and shortage. */
int balance(const uint64_t *pairs, size_t groups, const struct balance *ask,
	    const double *share, uint64_t *rows);

#endif
