/*
 * vectors.h - the vectors of the pairs that a stage sees, in memory
 *
 * Rows are scaled to length 1, so that a product is a cosine; a zero vector
 * stays zero and is alike to nothing.
 *
 *     rc = vectors_read(&vectors, db, &choice, STAGE_SELECT);
 *     use(vectors.x + i * vectors.c, vectors.pair[i].id);
 *     vectors_free(&vectors);
 *
 * Shapes     x (N, C), pair (N) in order of id
 * Memory     4 N C bytes
 * Errors     ERR_ABSENT: no vectors (the message says how to make them), ERR_DB,
 *            ERR_NOMEM
 */
#ifndef DB_VECTORS_H
#define DB_VECTORS_H

#include "base/map.h"
#include "db/db.h"
#include "db/stage.h"

struct vector_choice {
	const char *model, *field; /* NULL: what most pairs have */
	bool texts;                /* fill bytes */
};

struct vector_pair {
	int64_t id;
	uint32_t lang, category; /* numbers in words */
	uint32_t bytes;          /* of its text */
	bool pinned;             /* a person said keep */
};

struct vectors {
	struct buf model, field;
	struct map words;
	float *x;
	struct vector_pair *pair;
	size_t n, c, room, x_room;
	uint64_t without; /* pairs that the stage sees and that have no vector */
};

int vectors_read(struct vectors *vectors, struct db *db,
		 const struct vector_choice *choice, enum stage_rank rank);
void vectors_free(struct vectors *vectors);

#endif
