/* project.c - vectors of pairs on a plane, to look at */
#include "stats/project.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/rng.h"
#include "stats/layout.h"

enum { ROUNDS = 50, NEIGHBOURS = 10 };

struct vectors {
	float *at; /* (n, d) */
	size_t n, d, room;
};

/* -- reading a sample -- */

/* Keys below this are drawn: about `most` of `total`. */
static uint64_t drawn_below(size_t most, int64_t total)
{
	if (total <= (int64_t)most)
		return UINT64_MAX;
	return (uint64_t)((double)most / (double)total * 0x1p64);
}

static struct str keep(struct project *project, sqlite3_stmt *row, int column)
{
	return arena_str(&project->arena, db_str(row, column));
}

static void take(struct project *project, struct vectors *v, sqlite3_stmt *row,
		 int64_t id)
{
	size_t bytes = (size_t)sqlite3_column_bytes(row, 0);
	const void *vector = sqlite3_column_blob(row, 0);

	if (!v->n)
		v->d = bytes / sizeof *v->at;
	if (!v->d || bytes != v->d * sizeof *v->at)
		return; /* of another size: another model */
	mem_grow(&v->at, &v->room, (v->n + 1) * v->d, sizeof *v->at);
	memcpy(v->at + v->n * v->d, vector, bytes);
	project->spot[v->n++] = (struct spot){
		.id = id,
		.lang = keep(project, row, 1),
		.category = keep(project, row, 2),
		.source = keep(project, row, 3),
		.kept = sqlite3_column_int(row, 4),
		.instruction = keep(project, row, 5),
		.response = keep(project, row, 6),
	};
}

static int read_spot(struct project *project, struct db *db,
		     struct vectors *v, sqlite3_stmt *row, int64_t id)
{
	int step, rc = 0;

	sqlite3_bind_int64(row, 1, id);
	step = sqlite3_step(row);
	if (step == SQLITE_ROW)
		take(project, v, row, id);
	else if (step != SQLITE_DONE)
		rc = db_fail(db, "reading vectors");
	sqlite3_reset(row);
	return rc;
}

static int read_sample(struct project *project, struct db *db,
		       struct vectors *v, size_t most)
{
	sqlite3_stmt *list, *row;
	int64_t total;
	uint64_t below;
	int rc = db_number(db, SQL_PAGE_VECTORS, &total), step = SQLITE_DONE;

	if (rc < 0 || !total)
		return rc;
	below = drawn_below(most, total);
	project->spot = mem_array(2 * most, sizeof *project->spot);
	if ((rc = db_prepare(db, SQL_PAGE_VECTOR_LIST, &list)) < 0)
		return rc;
	rc = db_prepare(db, SQL_PAGE_VECTOR, &row);
	while (rc == 0 && v->n < 2 * most &&
	       (step = sqlite3_step(list)) == SQLITE_ROW) {
		int64_t id = sqlite3_column_int64(list, 0);

		if (rng_keyed(1, (uint64_t)id) <= below)
			rc = read_spot(project, db, v, row, id);
	}
	if (rc == 0 && step != SQLITE_DONE && step != SQLITE_ROW)
		rc = db_fail(db, "reading vectors");
	sqlite3_finalize(list);
	sqlite3_finalize(row);
	return rc;
}

/* -- principal components -- */

static void centre(struct vectors *v)
{
	for (size_t j = 0; j < v->d; j++) {
		double mean = 0;

		for (size_t i = 0; i < v->n; i++)
			mean += v->at[i * v->d + j];
		mean /= (double)v->n;
		for (size_t i = 0; i < v->n; i++)
			v->at[i * v->d + j] -= (float)mean;
	}
}

static double dot(const float *a, const double *b, size_t d)
{
	double sum = 0;

	for (size_t j = 0; j < d; j++)
		sum += a[j] * b[j];
	return sum;
}

static double unit(double *a, size_t d)
{
	double norm = 0;

	for (size_t j = 0; j < d; j++)
		norm += a[j] * a[j];
	norm = sqrt(norm);
	for (size_t j = 0; norm > 0 && j < d; j++)
		a[j] /= norm;
	return norm;
}

