/*
 * tally.h - names, and how many pairs have each
 *
 *     struct tally lang = { 0 };
 *     tally_add(&lang, STR("ja"), kept);
 *     uint32_t *order = tally_order(&lang);      commonest first
 *     for (uint32_t i = 0; i < lang.name.n; i++)
 *         show(map_key(&lang.name, order[i]), lang.count[order[i]]);
 *     free(order);
 *     tally_free(&lang);
 *
 * Ownership  the tally copies the names; tally_order() is the caller's, who
 *            frees it with free()
 */
#ifndef STATS_TALLY_H
#define STATS_TALLY_H

#include <stdbool.h>

#include "base/map.h"

struct count {
	uint64_t pairs, kept;
};

struct tally {
	struct map name;
	struct count *count; /* (name.n) */
	size_t room;
};

/* One pair more of this name.  Returns the name's number. */
uint32_t tally_add(struct tally *tally, struct str name, bool kept);

/* Zero for a name that is not there. */
struct count tally_get(const struct tally *tally, struct str name);

/* Numbers of the names, those of most pairs first, equal ones by name. */
uint32_t *tally_order(const struct tally *tally);
void tally_free(struct tally *tally);

#endif
