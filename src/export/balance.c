/* balance.c - how many rows each group gets */
#include "export/balance.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"

void balance_weigh(const uint64_t *pairs, size_t groups, double alpha,
		   double *share)
{
	double sum = 0;

	for (size_t g = 0; g < groups; g++)
		sum += share[g] = pairs[g] ? pow((double)pairs[g], alpha) : 0;
	for (size_t g = 0; g < groups; g++)
		share[g] = sum > 0 ? share[g] / sum : 0;
}

static uint64_t limit_of(uint64_t pairs, const struct balance *ask)
{
	uint64_t most = pairs > UINT64_MAX / ask->repeat ? UINT64_MAX
							 : pairs * ask->repeat;

	return ask->cap && ask->cap < most ? ask->cap : most;
}

/*
 * The largest sum at which no group needs more than it has, and none is
 * repeated for its own sake: the group that needs the least repeats is used
 * once.
 */
static double largest_sum(const uint64_t *pairs, size_t groups,
			  const struct balance *ask, const double *share)
{
	double least = HUGE_VAL, once = 0;

	for (size_t g = 0; g < groups; g++) {
		double sum = (double)pairs[g] / share[g];

		if (!pairs[g] || share[g] <= 0)
			continue;
		if (sum * (double)ask->repeat < least)
			least = sum * (double)ask->repeat;
		if (sum > once)
			once = sum;
	}
	return least < once ? least : once;
}

static void take_largest(const uint64_t *pairs, size_t groups,
			 const struct balance *ask, const double *share,
			 uint64_t *rows)
{
	double sum = largest_sum(pairs, groups, ask, share);

	for (size_t g = 0; g < groups; g++) {
		uint64_t limit = limit_of(pairs[g], ask);

		/* what is 1e-9 below a whole number was meant to be it */
		rows[g] = share[g] > 0 ? (uint64_t)(sum * share[g] *
						    (1 + 1e-9) + 1e-9) : 0;
		if (share[g] > 0 && !rows[g])
			rows[g] = 1;
		if (rows[g] > limit)
			rows[g] = limit;
	}
}

/* One more for the groups that lost most by rounding down; ties by number. */
static void give_rest(size_t groups, const uint64_t *limit,
		      const double *exact, uint64_t rest, uint64_t *rows)
{
	while (rest) {
		size_t best = groups;
		double most = -HUGE_VAL;

		for (size_t g = 0; g < groups; g++)
			if (rows[g] < limit[g] &&
			    exact[g] - (double)rows[g] > most) {
				most = exact[g] - (double)rows[g];
				best = g;
			}
		rows[best]++;
		rest--;
	}
}

/* Fill groups in proportion; who is full leaves its part to the others. */
static void take_total(size_t groups, const uint64_t *limit, uint64_t total,
		       const double *share, double *exact)
{
	double left = (double)total, weight = 1;
	bool *full = mem_array(groups, sizeof *full), again = true;

	while (again) {
		double taken = 0, gone = 0;

		again = false;
		for (size_t g = 0; g < groups; g++) {
			if (full[g])
				continue;
			exact[g] = weight > 0 ? left * share[g] / weight : 0;
			if (exact[g] >= (double)limit[g]) {
				exact[g] = (double)limit[g];
				full[g] = again = true;
				taken += exact[g];
				gone += share[g];
			}
		}
		left -= taken;
		weight -= gone;
	}
	free(full);
}

static int take(const uint64_t *pairs, size_t groups,
		const struct balance *ask, const double *share, uint64_t *rows)
{
	uint64_t *limit = mem_array(groups, sizeof *limit);
	double *exact = mem_array(groups, sizeof *exact);
	uint64_t sum = 0, taken = 0;
	int rc = 0;

	for (size_t g = 0; g < groups; g++)
		sum += limit[g] = share[g] > 0 ? limit_of(pairs[g], ask) : 0;
	if (ask->total > sum) {
		rc = err_set(ERR_LIMIT, "a total of %llu rows is asked for, "
					"but there are only %llu; --repeat or "
					"a higher --cap gives more",
			     (unsigned long long)ask->total,
			     (unsigned long long)sum);
		goto done;
	}
	take_total(groups, limit, ask->total, share, exact);
	for (size_t g = 0; g < groups; g++) {
		rows[g] = (uint64_t)(exact[g] + 1e-9);
		rows[g] = rows[g] > limit[g] ? limit[g] : rows[g];
		taken += rows[g];
	}
	while (taken > ask->total) /* by the 1e-9 above */
		for (size_t g = groups; g-- && taken > ask->total;)
			if (rows[g]) {
				rows[g]--;
				taken--;
			}
	give_rest(groups, limit, exact, ask->total - taken, rows);
done:
	free(limit);
	free(exact);
	return rc;
}

int balance(const uint64_t *pairs, size_t groups, const struct balance *ask,
	    const double *share, uint64_t *rows)
{
	if (ask->total)
		return take(pairs, groups, ask, share, rows);
	take_largest(pairs, groups, ask, share, rows);
	return 0;
}
