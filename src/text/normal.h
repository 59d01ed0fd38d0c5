/*
 * normal.h - the form of a text in which it is compared
 *
 * Texts that look alike should compare as equal: full-width ＡＢＣ and ABC,
 * half-width ｶﾞ and ガ, Straße and STRASSE, a tab and a space.  Stored text
 * stays the author's; normal forms are made for comparing only.
 *
 *     normal_add(&buf, text, NORMAL_ALL);
 *
 * NORMAL_NFKC   compatibility composition; characters that show nothing (soft
 *               hyphen, joiners, variation selectors) are left out
 * NORMAL_WIDTH  only full-width ASCII and U+3000 become ASCII, and half-width
 *               katakana full-width; ①, ㍿ and ligatures stay
 * NORMAL_CASE   full case folding
 * NORMAL_SPACE  a run of white space becomes one space; none at either end
 *
 * ASCII, kana and kanji that are in the form already are copied; only what is
 * not goes through utf8proc.
 *
 * Ownership  the caller owns the buf; the normal form is appended to it
 * Errors     none: the text is valid UTF-8
 * Source     UAX #15 (Unicode 14, NFKC_Casefold), by utf8proc
 */
#ifndef TEXT_NORMAL_H
#define TEXT_NORMAL_H

#include <stdint.h>

#include "base/buf.h"

enum normal {
	NORMAL_NFKC = 1,
	NORMAL_CASE = 2,
	NORMAL_SPACE = 4,
	NORMAL_WIDTH = 8,
	NORMAL_ALL = NORMAL_NFKC | NORMAL_CASE | NORMAL_SPACE,
};

void normal_add(struct buf *out, struct str text, unsigned forms);

/*
 * The same, slower, and for each byte of the form the number of the character
 * (from 0) that it comes from: (*origin)[i] for out->at[i], when out was empty.
 * *room is that of *origin, which the caller frees with free().
 */
void normal_trace(struct buf *out, struct str text, unsigned forms,
		  uint32_t **origin, size_t *room);

#endif
