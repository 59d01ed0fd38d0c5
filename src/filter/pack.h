/*
 * pack.h - what the reader of packs needs: other packs, and examples
 */
#ifndef FILTER_PACK_H
#define FILTER_PACK_H

#include "filter/rule.h"

/*
 * Read a pack by name or file into the set, unless it is there.  beside: the
 * file of the pack that extends it, or NULL; a name is looked for among the
 * shipped packs first, then beside it.
 */
int pack_load(struct ruleset *set, const char *name, const char *beside);

/* Take a rule out of the packs that this one extends; was it there? */
bool pack_drop(struct ruleset *set, uint32_t pack, struct str id);

/* Text with escapes, as it is meant. */
struct str example_unescape(struct arena *arena, struct str raw);

/* Is it \u{HEX}-\u{HEX}? */
bool example_range(struct str raw, uint32_t *first, uint32_t *last);

/* The byte of the first wrong escape; raw.n when there is none. */
size_t example_check(struct str raw);

#endif
