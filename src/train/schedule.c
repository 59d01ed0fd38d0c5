/* schedule.c - the learning rate over the steps of a run */
#include "train/schedule.h"

#include <math.h>

static double share_left(const struct schedule *s, double done)
{
	switch (s->kind) {
	case SCHEDULE_COSINE:
		return 0.5 * (1 + cos(done * 3.14159265358979323846));
	case SCHEDULE_WSD:
		return done < 1 - s->decay ? 1 : (1 - done) / s->decay;
	case SCHEDULE_CONSTANT:
		return 1;
	}
	return 1;
}

double schedule_rate(const struct schedule *s, uint64_t step)
{
	double done;

	if (step <= s->warm_up)
		return s->rate * (double)step / (double)s->warm_up;
	if (s->steps <= s->warm_up)
		return s->rate;
	done = (double)(step - s->warm_up) / (double)(s->steps - s->warm_up);
	if (done > 1)
		done = 1;
	return s->rate * (s->floor + (1 - s->floor) * share_left(s, done));
}
