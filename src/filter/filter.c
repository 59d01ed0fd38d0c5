/* filter.c - the stage: what rules say of every pair, and what falls for it */
#include "filter/filter.h"

#include <math.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/spill.h"
#include "db/stage.h"
#include "filter/condition.h"
#include "filter/judge.h"
#include "text/utf8.h"

/* What was found waits in a spill until all pairs are judged:
 *
 *   pair id | kind << 62 | what | number | number
 *   FINDING                rule << 36 | constraint << 30 | turn << 4 |
 *                          field << 1 | failed, start, length
 *   DECISION               reason, value, threshold
 *   SCORE                  0, ambiguity, 0
 */
enum kind { FINDING, DECISION, SCORE, WORDS = 4 };
enum { TURNS = (1 << 26) - 1 };

/* A batch, and what was found in it. */
struct item {
	struct pair_batch batch;
	struct judge judge;
	struct outcome {
		size_t hits; /* from the last outcome's to here */
		double own[OWN_MEASURES];
	} *outcome; /* (outcomes) */
	size_t outcomes;
	VEC(struct hit) hits;
};

struct filtering {
	const struct filter_options *options;
	struct filter_summary *summary;
	struct ruleset *set;
	bool *on, *drop;      /* (set->n) */
	uint32_t *category;   /* (set->n) */
	struct condition_on *drop_if, *keep_if;
	size_t drop_ifs, keep_ifs;
	bool scores;          /* some rule that runs has a weight */
	bool *counted;        /* rules, then categories, of one pair */
	struct db *db;
	struct pair_reader reader;
	struct spill spill;
	struct progress progress;
};

/* -- judging, on any thread -- */

static int read_item(void *context, void *item)
{
	struct filtering *f = context;

	return pair_reader_next(&f->reader, &((struct item *)item)->batch);
}

static void measure(struct judge *judge, const struct pair *pair,
		    double own[OWN_MEASURES])
{
	size_t findings = 0;

	for (size_t i = 0; i < judge->hits.n; i++)
		findings += !judge->hits.at[i].failed;
	own[OWN_AMBIGUITY] = judge->ambiguity;
	own[OWN_FINDINGS] = (double)findings;
	own[OWN_TURNS] = pair->turns;
	own[OWN_INSTRUCTION_CHARS] =
		(double)utf8_count(pair->instruction.at, pair->instruction.n);
	own[OWN_INPUT_CHARS] =
		(double)utf8_count(pair->input.at, pair->input.n);
	own[OWN_RESPONSE_CHARS] =
		(double)utf8_count(pair->response.at, pair->response.n);
}

static int work_item(void *context, void *argument)
{
	struct item *item = argument;

	(void)context;
	item->hits.n = 0;
	mem_grow(&item->outcome, &item->outcomes, item->batch.n,
		 sizeof *item->outcome);
	for (size_t i = 0; i < item->batch.n; i++) {
		const struct pair *pair = &item->batch.pair[i];
		struct judge *judge = &item->judge;

		judge_pair(judge, pair);
		for (size_t h = 0; h < judge->hits.n; h++)
			vec_push(&item->hits, judge->hits.at[h]);
		item->outcome[i].hits = item->hits.n;
		measure(judge, pair, item->outcome[i].own);
	}
	return 0;
}

/* -- deciding, in order of pairs -- */

static uint64_t bits(double value)
{
	uint64_t word;

	memcpy(&word, &value, sizeof word);
	return word;
}

static double real(uint64_t word)
{
	double value;

	memcpy(&value, &word, sizeof value);
	return value;
}

static int put(struct filtering *f, int64_t pair_id, enum kind kind,
	       uint64_t what, uint64_t a, uint64_t b)
{
	return spill_put(&f->spill,
			 (uint64_t[WORDS]){ (uint64_t)pair_id,
					    (uint64_t)kind << 62 | what, a,
					    b });
}

/* Count a pair once for each rule and category that hit it. */
static void count_hits(struct filtering *f, const struct hit *hit, size_t n)
{
	struct filter_summary *s = f->summary;
	size_t rules = f->set->n;
	bool flagged = false;

	memset(f->counted, 0, rules + s->category.n);
	for (size_t i = 0; i < n; i++) {
		uint32_t r = hit[i].rule;

		s->findings++;
		flagged |= !hit[i].failed;
		s->errors += hit[i].failed;
		if (hit[i].failed || f->counted[r])
			continue;
		f->counted[r] = true;
		s->by_rule[r]++;
		if (!f->counted[rules + f->category[r]])
			s->by_category[f->category[r]]++;
		f->counted[rules + f->category[r]] = true;
	}
	s->flagged += flagged;
}

