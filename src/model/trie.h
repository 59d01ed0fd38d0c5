/*
 * trie.h - which pieces does this text start with?
 *
 * Every piece is a path of bytes from the root; a step is one look into a hash
 * table of (node, byte), so the trie of a quarter of a million pieces is built
 * in the time that its file is parsed.
 *
 *     uint32_t node = TRIE_ROOT, id;
 *     for (size_t i = 0; i < n && trie_step(&trie, &node, at[i]); i++)
 *         if (trie_value(&trie, node, &id))
 *             use(id, i + 1);
 *
 * Ownership  the trie owns its tables
 * Threads    read-only after the last trie_add()
 */
#ifndef MODEL_TRIE_H
#define MODEL_TRIE_H

#include "base/str.h"

#include <stdint.h>

enum { TRIE_ROOT = 0, TRIE_NODES = 1 << 24 };

struct trie_slot {
	uint32_t key;  /* parent << 8 | byte */
	uint32_t node; /* 0: empty; the root is nobody's child */
};

struct trie {
	struct trie_slot *slot; /* (mask + 1) at most half of them used */
	uint32_t *value;        /* (nodes) value + 1; 0: no piece ends here */
	size_t value_room;
	uint32_t nodes, mask;
	unsigned shift; /* of a hash, to an index of a slot */
};

/* Errors: ERR_LIMIT, more than TRIE_NODES nodes. */
int trie_add(struct trie *trie, struct str piece, uint32_t value);
void trie_free(struct trie *trie);

static inline uint32_t trie_hash(const struct trie *trie, uint32_t key)
{
	return (uint32_t)(key * UINT32_C(0x9e3779b1)) >> trie->shift;
}

/* Go down by one byte; false: no piece goes on like this. */
static inline bool trie_step(const struct trie *trie, uint32_t *node,
			     char byte)
{
	uint32_t key = *node << 8 | (unsigned char)byte;

	for (uint32_t i = trie_hash(trie, key);; i = (i + 1) & trie->mask) {
		const struct trie_slot *slot = &trie->slot[i];

		if (!slot->node)
			return false;
		if (slot->key == key) {
			*node = slot->node;
			return true;
		}
	}
}

static inline bool trie_value(const struct trie *trie, uint32_t node,
			      uint32_t *value)
{
	*value = trie->value[node] - 1;
	return trie->value[node] != 0;
}

#endif
