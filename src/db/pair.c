/* pair.c - pairs, read from the database in batches and written one by one */
#include "db/pair.h"

#include <stdlib.h>
#define XXH_STATIC_LINKING_ONLY /* XXH3_state_t on the stack */
#include <xxhash.h>

#include "base/err.h"
#include "base/mem.h"

enum { BATCH = 1 << 20 }; /* bytes of text */

/* Length and presence go in before the text, so fields cannot flow together. */
static void digest_add(XXH3_state_t *state, struct str text)
{
	uint64_t n = text.at ? text.n : UINT64_MAX;

	XXH3_128bits_update(state, &n, sizeof n);
	if (text.at)
		XXH3_128bits_update(state, text.at, text.n);
}

struct hash128 pair_digest(const struct pair *pair)
{
	XXH3_state_t state;
	XXH128_hash_t h;

	XXH3_128bits_reset(&state);
	digest_add(&state, pair->system);
	digest_add(&state, pair->instruction);
	digest_add(&state, pair->input);
	digest_add(&state, pair->response);
	for (size_t i = 0; i < pair->messages; i++) {
		digest_add(&state, pair->message[i].role);
		digest_add(&state, pair->message[i].content);
		digest_add(&state, pair->message[i].extra);
	}
	h = XXH3_128bits_digest(&state);
	return (struct hash128){ h.low64, h.high64 };
}

/* -- reading -- */

int pair_reader_open(struct pair_reader *reader, struct db *db, int rank)
{
	return pair_reader_open_after(reader, db, rank, 0);
}

/* The scans start with the first batch: what they see is of one moment. */
int pair_reader_open_after(struct pair_reader *reader, struct db *db, int rank,
			   int64_t after)
{
	int rc;

	*reader = (struct pair_reader){ .db = db };
	if ((rc = db_prepare(db, SQL_PAIR_SCAN, &reader->scan)) < 0 ||
	    (rc = along_open(&reader->turn, db, SQL_TURN_SCAN)) < 0)
		goto fail;
	sqlite3_bind_int64(reader->scan, 1, after);
	sqlite3_bind_int64(reader->turn.row, 1, after);
	if (!rank)
		return 0;
	if ((rc = along_open(&reader->hidden, db, SQL_PAIR_HIDDEN)) < 0)
		goto fail;
	sqlite3_bind_int64(reader->hidden.row, 1, after);
	sqlite3_bind_int(reader->hidden.row, 2, rank);
	return 0;
fail:
	pair_reader_close(reader);
	return rc;
}

void pair_reader_close(struct pair_reader *reader)
{
	sqlite3_finalize(reader->scan);
	reader->scan = NULL;
	along_close(&reader->turn, 0);
	along_close(&reader->hidden, 0);
}

/* As db_str(), of a database whose mutex is held: one call less to lock it. */
static struct str take(struct pair_batch *batch, sqlite3_stmt *row, int column)
{
	sqlite3_value *value = sqlite3_column_value(row, column);
	const char *at = (const char *)sqlite3_value_text(value);

	return arena_str(&batch->arena,
			 (struct str){ at, at ? (size_t)sqlite3_value_bytes(
							value) : 0 });
}

static void take_messages(struct pair_batch *batch, struct pair *pair,
			  struct along *turn)
{
	struct message *message = NULL;
	size_t n = 0, room = 0;

	for (bool row = along_meet(turn, pair->id); row;
	     row = along_next(turn, pair->id)) {
		mem_grow(&message, &room, n + 1, sizeof *message);
		message[n++] = (struct message){
			.role = take(batch, turn->row, 1),
			.content = take(batch, turn->row, 2),
			.extra = take(batch, turn->row, 3),
		};
	}
	pair->messages = n;
	if (!n)
		return;
	pair->message = arena_array(&batch->arena, n, sizeof *message);
	memcpy(pair->message, message, n * sizeof *message);
	free(message);
}

static void take_row(struct pair_batch *batch, sqlite3_stmt *row,
		     struct along *turn)
{
	struct pair pair = {
		.id = sqlite3_column_int64(row, 0),
		.source_id = sqlite3_column_int64(row, 1),
		.record = sqlite3_column_int64(row, 2),
		.line = sqlite3_column_int64(row, 3),
		.byte = sqlite3_column_int64(row, 4),
		.lang = take(batch, row, 5),
		.lang_response = take(batch, row, 6),
		.category = take(batch, row, 7),
		.turns = (uint32_t)sqlite3_column_int(row, 8),
		.system = take(batch, row, 10),
		.instruction = take(batch, row, 11),
		.input = take(batch, row, 12),
		.response = take(batch, row, 13),
		.extra = take(batch, row, 14),
	};

	if (sqlite3_column_bytes(row, 9) == sizeof pair.digest)
		memcpy(&pair.digest, sqlite3_column_blob(row, 9),
		       sizeof pair.digest);
	take_messages(batch, &pair, turn);
	mem_grow(&batch->pair, &batch->room, batch->n + 1,
		 sizeof *batch->pair);
	batch->pair[batch->n++] = pair;
}

