/*
 * keyword.h - which of thousands of words stand in a text, in one pass
 *
 * At most places of a text no word can start, and two small tables of bits,
 * asked for the next three and the next six bytes, say so without a branch.
 * The few places that are left are held against the words that start with the
 * same three bytes.  An automaton reads one table entry a byte and waits for
 * each; here nothing waits, and what is read stays in the first-level cache:
 * more than twice as fast on the shipped rules.
 *
 * Words belong to owners, and the answer is the set of owners of whom at least
 * one word was seen.  ASCII letters are alike in both cases.
 *
 *     keywords_add(&keywords, STR("適切に"), 7);
 *     keywords_build(&keywords, owners);
 *     memset(seen, 0, keywords.words * sizeof *seen);
 *     keywords_scan(&keywords, text, seen);
 *     if (seen[7 / 64] >> 7 % 64 & 1) ...
 *
 * Cost       linear in the text, times the words that start alike
 * Threads    read-only after keywords_build()
 * Source     the idea of Wu and Manber, "A fast algorithm for multi-pattern
 *            searching", 1994, with starts that are tested, not skipped to
 */
#ifndef TEXT_KEYWORD_H
#define TEXT_KEYWORD_H

#include <stdint.h>

#include "base/str.h"

enum {
	KEYWORD_BUCKETS = 1 << 12, /* of words by their first three bytes */
	KEYWORD_PAIRS = 1 << 13,   /* of first two bytes */
	KEYWORD_SIXES = 1 << 16,   /* of first six bytes */
};

struct keyword_entry {
	struct str word; /* borrowed until keywords_build() */
	uint32_t owner;
};

/* A word, its letters small. */
struct keyword {
	uint64_t mask, head; /* its first eight bytes, or what it has of them */
	struct str rest;     /* what follows them */
	size_t owners;       /* index of its set in keywords.owners */
};

struct keywords {
	struct keyword_entry *entry; /* (entries) until they are built */
	size_t entries, room;
	size_t words;            /* 64-bit words of a set of owners */
	struct keyword *word;    /* (n) by bucket */
	size_t n;                /* different words */
	uint64_t *owners;        /* (n, words) */
	char *text;              /* all words, one behind the other */
	uint32_t *bucket;        /* (KEYWORD_BUCKETS + 1) its first word */
	uint8_t *brief;          /* (KEYWORD_PAIRS) bits for the third byte */
	uint8_t *large;          /* (KEYWORD_SIXES / 8) bits */
	uint32_t single[256];    /* (singles) the words of one byte */
	unsigned singles;
	uint8_t alone[256];      /* is this byte a word? */
};

void keywords_add(struct keywords *keywords, struct str word, uint32_t owner);

/* Owners are numbers below `owners`; empty words are no words. */
void keywords_build(struct keywords *keywords, size_t owners);

/* Add to `seen` (words) everyone of whom a word stands in text. */
void keywords_scan(const struct keywords *keywords, struct str text,
		   uint64_t *seen);
void keywords_free(struct keywords *keywords);

#endif
