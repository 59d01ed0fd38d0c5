/* labelled.c - pairs that a person labelled, and which rules hit them */
#include "filter/labelled.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/log.h"
#include "filter/judge.h"
#include "read/reader.h"
#include "text/lang.h"

/* A chunk of records, and what the rules say of them. */
struct item {
	struct chunk chunk;
	struct arena arena;
	struct judge judge;
	struct outcome {
		bool label;
		double score;
		size_t end; /* of its hits */
	} *outcome;
	size_t n, room;
	VEC(uint32_t) hits;
	uint64_t bytes;
};

struct reading {
	struct labelled *set;
	const struct labelled_options *options;
	const struct ruleset *rules;
	const char *path;
	struct reader reader;
	struct progress progress;
};

/* -- one record -- */

static struct str text_of(const struct value *record, const char *const *key,
			  size_t n)
{
	struct str text = { NULL, 0 };

	for (size_t i = 0; i < n && !text.at; i++)
		text = value_text(record, key[i]);
	return text;
}

#define TEXT_OF(record, keys) text_of(record, keys, sizeof keys / sizeof *keys)

void labelled_pair(const struct value *record, struct pair *pair)
{
	static const char *const instruction[] = {
		"instruction", "prompt", "question", "task", "text",
	};
	static const char *const input[] = { "input", "context" };
	static const char *const response[] = { "response", "output",
						"answer" };
	struct lang_evidence own = { 0 }, answer = { 0 }, around = { 0 };
	struct str lang = value_text(record, "lang");

	*pair = (struct pair){
		.system = value_text(record, "system"),
		.instruction = TEXT_OF(record, instruction),
		.input = TEXT_OF(record, input),
		.response = TEXT_OF(record, response),
		.category = value_text(record, "category"),
		.turns = 1,
	};
	if (!pair->instruction.at)
		return;
	if (!pair->response.at)
		pair->response = STR("");
	lang_look(&own, pair->instruction);
	lang_look(&answer, pair->response);
	lang_look(&around, pair->input);
	lang_look(&around, pair->instruction);
	lang_look(&around, pair->response);
	pair->lang = lang.n ? lang : str_of(lang_decide(&own, &around));
	pair->lang_response = str_of(lang_decide(&answer, &around));
}

/* A member as text, whatever its type; absent when it is not there. */
static struct str member(const struct value *record, const char *key)
{
	const struct value *value = value_get(record, key);

	if (!value)
		return (struct str){ NULL, 0 };
	switch (value->type) {
	case VALUE_STRING:
	case VALUE_NUMBER:
		return value->text;
	case VALUE_TRUE:
		return STR("true");
	case VALUE_FALSE:
		return STR("false");
	case VALUE_NULL:
	case VALUE_ARRAY:
	case VALUE_OBJECT:
		break;
	}
	return (struct str){ NULL, 0 };
}

static bool is_true(struct str label, const char *positive)
{
	static const char *const truths[] = { "true", "True", "TRUE", "1",
					      "yes", "Yes" };

	if (positive)
		return str_is(label, positive);
	for (size_t i = 0; i < sizeof truths / sizeof *truths; i++)
		if (str_is(label, truths[i]))
			return true;
	return false;
}

/* "KEY=VALUE" of the record; no condition is met by all. */
static bool is_wanted(const struct value *record, const char *where)
{
	const char *equals = where ? strchr(where, '=') : NULL;
	struct buf key = { 0 };
	bool met;

	if (!equals)
		return true;
	buf_put(&key, where, (size_t)(equals - where));
	met = str_is(member(record, key.at), equals + 1);
	buf_free(&key);
	return met;
}

static void keep(struct item *item, const struct pair *pair, bool label)
{
	struct judge *judge = &item->judge;

	double clear = 1; /* by the rules that are on by default */

	judge_pair(judge, pair);
	for (size_t h = 0; h < judge->hits.n; h++) {
		const struct hit *hit = &judge->hits.at[h];
		const struct rule *rule;
		bool new = !hit->failed;
		size_t from = item->n ? item->outcome[item->n - 1].end : 0;

		for (size_t k = from; k < item->hits.n; k++)
			new &= item->hits.at[k] != hit->rule;
		if (!new)
			continue;
		vec_push(&item->hits, hit->rule);
		rule = &judge->set->rule[hit->rule];
		if (rule->action == ACTION_SCORE && !rule->off)
			clear *= 1 - rule->weight;
	}
	mem_grow(&item->outcome, &item->room, item->n + 1,
		 sizeof *item->outcome);
	item->outcome[item->n++] = (struct outcome){
		.label = label,
		.score = 1 - clear,
		.end = item->hits.n,
	};
	item->bytes += pair->instruction.n + pair->input.n + pair->response.n;
}

