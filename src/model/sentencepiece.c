/*
 * sentencepiece.c - a tokenizer from SentencePiece's .model
 *
 * A protocol buffer; of it are read
 *
 *     1   piece: 1 text, 2 score (float), 3 type: 1 normal, 2 unknown,
 *         3 control, 4 user-defined, 5 unused, 6 byte
 *     2   trainer: 3 model type (1 unigram, 2 BPE), 24 marks stand behind,
 *         35 bytes for what is unknown
 *     3   normalizer: 2 charsmap, 3 a mark before the text, 4 no extra
 *         spaces, 5 marks for spaces
 *
 * A field is a varint of number << 3 | kind (0 varint, 1 eight bytes, 2 length
 * and bytes, 5 four bytes) and its value; whatever else is there is skipped.
 *
 * Source: sentencepiece_model.proto of sentencepiece 0.2; protobuf's wire
 * format.
 */
#include <stdlib.h>

#include "base/err.h"
#include "base/vec.h"
#include "model/parts.h"
#include "text/utf8.h"

enum piece_type { NORMAL = 1, UNKNOWN, CONTROL, DEFINED, UNUSED, BYTE };
enum model_type { UNIGRAM = 1, BPE = 2 };

#define MARK "\xe2\x96\x81"

/* -- the wire format -- */

struct field {
	uint64_t number, value; /* value of a varint */
	struct str bytes;       /* of the others */
};

static bool read_varint(struct str *from, uint64_t *value)
{
	*value = 0;
	for (unsigned shift = 0; from->n && shift < 64; shift += 7) {
		unsigned char byte = (unsigned char)*from->at;

		from->at++;
		from->n--;
		*value |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return true;
	}
	return false;
}

/* 1, 0 at the end, or an error. */
static int next_field(struct str *from, struct field *field)
{
	uint64_t tag, n = 0;

	if (!from->n)
		return 0;
	if (!read_varint(from, &tag))
		goto broken;
	field->number = tag >> 3;
	switch (tag & 7) {
	case 0:
		if (!read_varint(from, &field->value))
			goto broken;
		return 1;
	case 1:
		n = 8;
		break;
	case 2:
		if (!read_varint(from, &n))
			goto broken;
		break;
	case 5:
		n = 4;
		break;
	default:
		goto broken;
	}
	if (n > from->n)
		goto broken;
	field->value = 0;
	field->bytes = (struct str){ from->at, n };
	from->at += n;
	from->n -= n;
	return 1;
broken:
	return err_set(ERR_FORMAT, "not a SentencePiece model, or cut short");
}

/* -- what it says -- */

struct piece {
	struct str text;
	float score;
	enum piece_type type;
};

struct proto {
	VEC(struct piece) piece;
	enum model_type type;
	bool bytes, suffix, prefix, trim, escape;
	struct str charsmap;
};

static int read_piece(struct proto *m, struct str from)
{
	struct piece piece = { .type = NORMAL, .text = STR("") };
	struct field field;
	int rc;

	while ((rc = next_field(&from, &field)) > 0)
		if (field.number == 1)
			piece.text = field.bytes;
		else if (field.number == 2 && field.bytes.n == 4)
			memcpy(&piece.score, field.bytes.at, 4);
		else if (field.number == 3)
			piece.type = (enum piece_type)(field.value & 7);
	if (rc < 0)
		return rc;
	if (utf8_check(piece.text.at, piece.text.n) != piece.text.n ||
	    piece.score != piece.score)
		return err_set(ERR_FORMAT, "piece %zu is no text with a score",
			       m->piece.n);
	vec_push(&m->piece, piece);
	return 0;
}

static int read_trainer(struct proto *m, struct str from)
{
	struct field field;
	int rc;

	while ((rc = next_field(&from, &field)) > 0)
		if (field.number == 3)
			m->type = (enum model_type)(field.value & 7);
		else if (field.number == 24)
			m->suffix = field.value;
		else if (field.number == 35)
			m->bytes = field.value;
	return rc;
}

static int read_normalizer(struct proto *m, struct str from)
{
	struct field field;
	int rc;

	while ((rc = next_field(&from, &field)) > 0)
		if (field.number == 2)
			m->charsmap = field.bytes;
		else if (field.number == 3)
			m->prefix = field.value;
		else if (field.number == 4)
			m->trim = field.value;
		else if (field.number == 5)
			m->escape = field.value;
	return rc;
}

static int read_model(struct proto *m, struct str from)
{
	struct field field = { 0 };
	int rc;

	m->type = UNIGRAM;
	m->prefix = m->trim = m->escape = true;
	while ((rc = next_field(&from, &field)) > 0) {
		rc = 0;
		if (field.number == 1)
			rc = read_piece(m, field.bytes);
		else if (field.number == 2)
			rc = read_trainer(m, field.bytes);
		else if (field.number == 3)
			rc = read_normalizer(m, field.bytes);
		if (rc < 0)
			return rc;
	}
	if (rc < 0)
		return rc;
	if (!m->piece.n)
		return err_set(ERR_FORMAT, "a SentencePiece model without "
					   "pieces");
	if ((m->type != UNIGRAM && m->type != BPE) || m->suffix)
		return err_set(ERR_FORMAT, "a SentencePiece model of a kind "
			       "that itdata does not compute (unigram and BPE "
			       "it does)");
	return 0;
}

/* -- the parts from it -- */

