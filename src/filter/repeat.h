/*
 * repeat.h - does a text say the same over and over?
 *
 * The share of its n-grams that the most frequent ones take: of U different
 * n-grams, S of them seen once, the k = min(sqrt U, U - S) most frequent.
 * Texts of fewer than 50 n-grams are never repetitive; of long ones the first
 * 32 KiB are looked at.
 *
 * A sample chosen by content decides most texts at a glance: all occurrences
 * of an n-gram are in it or none, so repetition shows in it as in the whole.
 *
 * Source     Data-Juicer, character_repetition_filter; HojiChar
 */
#ifndef FILTER_REPEAT_H
#define FILTER_REPEAT_H

#include "base/str.h"

/* Is the share above `most`?  n-grams of n characters, or of n words. */
bool repeat_chars(struct str text, double most, unsigned n);
bool repeat_words(struct str text, double most, unsigned n);

#endif
