/*
 * vocabulary.h - pieces and their ids
 *
 * Ids come from a file, so they may have holes and any order; piece numbers of
 * the map are only the way from a piece to its id and back.
 *
 * Ownership  the vocabulary owns all of it
 * Errors     ERR_FORMAT: a piece or an id twice, an id that is too large
 */
#ifndef MODEL_VOCABULARY_H
#define MODEL_VOCABULARY_H

#include "base/map.h"

enum { VOCABULARY_MOST = 1 << 22 }; /* ids; the largest in use have 2^18 */

struct vocabulary {
	struct map piece;
	uint32_t *id;     /* (piece.n) of a piece number */
	uint32_t *number; /* (ids) piece number + 1 of an id, 0: none */
	size_t id_room, number_room;
	uint32_t ids;     /* largest id + 1 */
	size_t longest;   /* bytes of the longest piece */
};

int vocabulary_add(struct vocabulary *v, struct str piece, double id);
bool vocabulary_find(const struct vocabulary *v, struct str piece,
		     uint32_t *id);
struct str vocabulary_piece(const struct vocabulary *v, uint32_t id);
void vocabulary_free(struct vocabulary *v);

#endif
