/* store.c - arrays that stay where they are, more of them than fit in memory */
#define _GNU_SOURCE /* fallocate */
#include "base/store.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/err.h"
#include "base/fault.h"
#include "base/mem.h"
#include "base/spill.h"

#include <stdlib.h>

struct store_block {
	struct store_block *older;
	uint64_t *at;
	size_t used, room; /* words */
};

enum {
	FIRST = 1 << 16, /* words of the first block; later ones are larger */
	LARGEST = 1 << 22,
};

/* Space in the file is taken now: a full disk is an error, not a signal. */
static int extend_file(struct store *store, size_t size)
{
	int rc;

	if (store->fd == 0 && (store->fd = spill_file()) < 0) {
		rc = store->fd;
		store->fd = 0;
		return rc;
	}
	rc = fault_hit(FAULT_WRITE)
		     ? ENOSPC
		     : posix_fallocate(store->fd, (off_t)store->file_size,
				       (off_t)size);
	if (rc) {
		errno = rc;
		return err_sys(ERR_IO, "writing a temporary file (TMPDIR "
				       "chooses its folder)");
	}
	return 0;
}

static void *map_block(struct store *store, size_t size)
{
	bool in_file = store->budget && store->used + size > store->budget;
	void *at;

	if (in_file && extend_file(store, size) < 0)
		return NULL;
	at = mmap(NULL, size, PROT_READ | PROT_WRITE,
		  in_file ? MAP_SHARED : MAP_PRIVATE | MAP_ANONYMOUS,
		  in_file ? store->fd : -1,
		  in_file ? (off_t)store->file_size : 0);
	if (at == MAP_FAILED || fault_hit(FAULT_MALLOC)) {
		err_set(ERR_NOMEM, "out of memory: no room for %zu bytes",
			size);
		if (at != MAP_FAILED)
			munmap(at, size);
		return NULL;
	}
	if (in_file)
		store->file_size += size;
	else
		madvise(at, size, MADV_HUGEPAGE); /* fewer page faults */
	store->used += size;
	return at;
}

static struct store_block *add_block(struct store *store, size_t words)
{
	struct store_block *block;
	size_t room = store->block ? 2 * store->block->room : FIRST;
	uint64_t *at;

	if (room > LARGEST)
		room = LARGEST;
	if (words > room)
		room = (words + FIRST - 1) / FIRST * FIRST;
	at = map_block(store, room * sizeof *at);
	if (!at)
		return NULL;
	block = mem_alloc(sizeof *block);
	*block = (struct store_block){
		.older = store->block,
		.at = at,
		.room = room,
	};
	store->block = block;
	return block;
}

uint64_t *store_take(struct store *store, size_t words)
{
	struct store_block *block = store->block;
	uint64_t *at;

	if ((!block || block->room - block->used < words) &&
	    !(block = add_block(store, words)))
		return NULL;
	at = block->at + block->used;
	block->used += words;
	return at;
}

void store_free(struct store *store)
{
	for (struct store_block *b = store->block, *older; b; b = older) {
		older = b->older;
		munmap(b->at, b->room * sizeof *b->at);
		free(b);
	}
	if (store->fd)
		close(store->fd);
	*store = (struct store){ .budget = store->budget };
}