/* Messages of a conversation have one field, `content`: FIELDS here. */
static int put_findings(struct filtering *f, const struct pair *pair,
			const struct hit *hit, size_t n)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < n; i++) {
		uint64_t field = pair->messages ? FIELDS : hit[i].field;

		rc = put(f, pair->id, FINDING,
			 (uint64_t)hit[i].rule << 36 |
				 (uint64_t)hit[i].kind << 30 |
				 (uint64_t)(hit[i].turn & TURNS) << 4 |
				 field << 1 | hit[i].failed,
			 hit[i].start, hit[i].length);
	}
	return rc;
}

static uint32_t reason_of(struct filtering *f, struct str text)
{
	struct filter_summary *s = f->summary;
	uint32_t known = s->reason.n, reason = map_add(&s->reason, text);

	mem_grow(&s->by_reason, &s->reason_room, s->reason.n,
		 sizeof *s->by_reason);
	if (reason == known)
		s->by_reason[reason] = 0;
	return reason;
}

/* The first rule that drops: "category: rule". */
static bool falls_by_rule(struct filtering *f, const struct hit *hit,
			  size_t n, uint32_t *reason)
{
	for (size_t i = 0; i < n; i++) {
		const struct rule *rule = &f->set->rule[hit[i].rule];
		struct buf text = { 0 };

		if (hit[i].failed || !f->drop[hit[i].rule])
			continue;
		buf_print(&text, "%s: %s", rule->category.at, rule->id.at);
		*reason = reason_of(f, buf_view(&text));
		buf_free(&text);
		return true;
	}
	return false;
}

static int any_met(struct condition_on *condition, size_t n,
		   const struct outcome *outcome, int64_t pair_id,
		   const struct condition_on **which)
{
	bool met = false;
	int rc = 0;

	*which = NULL;
	for (size_t i = 0; rc == 0 && i < n; i++) {
		rc = condition_met(&condition[i], outcome->own, pair_id, &met);
		if (met && !*which)
			*which = &condition[i];
	}
	return rc;
}

static int decide(struct filtering *f, int64_t pair_id, const struct hit *hit,
		  size_t n, const struct outcome *outcome)
{
	const struct condition_on *drop, *keep;
	double value = NAN, threshold = NAN;
	uint32_t reason = 0;
	bool falls;
	int rc;

	if ((rc = any_met(f->drop_if, f->drop_ifs, outcome, pair_id, &drop)) <
		    0 ||
	    (rc = any_met(f->keep_if, f->keep_ifs, outcome, pair_id, &keep)) <
		    0)
		return rc;
	falls = falls_by_rule(f, hit, n, &reason);
	if (!falls && drop) {
		falls = true;
		reason = reason_of(f, str_of(drop->text));
		value = drop->value;
		threshold = drop->threshold;
	}
	if (!falls)
		return 0;
	if (keep) {
		f->summary->spared++;
		return 0;
	}
	f->summary->dropped++;
	f->summary->by_reason[reason]++;
	return put(f, pair_id, DECISION, reason, bits(value),
		   bits(threshold));
}

static int write_item(void *context, void *argument)
{
	struct filtering *f = context;
	struct filter_summary *s = f->summary;
	struct item *item = argument;
	size_t from = 0;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < item->batch.n; i++) {
		const struct outcome *outcome = &item->outcome[i];
		const struct hit *hit = item->hits.at + from;
		const struct pair *pair = &item->batch.pair[i];
		size_t n = outcome->hits - from;

		count_hits(f, hit, n);
		s->pairs++;
		s->ambiguity += outcome->own[OWN_AMBIGUITY];
		s->strong += outcome->own[OWN_AMBIGUITY] >= 0.8;
		if ((rc = put_findings(f, pair, hit, n)) == 0 &&
		    (rc = decide(f, pair->id, hit, n, outcome)) == 0 &&
		    f->scores)
			rc = put(f, pair->id, SCORE, 0,
				 bits(outcome->own[OWN_AMBIGUITY]), 0);
		from = outcome->hits;
	}
	for (int k = 0; k < ASK_KINDS; k++)
		for (int v = 0; v < VERDICTS; v++) {
			s->asked[k][v] += item->judge.asked[k][v];
			item->judge.asked[k][v] = 0;
		}
	progress_set(&f->progress, s->pairs);
	return rc;
}

