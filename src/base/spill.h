/*
 * spill.h - sort more records than fit in memory
 *
 * Records are K words of 64 bits, sorted as numbers, first word first.  They
 * gather in memory up to the budget; then a sorted run goes to an unnamed file
 * in the folder for temporary files (TMPDIR), and spill_next() merges the
 * runs.  The order that comes out does not depend on the budget.
 *
 *     rc = spill_init(&spill, 2, budget);
 *     rc = spill_put(&spill, (uint64_t[]){ key, number });
 *     rc = spill_sort(&spill);
 *     while ((rc = spill_next(&spill, record)) > 0) ...
 *     spill_free(&spill);
 *
 * Memory     about `budget` bytes, at least 1 MiB
 * Errors     ERR_NOMEM, ERR_IO (the disk is full: set TMPDIR elsewhere)
 */
#ifndef BASE_SPILL_H
#define BASE_SPILL_H

#include <stddef.h>
#include <stdint.h>

struct spill_run {
	uint64_t offset; /* in the file, of what is not read yet; bytes */
	uint64_t left;   /* records not read yet */
	uint64_t *record;
	size_t n, next; /* records in memory */
};

struct spill {
	size_t words;     /* K */
	size_t most;      /* records that fit in the budget */
	uint64_t *record; /* (n, K) */
	size_t n, next, room;
	struct spill_run *run; /* (runs) stretches of one file, each sorted */
	size_t *heap;          /* (heaped) runs, the one with the least first */
	size_t runs, heaped;
	int fd;         /* of the file, -1: none yet */
	uint64_t size;  /* of the file, bytes */
	uint64_t total; /* records put */
};

int spill_init(struct spill *spill, size_t words, uint64_t budget);
int spill_put(struct spill *spill, const uint64_t *record);
int spill_sort(struct spill *spill);
int spill_next(struct spill *spill, uint64_t *record); /* 1, 0 at the end */
void spill_free(struct spill *spill);

/* A file without a name in TMPDIR, gone when it is closed: its descriptor. */
int spill_file(void);

#endif
