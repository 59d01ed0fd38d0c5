/* semantic.c - pairs that ask the same in other words, by their vectors */
#include "dedup/semantic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "dedup/answer.h"
#include "near/alike.h"

enum { SMALL = 32 }; /* vectors that are compared one by one */

/* Products in single precision are this near to the cosine. */
#define ROUNDING 1e-4

struct one {
	uint64_t guard;
	uint32_t member; /* its number is its rank */
	uint32_t vector;
};

struct search {
	const struct semantic_options *options;
	struct semantic_summary *summary;
	struct db *db;
	struct members members;
	struct vectors vectors;
	struct one *one; /* (n) by guard, then rank */
	size_t n;
	const struct one *group; /* whose vectors are compared */
	uint32_t *keeper;        /* (members) */
	double *cosine;          /* (members) to the keeper */
	/* answers of two pairs */
	struct pair_batch batch[2];
	struct shingler shingler;
	struct arena arena;
};

/* -- who is compared -- */

static int by_guard(const void *left, const void *right)
{
	const struct one *a = left, *b = right;

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

static int line_up(struct search *s)
{
	const struct members *members = &s->members;

	s->one = mem_try(members->n, sizeof *s->one);
	s->keeper = mem_try(members->n, sizeof *s->keeper);
	s->cosine = mem_try(members->n, sizeof *s->cosine);
	if (!s->one || !s->keeper || !s->cosine)
		return ERR_NOMEM;
	for (uint32_t m = 0; m < members->n; m++) {
		size_t vector = vector_of(&s->vectors, members->at[m].id);

		s->keeper[m] = m;
		if (vector < s->vectors.n)
			s->one[s->n++] = (struct one){
				members->at[m].guard, m, (uint32_t)vector,
			};
	}
	if (s->n)
		qsort(s->one, s->n, sizeof *s->one, by_guard);
	return 0;
}

/* -- two pairs -- */

static double cosine_of(const struct search *s, const struct one *a,
			const struct one *b)
{
	size_t c = s->vectors.c;
	const float *x = s->vectors.x + a->vector * c;
	const float *y = s->vectors.x + b->vector * c;
	double sum = 0;

	for (size_t i = 0; i < c; i++)
		sum += (double)x[i] * y[i];
	return sum;
}

static int read_answer(struct search *s, uint32_t m, int which,
		       struct answer *answer, struct str *category)
{
	struct pair_batch *batch = &s->batch[which];
	int rc = pair_get(s->db, s->members.at[m].id, batch);

	if (rc < 0)
		return rc;
	answer_read(answer, &s->shingler, &s->arena, batch->pair[0].response);
	*category = batch->pair[0].category;
	return 0;
}

/* 1: at most one of the two answers can be right. */
static int contradict(struct search *s, uint32_t a, uint32_t b)
{
	struct answer x, y;
	struct str category;
	enum conflict kind;
	int rc;

	arena_reset(&s->arena);
	if ((rc = read_answer(s, a, 0, &x, &category)) < 0 ||
	    (rc = read_answer(s, b, 1, &y, &category)) < 0)
		return rc;
	if (answer_is_open(category))
		return 0;
	kind = answer_compare(&x, &y, str_is(category, "maths"));
	return kind != CONFLICT_NONE && kind != CONFLICT_SOFT;
}

/* Numbers in the group, the earlier one first; called in rank order. */
static int compare(void *context, uint32_t first, uint32_t second, float near)
{
	struct search *s = context;
	const struct one *a = &s->group[first], *b = &s->group[second];
	double cosine;
	int rc;

	(void)near;
	if (s->keeper[a->member] != a->member ||
	    s->keeper[b->member] != b->member ||
	    s->members.at[b->member].pinned)
		return 0;
	cosine = cosine_of(s, a, b);
	if (cosine < s->options->cosine)
		return 0;
	if ((rc = contradict(s, a->member, b->member)) < 0)
		return rc;
	if (rc) {
		s->summary->contradicting++;
		return 0;
	}
	s->keeper[b->member] = a->member;
	s->cosine[b->member] = cosine < 1 ? cosine : 1;
	return 0;
}

/* -- one guard -- */

static int compare_few(struct search *s, size_t n)
{
	int rc = 0;

	for (uint32_t b = 1; b < n; b++)
		for (uint32_t a = 0; rc == 0 && a < b; a++)
			rc = compare(s, a, b, 0);
	return rc;
}

static int compare_many(struct search *s, size_t n, struct par *par)
{
	size_t c = s->vectors.c;
	float *x = mem_try(n * c, sizeof *x);
	double least = s->options->cosine - ROUNDING;
	int rc;

	if (!x)
		return ERR_NOMEM;
	for (size_t i = 0; i < n; i++)
		memcpy(x + i * c, s->vectors.x + s->group[i].vector * c,
		       c * sizeof *x);
	rc = alike_within(x, n, c, least > ROUNDING ? least : ROUNDING, par,
			  compare, s);
	free(x);
	return rc;
}

static int compare_all(struct search *s, struct par *par)
{
	size_t n;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < s->n; i += n) {
		s->group = s->one + i;
		for (n = 1; i + n < s->n && s->one[i + n].guard ==
						    s->one[i].guard;
		     n++)
			;
		rc = n <= SMALL ? compare_few(s, n) : compare_many(s, n, par);
	}
	return rc;
}

/* -- saving -- */

