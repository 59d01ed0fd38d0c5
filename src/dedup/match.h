/*
 * match.h - when are two pairs the same?
 *
 * Two pairs match when every field (instruction, input, response; every message
 * of a conversation) has Jaccard similarity >= t, so that a long shared context
 * cannot swamp a different question, and when `system`, the roles and the
 * sequences of numbers are equal.  A field of fewer than 2n units matches only
 * its equal (but for punctuation): one word of eight changes everything.
 *
 * Everything that must be equal goes into one number, the guard, so that pairs
 * with different guards need not be compared at all.  What is left of a pair
 * are the sets of its long fields.
 *
 *     former.rule = &rule;
 *     former_read(&former, &pair, &form);      former.word holds the sets
 *     former_free(&former);
 *
 * If every field has J >= t, so has the union of the fields with their shingles
 * told apart (the mediant of fractions lies between them): candidates are
 * found by that union, and then judged field by field.
 *
 * Layout     of a form's words: fields sizes, then the shingles of each field
 * Ownership  a former owns its words until the next read
 * Threads    a former each
 */
#ifndef DEDUP_MATCH_H
#define DEDUP_MATCH_H

#include "db/pair.h"
#include "text/shingle.h"

/* The first three in the order of the words of --on. */
enum match_on {
	MATCH_PAIR,        /* every field, as above */
	MATCH_INSTRUCTION, /* the instruction alone */
	MATCH_TEXT,        /* all fields as one text, numbers may differ */
	MATCH_QUESTION,    /* the instruction, each line of it; system, input and
			      names are equal */
	MATCH_MEANING,     /* all but the wording of the instruction */
	MATCH_ASKED,       /* the same, whatever the response */
};

struct match_rule {
	double threshold;
	enum match_on on;
	enum unit unit;
	uint32_t n;
	bool numbers; /* sequences of numbers must be equal */
};

struct form {
	struct hash128 exact; /* of the normal form of all that is compared */
	uint64_t guard;
	uint64_t length;   /* bytes of normal form */
	uint32_t fields;   /* that have a set */
	uint32_t shingles; /* in all of them, repeats included */
};

struct former {
	const struct match_rule *rule;
	struct shingler shingler;
	uint64_t *word; /* (fields + shingles) */
	size_t words, room;
	struct buf text;
};

void former_init(struct former *former, const struct match_rule *rule);
void former_read(struct former *former, const struct pair *pair,
		 struct form *form);
void former_free(struct former *former);

/*
 * Sort each set and leave out repeats; the sizes at the front change.  scratch
 * has room for all shingles.
 */
void form_sort(uint64_t *word, uint32_t fields, uint64_t *scratch);

/*
 * The least similarity of any field of two sorted forms with the same guard;
 * -1 when it is below the threshold.
 */
double form_similarity(const uint64_t *a, const uint64_t *b, uint32_t fields,
		       double threshold);

#endif
