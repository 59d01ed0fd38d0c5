/* rows.c - documents packed into rows of T tokens, epoch after epoch */
#include "train/rows.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/rng.h"

/* -- the plan of an epoch -- */

static int add_piece(struct rows *rows, uint32_t document, size_t offset,
		     size_t n)
{
	int rc = mem_try_grow(&rows->piece, &rows->room, rows->pieces + 1,
			      sizeof *rows->piece);

	if (rc < 0)
		return rc;
	rows->piece[rows->pieces++] = (struct row_piece){
		document, (uint32_t)offset, (uint32_t)n, 0
	};
	return 0;
}

/* A document of n tokens has n - 1 inputs; each piece takes at most T. */
static int list_pieces(struct rows *rows)
{
	const struct corpus *c = rows->corpus;
	int rc = 0;

	rows->pieces = 0;
	for (size_t d = 0; d < c->documents && rc == 0; d++) {
		size_t inputs = c->start[d + 1] - c->start[d] - 1;

		for (size_t at = 0; at < inputs && rc == 0;
		     at += rows->tokens) {
			size_t n = inputs - at;

			rc = add_piece(rows, (uint32_t)d, at,
				       n < rows->tokens ? n : rows->tokens);
		}
	}
	return rc;
}

static void shuffle(struct rows *rows)
{
	char name[64];
	struct rng rng;

	snprintf(name, sizeof name, "%s-%llu", rows->name,
		 (unsigned long long)rows->epoch);
	rng_init(&rng, rows->seed, name);
	for (size_t i = rows->pieces; i > 1; i--) {
		size_t j = rng_below(&rng, i);
		struct row_piece p = rows->piece[i - 1];

		rows->piece[i - 1] = rows->piece[j];
		rows->piece[j] = p;
	}
}

/*
 * Rows from the front: the first piece that is left, then of the next
 * ROWS_AHEAD each that fits.  Pieces move to where they are given out; those
 * passed over keep their order.
 */
static void fill_rows(struct rows *rows)
{
	struct row_piece *p = rows->piece;
	size_t done = 0;

	rows->rows = 0;
	while (done < rows->pieces) {
		size_t left = rows->tokens, end = done + ROWS_AHEAD;

		for (size_t i = done; i < rows->pieces && i < end && left;
		     i++) {
			struct row_piece fits = p[i];

			if (fits.n > left)
				continue;
			left -= fits.n;
			memmove(p + done + 1, p + done, (i - done) * sizeof *p);
			fits.row = (uint32_t)rows->rows;
			p[done++] = fits;
		}
		rows->rows++;
	}
}

static int plan(struct rows *rows)
{
	int rc = list_pieces(rows);

	if (rc < 0)
		return rc;
	if (rows->shuffle)
		shuffle(rows);
	fill_rows(rows);
	rows->next = rows->at = 0;
	return 0;
}

int rows_init(struct rows *rows, const struct corpus *corpus, size_t tokens,
	      uint64_t seed, const char *name, bool shuffled)
{
	*rows = (struct rows){
		.corpus = corpus,
		.tokens = tokens,
		.seed = seed,
		.name = name,
		.shuffle = shuffled,
	};
	return plan(rows);
}

void rows_free(struct rows *rows)
{
	free(rows->piece);
	*rows = (struct rows){ 0 };
}

/* -- rows -- */

static void put_piece(const struct rows *rows, const struct row_piece *piece,
		      struct row *row)
{
	const struct corpus *c = rows->corpus;
	size_t at = c->start[piece->document] + piece->offset;
	uint32_t first = (uint32_t)row->used;

	for (uint32_t i = 0; i < piece->n; i++) {
		size_t k = row->used++;

		row->id[k] = c->token[at + i];
		row->target[k] = c->token[at + i + 1];
		row->position[k] = i;
		row->from[k] = first;
		row->to[k] = first + i + 1;
		row->mask[k] = c->mask[at + i + 1] ? ROW_TRAINED : ROW_PROMPT;
	}
	row->documents++;
}

/* Padding sees nothing and is seen by nothing. */
static void pad(const struct rows *rows, struct row *row)
{
	for (size_t k = row->used; k < rows->tokens; k++) {
		row->id[k] = row->target[k] = row->position[k] = 0;
		row->from[k] = row->to[k] = (uint32_t)k;
		row->mask[k] = ROW_PAD;
	}
}

static int next_epoch(struct rows *rows)
{
	rows->epoch++;
	return plan(rows);
}

int rows_take(struct rows *rows, struct row *row)
{
	int rc;

	if (rows->at == rows->rows && (rc = next_epoch(rows)) < 0)
		return rc;
	row->used = row->documents = 0;
	while (rows->next < rows->pieces &&
	       rows->piece[rows->next].row == rows->at)
		put_piece(rows, &rows->piece[rows->next++], row);
	pad(rows, row);
	rows->at++;
	rows->taken++;
	return 0;
}

int rows_seek(struct rows *rows, uint64_t taken)
{
	int rc = 0;

	rows->epoch = 0;
	rows->taken = taken;
	rc = plan(rows);
	while (rc == 0 && taken > rows->rows) {
		taken -= rows->rows;
		rc = next_epoch(rows);
	}
	if (rc < 0)
		return rc;
	rows->at = taken;
	while (rows->next < rows->pieces &&
	       rows->piece[rows->next].row < rows->at)
		rows->next++;
	return 0;
}

int64_t rows_in_epochs(const struct rows *rows, uint64_t epochs)
{
	struct rows copy;
	int64_t n = 0;
	int rc;

	rc = rows_init(&copy, rows->corpus, rows->tokens, rows->seed,
		       rows->name, rows->shuffle);
	for (uint64_t e = 0; e < epochs && rc == 0; e++) {
		n += (int64_t)copy.rows;
		if (e + 1 < epochs)
			rc = next_epoch(&copy);
	}
	rows_free(&copy);
	return rc < 0 ? rc : n;
}
