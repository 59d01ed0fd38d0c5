/*
 * map.h - names to numbers: 0, 1, 2, ... in the order they were first seen
 *
 *     struct map map = { 0 };
 *     uint32_t ja = map_add(&map, STR("ja"));
 *     struct str name = map_key(&map, ja);
 *     map_free(&map);
 *
 * Ownership  the map copies its keys; map_key() is borrowed until map_free()
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

struct map {
	struct str *key; /* (n) */
	uint64_t *hash;  /* (n) */
	uint32_t *slot;  /* (slots) number + 1, 0 is empty */
	uint32_t n, slots;
	struct arena text;
};

uint32_t map_add(struct map *map, struct str key);
bool map_find(const struct map *map, struct str key, uint32_t *number);
struct str map_key(const struct map *map, uint32_t number);
void map_free(struct map *map);

#endif
