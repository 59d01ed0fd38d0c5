/*
 * keyword.h - which of thousands of words stand in a text, in one pass
 *
 * Aho-Corasick as a dense automaton over classes of bytes: one table look-up a
 * byte, whatever the number of words.  Words belong to owners, and the answer
 * is the set of owners of whom at least one word was seen.  ASCII letters are
 * alike in both cases.
 *
 *     keywords_add(&keywords, STR("適切に"), 7);
 *     rc = keywords_build(&keywords, owners);
 *     memset(seen, 0, keywords.words * sizeof *seen);
 *     keywords_scan(&keywords, text, seen);
 *     if (seen[7 / 64] >> 7 % 64 & 1) ...
 *
 * Errors     ERR_LIMIT: more words than 65,535 states hold
 * Threads    read-only after keywords_build()
 * Source     Aho and Corasick, "Efficient string matching", 1975
 */
#ifndef TEXT_KEYWORD_H
#define TEXT_KEYWORD_H

#include <stdint.h>

#include "base/str.h"

struct keyword_entry {
	struct str word; /* borrowed until keywords_build() */
	uint32_t owner;
};

struct keywords {
	struct keyword_entry *entry; /* (entries) */
	size_t entries, room;
	size_t longest;       /* bytes of the longest word */
	size_t words;         /* 64-bit words of a set of owners */
	unsigned shift;       /* a row of `next` has 1 << shift classes */
	uint32_t first;       /* states from here on end a word */
	uint32_t states;      /* S */
	uint8_t class[256];
	uint16_t *next;       /* (S, 1 << shift) */
	uint64_t *owners;     /* (S - first, words) */
};

void keywords_add(struct keywords *keywords, struct str word, uint32_t owner);

/* Owners are numbers below `owners`. */
int keywords_build(struct keywords *keywords, size_t owners);

/* Add to `seen` (words) everyone of whom a word stands in text. */
void keywords_scan(const struct keywords *keywords, struct str text,
		   uint64_t *seen);
void keywords_free(struct keywords *keywords);

#endif
