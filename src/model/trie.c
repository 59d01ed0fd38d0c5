/* trie.c - which pieces does this text start with? */
#include "model/trie.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"

static void put(struct trie *trie, struct trie_slot slot)
{
	uint32_t i = trie_hash(trie, slot.key);

	while (trie->slot[i].node)
		i = (i + 1) & trie->mask;
	trie->slot[i] = slot;
}

static void rebuild(struct trie *trie)
{
	struct trie_slot *old = trie->slot;
	size_t n = old ? (size_t)trie->mask + 1 : 0;
	size_t slots = n ? 2 * n : 1024;

	trie->slot = mem_array(slots, sizeof *trie->slot);
	trie->mask = (uint32_t)(slots - 1);
	trie->shift = 32;
	for (size_t i = slots; i > 1; i /= 2)
		trie->shift--;
	for (size_t i = 0; i < n; i++)
		if (old[i].node)
			put(trie, old[i]);
	free(old);
}

static void add_node(struct trie *trie)
{
	mem_grow(&trie->value, &trie->value_room, trie->nodes + 1,
		 sizeof *trie->value);
	trie->value[trie->nodes++] = 0;
}

int trie_add(struct trie *trie, struct str piece, uint32_t value)
{
	uint32_t node = TRIE_ROOT;

	if (!trie->nodes) {
		rebuild(trie);
		add_node(trie);
	}
	for (size_t i = 0; i < piece.n; i++) {
		uint32_t parent = node;

		if (trie_step(trie, &node, piece.at[i]))
			continue;
		if (trie->nodes == TRIE_NODES)
			return err_set(ERR_LIMIT,
				       "the vocabulary is too large");
		if (trie->nodes >= trie->mask / 2)
			rebuild(trie);
		node = trie->nodes;
		add_node(trie);
		put(trie, (struct trie_slot){
			parent << 8 | (unsigned char)piece.at[i], node });
	}
	trie->value[node] = value + 1;
	return 0;
}

void trie_free(struct trie *trie)
{
	free(trie->slot);
	free(trie->value);
	*trie = (struct trie){ 0 };
}
