/* meaning.c - find pairs by what a text means: the vectors of `embed` */
#include "stats/meaning.h"

#include <math.h>

#include "base/err.h"

struct best {
	int64_t id;
	double cosine;
};

struct looking {
	struct db *db;
	struct filters filters;
	const float *to; /* (c) of length 1 */
	size_t c;
	VEC(struct best) best; /* the highest cosine first */
	uint64_t limit;
};

static int no_vectors(struct db *db)
{
	return err_set(ERR_ABSENT, "%s: no pair has a vector; make them with: "
				   "itdata embed %s", db->path, db->path);
}

int meaning_kind(struct db *db, struct buf *model, struct buf *field)
{
	sqlite3_stmt *row;
	int rc = db_prepare(db, SQL_MEANING_KIND, &row);

	if (rc < 0)
		return rc;
	switch (sqlite3_step(row)) {
	case SQLITE_ROW:
		buf_str(model, db_str(row, 0));
		buf_str(field, db_str(row, 1));
		break;
	case SQLITE_DONE:
		rc = no_vectors(db);
		break;
	default:
		rc = db_fail(db, "looking for vectors");
	}
	sqlite3_finalize(row);
	return rc;
}

/* Four sums at a time, which the compiler turns into vectors. */
static double cosine(const float *a, const float *b, size_t c)
{
	float dot[4] = { 0 }, square[4] = { 0 };
	double length;
	size_t i = 0;

	for (; i + 4 <= c; i += 4)
		for (size_t j = 0; j < 4; j++) {
			dot[j] += a[i + j] * b[i + j];
			square[j] += b[i + j] * b[i + j];
		}
	for (; i < c; i++) {
		dot[0] += a[i] * b[i];
		square[0] += b[i] * b[i];
	}
	length = sqrt((double)square[0] + square[1] + square[2] + square[3]);
	return length > 0 ? ((double)dot[0] + dot[1] + dot[2] + dot[3]) / length
			  : 0;
}

/* 1 when the pair is among the best so far. */
static int consider(struct looking *l, int64_t id, double nearness)
{
	size_t at = l->best.n;
	int rc;

	if (at == l->limit && nearness <= l->best.at[at - 1].cosine)
		return 0;
	if ((rc = filters_pass(&l->filters, id)) <= 0)
		return rc;
	if (at < l->limit)
		vec_push(&l->best, ((struct best){ 0 }));
	else
		at--;
	for (; at && l->best.at[at - 1].cosine < nearness; at--)
		l->best.at[at] = l->best.at[at - 1];
	l->best.at[at] = (struct best){ id, nearness };
	return 1;
}

static int look_at_all(struct looking *l, struct str model, struct str field)
{
	sqlite3_stmt *row;
	int rc = db_prepare(l->db, SQL_MEANING_SCAN, &row);
	int step = SQLITE_DONE;

	if (rc < 0)
		return rc;
	db_bind_str(row, 1, model);
	db_bind_str(row, 2, field);
	while (rc >= 0 && (step = sqlite3_step(row)) == SQLITE_ROW) {
		const void *at = sqlite3_column_blob(row, 1);
		size_t n = (size_t)sqlite3_column_bytes(row, 1);

		if (n != l->c * sizeof(float))
			rc = err_set(ERR_FORMAT, "%s: the vector of pair %lld "
						 "has %zu bytes, not %zu",
				     l->db->path,
				     (long long)sqlite3_column_int64(row, 0),
				     n, l->c * sizeof(float));
		else
			rc = consider(l, sqlite3_column_int64(row, 0),
				      cosine(l->to, at, l->c));
	}
	if (rc >= 0 && step != SQLITE_DONE)
		rc = db_fail(l->db, "reading vectors");
	sqlite3_finalize(row);
	return rc < 0 ? rc : 0;
}

static int embed_words(const struct encoder *encoder,
		       const struct query *query, float *to)
{
	struct str text = buf_view(&query->words);
	struct encoder_room room = { 0 };
	size_t c = encoder_dimension(encoder);
	double square = 0;
	int rc;

	if (!text.n)
		return err_set(ERR_USAGE, "say in words what to look for");
	rc = encoder_embed(encoder, &room, &text, 1, to);
	encoder_room_free(&room);
	for (size_t i = 0; i < c; i++)
		square += (double)to[i] * to[i];
	for (size_t i = 0; square > 0 && i < c; i++)
		to[i] /= (float)sqrt(square);
	return rc;
}

int meaning_run(struct found *found, struct db *db,
		const struct encoder *encoder, const struct query *query,
		uint64_t limit)
{
	size_t c = encoder_dimension(encoder);
	float *to = mem_array(c, sizeof *to);
	struct looking l = { .db = db, .to = to, .c = c, .limit = limit };
	struct buf model = { 0 }, field = { 0 };
	int rc;

	*found = (struct found){ 0 };
	if ((rc = meaning_kind(db, &model, &field)) < 0 ||
	    (rc = embed_words(encoder, query, to)) < 0 ||
	    (rc = filters_open(&l.filters, db, query)) < 0)
		goto done;
	if (!str_is(buf_view(&model), encoder_name(encoder)))
		rc = err_set(ERR_ABSENT, "%s: the vectors are those of '%s', "
					 "and this encoder is '%s'",
			     db->path, model.at, encoder_name(encoder));
	else if (limit)
		rc = look_at_all(&l, buf_view(&model), buf_view(&field));
	for (size_t i = 0; rc == 0 && i < l.best.n; i++) {
		vec_push(&found->id, l.best.at[i].id);
		vec_push(&found->nearness, l.best.at[i].cosine);
	}
done:
	filters_close(&l.filters);
	vec_free(&l.best);
	buf_free(&model);
	buf_free(&field);
	free(to);
	return rc;
}
