/*
 * curve.h - how a distillation went, as a plot
 *
 * One line for each measure: how many points it has gained since the start of
 * the table, or, when layers were trained, since these began.
 *
 *     struct curve curve = { 0 };
 *     curve_add(&curve, &epoch);         for each report of distill.h
 *     rc = curve_save(&curve, "curve.svg");
 *     curve_free(&curve);
 *
 * Errors     ERR_IO
 */
#ifndef TRAIN_CURVE_H
#define TRAIN_CURVE_H

#include "base/buf.h"
#include "base/vec.h"
#include "train/distill.h"

enum { CURVE_MOST = 16 }; /* measures; others are not drawn */

struct curve {
	bool layers;
	size_t lines;
	char name[CURVE_MOST][32];
	VEC(double) x;             /* (n) epochs */
	VEC(double) y[CURVE_MOST]; /* (n) as measured */
};

void curve_add(struct curve *curve, const struct distill_epoch *epoch);
void curve_draw(const struct curve *curve, struct buf *out);
int curve_save(const struct curve *curve, const char *path);
void curve_free(struct curve *curve);

#endif
