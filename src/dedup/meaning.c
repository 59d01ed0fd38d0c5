/* meaning.c - which pairs ask the same in other words, by their vectors */
#include "dedup/meaning.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "near/alike.h"

enum { SMALL = 32 }; /* vectors that are compared one by one */

/* Products in single precision are this near to the cosine. */
#define ROUNDING 1e-4

/* Vectors of instructions, or else of whole pairs. */
int meaning_read(struct meaning *m, struct db *db, const char *model,
		 enum stage_rank rank)
{
	static const char *const field[] = { "instruction", "pair" };
	struct vector_choice choice = { .model = model };
	int rc = ERR_ABSENT;

	*m = (struct meaning){ 0 };
	for (size_t i = 0; rc == ERR_ABSENT && i < 2; i++) {
		vectors_free(&m->vectors);
		choice.field = field[i];
		rc = vectors_read(&m->vectors, db, &choice, rank);
	}
	if (rc == ERR_ABSENT)
		rc = err_set(ERR_ABSENT,
			     "%s: no instruction has a vector yet; run 'itdata "
			     "embed %s' first",
			     db->path, db->path);
	return rc;
}

void meaning_free(struct meaning *m)
{
	vectors_free(&m->vectors);
	free(m->one);
	free(m->vector);
	*m = (struct meaning){ 0 };
}

/* -- who is compared -- */

static int by_guard(const void *left, const void *right)
{
	const struct meant *a = left, *b = right;

	if (a->guard != b->guard)
		return a->guard < b->guard ? -1 : 1;
	return a->member < b->member ? -1 : a->member > b->member;
}

/* The number of the vector of a pair; vectors.n when it has none. */
static size_t vector_of(const struct vectors *v, int64_t id)
{
	size_t low = 0, high = v->n;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (v->pair[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < v->n && v->pair[low].id == id ? low : v->n;
}

static int line_up(struct meaning *m, const struct members *members)
{
	m->one = mem_try(members->n + 1, sizeof *m->one);
	m->vector = mem_try(members->n + 1, sizeof *m->vector);
	if (!m->one || !m->vector)
		return ERR_NOMEM;
	for (uint32_t i = 0; i < members->n; i++) {
		uint32_t vector = (uint32_t)vector_of(&m->vectors,
						      members->at[i].id);

		m->vector[i] = vector;
		if (vector < m->vectors.n)
			m->one[m->n++] = (struct meant){
				members->at[i].guard, i, vector,
			};
	}
	if (m->n)
		qsort(m->one, m->n, sizeof *m->one, by_guard);
	return 0;
}

/* -- one guard -- */

double meaning_cosine(const struct meaning *m, uint32_t a, uint32_t b)
{
	size_t c = m->vectors.c;
	const float *x = m->vectors.x + m->vector[a] * c;
	const float *y = m->vectors.x + m->vector[b] * c;
	double sum = 0;

	for (size_t i = 0; i < c; i++)
		sum += (double)x[i] * y[i];
	return sum;
}

/* Numbers in the group. */
static int found(void *context, uint32_t a, uint32_t b, float cosine)
{
	struct meaning *m = context;

	(void)cosine;
	return m->found(m->context, m->group[a].member, m->group[b].member);
}

static int compare_few(struct meaning *m, size_t n)
{
	int rc = 0;

	for (uint32_t b = 1; b < n; b++)
		for (uint32_t a = 0; rc >= 0 && a < b; a++)
			if (meaning_cosine(m, m->group[a].member,
					   m->group[b].member) >= m->least)
				rc = found(m, a, b, 0);
	return rc < 0 ? rc : 0;
}

static int compare_many(struct meaning *m, size_t n, struct par *par)
{
	size_t c = m->vectors.c;
	float *x = mem_try(n * c, sizeof *x);
	double least = m->least - ROUNDING;
	int rc;

	if (!x)
		return ERR_NOMEM;
	for (size_t i = 0; i < n; i++)
		memcpy(x + i * c, m->vectors.x + m->group[i].vector * c,
		       c * sizeof *x);
	rc = alike_within(x, n, c, least > ROUNDING ? least : ROUNDING, par,
			  found, m);
	free(x);
	return rc;
}

int meaning_compare(struct meaning *m, const struct members *members,
		    double least, struct par *par, meaning_found *each,
		    void *context)
{
	size_t n;
	int rc = line_up(m, members);

	m->least = least;
	m->found = each;
	m->context = context;
	for (size_t i = 0; rc == 0 && i < m->n; i += n) {
		m->group = m->one + i;
		for (n = 1; i + n < m->n && m->one[i + n].guard ==
						    m->one[i].guard;
		     n++)
			;
		rc = n <= SMALL ? compare_few(m, n) : compare_many(m, n, par);
	}
	return rc;
}
