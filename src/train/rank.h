/*
 * rank.h - how well vectors agree with what people say
 *
 * A file of lines "text TAB text TAB score" is a measure:
 *
 *   scores that differ    Spearman's correlation of cosine and score
 *   one score throughout  translations: the share of the first texts whose
 *                         nearest second text is their own (accuracy at 1)
 *
 * Both in percent.  For choosing among recipes; never on a test set.
 *
 * Ownership  the struct owns its arrays
 * Errors     ERR_IO, ERR_FORMAT with path and line
 */
#ifndef TRAIN_RANK_H
#define TRAIN_RANK_H

#include "train/lesson.h"

struct rank {
	struct features features; /* a0 b0 a1 b1 ... */
	double *score;            /* (pairs) */
	size_t pairs;
	bool retrieval;
	char name[32]; /* of the file, without folder and ending */
};

int rank_read(struct rank *rank, const char *path,
	      const struct student_input *in, struct par *par);
void rank_free(struct rank *rank);

/* vector (2 pairs, d) of unit length, in the order of the features. */
double rank_measure(const struct rank *rank, const float *vector, size_t d);

/* Spearman's correlation of n numbers a and b; ties share their mean rank. */
double spearman(const double *a, const double *b, size_t n);

#endif
