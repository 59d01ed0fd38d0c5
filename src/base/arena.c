/* arena.c - memory that goes away together */
#include "base/arena.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"

enum { BLOCK = 64 * 1024, ALIGN = 16 };

struct arena_block {
	struct arena_block *next;
	size_t room, used;
	_Alignas(16) char bytes[];
};

static struct arena_block *block_new(struct arena *arena, size_t size)
{
	size_t room = size > BLOCK ? size : BLOCK;
	struct arena_block *block;
	char *raw = NULL;
	size_t none = 0;

	/* mem_grow, not mem_alloc: text needs no zeroed pages */
	mem_grow(&raw, &none, sizeof *block + room, 1);
	block = (struct arena_block *)raw;
	block->next = arena->block;
	block->room = none - sizeof *block;
	block->used = 0;
	arena->block = block;
	return block;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	struct arena_block *block = arena->block;
	void *p;

	assert(size < SIZE_MAX - ALIGN);
	size = (size + ALIGN - 1) / ALIGN * ALIGN;
	if (!block || block->room - block->used < size)
		block = block_new(arena, size);
	p = block->bytes + block->used;
	block->used += size;
	arena->used += size;
	return p;
}

void *arena_array(struct arena *arena, size_t n, size_t size)
{
	assert(size == 0 || n <= SIZE_MAX / size);
	return arena_alloc(arena, n * size);
}

char *arena_copy(struct arena *arena, const char *at, size_t n)
{
	char *copy = arena_alloc(arena, n + 1);

	if (n)
		memcpy(copy, at, n);
	copy[n] = '\0';
	return copy;
}

struct str arena_str(struct arena *arena, struct str text)
{
	if (!text.at)
		return text;
	return (struct str){ arena_copy(arena, text.at, text.n), text.n };
}

/* The largest block stays, so a batch like the last one allocates nothing. */
void arena_reset(struct arena *arena)
{
	struct arena_block *keep = NULL;

	for (struct arena_block *b = arena->block, *next; b; b = next) {
		next = b->next;
		if (!keep || b->room > keep->room) {
			free(keep);
			keep = b;
		} else {
			free(b);
		}
	}
	if (keep) {
		keep->next = NULL;
		keep->used = 0;
	}
	arena->block = keep;
	arena->used = 0;
}

void arena_free(struct arena *arena)
{
	arena_reset(arena);
	free(arena->block);
	arena->block = NULL;
}
