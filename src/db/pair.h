/*
 * pair.h - pairs, read from the database in batches and written one by one
 *
 * A pair of one exchange is its columns: system, instruction, input, response.
 * A pair that is more (several exchanges, tool calls) also has `message`s, all
 * of it in order; its columns then hold the first exchange.
 *
 *     pair_reader_open(&reader, db, STAGE_DEDUP);
 *     while ((rc = pair_reader_next(&reader, &batch)) > 0)
 *         for (size_t i = 0; i < batch.n; i++)
 *             use(&batch.pair[i]);
 *     pair_reader_close(&reader);
 *     pair_batch_free(&batch);
 *
 * pair_reader_next() is made to be the read() of a par_map().
 *
 * Ownership  a batch owns its texts until it is filled again
 */
#ifndef DB_PAIR_H
#define DB_PAIR_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/hash.h"
#include "db/along.h"

struct message {
	struct str role, content;
	struct str extra; /* JSON object, or absent */
};

struct pair {
	int64_t id, source_id;
	int64_t record, line, byte;
	struct str lang, lang_response, category;
	uint32_t turns; /* exchanges */
	struct hash128 digest;
	struct str system, instruction, input, response, extra;
	struct message *message; /* (messages), NULL for a plain pair */
	size_t messages;
};

/* A fingerprint of all the text of a pair: fields, roles and their order. */
struct hash128 pair_digest(const struct pair *pair);

struct pair_batch {
	struct arena arena;
	struct pair *pair; /* (n), in order of id */
	size_t n, room;
};

struct pair_reader {
	struct db *db;
	sqlite3_stmt *scan;
	struct along turn, hidden;
};

/*
 * Pairs of finished sources in order of id.  rank: what a stage of this rank
 * sees (stage.h), 0 for all of them.
 */
int pair_reader_open(struct pair_reader *reader, struct db *db, int rank);

/* The same, of the pairs whose id is above `after`. */
int pair_reader_open_after(struct pair_reader *reader, struct db *db, int rank,
			   int64_t after);

/* Fill the batch with about 1 MiB of pairs: 1, 0 at the end, or an error. */
int pair_reader_next(struct pair_reader *reader, struct pair_batch *batch);
void pair_reader_close(struct pair_reader *reader);
void pair_batch_free(struct pair_batch *batch);

/* One pair by id into the batch; ERR_ABSENT when it is not there. */
int pair_get(struct db *db, int64_t id, struct pair_batch *batch);

struct pair_writer {
	struct db *db;
	sqlite3_stmt *pair, *turn;
};

int pair_writer_open(struct pair_writer *writer, struct db *db);
int pair_writer_put(struct pair_writer *writer, const struct pair *pair);
void pair_writer_close(struct pair_writer *writer);

#endif
