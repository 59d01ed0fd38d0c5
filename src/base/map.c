/* map.c - names to numbers: open addressing, never more than half full */
#include "base/map.h"

#include <assert.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"

/* The slot that holds key, or the empty one where it belongs. */
static uint32_t *probe(const struct map *map, struct str key, uint64_t hash)
{
	uint32_t i = (uint32_t)hash & (map->slots - 1);

	for (;; i = (i + 1) & (map->slots - 1)) {
		uint32_t number = map->slot[i];

		if (!number || (map->hash[number - 1] == hash &&
				str_equal(map->key[number - 1], key)))
			return &map->slot[i];
	}
}

static void rebuild(struct map *map)
{
	size_t room = map->n;

	map->slots = map->slots ? 2 * map->slots : 32;
	free(map->slot);
	map->slot = mem_array(map->slots, sizeof *map->slot);
	mem_grow(&map->key, &room, map->slots / 2, sizeof *map->key);
	room = map->n;
	mem_grow(&map->hash, &room, map->slots / 2, sizeof *map->hash);
	for (uint32_t i = 0; i < map->n; i++)
		*probe(map, map->key[i], map->hash[i]) = i + 1;
}

uint32_t map_add(struct map *map, struct str key)
{
	uint64_t hash = hash64(key.at, key.n, 0);
	uint32_t *slot;

	if (map->n >= map->slots / 2)
		rebuild(map);
	slot = probe(map, key, hash);
	if (!*slot) {
		map->key[map->n] = (struct str){
			arena_copy(&map->text, key.at, key.n), key.n
		};
		map->hash[map->n] = hash;
		*slot = ++map->n;
	}
	return *slot - 1;
}

bool map_find(const struct map *map, struct str key, uint32_t *number)
{
	uint32_t *slot;

	if (!map->n)
		return false;
	slot = probe(map, key, hash64(key.at, key.n, 0));
	if (*slot)
		*number = *slot - 1;
	return *slot != 0;
}

struct str map_key(const struct map *map, uint32_t number)
{
	assert(number < map->n);
	return map->key[number];
}

void map_free(struct map *map)
{
	free(map->key);
	free(map->hash);
	free(map->slot);
	arena_free(&map->text);
	*map = (struct map){ 0 };
}
