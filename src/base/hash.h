/*
 * hash.h - fingerprints: fast ones for tables, SHA-256 for files
 *
 * XXH3 (xxHash 0.8 specification) is stable across machines and versions, so
 * its values may be stored.  SHA-256 (FIPS 180-4) is what manifests carry.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <nettle/sha2.h>
#include <stddef.h>
#include <stdint.h>

enum { SHA256_HEX = 65 }; /* 64 digits and a NUL */

struct hash128 {
	uint64_t low, high;
};

uint64_t hash64(const void *at, size_t n, uint64_t seed);
struct hash128 hash128(const void *at, size_t n);

/* A bijection that spreads its argument over all 64 bits (SplitMix64). */
static inline uint64_t hash_mix(uint64_t x)
{
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

struct sha256 {
	struct sha256_ctx ctx;
};

void sha256_start(struct sha256 *sha);
void sha256_add(struct sha256 *sha, const void *at, size_t n);
void sha256_hex(struct sha256 *sha, char out[SHA256_HEX]); /* ends it */

/* SHA-256 and size of a whole file. */
int sha256_file(const char *path, char out[SHA256_HEX], uint64_t *size);

#endif