static void add_normalise(struct tokenizer *t, struct normalise_step step)
{
	mem_grow(&t->normalise, &t->normalise_room, t->normalises + 1,
		 sizeof *t->normalise);
	t->normalise[t->normalises++] = step;
}

static int build_normaliser(struct tokenizer *t, const struct proto *m)
{
	struct normalise_step map = { .kind = NORMALISE_LONGEST };
	int rc;

	if (m->charsmap.n) {
		rc = charsmap_init(&map.charsmap,
				   arena_str(&t->arena, m->charsmap));
		if (rc < 0)
			return rc;
		add_normalise(t, map);
	}
	if (m->trim)
		add_normalise(t, (struct normalise_step){
			.kind = NORMALISE_SPACES });
	if (m->prefix)
		add_normalise(t, (struct normalise_step){
			.kind = NORMALISE_PREPEND, .to = STR(" ") });
	if (m->escape)
		add_normalise(t, (struct normalise_step){
			.kind = NORMALISE_REPLACE, .from = STR(" "),
			.to = STR(MARK) });
	return 0;
}

static void build_decoder(struct tokenizer *t, const struct proto *m)
{
	const struct decode_step step[] = {
		{ .kind = DECODE_REPLACE, .from = STR(MARK), .to = STR(" ") },
		{ .kind = DECODE_BYTES },
		{ .kind = DECODE_FUSE },
		{ .kind = DECODE_STRIP, .from = STR(" "), .left = m->prefix },
	};

	for (size_t i = 0; i < sizeof step / sizeof *step; i++) {
		mem_grow(&t->decode, &t->decode_room, t->decodes + 1,
			 sizeof *t->decode);
		t->decode[t->decodes++] = step[i];
	}
}

/* Control pieces are no text; user-defined ones are found before all. */
static void add_added(struct tokenizer *t, const struct piece *piece,
		      uint32_t id)
{
	struct added added = {
		.text = arena_str(&t->arena, piece->text),
		.id = id,
		.normal = true,
		.special = piece->type == CONTROL,
		.hidden = piece->type == CONTROL,
	};

	if (!added.text.n)
		return;
	mem_grow(&t->added, &t->added_room, t->addeds + 1, sizeof *t->added);
	t->added[t->addeds++] = added;
	if (!added.hidden)
		t->starts[(unsigned char)added.text.at[0]] = true;
}

static int build_vocabulary(struct tokenizer *t, const struct proto *m)
{
	double least = 0;
	int rc;

	t->unknown = NO_TOKEN;
	for (uint32_t id = 0; id < m->piece.n; id++) {
		const struct piece *piece = &m->piece.at[id];

		rc = tokenizer_add_scored(t, piece->text, piece->score,
					  piece->type == NORMAL);
		if (rc < 0)
			return rc;
		if (piece->type == UNKNOWN)
			t->unknown = id;
		if (piece->type == CONTROL || piece->type == DEFINED)
			add_added(t, piece, id);
		if (piece->type == NORMAL && piece->score < least)
			least = piece->score;
	}
	t->unknown_score = (double)(float)(least - 10);
	t->single = true;
	t->fallback = m->bytes;
	t->fuse = true;
	tokenizer_find_bytes(t);
	if (t->addeds)
		qsort(t->added, t->addeds, sizeof *t->added,
		      added_longest_first);
	return 0;
}

static int best_first(const void *a, const void *b)
{
	const struct piece *x = *(const struct piece *const *)a;
	const struct piece *y = *(const struct piece *const *)b;

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	return x < y ? -1 : x > y;
}

/* All ways to make a piece of two others are merges of one rank. */
static int add_merges(struct tokenizer *t, const struct piece *piece,
		      uint32_t rank)
{
	struct str text = piece->text, left = { text.at, 0 }, right;
	uint32_t id;
	int rc;

	while ((left.n += utf8_length(text.at[left.n])) < text.n) {
		right = (struct str){ text.at + left.n, text.n - left.n };
		if (!vocabulary_find(&t->vocabulary, left, &id) ||
		    !vocabulary_find(&t->vocabulary, right, &id))
			continue;
		if ((rc = bpe_add(t, left, right, rank)) < 0)
			return rc;
	}
	return 0;
}

static int build_merges(struct tokenizer *t, const struct proto *m)
{
	const struct piece **order = mem_array(m->piece.n, sizeof *order);
	uint32_t rank = 0;
	int rc = 0;

	for (size_t i = 0; i < m->piece.n; i++)
		order[i] = &m->piece.at[i];
	qsort(order, m->piece.n, sizeof *order, best_first);
	for (size_t i = 0; rc == 0 && i < m->piece.n; i++) {
		if (i && order[i]->score != order[i - 1]->score)
			rank++;
		if (order[i]->type == NORMAL && order[i]->text.n)
			rc = add_merges(t, order[i], rank);
	}
	free(order);
	return rc;
}

int sentencepiece_read(struct tokenizer *t, struct str bytes)
{
	struct proto m = { 0 };
	int rc;

	if ((rc = read_model(&m, bytes)) == 0 &&
	    (rc = build_normaliser(t, &m)) == 0 &&
	    (rc = build_vocabulary(t, &m)) == 0) {
		build_decoder(t, &m);
		t->model = m.type == BPE ? MODEL_BPE : MODEL_UNIGRAM;
		if (m.type == BPE)
			rc = build_merges(t, &m);
	}
	vec_free(&m.piece);
	return rc;
}
