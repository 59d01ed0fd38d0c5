/*
 * rng.h - random numbers that are the same everywhere
 *
 * xoshiro256** seeded by SplitMix64.  A stream depends on (seed, name) only:
 * give each use its own name and adding one does not disturb the others.
 *
 *     struct rng rng;
 *     rng_init(&rng, seed, "sample");
 *     size_t i = rng_below(&rng, n);
 *
 * Source     Blackman and Vigna, "Scrambled linear pseudorandom number
 *            generators", 2021; Lemire, "Fast random integer generation in an
 *            interval", 2019
 */
#ifndef BASE_RNG_H
#define BASE_RNG_H

#include <stdint.h>

struct rng {
	uint64_t s[4];
};

void rng_init(struct rng *rng, uint64_t seed, const char *name);
uint64_t rng_next(struct rng *rng);
uint64_t rng_below(struct rng *rng, uint64_t n); /* uniform in [0, n), n > 0 */
double rng_unit(struct rng *rng);                /* uniform in [0, 1) */

/*
 * One number for one thing: depends on (seed, key) only, not on what was drawn
 * before, so the choice for a pair does not change when other pairs come.
 */
uint64_t rng_keyed(uint64_t seed, uint64_t key);

#endif
