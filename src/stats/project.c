/* project.c - vectors of pairs on a plane, to look at */
#include "stats/project.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/rng.h"

enum { ROUNDS = 50 };

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

static void take(struct project *project, struct vectors *v, sqlite3_stmt *row)
{
	size_t bytes = (size_t)sqlite3_column_bytes(row, 2);
	const void *vector = sqlite3_column_blob(row, 2);

	if (!v->n)
		v->d = bytes / sizeof *v->at;
	if (!v->d || bytes != v->d * sizeof *v->at)
		return; /* of another size: another model */
	mem_grow(&v->at, &v->room, (v->n + 1) * v->d, sizeof *v->at);
	memcpy(v->at + v->n * v->d, vector, bytes);
	project->lang[v->n++] = arena_str(&project->arena, db_str(row, 1));
}

static int read_sample(struct project *project, struct db *db,
		       struct vectors *v, size_t most)
{
	sqlite3_stmt *row;
	int64_t total;
	uint64_t below;
	int rc = db_number(db, SQL_PAGE_VECTORS, &total), step;

	if (rc < 0 || !total)
		return rc;
	below = drawn_below(most, total);
	project->lang = mem_array(2 * most, sizeof *project->lang);
	if ((rc = db_prepare(db, SQL_PAGE_VECTOR, &row)) < 0)
		return rc;
	while ((step = sqlite3_step(row)) == SQLITE_ROW && v->n < 2 * most)
		if (rng_keyed(1, (uint64_t)sqlite3_column_int64(row, 0)) <=
		    below)
			take(project, v, row);
	if (step != SQLITE_DONE && step != SQLITE_ROW)
		rc = db_fail(db, "reading vectors");
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
	double all = 0, shown = 0;

	components(v, a, b);
	project->n = v->n;
	project->x = mem_array(v->n, sizeof *project->x);
	project->y = mem_array(v->n, sizeof *project->y);
	for (size_t i = 0; i < v->n; i++) {
		const float *row = v->at + i * v->d;

		project->x[i] = dot(row, a, v->d);
		project->y[i] = dot(row, b, v->d);
		shown += project->x[i] * project->x[i] +
			 project->y[i] * project->y[i];
		for (size_t j = 0; j < v->d; j++)
			all += (double)row[j] * row[j];
	}
	project->share = all > 0 ? shown / all : 0;
	free(a);
	free(b);
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
	}
	free(v.at);
	return rc;
}

void project_free(struct project *project)
{
	free(project->x);
	free(project->y);
	free(project->lang);
	arena_free(&project->arena);
	*project = (struct project){ 0 };
}
