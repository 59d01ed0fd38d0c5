/* lsh.c - bands: which signatures are worth a closer look */
#include "near/lsh.h"

#include <math.h>

#include "base/err.h"
#include "base/hash.h"

enum {
	SLOTS = 128,     /* of a signature, when that is enough */
	MOST_SLOTS = 192,
	LONGEST_BAND = 16,
};

#define MISSED 1e-4 /* of pairs at the threshold */

double lsh_recall(const struct lsh_plan *plan, double similarity)
{
	return 1 - pow(1 - pow(similarity, plan->rows), plan->bands);
}

int lsh_plan(double threshold, struct lsh_plan *plan)
{
	for (uint32_t slots = SLOTS; slots <= MOST_SLOTS; slots += SLOTS / 2)
		for (uint32_t rows = LONGEST_BAND; rows; rows--) {
			*plan = (struct lsh_plan){ slots / rows, rows };
			if (1 - lsh_recall(plan, threshold) <= MISSED)
				return 0;
		}
	return err_set(ERR_USAGE,
		       "a threshold of %g is too low for minhash; use "
		       "--method join",
		       threshold);
}

void lsh_keys(const struct lsh_plan *plan, const uint32_t *sig, uint64_t guard,
	      uint64_t *key)
{
	for (uint32_t b = 0; b < plan->bands; b++) {
		uint64_t hash = guard + b + 1;

		for (uint32_t r = 0; r < plan->rows; r++)
			hash = hash_mix(hash ^ *sig++) + r;
		key[b] = hash_mix(hash);
	}
}
