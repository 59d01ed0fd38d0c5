/*
 * key.h - which members are worth comparing
 *
 *     rc = key_buckets(&bucket, &members, first, par, &options);
 *
 * Fills the buckets with the keys of members that are their own `first` and
 * share their guard with another; afterwards the sets of these members are
 * sorted.
 *
 * Errors     ERR_NOMEM, ERR_IO, ERR_USAGE (the threshold is too low)
 */
#ifndef DEDUP_KEY_H
#define DEDUP_KEY_H

#include "dedup/dedup.h"
#include "near/bucket.h"

int key_buckets(struct bucket *bucket, const struct members *members,
		const uint32_t *first, struct par *par,
		const struct dedup_options *options, uint64_t seed);

#endif
