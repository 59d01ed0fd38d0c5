/*
 * rows.h - documents packed into rows of T tokens, epoch after epoch
 *
 * A row is filled with whole documents, so that hardly a token is padding:
 * documents come in a shuffled order, and of ROWS_WINDOW at a time the longest
 * is laid first, each into the row in which it leaves the least room (best
 * fit, decreasing: at most 11/9 of the fewest rows); then the rows are
 * shuffled.  A document longer than a row is cut into pieces.  Each starts at
 * position 0 and sees only itself, so packed rows give the losses that the
 * documents would give alone.
 *
 *     struct rows rows;
 *     rc = rows_init(&rows, &corpus, T, seed, "tune", ROWS_SHUFFLED);
 *     rc = rows_take(&rows, &row);              again and again
 *     rows_free(&rows);
 *
 * The order depends on (seed, name, epoch) only, so the number of rows taken
 * is all that a checkpoint needs to remember: rows_seek().
 *
 * Memory     16 bytes a document
 * Errors     ERR_NOMEM; a corpus without documents is the caller's to refuse
 */
#ifndef TRAIN_ROWS_H
#define TRAIN_ROWS_H

#include "train/corpus.h"

enum { ROWS_WINDOW = 4096 };

enum { ROWS_SHUFFLED = 1, ROWS_ALONE = 2 /* a document a row, not packed */ };

/* Arrays of T, the caller's. */
struct row {
	uint32_t *id, *position, *from, *to, *target;
	unsigned char *mask; /* 1 the loss counts it, 2 it may as prompt */
	size_t used;         /* tokens that are not padding */
	size_t documents;
};

enum { ROW_PAD = 0, ROW_TRAINED = 1, ROW_PROMPT = 2 };

struct row_piece {
	uint32_t document;
	uint32_t offset, n; /* inputs of the row */
	uint32_t row;
};

struct rows {
	const struct corpus *corpus;
	size_t tokens; /* T */
	uint64_t seed;
	const char *name;
	unsigned how;
	uint64_t epoch, taken; /* rows taken in all epochs */
	struct row_piece *piece; /* (pieces) of this epoch, row by row */
	size_t pieces, room, next; /* next piece to be given out */
	size_t rows;  /* of this epoch */
	size_t at;    /* row of this epoch */
};

int rows_init(struct rows *rows, const struct corpus *corpus, size_t tokens,
	      uint64_t seed, const char *name, unsigned how);
void rows_free(struct rows *rows);

/* The next row; a new epoch begins by itself. */
int rows_take(struct rows *rows, struct row *row);

/* Go to where `taken` rows have been taken. */
int rows_seek(struct rows *rows, uint64_t taken);

/* Rows in the first `epochs` epochs; does not move. */
int64_t rows_in_epochs(const struct rows *rows, uint64_t epochs);

#endif
