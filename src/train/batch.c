/* batch.c - the rows of one step, and what each token's loss weighs */
#include "train/batch.h"

#include <math.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"

int batch_init(struct batch *b, size_t rows, size_t tokens)
{
	size_t n = rows * tokens;

	*b = (struct batch){ .rows = rows, .tokens = tokens };
	b->id = mem_try(n, sizeof *b->id);
	b->position = mem_try(n, sizeof *b->position);
	b->from = mem_try(n, sizeof *b->from);
	b->to = mem_try(n, sizeof *b->to);
	b->target = mem_try(n, sizeof *b->target);
	b->weight = mem_try(n, sizeof *b->weight);
	b->mask = mem_try(n, 1);
	return b->id && b->position && b->from && b->to && b->target &&
			       b->weight && b->mask ?
		       0 :
		       ERR_NOMEM;
}

void batch_free(struct batch *b)
{
	free(b->id);
	free(b->position);
	free(b->from);
	free(b->to);
	free(b->target);
	free(b->weight);
	free(b->mask);
	*b = (struct batch){ 0 };
}

uint64_t batch_replayed(double replay, uint64_t n)
{
	return (uint64_t)floor(replay * (double)n + 1e-9);
}

static void weigh(struct batch *b, double prompt)
{
	size_t n = b->rows * b->tokens;
	double unit;

	b->total = 0;
	for (size_t i = 0; i < n; i++)
		b->total += b->mask[i] == ROW_TRAINED ? 1 :
			    b->mask[i] == ROW_PROMPT  ? prompt :
							0;
	unit = b->total > 0 ? 1 / b->total : 0;
	for (size_t i = 0; i < n; i++)
		b->weight[i] = b->mask[i] == ROW_TRAINED ? (float)unit :
			       b->mask[i] == ROW_PROMPT ?
						   (float)(prompt * unit) :
						   0;
}

int batch_fill(struct batch *b, struct rows *pairs, struct rows *text,
	       double replay, double prompt, uint64_t taken)
{
	int rc = 0;

	b->used = b->documents = 0;
	for (size_t r = 0; r < b->rows && rc == 0; r++) {
		uint64_t g = taken + r;
		bool other = text && batch_replayed(replay, g + 1) >
					     batch_replayed(replay, g);
		size_t at = r * b->tokens;
		struct row row = { b->id + at,	   b->position + at,
				   b->from + at,   b->to + at,
				   b->target + at, b->mask + at,
				   0,		   0 };

		rc = rows_take(other ? text : pairs, &row);
		b->used += row.used;
		b->documents += row.documents;
	}
	if (rc == 0)
		weigh(b, prompt);
	return rc;
}

struct pass_batch batch_part(const struct batch *b, size_t first, size_t n)
{
	size_t at = first * b->tokens;

	return (struct pass_batch){
		.rows = n,
		.tokens = b->tokens,
		.id = b->id + at,
		.position = b->position + at,
		.from = b->from + at,
		.to = b->to + at,
		.target = b->target + at,
		.weight = b->weight + at,
	};
}