static int put(struct search *s, struct stage *stage, sqlite3_stmt *put,
	       uint32_t m)
{
	struct decision decision = {
		.pair_id = s->members.at[m].id,
		.reason = STR("semantic duplicate"),
		.other_id = s->members.at[s->keeper[m]].id,
		.value = s->cosine[m],
		.threshold = s->options->cosine,
	};
	int rc = stage_decide(stage, &decision);

	if (rc < 0)
		return rc;
	sqlite3_bind_int64(put, 1, decision.pair_id);
	sqlite3_bind_int64(put, 2, decision.other_id);
	db_bind_str(put, 3, STR("semantic"));
	sqlite3_bind_double(put, 4, decision.value);
	sqlite3_bind_int64(put, 5, stage->run->id);
	return db_put(stage->db, put);
}

static int put_all(struct search *s, struct stage *stage)
{
	sqlite3_stmt *stmt;
	int rc;

	if ((rc = db_exec(s->db, SQL_SEMANTIC_CLEAR)) < 0 ||
	    (rc = db_prepare(s->db, SQL_DUPLICATE_PUT, &stmt)) < 0)
		return rc;
	for (uint32_t m = 0; rc == 0 && m < s->members.n; m++)
		if (s->keeper[m] != m)
			rc = put(s, stage, stmt, m);
	sqlite3_finalize(stmt);
	return rc;
}

static void sum_up(struct search *s)
{
	struct semantic_summary *sum = s->summary;
	bool *keeps = mem_array(s->members.n + 1, sizeof *keeps);

	for (uint32_t m = 0; m < s->members.n; m++) {
		uint32_t keeper = s->keeper[m];

		if (keeper == m)
			continue;
		sum->fell++;
		sum->clusters += !keeps[keeper];
		keeps[keeper] = true;
	}
	free(keeps);
	sum->pairs = s->n;
	sum->without = s->vectors.without;
	sum->kept = s->members.n - sum->fell;
	snprintf(sum->field, sizeof sum->field, "%.*s",
		 (int)s->vectors.field.n, s->vectors.field.at);
}

static int save(struct search *s, struct run *run,
		const struct stage_spec *spec)
{
	struct buf json = { 0 };
	struct stage stage;
	int rc = stage_open(&stage, s->db, spec, run);

	if (rc < 0)
		return rc;
	rc = put_all(s, &stage);
	semantic_json(s->summary, s->options, run_seconds(run), &json);
	rc = stage_close(&stage, rc, buf_view(&json));
	buf_free(&json);
	return rc;
}

/* -- the whole -- */

static void integer(struct json *json, const char *key, uint64_t value)
{
	json_key(json, key);
	json_int(json, (int64_t)value);
}

void semantic_json(const struct semantic_summary *summary,
		   const struct semantic_options *options, double seconds,
		   struct buf *out)
{
	struct json json = { .out = out };

	json_open(&json, '{');
	integer(&json, "pairs", summary->pairs);
	integer(&json, "exact", 0);
	integer(&json, "near", 0);
	integer(&json, "semantic", summary->fell);
	integer(&json, "clusters", summary->clusters);
	integer(&json, "kept", summary->kept);
	integer(&json, "contradicting", summary->contradicting);
	integer(&json, "without_vector", summary->without);
	json_key(&json, "threshold");
	json_real(&json, options->cosine);
	json_key(&json, "recall_at_threshold");
	json_real(&json, 1);
	json_key(&json, "method");
	json_text(&json, "semantic");
	json_key(&json, "on");
	json_text(&json, summary->field);
	json_key(&json, "seconds");
	json_real(&json, seconds);
	json_close(&json, '}');
}

/* Vectors of instructions, or else of whole pairs. */
static int read_vectors(struct search *s)
{
	static const char *const field[] = { "instruction", "pair" };
	struct vector_choice choice = { .model = s->options->model };
	int rc = ERR_ABSENT;

	for (size_t i = 0; rc == ERR_ABSENT && i < 2; i++) {
		vectors_free(&s->vectors);
		choice.field = field[i];
		rc = vectors_read(&s->vectors, s->db, &choice, STAGE_SEMANTIC);
	}
	if (rc == ERR_ABSENT)
		rc = err_set(ERR_ABSENT,
			     "%s: no instruction has a vector yet; run 'itdata "
			     "embed %s' first",
			     s->db->path, s->db->path);
	return rc;
}

int semantic_run(struct db *db, struct par *par, struct run *run,
		 const struct semantic_options *options,
		 struct semantic_summary *summary)
{
	struct stage_spec spec = {
		options->name, "dedup", STAGE_SEMANTIC, "[]", options->replace,
	};
	struct match_rule rule = { .on = MATCH_MEANING, .n = 1 };
	struct search s = {
		.options = options,
		.summary = summary,
		.db = db,
		.shingler = { .n = 1 },
	};
	int rc;

	*summary = (struct semantic_summary){ 0 };
	if ((rc = stage_check(db, &spec)) < 0 ||
	    (rc = read_vectors(&s)) < 0)
		goto done;
	members_init(&s.members, db, STAGE_SEMANTIC, &rule, 0);
	if ((rc = members_read(&s.members, par, 0)) == 0 &&
	    (rc = members_rank(&s.members, options->keep)) == 0 &&
	    (rc = line_up(&s)) == 0 && (rc = compare_all(&s, par)) == 0) {
		sum_up(&s);
		rc = save(&s, run, &spec);
	}
done:
	members_free(&s.members);
	vectors_free(&s.vectors);
	shingler_free(&s.shingler);
	arena_free(&s.arena);
	pair_batch_free(&s.batch[0]);
	pair_batch_free(&s.batch[1]);
	free(s.one);
	free(s.keeper);
	free(s.cosine);
	return rc;
}
