/*
 * split.h - train, test and so on, without anything in two of them
 *
 * Rows hang together when they ask the same (instruction and input, in normal
 * form), ask about the same document (input), are members of one duplicate
 * cluster, or are alike in all their text (leak.h) or in sense (sense.h).  Such
 * a family goes into one split as a whole.  Which one is drawn by the seed and
 * the text of its members, so it does not depend on what else is there, nor on
 * the order in which files came in.  A family that is larger than a tenth of a
 * split would decide what that split is about: it goes to the largest.
 *
 * A draw alone could move a pair when data is added: a new pair may join two
 * families.  So the database remembers what each export gave to which split,
 * by the shares and the seed, and a family with a past stays where it was.
 * When its members were in several splits it goes to the first of them in the
 * order in which splits are named: name the one that is trained on first, and
 * no pair ever moves from training to test.
 *
 *     rc = split_recall(&memory, db, &set, &ask, seed);
 *     rc = split_assign(&set, par, &ask, &memory, &sense);  row[i].split
 *     rc = split_remember(&memory, db, &set, &ask);     in a transaction
 *     split_memory_free(&memory);
 *
 * Errors     ERR_NOMEM, ERR_IO, ERR_DB
 */
#ifndef EXPORT_SPLIT_H
#define EXPORT_SPLIT_H

#include "export/gather.h"
#include "export/sense.h"

struct split {
	const char *name;
	double share; /* of 1 */
};

/* Read "train=0.9,test=0.1"; the caller frees the names with split_free(). */
int split_parse(const char *text, struct split **split, size_t *n);
void split_free(struct split *split, size_t n);

struct split_ask {
	const struct split *split; /* (splits) */
	size_t splits;
	double leak;      /* rows as alike as this stay together; 0: any may part */
	double cosine;    /* the same of vectors, where there are any */
	bool forget;      /* what earlier exports did */
	uint64_t memory;  /* bytes */
	uint64_t seed;
};

struct split_memory {
	struct buf plan;   /* shares and seed, as one word */
	uint32_t *recalled; /* (rows) split, or UINT32_MAX */
	uint64_t kept;      /* rows whose split was known */
};

int split_recall(struct split_memory *memory, struct db *db,
		 const struct set *set, const struct split_ask *ask,
		 uint64_t seed);
int split_assign(struct set *set, struct par *par, const struct split_ask *ask,
		 const struct split_memory *memory,
		 const struct sense *sense);

/* Whether there is anything to remember. */
bool split_is_news(const struct split_memory *memory, const struct set *set,
		   const struct split_ask *ask);
int split_remember(struct split_memory *memory, struct db *db,
		   const struct set *set, const struct split_ask *ask);
void split_memory_free(struct split_memory *memory);

#endif
