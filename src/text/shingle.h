/*
 * shingle.h - a text as a set of numbers: which runs of n units it contains
 *
 * One rule for all languages.  The normal form of a text (normal.h) is cut
 * into units: every character of Han, Hiragana or Katakana; of other scripts
 * every word (letters, marks, digits, _); every operator (+ - * / = < > and
 * other mathematical symbols) and emoji.  All else only separates.  Numbers
 * stay numbers: 3.5 is one unit, and so is 1,000, which equals 1000.  A
 * shingle is n units in a row; a text with fewer is one shingle, and one
 * without any unit is the shingle of its normal form.
 *
 *     struct shingler shingler = { .unit = UNIT_AUTO, .n = 5 };
 *     shingler_read(&shingler, text, &form);
 *     shingler_put(&shingler, salt, out);     shingler_count() of them
 *     shingler_free(&shingler);
 *
 * Shingles are 64-bit hashes, the same on every machine: among 10^6 of them
 * one pair collides with probability 3e-8.
 *
 * Ownership  a shingler owns its scratch
 * Threads    a shingler each
 */
#ifndef TEXT_SHINGLE_H
#define TEXT_SHINGLE_H

#include "base/buf.h"
#include "base/hash.h"

enum unit {
	UNIT_AUTO, /* as above */
	UNIT_WORD, /* Han and kana are letters of words as well */
	UNIT_CHAR, /* every character of a word is a unit */
};

struct shingler {
	enum unit unit;
	uint32_t n;
	struct buf normal; /* of the text read last */
	uint64_t *hash;    /* (units) */
	size_t units, room;
	uint64_t equal;
	uint64_t numbers;
	bool spans; /* set it to have the next two */
	uint32_t *start, *end; /* (units) characters of the text */
	uint32_t *origin;
	size_t span_room, origin_room;
	size_t cjk; /* units that are characters of Han or kana */
};

struct shingle_form {
	struct hash128 normal; /* of the normal form */
	uint64_t equal;   /* of the units in order: same but for separators */
	uint64_t numbers; /* of the numbers in order */
	uint32_t units;
};

/* Cut a text into units. */
void shingler_read(struct shingler *shingler, struct str text,
		   struct shingle_form *form);

/* Shingles of the text read last, repeats included; at least one. */
size_t shingler_count(const struct shingler *shingler);

/* Write them.  Texts with different salts share none. */
void shingler_put(const struct shingler *shingler, uint64_t salt,
		  uint64_t *out);
void shingler_free(struct shingler *shingler);

/* The rule in words, for people. */
void shingle_describe(struct buf *out, enum unit unit, uint32_t n);

#endif
