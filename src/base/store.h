/*
 * store.h - arrays that stay where they are, more of them than fit in memory
 *
 * Words of 64 bits are given out of large blocks.  Blocks beyond the budget
 * are pages of an unnamed file in TMPDIR: the kernel writes them out when
 * memory is short and reads them back when they are used.
 *
 *     struct store store = { .budget = 1 << 30 };
 *     uint64_t *at = store_take(&store, n);
 *     store_free(&store);
 *
 * Ownership  the store owns every array
 * Errors     store_take() returns NULL, and a message says why
 */
#ifndef BASE_STORE_H
#define BASE_STORE_H

#include <stddef.h>
#include <stdint.h>

struct store_block;

struct store {
	uint64_t budget; /* bytes of memory; 0: no limit */
	uint64_t used;   /* bytes of all blocks */
	struct store_block *block; /* newest first */
	uint64_t file_size;
	int fd; /* 0: no file yet */
};

uint64_t *store_take(struct store *store, size_t words);
void store_free(struct store *store);

#endif
