/* vocabulary.c - pieces and their ids */
#include "model/vocabulary.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"

static int add_id(struct vocabulary *v, uint32_t id, uint32_t number)
{
	if (id >= v->number_room) {
		size_t old = v->number_room;

		mem_grow(&v->number, &v->number_room, id + 1,
			 sizeof *v->number);
		memset(v->number + old, 0,
		       (v->number_room - old) * sizeof *v->number);
	}
	if (v->number[id])
		return err_set(ERR_FORMAT, "two tokens have the id %u", id);
	v->number[id] = number + 1;
	if (id >= v->ids)
		v->ids = id + 1;
	return 0;
}

int vocabulary_add(struct vocabulary *v, struct str piece, double id)
{
	uint32_t had = v->piece.n, number;

	if (!(id >= 0 && id < VOCABULARY_MOST) || id != (uint32_t)id)
		return err_set(ERR_FORMAT,
			       "token \"%.*s\" has the id %g, not one of 0 to "
			       "%d", (int)(piece.n < 60 ? piece.n : 60),
			       piece.at, id, VOCABULARY_MOST - 1);
	number = map_add(&v->piece, piece);
	if (v->piece.n == had)
		return v->id[number] == (uint32_t)id
			       ? 0
			       : err_set(ERR_FORMAT,
					 "token \"%.*s\" has two ids",
					 (int)(piece.n < 60 ? piece.n : 60),
					 piece.at);
	mem_grow(&v->id, &v->id_room, v->piece.n, sizeof *v->id);
	v->id[number] = (uint32_t)id;
	if (piece.n > v->longest)
		v->longest = piece.n;
	return add_id(v, (uint32_t)id, number);
}

bool vocabulary_find(const struct vocabulary *v, struct str piece,
		     uint32_t *id)
{
	uint32_t number;

	if (!map_find(&v->piece, piece, &number))
		return false;
	*id = v->id[number];
	return true;
}

struct str vocabulary_piece(const struct vocabulary *v, uint32_t id)
{
	if (id >= v->ids || !v->number[id])
		return (struct str){ NULL, 0 };
	return map_key(&v->piece, v->number[id] - 1);
}

void vocabulary_free(struct vocabulary *v)
{
	map_free(&v->piece);
	free(v->id);
	free(v->number);
	*v = (struct vocabulary){ 0 };
}
