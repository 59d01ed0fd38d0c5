/*
 * visible.h - text that is safe and straight on a terminal
 *
 * Pair text is anybody's.  Characters that a terminal would obey instead of
 * show (C0 and C1 controls, ESC, bidirectional overrides, zero-width and other
 * format characters, line separators) are written as <U+202E>; so nothing in a
 * pair can move the cursor, hide text or turn it round.
 *
 * Width is in columns: Han, kana, Hangul and full-width forms take two, marks
 * that combine none.
 *
 * Source     UAX #11 (East Asian Width), by utf8proc
 */
#ifndef STATS_VISIBLE_H
#define STATS_VISIBLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

/* Would a terminal obey this character instead of showing it? */
bool visible_is_control(uint32_t c);

/*
 * The text on lines of its own, each behind `indent`; a tab stays a tab.
 * Ends with a line end.
 */
void visible_lines(struct buf *out, struct str text, const char *indent);

/* The text on one line: a line end shows as ⏎, a tab as a space. */
void visible_line(struct buf *out, struct str text);

/* As visible_line(), cut with … to at most `columns`, and filled up to them. */
void visible_fit(struct buf *out, struct str text, unsigned columns);

/* As visible_fit(), but not filled. */
void visible_cut(struct buf *out, struct str text, unsigned columns);

/* Columns of a text without controls. */
unsigned visible_width(struct str text);

#endif
