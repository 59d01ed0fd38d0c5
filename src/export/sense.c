/* sense.c - rows that mean the same: kept together, or found in two splits */
#include "export/sense.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "near/alike.h"
#include "near/knn.h"

/* Vectors of pairs that are rows move to the front; both are in order of id. */
static int match_rows(struct sense *sense, const struct set *set)
{
	struct vectors *v = &sense->vectors;
	size_t row = 0;

	sense->row = mem_try(v->n, sizeof *sense->row);
	if (!sense->row)
		return ERR_NOMEM;
	for (size_t i = 0; i < v->n; i++) {
		while (row < set->rows && set->row[row].id < v->pair[i].id)
			row++;
		if (row == set->rows)
			break;
		if (set->row[row].id != v->pair[i].id)
			continue;
		memmove(v->x + sense->n * v->c, v->x + i * v->c,
			v->c * sizeof *v->x);
		sense->row[sense->n++] = (uint32_t)row;
	}
	return 0;
}

int sense_read(struct sense *sense, const struct set *set, struct db *db)
{
	struct vector_choice choice = { 0 };
	int rc;

	*sense = (struct sense){ 0 };
	rc = vectors_read(&sense->vectors, db, &choice, STAGE_EXPORT);
	if (rc == ERR_ABSENT)
		return 0;
	return rc < 0 ? rc : match_rows(sense, set);
}

struct joining {
	const struct sense *sense;
	struct dsu *dsu;
};

static int join_two(void *context, uint32_t a, uint32_t b, float cosine)
{
	const struct joining *j = context;

	(void)cosine;
	dsu_join(j->dsu, j->sense->row[a], j->sense->row[b]);
	return 0;
}

static int join_nearest(const struct sense *sense, struct dsu *dsu,
			struct par *par, double threshold, uint64_t seed)
{
	const struct vectors *v = &sense->vectors;
	struct cells cells = { 0 };
	struct knn knn = { 0 };
	int rc = cells_find(&cells, v->x, sense->n, v->c,
			    cells_suit(sense->n), seed, par);

	if (rc == 0)
		rc = knn_find(&knn, v->x, sense->n, v->c, SENSE_NEAR,
			      &cells, seed, par);
	for (size_t i = 0; rc == 0 && i < knn.n * knn.k; i++)
		if (knn.at[i].id != TOPK_NONE &&
		    (double)knn.at[i].cosine >= threshold)
			dsu_join(dsu, sense->row[i / knn.k],
				 sense->row[knn.at[i].id]);
	knn_free(&knn);
	cells_free(&cells);
	return rc;
}

int sense_join(const struct sense *sense, struct dsu *dsu,
		 struct par *par, double threshold, uint64_t seed)
{
	struct joining j = { sense, dsu };

	if (sense->n > SENSE_EXACT)
		return join_nearest(sense, dsu, par, threshold, seed);
	return alike_within(sense->vectors.x, sense->n, sense->vectors.c,
			    threshold, par, join_two, &j);
}

struct counting {
	const struct sense *sense;
	const struct set *set;
	struct leaks *found;
};

static int count_two(void *context, uint32_t a, uint32_t b, float cosine)
{
	const struct counting *c = context;
	const struct row *left = &c->set->row[c->sense->row[a]];
	const struct row *right = &c->set->row[c->sense->row[b]];

	(void)cosine;
	if (left->split == right->split)
		return 0;
	c->found->pairs++;
	c->found->first = left->id;
	c->found->second = right->id;
	return 0;
}

int sense_count(const struct sense *sense, const struct set *set,
		  struct par *par, double threshold, struct leaks *found)
{
	struct counting c = { sense, set, found };

	*found = (struct leaks){ 0 };
	return alike_within(sense->vectors.x, sense->n, sense->vectors.c,
			    threshold, par, count_two, &c);
}

void sense_free(struct sense *sense)
{
	vectors_free(&sense->vectors);
	free(sense->row);
	*sense = (struct sense){ 0 };
}
