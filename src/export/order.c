/* order.c - the one sequence that shards are cut from */
#include "export/order.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"

struct keyed {
	uint64_t order;
	uint32_t row;
};

/* By order, then by row: passes over 16 bits each, the lowest first. */
static void sort_keyed(struct keyed *at, struct keyed *scratch, size_t n,
		       size_t *count)
{
	enum { DIGITS = 1 << 16 };

	for (int shift = 0; shift < 64; shift += 16) {
		struct keyed *swap = at;
		size_t sum = 0;

		memset(count, 0, DIGITS * sizeof *count);
		for (size_t i = 0; i < n; i++)
			count[at[i].order >> shift & (DIGITS - 1)]++;
		for (size_t d = 0; d < DIGITS; d++) {
			size_t here = count[d];

			count[d] = sum;
			sum += here;
		}
		for (size_t i = 0; i < n; i++)
			scratch[count[at[i].order >> shift & (DIGITS - 1)]++] =
				at[i];
		at = scratch;
		scratch = swap;
	}
}

static int by_order(const void *left, const void *right)
{
	const struct keyed *a = left, *b = right;

	if (a->order != b->order)
		return a->order < b->order ? -1 : 1;
	return a->row < b->row ? -1 : a->row > b->row;
}

/* The rows of a split, each group's together and by chance: (from[g]..). */
static int by_group(const struct set *set, uint32_t split, size_t *from,
		    uint32_t **members)
{
	enum { FEW = 1 << 14, DIGITS = 1 << 16 };
	size_t groups = set->group.n, n = 0;
	struct keyed *at = mem_try(set->rows, sizeof *at);
	struct keyed *scratch = mem_try(set->rows, sizeof *scratch);
	size_t *count = mem_array(DIGITS, sizeof *count);
	size_t *next = mem_array(groups + 1, sizeof *next);
	int rc = 0;

	*members = mem_try(set->rows, sizeof **members);
	if (!at || !scratch || !*members) {
		rc = ERR_NOMEM;
		goto done;
	}
	for (uint32_t i = 0; i < set->rows; i++) {
		const struct row *row = &set->row[i];

		if (row->split != split)
			continue;
		at[n++] = (struct keyed){ row->order, i };
		from[row->group + 1]++;
	}
	for (size_t g = 0; g < groups; g++)
		next[g + 1] = from[g + 1] += from[g];
	if (n < FEW)
		qsort(at, n, sizeof *at, by_order);
	else
		sort_keyed(at, scratch, n, count);
	for (size_t i = 0; i < n; i++)
		(*members)[next[set->row[at[i].row].group]++] = at[i].row;
done:
	free(at);
	free(scratch);
	free(count);
	free(next);
	return rc;
}

/* -- merging the groups -- */

struct queue {
	double position; /* of its next row */
	uint32_t group;
	uint64_t taken, rows;
};

static bool before(const struct queue *a, const struct queue *b)
{
	if (a->position != b->position)
		return a->position < b->position;
	return a->group < b->group;
}

static void sink(struct queue *heap, size_t n, size_t i)
{
	for (;;) {
		size_t child = 2 * i + 1;
		struct queue swap = heap[i];

		if (child + 1 < n && before(&heap[child + 1], &heap[child]))
			child++;
		if (child >= n || !before(&heap[child], &heap[i]))
			return;
		heap[i] = heap[child];
		heap[child] = swap;
		i = child;
	}
}

static void place_next(struct queue *queue)
{
	queue->position = ((double)queue->taken + 0.5) / (double)queue->rows;
}

static void merge(const struct set *set, const uint64_t *rows,
		  const size_t *from, const uint32_t *members,
		  struct sequence *sequence)
{
	struct queue *heap = mem_array(set->group.n + 1, sizeof *heap);
	size_t n = 0;

	for (uint32_t g = 0; g < set->group.n; g++)
		if (rows[g]) {
			heap[n] = (struct queue){ .group = g, .rows = rows[g] };
			place_next(&heap[n++]);
		}
	for (size_t i = n; i-- > 0;)
		sink(heap, n, i);
	while (n) {
		struct queue *queue = &heap[0];
		size_t first = from[queue->group];
		size_t pairs = from[queue->group + 1] - first;

		sequence->at[sequence->n++] = (struct place){
			.row = members[first + queue->taken % pairs],
			.copy = (uint32_t)(queue->taken / pairs),
		};
		if (++queue->taken < queue->rows)
			place_next(queue);
		else
			heap[0] = heap[--n];
		sink(heap, n, 0);
	}
	free(heap);
}

int order_rows(const struct set *set, uint32_t split, const uint64_t *rows,
	       struct sequence *sequence)
{
	size_t *from = mem_array(set->group.n + 2, sizeof *from);
	uint32_t *members = NULL;
	size_t total = 0;
	int rc;

	*sequence = (struct sequence){ 0 };
	for (size_t g = 0; g < set->group.n; g++)
		total += rows[g];
	sequence->at = mem_try(total, sizeof *sequence->at);
	rc = sequence->at ? by_group(set, split, from, &members) : ERR_NOMEM;
	if (rc == 0)
		merge(set, rows, from, members, sequence);
	free(members);
	free(from);
	return rc;
}
