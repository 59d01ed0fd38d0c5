/* rng.c - random numbers that are the same everywhere */
#include "base/rng.h"

#include <string.h>

#include "base/hash.h"

static const uint64_t GOLDEN = UINT64_C(0x9e3779b97f4a7c15);

void rng_init(struct rng *rng, uint64_t seed, const char *name)
{
	uint64_t x = hash64(name, strlen(name), seed);

	for (int i = 0; i < 4; i++)
		rng->s[i] = hash_mix(x += GOLDEN);
}

static uint64_t rotate(uint64_t x, int k)
{
	return (x << k) | (x >> (64 - k));
}

uint64_t rng_next(struct rng *rng)
{
	uint64_t *s = rng->s;
	uint64_t result = rotate(s[1] * 5, 7) * 9;
	uint64_t t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate(s[3], 45);
	return result;
}

uint64_t rng_below(struct rng *rng, uint64_t n)
{
	__uint128_t m = (__uint128_t)rng_next(rng) * n;

	/* Lemire: throw away the few values that would favour small results */
	while ((uint64_t)m < -n % n)
		m = (__uint128_t)rng_next(rng) * n;
	return (uint64_t)(m >> 64);
}

double rng_unit(struct rng *rng)
{
	return (double)(rng_next(rng) >> 11) * 0x1p-53;
}

uint64_t rng_keyed(uint64_t seed, uint64_t key)
{
	return hash_mix(hash_mix(seed + GOLDEN) ^ (key * GOLDEN));
}