/* next (d) = V^T V axis: one step towards the largest component */
static void step(const struct vectors *v, const double *axis, double *next)
{
	memset(next, 0, v->d * sizeof *next);
	for (size_t i = 0; i < v->n; i++) {
		const float *row = v->at + i * v->d;
		double weight = dot(row, axis, v->d);

		for (size_t j = 0; j < v->d; j++)
			next[j] += weight * row[j];
	}
}

/* a -= (a . b) b */
static void make_orthogonal(double *a, const double *b, size_t d)
{
	double along = 0;

	for (size_t j = 0; j < d; j++)
		along += a[j] * b[j];
	for (size_t j = 0; j < d; j++)
		a[j] -= along * b[j];
}

static void fix_sign(double *axis, size_t d)
{
	size_t largest = 0;

	for (size_t j = 1; j < d; j++)
		if (fabs(axis[j]) > fabs(axis[largest]))
			largest = j;
	for (size_t j = 0; axis[largest] < 0 && j < d; j++)
		axis[j] = -axis[j];
}

static void components(const struct vectors *v, double *a, double *b)
{
	double *next = mem_array(v->d, sizeof *next);
	struct rng rng;

	rng_init(&rng, 1, "project");
	for (size_t j = 0; j < v->d; j++) {
		a[j] = rng_unit(&rng) - 0.5;
		b[j] = rng_unit(&rng) - 0.5;
	}
	unit(a, v->d);
	for (int i = 0; i < ROUNDS; i++) {
		step(v, a, next);
		memcpy(a, next, v->d * sizeof *a);
		unit(a, v->d);
		step(v, b, next);
		memcpy(b, next, v->d * sizeof *b);
		make_orthogonal(b, a, v->d);
		unit(b, v->d);
	}
	fix_sign(a, v->d);
	fix_sign(b, v->d);
	free(next);
}

static void place(struct project *project, const struct vectors *v)
{
	double *a = mem_array(v->d, sizeof *a), *b = mem_array(v->d, sizeof *b);

	components(v, a, b);
	project->n = v->n;
	project->x = mem_array(v->n, sizeof *project->x);
	project->y = mem_array(v->n, sizeof *project->y);
	for (size_t i = 0; i < v->n; i++) {
		project->x[i] = dot(v->at + i * v->d, a, v->d);
		project->y[i] = dot(v->at + i * v->d, b, v->d);
	}
	free(a);
	free(b);
}

/* -- neighbours -- */

static int refine(struct project *project, struct vectors *v)
{
	struct par *par = par_new(1);
	struct knn knn = { 0 };
	int rc;

	for (size_t i = 0; i < v->n; i++) {
		float *row = v->at + i * v->d;
		double norm = 0;

		for (size_t j = 0; j < v->d; j++)
			norm += (double)row[j] * row[j];
		for (size_t j = 0; norm > 0 && j < v->d; j++)
			row[j] = (float)(row[j] / sqrt(norm));
	}
	rc = knn_exact(&knn, v->at, v->n, v->d, NEIGHBOURS, par);
	if (rc == 0) {
		project->plain = layout_kept(project->x, project->y, &knn);
		layout_refine(project->x, project->y, &knn);
		project->refined = layout_kept(project->x, project->y, &knn);
	}
	knn_free(&knn);
	par_free(par);
	return rc;
}

int project_read(struct project *project, struct db *db, size_t most)
{
	struct vectors v = { 0 };
	int rc;

	*project = (struct project){ 0 };
	rc = read_sample(project, db, &v, most);
	if (rc == 0 && v.n > 2) {
		centre(&v);
		place(project, &v);
		rc = refine(project, &v);
	}
	free(v.at);
	return rc;
}

void project_free(struct project *project)
{
	free(project->x);
	free(project->y);
	free(project->spot);
	arena_free(&project->arena);
	*project = (struct project){ 0 };
}
