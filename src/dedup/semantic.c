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
#include "dedup/meaning.h"
#include "text/demand.h"

struct search {
	const struct semantic_options *options;
	struct semantic_summary *summary;
	struct db *db;
	struct members members;
	struct meaning meaning;
	uint32_t *keeper; /* (members) */
	double *cosine;   /* (members) to the keeper */
	/* answers of two pairs */
	struct pair_batch batch[2];
	struct shingler shingler;
	struct arena arena;
};

/* -- two pairs -- */

static int read_pair(struct search *s, uint32_t m, int which,
		     struct answer *answer)
{
	struct pair_batch *batch = &s->batch[which];
	int rc = pair_get(s->db, s->members.at[m].id, batch);

	if (rc == 0)
		answer_read(answer, &s->shingler, &s->arena,
			    batch->pair[0].response);
	return rc;
}

/* One in a word or two, and it does not stand in the other. */
static bool is_apart(const struct answer *a, const struct answer *b)
{
	return (a->few && !str_contains(b->normal, a->normal)) ||
	       (b->few && !str_contains(a->normal, b->normal));
}

/* 1: they ask for other things, or at most one of the answers can be right. */
static int contradict(struct search *s, uint32_t a, uint32_t b)
{
	const struct pair *first, *second;
	struct answer x, y;
	unsigned asks, other;
	int rc;

	arena_reset(&s->arena);
	if ((rc = read_pair(s, a, 0, &x)) < 0 ||
	    (rc = read_pair(s, b, 1, &y)) < 0)
		return rc;
	first = &s->batch[0].pair[0];
	second = &s->batch[1].pair[0];
	asks = demand_asks(first->instruction);
	other = demand_asks(second->instruction);
	if (asks && other && !(asks & other))
		return 1;
	if (answer_is_open(second->category))
		return 0;
	switch (answer_compare(&x, &y, str_is(second->category, "maths"))) {
	case CONFLICT_NONE:
		return 0;
	case CONFLICT_SOFT:
		return is_apart(&x, &y);
	case CONFLICT_OPTION:
	case CONFLICT_YES_NO:
	case CONFLICT_NUMBER:
	case CONFLICT_SHORT:
		break;
	}
	return 1;
}

/* The earlier one first; called in rank order. */
static int compare(void *context, uint32_t a, uint32_t b)
{
	struct search *s = context;
	double cosine;
	int rc;

	if (s->keeper[a] != a || s->keeper[b] != b || s->members.at[b].pinned)
		return 0;
	cosine = meaning_cosine(&s->meaning, a, b);
	if (cosine < s->options->cosine)
		return 0;
	if ((rc = contradict(s, a, b)) < 0)
		return rc;
	if (rc) {
		s->summary->contradicting++;
		return 0;
	}
	s->keeper[b] = a;
	s->cosine[b] = cosine < 1 ? cosine : 1;
	return 0;
}

static int compare_all(struct search *s, struct par *par)
{
	const struct members *members = &s->members;

	s->keeper = mem_try(members->n + 1, sizeof *s->keeper);
	s->cosine = mem_try(members->n + 1, sizeof *s->cosine);
	if (!s->keeper || !s->cosine)
		return ERR_NOMEM;
	for (uint32_t m = 0; m < members->n; m++)
		s->keeper[m] = m;
	return meaning_compare(&s->meaning, members, s->options->cosine, par,
			       compare, s);
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
	sum->pairs = s->meaning.n;
	sum->without = s->meaning.vectors.without;
	sum->kept = s->members.n - sum->fell;
	snprintf(sum->field, sizeof sum->field, "%.*s",
		 (int)s->meaning.vectors.field.n, s->meaning.vectors.field.at);
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

void semantic_json(const struct semantic_summary *summary,
		   const struct semantic_options *options, double seconds,
		   struct buf *out)
{
	struct json json = { .out = out };

	json_open(&json, '{');
	json_key_int(&json, "pairs", summary->pairs);
	json_key_int(&json, "exact", 0);
	json_key_int(&json, "near", 0);
	json_key_int(&json, "semantic", summary->fell);
	json_key_int(&json, "clusters", summary->clusters);
	json_key_int(&json, "kept", summary->kept);
	json_key_int(&json, "contradicting", summary->contradicting);
	json_key_int(&json, "without_vector", summary->without);
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
	    (rc = meaning_read(&s.meaning, db, options->model,
			       STAGE_SEMANTIC)) < 0)
		goto done;
	members_init(&s.members, db, STAGE_SEMANTIC, &rule, 0);
	if ((rc = members_read(&s.members, par, 0)) == 0 &&
	    (rc = members_rank(&s.members, options->keep)) == 0 &&
	    (rc = compare_all(&s, par)) == 0) {
		sum_up(&s);
		rc = save(&s, run, &spec);
	}
done:
	members_free(&s.members);
	meaning_free(&s.meaning);
	shingler_free(&s.shingler);
	arena_free(&s.arena);
	pair_batch_free(&s.batch[0]);
	pair_batch_free(&s.batch[1]);
	free(s.keeper);
	free(s.cosine);
	return rc;
}
