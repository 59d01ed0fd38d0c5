/*
 * split.h - train, test and so on, without anything in two of them
 *
 * Rows hang together when they ask the same (instruction and input, in normal
 * form), ask about the same document (input), or are members of one duplicate
 * cluster.  Such a family goes into one split as a whole.  Which one is drawn
 * by the seed and the text of its members, so it does not depend on what else
 * is there, nor on the order in which files came in.
 *
 * A family that is larger than a tenth of a split would decide what that split
 * is about: it goes to the largest split.
 *
 *     rc = split_assign(&set, split, n);      fills in row[i].split
 *
 * Errors     ERR_NOMEM
 */
#ifndef EXPORT_SPLIT_H
#define EXPORT_SPLIT_H

#include "export/gather.h"

struct split {
	const char *name;
	double share; /* of 1 */
};

/* Read "train=0.9,test=0.1"; the caller frees the names with split_free(). */
int split_parse(const char *text, struct split **split, size_t *n);
void split_free(struct split *split, size_t n);

int split_assign(struct set *set, const struct split *split, size_t n);

#endif
