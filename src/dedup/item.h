/*
 * item.h - the items of benchmarks, and which of them a text contains
 *
 * An item is the question of a record: the text under one of the usual keys
 * (question, instruction and input, prompt, problem, query, input, text, turns,
 * the first user message), at any depth, so that nested files need no schema.
 * Of a table without such a column, and so without a header, it is the first
 * column.
 *
 * An item is `n` units or more: then its runs of n units (8 words, or 20
 * characters where most units are Han or kana) are looked up in a text.  A
 * shorter one must be equal to a field of the pair.
 *
 *     items_read(&items, path, NULL);          for every file
 *     items_index(&items);
 *     struct str text = items.at[i].text;
 *     items_free(&items);
 *
 * Ownership  items own their texts
 * Errors     ERR_FORMAT: no question in a file, or it cannot be read
 * Threads    read-only after items_index()
 */
#ifndef DEDUP_ITEM_H
#define DEDUP_ITEM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/vec.h"
#include "text/shingle.h"

struct item {
	uint32_t benchmark; /* number of its file */
	int64_t record;
	struct str text;
	uint32_t n;     /* units in a run; 0: compared as a whole */
	uint32_t units; /* of the text */
	uint32_t runs;  /* units - n + 1, or 1 */
};

struct run_of_item { /* one n-gram of one item */
	uint64_t hash;
	uint32_t item, at; /* at: its first unit */
};

struct items {
	VEC(struct item) item;
	VEC(struct run_of_item) run; /* sorted by hash */
	VEC(char *) benchmark;       /* names of files, without folders */
	uint32_t words, characters;  /* n of the two kinds of items */
	uint64_t *known; /* bits: some run has this hash */
	bool lengths[65]; /* n of which there are items */
	struct arena text;
};

enum { ITEM_BITS = 22 }; /* 2^22 bits: 512 KiB */

/* field: the key to take instead of the usual ones, or NULL. */
int items_read(struct items *items, const char *path, const char *field);

int items_index(struct items *items);

/* The runs with this hash: the first, and how many. */
const struct run_of_item *items_find(const struct items *items, uint64_t hash,
				     size_t *n);
void items_free(struct items *items);

#endif
