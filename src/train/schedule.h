/*
 * schedule.h - the learning rate over the steps of a run
 *
 *     warm up      linearly over the first steps
 *     cosine       half a cosine down to `floor` of the rate
 *     wsd          stable, then linearly down over the last `decay` of the run
 *     constant     stable to the end
 *
 * Source     Loshchilov and Hutter, "SGDR", 2017 (cosine); Hu et al.,
 *            "MiniCPM", 2024 (warm-up, stable, decay)
 */
#ifndef TRAIN_SCHEDULE_H
#define TRAIN_SCHEDULE_H

#include <stdint.h>

enum schedule_kind { SCHEDULE_COSINE, SCHEDULE_WSD, SCHEDULE_CONSTANT };

struct schedule {
	enum schedule_kind kind;
	double rate, floor, decay; /* floor and decay are shares */
	uint64_t warm_up, steps;
};

/* The rate of a step, counted from 1. */
double schedule_rate(const struct schedule *schedule, uint64_t step);

#endif
