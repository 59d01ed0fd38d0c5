/*
 * order.h - the one sequence that shards are cut from
 *
 * The rows of a split are put into a sequence in which every stretch holds
 * every group in proportion: the i-th of a group's m rows stands at (i + 1/2)/m
 * of the way, so any prefix is within one row of its share of each group.
 * Shards are stretches of it, and so are what a reader sees who stops early.
 * Within a group the order is by chance, from the seed and the text.
 *
 *     rc = order_rows(&set, split, rows, &sequence);
 *     for (size_t i = 0; i < sequence.n; i++)
 *         use(sequence.at[i].row, sequence.at[i].copy);
 *     free(sequence.at);
 *
 * Shapes     rows (groups): how many of each group, repeats included
 * Errors     ERR_NOMEM
 */
#ifndef EXPORT_ORDER_H
#define EXPORT_ORDER_H

#include "export/gather.h"

struct place {
	uint32_t row;  /* in the set */
	uint32_t copy; /* 0: the first time it is used */
};

struct sequence {
	struct place *at; /* (n) */
	size_t n;
};

int order_rows(const struct set *set, uint32_t split, const uint64_t *rows,
	       struct sequence *sequence);

#endif
