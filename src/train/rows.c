/* rows.c - documents packed into rows of T tokens, epoch after epoch */
#include "train/rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static void shuffle(struct rows *rows, struct rng *rng)
{
	for (size_t i = rows->pieces; i > 1; i--) {
		size_t j = rng_below(rng, i);
		struct row_piece p = rows->piece[i - 1];

		rows->piece[i - 1] = rows->piece[j];
		rows->piece[j] = p;
	}
}

/*
 * Best fit, decreasing: the longest piece first, each into the row in which it
 * leaves the least room.  open[r] rows have room r; they are stacks, linked by
 * `below`.
 */
struct packing {
	uint32_t order[ROWS_WINDOW]; /* pieces, the longest first */
	uint32_t below[ROWS_WINDOW];
	uint32_t number[ROWS_WINDOW]; /* what a row is called in the end */
	struct row_piece sorted[ROWS_WINDOW];
	uint32_t *open;  /* (T + 1) */
	uint32_t *count; /* (T + 2) of lengths, or of pieces in rows */
	uint32_t rows;
};

enum { NO_ROW = UINT32_MAX };

/* Counting sort; among equals the order stays. */
static void sort_by_length(struct packing *p, const struct row_piece *piece,
			   size_t n, size_t T)
{
	memset(p->count, 0, (T + 2) * sizeof *p->count);
	for (size_t i = 0; i < n; i++)
		p->count[T - piece[i].n + 1]++;
	for (size_t l = 0; l <= T; l++)
		p->count[l + 1] += p->count[l];
	for (size_t i = 0; i < n; i++)
		p->order[p->count[T - piece[i].n]++] = (uint32_t)i;
}

static uint32_t best_row(struct packing *p, size_t n, size_t T)
{
	size_t room = n;
	uint32_t row;

	while (room < T && p->open[room] == NO_ROW)
		room++;
	if (room == T) {
		row = p->rows++;
	} else {
		row = p->open[room];
		p->open[room] = p->below[row];
	}
	p->below[row] = p->open[room - n];
	p->open[room - n] = row;
	return row;
}

/* Rows come in any order, not with the fullest or the longest first. */
static void number_rows(struct packing *p, struct rng *rng)
{
	for (uint32_t r = 0; r < p->rows; r++)
		p->number[r] = r;
	for (size_t r = p->rows; rng && r > 1; r--) {
		size_t other = rng_below(rng, r);
		uint32_t swap = p->number[r - 1];

		p->number[r - 1] = p->number[other];
		p->number[other] = swap;
	}
}

/* Pieces of a row side by side, row after row. */
static void sort_by_row(struct packing *p, struct row_piece *piece, size_t n,
			size_t first_row)
{
	uint32_t *start = p->below; /* read for the last time before this */

	memset(start, 0, p->rows * sizeof *start);
	for (size_t i = 0; i < n; i++) {
		piece[i].row = p->number[piece[i].row];
		if (piece[i].row + 1 < p->rows)
			start[piece[i].row + 1]++;
	}
	for (uint32_t r = 1; r < p->rows; r++)
		start[r] += start[r - 1];
	for (size_t i = 0; i < n; i++)
		p->sorted[start[piece[i].row]++] = piece[i];
	for (size_t i = 0; i < n; i++) {
		piece[i] = p->sorted[i];
		piece[i].row += (uint32_t)first_row;
	}
}

static void pack_window(struct packing *p, struct row_piece *piece, size_t n,
			struct rows *rows, struct rng *rng)
{
	size_t T = rows->tokens;

	p->rows = 0;
	memset(p->open, 0xff, (T + 1) * sizeof *p->open);
	sort_by_length(p, piece, n, T);
	for (size_t i = 0; i < n; i++) {
		struct row_piece *next = &piece[p->order[i]];

		next->row = best_row(p, next->n, T);
	}
	number_rows(p, rng);
	sort_by_row(p, piece, n, rows->rows);
	rows->rows += p->rows;
}

static int fill_rows(struct rows *rows, struct rng *rng)
{
	size_t T = rows->tokens;
	struct packing *p = mem_alloc(sizeof *p);
	int rc = 0;

	p->open = mem_try(T + 1, sizeof *p->open);
	p->count = mem_try(T + 2, sizeof *p->count);
	if (!p->open || !p->count)
		rc = ERR_NOMEM;
	for (size_t i = 0; i < rows->pieces && rc == 0; i += ROWS_WINDOW) {
		size_t left = rows->pieces - i;

		pack_window(p, rows->piece + i,
			    left < ROWS_WINDOW ? left : ROWS_WINDOW, rows, rng);
	}
	free(p->open);
	free(p->count);
	free(p);
	return rc;
}

static void one_each(struct rows *rows)
{
	for (size_t i = 0; i < rows->pieces; i++)
		rows->piece[i].row = (uint32_t)i;
	rows->rows = rows->pieces;
}

static int plan(struct rows *rows)
{
	bool shuffled = rows->how & ROWS_SHUFFLED;
	struct rng rng;
	char name[64];
	int rc = list_pieces(rows);

	if (rc < 0)
		return rc;
	snprintf(name, sizeof name, "%s-%llu", rows->name,
		 (unsigned long long)rows->epoch);
	rng_init(&rng, rows->seed, name);
	if (shuffled)
		shuffle(rows, &rng);
	rows->rows = rows->next = rows->at = 0;
	if (rows->how & ROWS_ALONE)
		one_each(rows);
	else
		rc = fill_rows(rows, shuffled ? &rng : NULL);
	return rc;
}

int rows_init(struct rows *rows, const struct corpus *corpus, size_t tokens,
	      uint64_t seed, const char *name, unsigned how)
{
	*rows = (struct rows){
		.corpus = corpus,
		.tokens = tokens,
		.seed = seed,
		.name = name,
		.how = how,
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
		       rows->name, rows->how);
	for (uint64_t e = 0; e < epochs && rc == 0; e++) {
		n += (int64_t)copy.rows;
		if (e + 1 < epochs)
			rc = next_epoch(&copy);
	}
	rows_free(&copy);
	return rc < 0 ? rc : n;
}
