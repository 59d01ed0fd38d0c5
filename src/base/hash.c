/* hash.c - fingerprints: fast ones for tables, SHA-256 for files */
#include "base/hash.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/err.h"

uint64_t hash64(const void *at, size_t n, uint64_t seed)
{
	return XXH3_64bits_withSeed(at, n, seed);
}

struct hash128 hash128(const void *at, size_t n)
{
	XXH128_hash_t h = XXH3_128bits(at, n);

	return (struct hash128){ h.low64, h.high64 };
}

void sha256_start(struct sha256 *sha)
{
	sha256_init(&sha->ctx);
}

void sha256_add(struct sha256 *sha, const void *at, size_t n)
{
	sha256_update(&sha->ctx, n, at);
}

void sha256_hex(struct sha256 *sha, char out[SHA256_HEX])
{
	uint8_t digest[SHA256_DIGEST_SIZE];

	sha256_digest(&sha->ctx, sizeof digest, digest);
	for (size_t i = 0; i < sizeof digest; i++)
		sprintf(out + 2 * i, "%02x", digest[i]);
}

int sha256_file(const char *path, char out[SHA256_HEX], uint64_t *size)
{
	char chunk[1 << 16];
	struct sha256 sha;
	ssize_t n;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_sys(ERR_IO, "%s", path);
	sha256_start(&sha);
	*size = 0;
	while ((n = read(fd, chunk, sizeof chunk)) > 0) {
		sha256_add(&sha, chunk, (size_t)n);
		*size += (uint64_t)n;
	}
	if (n < 0) {
		err_sys(ERR_IO, "%s", path);
		close(fd);
		return ERR_IO;
	}
	close(fd);
	sha256_hex(&sha, out);
	return 0;
}