/* -- all records -- */

static int read_item(void *context, void *argument)
{
	struct reading *in = context;
	struct item *item = argument;

	return reader_next(&in->reader, &item->chunk);
}

static int work_item(void *context, void *argument)
{
	struct reading *in = context;
	struct item *item = argument;

	item->n = 0;
	item->hits.n = 0;
	item->bytes = 0;
	for (size_t i = 0; i < item->chunk.records; i++) {
		const struct record *record = &item->chunk.record[i];
		struct scan_error error = { 0, record->why };
		struct value value;
		struct pair pair;
		struct str label;

		arena_reset(&item->arena);
		if (record->why ||
		    reader_parse(&in->reader, record, &item->arena, &value,
				 &error) < 0)
			return err_set(ERR_FORMAT, "%s:%lld: %s", in->path,
				       (long long)record->line, error.why);
		if (!is_wanted(&value, in->options->where))
			continue;
		label = member(&value, in->options->label);
		labelled_pair(&value, &pair);
		if (!label.at || !pair.instruction.at)
			return err_set(ERR_FORMAT, "%s:%lld: no '%s'",
				       in->path, (long long)record->line,
				       label.at ? "instruction"
						: in->options->label);
		keep(item, &pair, is_true(label, in->options->positive));
	}
	return 0;
}

static int write_item(void *context, void *argument)
{
	struct reading *in = context;
	struct labelled *set = in->set;
	struct item *item = argument;
	size_t before = set->hits, most = set->n + item->n;

	mem_grow(&set->hit, &set->hit_room, set->hits + item->hits.n,
		 sizeof *set->hit);
	mem_grow(&set->label, &set->label_room, most, sizeof *set->label);
	mem_grow(&set->score, &set->score_room, most, sizeof *set->score);
	mem_grow(&set->end, &set->end_room, most, sizeof *set->end);
	if (item->hits.n)
		memcpy(set->hit + before, item->hits.at,
		       item->hits.n * sizeof *set->hit);
	set->hits += item->hits.n;
	for (size_t i = 0; i < item->n; i++) {
		set->label[set->n] = item->outcome[i].label;
		set->score[set->n] = item->outcome[i].score;
		set->end[set->n++] = before + item->outcome[i].end;
		set->positives += item->outcome[i].label;
	}
	set->bytes += item->bytes;
	progress_set(&in->progress, set->n);
	return 0;
}

/* What each rule cost, over all threads. */
static void add_seconds(struct labelled *set, struct item *item, size_t slots,
			size_t rules)
{
	for (size_t i = 0; i < slots; i++)
		for (size_t r = 0; r < rules; r++)
			set->seconds[r] += item[i].judge.seconds[r];
}

int labelled_read(struct labelled *set, const char *path,
		  const struct labelled_options *options,
		  const struct ruleset *rules, const bool *on,
		  struct par *par)
{
	struct reading in = {
		.set = set,
		.options = options,
		.rules = rules,
		.path = path,
	};
	size_t slots = par_slots(par);
	struct item *item = mem_array(slots, sizeof *item);
	struct par_map map = {
		.read = read_item,
		.work = work_item,
		.write = write_item,
		.item = item,
		.item_size = sizeof *item,
		.items = slots,
		.context = &in,
	};
	int rc;

	*set = (struct labelled){ 0 };
	set->seconds = mem_array(rules->n + 1, sizeof *set->seconds);
	for (size_t i = 0; i < slots; i++) {
		judge_init(&item[i].judge, rules, on);
		item[i].judge.seconds = mem_array(rules->n + 1,
						  sizeof(double));
	}
	if ((rc = reader_open(&in.reader, path, FORMAT_AUTO)) == 0) {
		progress_start(&in.progress, "judging", "pairs", 0);
		rc = par_map(par, &map);
		progress_end(&in.progress);
		reader_close(&in.reader);
	}
	add_seconds(set, item, slots, rules->n);
	for (size_t i = 0; i < slots; i++) {
		chunk_free(&item[i].chunk);
		arena_free(&item[i].arena);
		free(item[i].judge.seconds);
		judge_free(&item[i].judge);
		free(item[i].outcome);
		vec_free(&item[i].hits);
	}
	free(item);
	if (rc == 0 && (set->positives == 0 || set->positives == set->n))
		rc = err_set(ERR_FORMAT,
			     "%s: of %zu labels '%s' %s is true; name the "
			     "value that is with --positive",
			     path, set->n, options->label,
			     set->positives ? "every one" : "none");
	return rc;
}

void labelled_free(struct labelled *set)
{
	free(set->label);
	free(set->score);
	free(set->hit);
	free(set->end);
	free(set->seconds);
	*set = (struct labelled){ 0 };
}