/* 1: the batch is full, 0: that was the last row. */
static int fill(struct pair_reader *reader, struct pair_batch *batch)
{
	int rc, step;

	while ((step = sqlite3_step(reader->scan)) == SQLITE_ROW) {
		if (along_meet(&reader->hidden,
			       sqlite3_column_int64(reader->scan, 0)))
			continue;
		take_row(batch, reader->scan, &reader->turn);
		if (batch->arena.used >= BATCH)
			return 1;
	}
	rc = step == SQLITE_DONE ? 0 : db_fail(reader->db, "reading pairs");
	rc = along_close(&reader->turn, rc);
	rc = along_close(&reader->hidden, rc);
	sqlite3_finalize(reader->scan);
	reader->scan = NULL;
	return rc;
}

int pair_reader_next(struct pair_reader *reader, struct pair_batch *batch)
{
	sqlite3_mutex *mutex = sqlite3_db_mutex(reader->db->sqlite);
	int rc;

	arena_reset(&batch->arena);
	batch->n = 0;
	/* After the last row SQLite would start again from the first. */
	if (!reader->scan)
		return 0;
	/* Held for the batch: each call below would take it, and let it go. */
	sqlite3_mutex_enter(mutex);
	rc = fill(reader, batch);
	sqlite3_mutex_leave(mutex);
	return rc < 0 ? rc : batch->n > 0;
}

void pair_batch_free(struct pair_batch *batch)
{
	arena_free(&batch->arena);
	free(batch->pair);
	*batch = (struct pair_batch){ 0 };
}

int pair_get(struct db *db, int64_t id, struct pair_batch *batch)
{
	sqlite3_mutex *mutex = sqlite3_db_mutex(db->sqlite);
	sqlite3_stmt *get = NULL;
	struct along turn = { 0 };
	int rc;

	sqlite3_mutex_enter(mutex);
	arena_reset(&batch->arena);
	batch->n = 0;
	if ((rc = db_prepare(db, SQL_PAIR_GET, &get)) < 0 ||
	    (rc = along_open(&turn, db, SQL_TURN_GET)) < 0)
		goto done;
	sqlite3_bind_int64(get, 1, id);
	sqlite3_bind_int64(turn.row, 1, id);
	switch (sqlite3_step(get)) {
	case SQLITE_ROW:
		take_row(batch, get, &turn);
		break;
	case SQLITE_DONE:
		rc = err_set(ERR_ABSENT, "%s: no pair %lld", db->path,
			     (long long)id);
		break;
	default:
		rc = db_fail(db, "reading a pair");
	}
done:
	rc = along_close(&turn, rc);
	sqlite3_finalize(get);
	sqlite3_mutex_leave(mutex);
	return rc;
}

/* -- writing -- */

int pair_writer_open(struct pair_writer *writer, struct db *db)
{
	int rc;

	*writer = (struct pair_writer){ .db = db };
	if ((rc = db_prepare(db, SQL_PAIR_PUT, &writer->pair)) == 0)
		rc = db_prepare(db, SQL_TURN_PUT, &writer->turn);
	if (rc < 0)
		pair_writer_close(writer);
	return rc;
}

void pair_writer_close(struct pair_writer *writer)
{
	sqlite3_finalize(writer->pair);
	sqlite3_finalize(writer->turn);
	writer->pair = writer->turn = NULL;
}

static int put_messages(struct pair_writer *writer, const struct pair *pair)
{
	sqlite3_stmt *put = writer->turn;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < pair->messages; i++) {
		sqlite3_bind_int64(put, 1, pair->id);
		sqlite3_bind_int64(put, 2, (int64_t)i);
		db_bind_str(put, 3, pair->message[i].role);
		db_bind_str(put, 4, pair->message[i].content);
		db_bind_str(put, 5, pair->message[i].extra);
		rc = db_put(writer->db, put);
	}
	return rc;
}

int pair_writer_put(struct pair_writer *writer, const struct pair *pair)
{
	sqlite3_stmt *put = writer->pair;
	int rc;

	sqlite3_bind_int64(put, 1, pair->id);
	sqlite3_bind_int64(put, 2, pair->source_id);
	sqlite3_bind_int64(put, 3, pair->record);
	sqlite3_bind_int64(put, 4, pair->line);
	sqlite3_bind_int64(put, 5, pair->byte);
	db_bind_str(put, 6, pair->lang);
	db_bind_str(put, 7, pair->lang_response);
	db_bind_str(put, 8, pair->category);
	sqlite3_bind_int64(put, 9, pair->turns);
	sqlite3_bind_blob(put, 10, &pair->digest, sizeof pair->digest,
			  SQLITE_STATIC);
	db_bind_str(put, 11, pair->system);
	db_bind_str(put, 12, pair->instruction);
	db_bind_str(put, 13, pair->input);
	db_bind_str(put, 14, pair->response);
	db_bind_str(put, 15, pair->extra);
	rc = db_put(writer->db, put);
	return rc < 0 ? rc : put_messages(writer, pair);
}