static int judge_all(struct filtering *f, struct par *par)
{
	size_t slots = par_slots(par);
	struct item *item = mem_array(slots, sizeof *item);
	struct par_map map = {
		.read = read_item,
		.work = work_item,
		.write = write_item,
		.item = item,
		.item_size = sizeof *item,
		.items = slots,
		.context = f,
	};
	int64_t total;
	int rc;

	for (size_t i = 0; i < slots; i++)
		judge_init(&item[i].judge, f->set, f->on);
	if ((rc = db_number(f->db, SQL_PAIR_COUNT, &total)) == 0 &&
	    (rc = pair_reader_open(&f->reader, f->db, 0)) == 0) {
		progress_start(&f->progress, "filter", "pairs",
			       (uint64_t)total);
		rc = par_map(par, &map);
		progress_end(&f->progress);
		pair_reader_close(&f->reader);
	}
	for (size_t i = 0; i < slots; i++) {
		pair_batch_free(&item[i].batch);
		judge_free(&item[i].judge);
		free(item[i].outcome);
		vec_free(&item[i].hits);
	}
	free(item);
	if (f->summary->pairs)
		f->summary->ambiguity /= (double)f->summary->pairs;
	return rc;
}

/* -- saving, in one transaction -- */

static int save_finding(struct filtering *f, struct stage *stage,
			const uint64_t *record)
{
	uint64_t what = record[1];
	size_t r = what >> 36 & 0xffffff;
	bool failed = what & 1;
	size_t kind = what >> 30 & 63;
	struct buf id = { 0 };
	uint64_t field = what >> 1 & 7;
	struct finding finding = {
		.pair_id = (int64_t)record[0],
		.rule = r < f->set->n ? f->set->rule[r].id : STR("not-utf8"),
		.category = failed ? STR("rule-error")
				   : f->set->rule[r].category,
		.field = field == FIELDS ? STR("content")
					 : str_of(field_name[field]),
		.turn = (uint32_t)(what >> 4) & TURNS,
		.start = record[2],
		.length = record[3],
	};

	int rc;

	if (kind < ASK_KINDS) { /* "constraint.words" */
		buf_print(&id, "%s.%s", finding.rule.at, constraint_name[kind]);
		finding.rule = buf_view(&id);
	}
	rc = stage_find(stage, &finding);
	buf_free(&id);
	return rc;
}

static int save_record(struct filtering *f, struct stage *stage,
		       sqlite3_stmt *score, const uint64_t *record)
{
	struct decision decision;

	switch ((enum kind)(record[1] >> 62)) {
	case FINDING:
		return save_finding(f, stage, record);
	case DECISION:
		decision = (struct decision){
			.pair_id = (int64_t)record[0],
			.reason = map_key(&f->summary->reason,
					  (uint32_t)record[1]),
			.value = real(record[2]),
			.threshold = real(record[3]),
		};
		return stage_decide(stage, &decision);
	case SCORE:
		sqlite3_bind_int64(score, 1, (int64_t)record[0]);
		sqlite3_bind_double(score, 2, real(record[2]));
		return db_put(stage->db, score);
	case WORDS:
		break;
	}
	return 0;
}

/* Rules without weights leave no ambiguity of an earlier run behind. */
static int clear_scores(struct filtering *f, const char *name)
{
	sqlite3_stmt *clear;
	int rc = db_prepare(f->db, SQL_AMBIGUITY_CLEAR, &clear);

	if (rc < 0)
		return rc;
	db_bind_str(clear, 1, str_of(name));
	rc = db_put(f->db, clear);
	sqlite3_finalize(clear);
	return rc;
}

static int save(struct filtering *f, const struct stage_spec *spec,
		struct run *run)
{
	uint64_t record[WORDS];
	sqlite3_stmt *score = NULL;
	struct buf json = { 0 };
	struct stage stage;
	int rc, more;

	if ((rc = spill_sort(&f->spill)) < 0 ||
	    (rc = stage_open(&stage, f->db, spec, run)) < 0)
		return rc;
	rc = f->scores ? db_prepare(f->db, SQL_AMBIGUITY_PUT, &score)
		       : clear_scores(f, spec->name);
	while (rc == 0 && (more = spill_next(&f->spill, record)) != 0)
		rc = more < 0 ? more
			      : save_record(f, &stage, score, record);
	sqlite3_finalize(score);
	filter_json(f->summary, run_seconds(run), &json);
	rc = stage_close(&stage, rc, buf_view(&json));
	buf_free(&json);
	return rc;
}

/* -- the whole -- */

