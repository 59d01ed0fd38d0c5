/*
 * key.h - which members are worth comparing
 *
 *     rc = key_buckets(&bucket, &members, first, par, &options, &earlier);
 *
 * Fills the buckets with the keys of members that are their own `first` and
 * share their guard with another; afterwards the sets of all that are in a bucket
 * are sorted.  Of known members (earlier.h) only those come in that share a key
 * with a new one.
 *
 * Errors     ERR_NOMEM, ERR_IO, ERR_USAGE (the threshold is too low)
 */
#ifndef DEDUP_KEY_H
#define DEDUP_KEY_H

#include "dedup/earlier.h"
#include "near/bucket.h"

int key_buckets(struct bucket *bucket, struct members *members,
		const uint32_t *first, struct par *par,
		const struct dedup_options *options,
		const struct earlier *earlier, uint64_t seed);

#endif
