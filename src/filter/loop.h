/*
 * loop.h - did the writer get stuck?
 *
 * A model that loops says one unit again and again until its length runs out,
 * so the text ends in copies of the unit, the last of them perhaps cut off.
 * Read backwards, such an end is periodic, and the border function of Knuth,
 * Morris and Pratt finds its period in one pass.  All numbers are alike, so a
 * numbered list of one sentence is a loop, too; white space is left out, and
 * what has no letters, tables and drawings, is no unit.
 *
 * Measures of n-grams (repeat.h) do not see a loop of a whole sentence: each
 * of its n-grams is rare.
 *
 * Source     Knuth, Morris, Pratt, "Fast pattern matching in strings", 1977;
 *            Gopher (Rae et al. 2021), share of text in repeated lines
 */
#ifndef FILTER_LOOP_H
#define FILTER_LOOP_H

#include "base/str.h"
#include "text/pattern.h"

/*
 * Does text end in a unit that stands there `times` or more, over 60 bytes or
 * more?  *span is all its copies but the first.  The last 8 KiB are looked at.
 */
bool loop_at_end(struct str text, double times, struct span *span);

/*
 * Are more than `share` of the bytes in sentences or lines that stood there
 * before?  Those of fewer than 12 letters do not count; texts of fewer than 6
 * never do.  The first 64 KiB are looked at.
 */
bool loop_of_lines(struct str text, double share);

#endif
