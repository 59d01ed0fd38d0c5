/*
 * charsmap.h - SentencePiece's compiled table of replacements
 *
 *     offset  size
 *     0       4     T, bytes of the trie
 *     4       T     a double array of 32-bit units (darts-clone)
 *     4 + T         the replacements, each ends with a NUL
 *
 * A unit holds its label in bits 0 to 7, in bit 8 that a key ends here, and
 * from bit 10 on the way to its children (256 times as far with bit 9 set).
 * The unit behind an end has bit 31 set and the place of a replacement in the
 * other bits.  Every place is checked before it is read.
 *
 * Ownership  the bytes are borrowed
 * Source     sentencepiece, normalizer.cc; darts-clone 0.32
 */
#ifndef MODEL_CHARSMAP_H
#define MODEL_CHARSMAP_H

#include <stdint.h>

#include "base/buf.h"

struct charsmap {
	const unsigned char *unit; /* (units) of 4 bytes */
	uint32_t units;
	struct str to; /* the replacements; ends with a NUL */
};

/* ERR_FORMAT: no such table. */
int charsmap_init(struct charsmap *map, struct str bytes);

/*
 * The key that text starts with, the shortest or the longest one: its length,
 * 0 for none, and its replacement.
 */
size_t charsmap_find(const struct charsmap *map, struct str text, bool longest,
		     struct str *to);

/*
 * Replace in a text, as the `tokenizers` library does: a grapheme of less than
 * six bytes is replaced whole by what its shortest key says, else character by
 * character.
 */
void charsmap_graphemes(const struct charsmap *map, struct str text,
			struct buf *out);

/* As SentencePiece does: the longest key first, from the left. */
void charsmap_longest(const struct charsmap *map, struct str text,
		      struct buf *out);

#endif
