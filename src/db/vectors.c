/* vectors.c - the vectors of the pairs that a stage sees, in memory */
#include "db/vectors.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"

static bool fits(const char *wanted, struct str there)
{
	return !wanted || str_is(there, wanted);
}

/* The kind of vectors that fits the choice and most pairs have. */
static int choose(struct vectors *v, struct db *db,
		  const struct vector_choice *choice)
{
	sqlite3_stmt *list;
	int step, rc = db_prepare(db, SQL_VECTOR_KINDS, &list);

	if (rc < 0)
		return rc;
	while ((step = sqlite3_step(list)) == SQLITE_ROW) {
		if (!fits(choice->model, db_str(list, 0)) ||
		    !fits(choice->field, db_str(list, 1)))
			continue;
		buf_str(&v->model, db_str(list, 0));
		buf_str(&v->field, db_str(list, 1));
		v->c = (size_t)sqlite3_column_int64(list, 3);
		break;
	}
	if (step != SQLITE_ROW && step != SQLITE_DONE)
		rc = db_fail(db, "looking for vectors");
	sqlite3_finalize(list);
	if (rc == 0 && !v->c)
		rc = err_set(ERR_ABSENT,
			     "%s: no pair has a vector%s%s%s%s yet; run 'itdata "
			     "embed %s' first",
			     db->path, choice->model ? " of model " : "",
			     choice->model ? choice->model : "",
			     choice->field ? " of its " : "",
			     choice->field ? choice->field : "", db->path);
	return rc;
}

static void make_unit(float *x, size_t c)
{
	double sum = 0;
	float scale;

	for (size_t i = 0; i < c; i++)
		sum += (double)x[i] * x[i];
	scale = sum > 0 && isfinite(sum) ? (float)(1 / sqrt(sum)) : 0;
	for (size_t i = 0; i < c; i++)
		x[i] = scale > 0 ? x[i] * scale : 0;
}

static int take(struct vectors *v, struct db *db, sqlite3_stmt *row)
{
	size_t size = v->c * sizeof *v->x;
	float *x;

	if ((size_t)sqlite3_column_bytes(row, 1) != size)
		return err_set(ERR_FORMAT,
			       "%s: the vector of pair %lld has another length "
			       "than the rest of its model; embed with another "
			       "model",
			       db->path,
			       (long long)sqlite3_column_int64(row, 0));
	if (mem_try_grow(&v->x, &v->x_room, v->n + 1, size) < 0 ||
	    mem_try_grow(&v->pair, &v->room, v->n + 1, sizeof *v->pair) < 0)
		return ERR_NOMEM;
	x = v->x + v->n * v->c;
	memcpy(x, sqlite3_column_blob(row, 1), size);
	make_unit(x, v->c);
	v->pair[v->n++] = (struct vector_pair){
		.id = sqlite3_column_int64(row, 0),
		.lang = map_add(&v->words, db_str(row, 2)),
		.category = map_add(&v->words, db_str(row, 3)),
		.pinned = sqlite3_column_int(row, 4),
		.bytes = (uint32_t)sqlite3_column_int64(row, 5),
	};
	return 0;
}

static int count_seen(struct db *db, enum stage_rank rank, uint64_t *seen)
{
	sqlite3_stmt *count;
	int rc = db_prepare(db, SQL_SEEN_COUNT, &count);

	if (rc < 0)
		return rc;
	sqlite3_bind_int(count, 1, rank);
	if (sqlite3_step(count) == SQLITE_ROW)
		*seen = (uint64_t)sqlite3_column_int64(count, 0);
	else
		rc = db_fail(db, "counting pairs");
	sqlite3_finalize(count);
	return rc;
}

int vectors_read(struct vectors *v, struct db *db,
		 const struct vector_choice *choice, enum stage_rank rank)
{
	sqlite3_stmt *scan;
	uint64_t seen = 0;
	int step = SQLITE_DONE, rc;

	*v = (struct vectors){ 0 };
	if ((rc = choose(v, db, choice)) < 0 ||
	    (rc = count_seen(db, rank, &seen)) < 0 ||
	    (rc = db_prepare(db, SQL_VECTOR_SCAN, &scan)) < 0)
		return rc;
	sqlite3_bind_int(scan, 1, choice->texts);
	db_bind_str(scan, 2, buf_view(&v->model));
	db_bind_str(scan, 3, buf_view(&v->field));
	sqlite3_bind_int(scan, 4, rank);
	while (rc == 0 && (step = sqlite3_step(scan)) == SQLITE_ROW)
		rc = take(v, db, scan);
	if (rc == 0 && step != SQLITE_DONE)
		rc = db_fail(db, "reading vectors");
	sqlite3_finalize(scan);
	v->without = seen > v->n ? seen - v->n : 0;
	if (rc == 0 && v->without)
		log_warn("%llu pairs have no vector and take no part; 'itdata "
			 "embed %s' makes them",
			 (unsigned long long)v->without, db->path);
	return rc;
}

void vectors_free(struct vectors *v)
{
	buf_free(&v->model);
	buf_free(&v->field);
	map_free(&v->words);
	free(v->x);
	free(v->pair);
	*v = (struct vectors){ 0 };
}
