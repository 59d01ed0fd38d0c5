/* select.c - the stage `select`: the pairs that teach most, of a given number */
#include "score/select.h"

#include <math.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "score/pick.h"

const char *select_method_name(enum select_method method)
{
	static const char *const name[] = {
		"facility", "kcenter", "score-diverse", "top", "random",
	};

	return name[method];
}

/* -- what it needs to know of the pairs -- */

/* The measure of each pair; NAN where it has none. */
static int read_merit(struct pick *pick, struct db *db, double *merit)
{
	const struct vectors *v = pick->vectors;
	sqlite3_stmt *scan;
	size_t i = 0, found = 0;
	int step, rc = db_prepare(db, SQL_SCORE_OF, &scan);

	if (rc < 0)
		return rc;
	for (size_t j = 0; j < v->n; j++)
		merit[j] = NAN;
	db_bind_str(scan, 1, str_of(pick->options->by));
	while ((step = sqlite3_step(scan)) == SQLITE_ROW) {
		int64_t id = sqlite3_column_int64(scan, 0);

		while (i < v->n && v->pair[i].id < id)
			i++;
		if (i == v->n || v->pair[i].id != id)
			continue;
		merit[i] = sqlite3_column_double(scan, 1);
		found++;
	}
	if (step != SQLITE_DONE)
		rc = db_fail(db, "reading a measure");
	sqlite3_finalize(scan);
	if (rc == 0 && !found && v->n)
		rc = err_set(ERR_ABSENT,
			     "no pair has the measure '%s' yet; 'itdata "
			     "metrics' says which command measures it",
			     pick->options->by);
	pick->merit = merit;
	return rc;
}

static int by_id(const void *left, const void *right)
{
	const int64_t *id = left;
	const struct vector_pair *pair = right;

	return *id < pair->id ? -1 : *id > pair->id;
}

/* What a person keeps, then what must be there. */
static int take_first(struct pick *pick)
{
	const struct select_options *o = pick->options;
	const struct vectors *v = pick->vectors;

	for (uint32_t i = 0; i < v->n; i++)
		if (v->pair[i].pinned && !pick->taken[i])
			pick_take(pick, i);
	for (size_t m = 0; m < o->musts; m++) {
		const struct vector_pair *pair =
			bsearch(&o->must[m], v->pair, v->n, sizeof *v->pair,
				by_id);
		uint32_t i;

		if (!pair)
			return err_set(ERR_USAGE,
				       "--must: pair %lld is not among those "
				       "to select from",
				       (long long)o->must[m]);
		i = (uint32_t)(pair - v->pair);
		if (!pick->taken[i])
			pick_take(pick, i);
	}
	return 0;
}

static int choose(struct pick *pick, double *value)
{
	*value = NAN;
	if (pick_full(pick))
		return 0;
	switch (pick->options->method) {
	case SELECT_FACILITY:
		return pick_facility(pick, value);
	case SELECT_KCENTER:
		return pick_kcenter(pick, value);
	case SELECT_DIVERSE:
		return pick_diverse(pick);
	case SELECT_TOP:
	case SELECT_RANDOM:
		break;
	}
	return pick_in_order(pick);
}

/* -- saving -- */

static int decide(struct stage *stage, const struct pick *pick)
{
	const struct vectors *v = pick->vectors;
	int rc = 0;

	for (uint32_t i = 0; rc == 0 && i < v->n; i++) {
		struct decision decision = {
			.pair_id = v->pair[i].id,
			.reason = STR("not selected"),
			.value = pick->merit ? pick->merit[i] : NAN,
			.threshold = NAN,
		};

		if (!pick->taken[i])
			rc = stage_decide(stage, &decision);
	}
	return rc;
}

static int save(struct db *db, struct run *run, const struct stage_spec *spec,
		const struct pick *pick, struct select_summary *summary)
{
	struct buf json = { 0 };
	struct stage stage;
	int rc = stage_open(&stage, db, spec, run);

	if (rc < 0)
		return rc;
	rc = decide(&stage, pick);
	select_json(summary, pick->options, run_seconds(run), &json);
	rc = stage_close(&stage, rc, buf_view(&json));
	buf_free(&json);
	return rc;
}

int select_run(struct db *db, struct par *par, struct run *run,
	       const struct select_options *options,
	       struct select_summary *summary)
{
	struct stage_spec spec = {
		options->name, "select", STAGE_SELECT, "[]", options->replace,
	};
	struct vector_choice choice = options->choice;
	struct vectors vectors = { 0 };
	struct pick pick = {
		.vectors = &vectors,
		.options = options,
		.seed = run->seed,
		.par = par,
	};
	double *merit = NULL;
	int rc;

	*summary = (struct select_summary){ .value = NAN };
	choice.texts = options->tokens > 0;
	if ((rc = stage_check(db, &spec)) < 0 ||
	    (rc = vectors_read(&vectors, db, &choice, STAGE_SELECT)) < 0)
		goto done;
	pick.chosen = mem_try(vectors.n + 1, sizeof *pick.chosen);
	pick.taken = mem_try(vectors.n + 1, sizeof *pick.taken);
	pick.used = mem_array(options->quotas + 1, sizeof *pick.used);
	merit = mem_try(vectors.n + 1, sizeof *merit);
	if (!pick.chosen || !pick.taken || !merit) {
		rc = ERR_NOMEM;
		goto done;
	}
	if (options->by && (rc = read_merit(&pick, db, merit)) < 0)
		goto done;
	if ((rc = take_first(&pick)) < 0 ||
	    (rc = choose(&pick, &summary->value)) < 0)
		goto done;
	summary->pairs = vectors.n;
	summary->kept = pick.n;
	summary->tokens = pick.tokens;
	rc = save(db, run, &spec, &pick, summary);
done:
	free(pick.chosen);
	free(pick.taken);
	free(pick.used);
	free(merit);
	vectors_free(&vectors);
	return rc;
}

void select_json(const struct select_summary *s,
		 const struct select_options *options, double seconds,
		 struct buf *out)
{
	struct json json = { .out = out };

	json_open(&json, '{');
	json_key(&json, "pairs");
	json_int(&json, (int64_t)s->pairs);
	json_key(&json, "kept");
	json_int(&json, (int64_t)s->kept);
	json_key(&json, "method");
	json_text(&json, select_method_name(options->method));
	if (options->tokens) {
		json_key(&json, "tokens");
		json_int(&json, (int64_t)s->tokens);
	}
	if (!isnan(s->value)) {
		json_key(&json, options->method == SELECT_KCENTER ? "radius"
								  : "value");
		json_real(&json, s->value);
	}
	json_key(&json, "seconds");
	json_real(&json, seconds);
	json_close(&json, '}');
}
