/*
 * keys.h - what a pair has in common with others, for splits
 *
 * A pair's prompt (instruction and input) and document (an input of 16
 * characters or more) as hashes of their normal form, and the set of shingles
 * of all its text, by which near duplicates are found (leak.h).
 *
 *     struct key_maker maker;
 *     key_maker_init(&maker);
 *     key_make(&maker, &pair, &keys);     keys.shingle is the maker's
 *     key_maker_free(&maker);
 *
 * Ownership  shingles are borrowed until the next pair
 * Threads    a maker each
 */
#ifndef EXPORT_KEYS_H
#define EXPORT_KEYS_H

#include "db/pair.h"
#include "text/shingle.h"

struct keys {
	uint64_t prompt, document; /* 0: none */
	const uint64_t *shingle;   /* (shingles) a set, sorted */
	size_t shingles;
};

struct key_maker {
	struct shingler shingler;
	struct buf text;
	uint64_t *shingle, *scratch;
	size_t room, scratch_room;
};

void key_maker_init(struct key_maker *maker);
void key_make(struct key_maker *maker, const struct pair *pair,
	      struct keys *keys);
void key_maker_free(struct key_maker *maker);

#endif