int ruleset_choose(const struct ruleset *set, const char *what,
		   struct names names, bool value, bool *chosen)
{
	for (size_t i = 0; i < names.n; i++) {
		bool found = false;

		for (size_t r = 0; r < set->n; r++) {
			if (!str_is(set->rule[r].id, names.at[i]) &&
			    !str_is(set->rule[r].category, names.at[i]))
				continue;
			chosen[r] = value;
			found = true;
		}
		if (!found)
			return err_set(ERR_USAGE,
				       "--%s: no rule or category '%s'; "
				       "'itdata rules list' shows them",
				       what, names.at[i]);
	}
	return 0;
}

static int choose(struct filtering *f)
{
	const struct filter_options *o = f->options;
	struct ruleset *set = f->set;
	struct filter_summary *s = f->summary;
	int rc;

	f->on = mem_array(set->n + 1, sizeof *f->on);
	f->drop = mem_array(set->n + 1, sizeof *f->drop);
	f->category = mem_array(set->n + 1, sizeof *f->category);
	for (size_t r = 0; r < set->n; r++) {
		f->on[r] = !set->rule[r].off;
		f->drop[r] = set->rule[r].action == ACTION_DROP;
		f->category[r] = map_add(&s->category, set->rule[r].category);
	}
	if ((rc = ruleset_choose(set, "enable", o->enable, true, f->on)) < 0 ||
	    (rc = ruleset_choose(set, "disable", o->disable, false, f->on)) <
		    0 ||
	    (rc = ruleset_choose(set, "drop", o->drop, true, f->drop)) < 0)
		return rc;
	for (size_t r = 0; r < set->n; r++)
		f->scores |= f->on[r] && set->rule[r].action == ACTION_SCORE;
	s->by_rule = mem_array(set->n + 1, sizeof *s->by_rule);
	s->by_category = mem_array(s->category.n + 1, sizeof *s->by_category);
	f->counted = mem_array(set->n + s->category.n + 1,
			       sizeof *f->counted);
	return 0;
}

static int open_conditions(struct filtering *f, struct names names,
			   struct condition_on **condition, size_t *n)
{
	int rc = 0;

	*condition = mem_array(names.n + 1, sizeof **condition);
	for (size_t i = 0; rc == 0 && i < names.n; i++) {
		rc = condition_read(&(*condition)[i], names.at[i]);
		*n = i + 1;
		if (rc == 0)
			rc = condition_open(&(*condition)[i], f->db);
	}
	return rc;
}

static void close_conditions(struct condition_on *condition, size_t n)
{
	for (size_t i = 0; i < n; i++)
		condition_close(&condition[i]);
	free(condition);
}

/* The packs as JSON: other packs are another stage. */
static void list_operands(struct names rules, struct buf *out)
{
	struct json json = { .out = out };

	json_open(&json, '[');
	for (size_t i = 0; i < rules.n; i++)
		json_text(&json, rules.at[i]);
	json_close(&json, ']');
}

int filter_run(struct db *db, struct par *par, struct run *run,
	       const struct filter_options *options,
	       struct filter_summary *summary)
{
	struct filtering f = {
		.options = options,
		.summary = summary,
		.set = &summary->set,
		.db = db,
		.spill = { .fd = -1 },
	};
	struct buf operands = { 0 };
	struct stage_spec spec = { options->name, "filter", STAGE_FILTER, NULL,
				   options->replace };
	int rc;

	*summary = (struct filter_summary){ 0 };
	list_operands(options->rules, &operands);
	spec.operands = operands.at;
	if ((rc = ruleset_load(f.set, options->rules.at, options->rules.n)) ==
		    0 &&
	    (rc = choose(&f)) == 0 && (rc = stage_check(db, &spec)) == 0 &&
	    (rc = open_conditions(&f, options->drop_if, &f.drop_if,
				  &f.drop_ifs)) == 0 &&
	    (rc = open_conditions(&f, options->keep_if, &f.keep_if,
				  &f.keep_ifs)) == 0 &&
	    (rc = spill_init(&f.spill, WORDS, FILTER_MEMORY)) == 0 &&
	    (rc = judge_all(&f, par)) == 0)
		rc = 0;
	close_conditions(f.drop_if, f.drop_ifs);
	close_conditions(f.keep_if, f.keep_ifs);
	if (rc == 0)
		rc = save(&f, &spec, run);
	spill_free(&f.spill);
	free(f.on);
	free(f.drop);
	free(f.category);
	free(f.counted);
	buf_free(&operands);
	return rc;
}
