/*
 * neighbours.h - an order of texts that puts like beside like
 *
 * Two texts by chance are not alike, and a batch of such teaches little about
 * texts that nearly are.  All texts are halved again and again by which of two
 * texts, drawn by chance, their targets are nearer to, until a part has at most
 * `leaf`; then the parts are shuffled.  Every epoch draws others.
 *
 *     neighbours_order(&lesson, leaf, &rng, order);
 *
 * leaf 1 is a plain shuffle.
 *
 * Shapes     order (texts of the lesson)
 * Speed      n log n: 160k texts of 256 numbers in 5 CPU seconds
 */
#ifndef TRAIN_NEIGHBOURS_H
#define TRAIN_NEIGHBOURS_H

#include "base/rng.h"
#include "train/lesson.h"

void neighbours_order(const struct lesson *lesson, size_t leaf,
		      struct rng *rng, uint32_t *order);

#endif
