/*
 * deepen.h - train transformer layers above a table of lookup.h
 *
 * The loss is that of likeness.h over batches that hold neighbours
 * (neighbours.h); w is 1 while they train, as it was for the table, and the
 * table stays as it is.  It knows the lesson's texts by heart, its n-grams most
 * of all, and leaves little to learn from: so `drop`.
 *
 *     if ((rc = deep_init(&deep, &table, &seen, &shape, seed)) < 0) ...
 *     rc = deepen(&deep, &lesson, &options, par);
 *
 * With `checkpoint`, a run that was killed goes on from there to the same bytes.
 *
 * Errors     ERR_NOMEM, ERR_IO; ERR_FORMAT: a checkpoint of another run, no
 *            text short enough
 * Threads    the same bits for any number: a tile is the unit of work, and
 *            their gradients add up in order
 */
#ifndef TRAIN_DEEPEN_H
#define TRAIN_DEEPEN_H

#include "train/deep.h"

/* Tokens of a text of the lesson: longer ones are left out. */
enum { DEEP_TAUGHT = 48 };

struct deepen_options {
	unsigned epochs, reports; /* reports: times an epoch */
	size_t batch;
	double rate, warm, decay;
	double drop; /* share of its n-grams that a text does without each time */
	double similarity, alike; /* likeness.h */
	size_t leaf;              /* neighbours.h */
	uint64_t seed;
	const char *checkpoint;   /* path, or NULL */
	/* called with the epochs done; may be NULL */
	void (*report)(void *context, double epochs, double loss);
	void *context;
};

int deepen(struct deep *deep, const struct lesson *lesson,
	   const struct deepen_options *options, struct par *par);

/*
 * Loss of n texts of the lesson and its gradient, added to `gradient`
 * (deep->n): what a step of deepen() computes.  For tests.
 */
int deep_loss(struct deep *deep, const struct lesson *lesson,
	      const uint32_t *text, size_t n,
	      const struct deepen_options *options, struct par *par,
	      double *loss, float *gradient);

#endif
