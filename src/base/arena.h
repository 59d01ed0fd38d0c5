/*
 * arena.h - memory that goes away together
 *
 * Each batch of work has an arena: what lives as long as the batch comes from
 * it and is gone with arena_reset().  Nothing in it is freed alone.
 *
 *     struct arena arena = { 0 };
 *     char *copy = arena_copy(&arena, text, n);
 *     arena_reset(&arena);      keeps one block for the next batch
 *     arena_free(&arena);
 *
 * Ownership  the arena owns every block; pointers are borrowed until reset
 * Errors     none: as mem_alloc()
 * Threads    one arena, one thread at a time
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/str.h"

struct arena_block;

struct arena {
	struct arena_block *block; /* newest first */
	size_t used;               /* bytes given out since the last reset */
};

void *arena_alloc(struct arena *arena, size_t size); /* aligned to 16 */
void *arena_array(struct arena *arena, size_t n, size_t size);
char *arena_copy(struct arena *arena, const char *at, size_t n); /* and NUL */
struct str arena_str(struct arena *arena, struct str text);
void arena_reset(struct arena *arena);
void arena_free(struct arena *arena);

#endif
