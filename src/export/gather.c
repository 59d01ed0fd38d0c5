/* gather.c - the pairs that can be exported, read once */
#include "export/gather.h"

#include <math.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/json.h"
#include "base/log.h"
#include "base/rng.h"
#include "db/stage.h"
#include "export/cap.h"
#include "export/keys.h"
#include "export/redact.h"

struct source {
	int64_t id;
	char *name, *license;
	const char *refused; /* NULL, or why none of it is exported */
	bool used;
};

/* A batch of pairs, and what work() makes of it. */
struct item {
	struct pair_batch batch;
	struct row *row; /* (rows) text is an offset into `text` yet */
	struct str *label; /* (rows) of the group, offsets into `labels` */
	const char **why;  /* (rows) NULL, or why it is skipped */
	bool *cut;         /* (rows) */
	struct row_maker maker;
	double *score;     /* (batch.n, metrics) */
	size_t row_room, label_room, why_room, cut_room,
		score_room;
	struct buf text, labels, scratch;
	VEC(struct finding_span) span; /* to redact */
	struct key_maker keys;
	uint64_t *shingle; /* of all rows, one after the other */
	size_t shingles, shingle_room;
};

struct gathering {
	struct set *set;
	struct db *db;
	const struct gather_options *options;
	struct source *source; /* (sources) in order of id */
	size_t sources, source_room;
	struct pair_reader reader;
	/* merged in order of pair_id; NULL: not asked for */
	sqlite3_stmt *score, *cluster, *redact, *mark;
	int score_step, cluster_step, redact_step, mark_step;
	size_t metrics;
	uint32_t last_group;
	struct progress progress;
};

/* -- what stands beside the pairs -- */

/* The members of an object, for meta lines. */
static struct str json_members(struct arena *arena, const char *key,
			       struct str value, const char *second,
			       struct str second_value)
{
	struct buf text = { 0 };
	struct json json = { .out = &text };
	struct str copy;

	json_key(&json, key);
	json_str(&json, value);
	if (second) {
		json_key(&json, second);
		json_str(&json, second_value);
	}
	buf_byte(&text, ',');
	copy = arena_str(arena, buf_view(&text));
	buf_free(&text);
	return copy;
}

/* The number of a word; most rows have the word of the row before. */
static uint32_t number_of(struct set *set, struct words *words,
			  const char *key, struct str text)
{
	if (words->map.n && str_equal(map_key(&words->map, words->last), text))
		return words->last;
	words->last = map_add(&words->map, text);
	if (words->last == words->json.n)
		vec_push(&words->json, json_members(&set->arena, key, text,
						    NULL, text));
	return words->last;
}

/* NULL when the licence is among those that are allowed. */
static const char *refusal_of(struct gathering *g, struct str license)
{
	const char *allowed = g->options->licenses;
	struct buf why = { 0 };
	struct str text;

	if (!allowed)
		return NULL;
	if (!license.n)
		return "no licence is known";
	while (*allowed) {
		size_t n = strcspn(allowed, ",");

		if (str_equal(license, (struct str){ allowed, n }))
			return NULL;
		allowed += n;
		allowed += *allowed == ',';
	}
	buf_print(&why, "licence '%.*s' is not allowed", (int)license.n,
		  license.at);
	text = arena_str(&g->set->arena, buf_view(&why));
	buf_free(&why);
	return text.at;
}

static int read_sources(struct gathering *g)
{
	sqlite3_stmt *scan;
	int step, rc = db_prepare(g->db, SQL_EXPORT_SOURCE, &scan);

	if (rc < 0)
		return rc;
	while ((step = sqlite3_step(scan)) == SQLITE_ROW) {
		struct str name = db_str(scan, 1), license = db_str(scan, 2);

		mem_grow(&g->source, &g->source_room, g->sources + 1,
			 sizeof *g->source);
		g->source[g->sources++] = (struct source){
			.id = sqlite3_column_int64(scan, 0),
			.name = mem_copy(name.at, name.n),
			.license = mem_copy(license.at, license.n),
			.refused = refusal_of(g, license),
		};
		vec_push(&g->set->source,
			 json_members(&g->set->arena, "source", name,
				      "license", license));
	}
	if (step != SQLITE_DONE)
		rc = db_fail(g->db, "reading sources");
	sqlite3_finalize(scan);
	return rc;
}

static uint32_t source_of(const struct gathering *g, int64_t id)
{
	size_t low = 0, high = g->sources;

	while (high - low > 1) {
		size_t middle = (low + high) / 2;

		if (g->source[middle].id <= id)
			low = middle;
		else
			high = middle;
	}
	return (uint32_t)low;
}

/* Step a scan in order of pair_id up to this pair: whether it has a row. */
static bool meet(sqlite3_stmt *scan, int *step, int64_t id)
{
	while (*step == SQLITE_ROW && sqlite3_column_int64(scan, 0) < id)
		*step = sqlite3_step(scan);
	return *step == SQLITE_ROW && sqlite3_column_int64(scan, 0) == id;
}

/* Which column a group's measure is. */
static int find_measures(struct gathering *g)
{
	struct grouping *grouping = g->options->grouping;

	for (size_t i = 0; i < grouping->field.n; i++) {
		struct group_field *field = &grouping->field.at[i];
		size_t m = 0;

		if (field->kind != GROUP_MEASURE)
			continue;
		while (m < g->metrics &&
		       !str_is(g->set->metric.at[m], field->name))
			m++;
		field->measure = m;
		if (m == g->metrics)
			return err_set(ERR_USAGE,
				       "--balance: '%s' is not lang, "
				       "lang_response, category, source, "
				       "turns, length, or a measure that "
				       "'itdata score' computed",
				       field->name);
	}
	return 0;
}

static int open_scans(struct gathering *g)
{
	int rc;

	if ((rc = db_prepare(g->db, SQL_EXPORT_SCORE, &g->score)) < 0 ||
	    (rc = db_prepare(g->db, SQL_EXPORT_CLUSTER, &g->cluster)) < 0)
		return rc;
	g->score_step = sqlite3_step(g->score);
	g->cluster_step = sqlite3_step(g->cluster);
	if (g->score_step == SQLITE_ROW)
		g->metrics = (size_t)sqlite3_column_count(g->score) - 1;
	for (size_t m = 0; m < g->metrics; m++) {
		const char *name = sqlite3_column_name(g->score, (int)m + 1);

		vec_push(&g->set->metric,
			 arena_str(&g->set->arena, str_of(name)));
	}
	if (g->options->redact) {
		if ((rc = db_prepare(g->db, SQL_EXPORT_REDACT,
				     &g->redact)) < 0)
			return rc;
		g->redact_step = sqlite3_step(g->redact);
	}
	if (g->options->capped) {
		if ((rc = db_prepare(g->db, SQL_EXPORT_MARK, &g->mark)) < 0)
			return rc;
		g->mark_step = sqlite3_step(g->mark);
	}
	if ((rc = find_measures(g)) < 0)
		return rc;
	return pair_reader_open(&g->reader, g->db, STAGE_EXPORT);
}

/* -- reading -- */

static void read_scores(struct gathering *g, struct item *item)
{
	mem_grow(&item->score, &item->score_room, item->batch.n * g->metrics,
		 sizeof *item->score);
	for (size_t i = 0; i < item->batch.n; i++) {
		double *score = item->score + i * g->metrics;
		bool found = meet(g->score, &g->score_step,
				  item->batch.pair[i].id);

		for (size_t m = 0; m < g->metrics; m++)
			score[m] = found && sqlite3_column_type(g->score,
						(int)m + 1) != SQLITE_NULL
					   ? sqlite3_column_double(
						     g->score, (int)m + 1)
					   : HUGE_VAL;
	}
}

/* The spans of one pair, in the order of the scan. */
static void read_spans(struct gathering *g, struct item *item, size_t pair)
{
	sqlite3_stmt *scan = g->redact;
	int64_t id = item->batch.pair[pair].id;

	if (!meet(scan, &g->redact_step, id))
		return;
	while (g->redact_step == SQLITE_ROW &&
	       sqlite3_column_int64(scan, 0) == id) {
		vec_push(&item->span,
			 ((struct finding_span){
				 .pair = pair,
				 .turn = (uint32_t)sqlite3_column_int(scan, 1),
				 .field = arena_str(&item->batch.arena,
						    db_str(scan, 2)),
				 .start = (size_t)sqlite3_column_int64(scan, 3),
				 .length = (size_t)sqlite3_column_int64(scan,
									4),
				 .rule = arena_str(&item->batch.arena,
						   db_str(scan, 5)),
			 }));
		g->set->redacted++;
		g->redact_step = sqlite3_step(scan);
	}
}

static unsigned read_marks(struct gathering *g, int64_t id)
{
	unsigned marks = 0;

	if (!meet(g->mark, &g->mark_step, id))
		return 0;
	while (g->mark_step == SQLITE_ROW &&
	       sqlite3_column_int64(g->mark, 0) == id) {
		marks |= str_is(db_str(g->mark, 1), "refusal")
				 ? MARK_REFUSAL
				 : MARK_MORALISING;
		g->mark_step = sqlite3_step(g->mark);
	}
	return marks;
}

static int read_item(void *context, void *argument)
{
	struct gathering *g = context;
	struct item *item = argument;
	int rc = pair_reader_next(&g->reader, &item->batch);

	if (rc <= 0)
		return rc;
	item->span.n = 0;
	if (g->metrics)
		read_scores(g, item);
	mem_grow(&item->row, &item->row_room, item->batch.n,
		 sizeof *item->row);
	mem_grow(&item->label, &item->label_room, item->batch.n,
		 sizeof *item->label);
	mem_grow(&item->why, &item->why_room, item->batch.n,
		 sizeof *item->why);
	mem_grow(&item->cut, &item->cut_room, item->batch.n,
		 sizeof *item->cut);
	for (size_t i = 0; i < item->batch.n; i++) {
		int64_t id = item->batch.pair[i].id;

		item->row[i] = (struct row){
			.id = id,
			.record = item->batch.pair[i].record,
			.source = source_of(g, item->batch.pair[i].source_id),
		};
		if (g->redact)
			read_spans(g, item, i);
		if (g->mark)
			item->row[i].marks = read_marks(g, id);
		if (g->options->keyed &&
		    meet(g->cluster, &g->cluster_step, id))
			item->row[i].cluster =
				sqlite3_column_int64(g->cluster, 1);
	}
	return rc;
}

/* -- work -- */

static void add_keys(struct item *item, const struct pair *pair,
		     struct row *row)
{
	struct keys keys;

	key_make(&item->keys, pair, &keys);
	row->prompt = keys.prompt;
	row->document = keys.document;
	row->shingles = (uint32_t)keys.shingles;
	mem_grow(&item->shingle, &item->shingle_room,
		 item->shingles + keys.shingles, sizeof *item->shingle);
	memcpy(item->shingle + item->shingles, keys.shingle,
	       keys.shingles * sizeof *item->shingle);
	item->shingles += keys.shingles;
}

static void redact_batch(struct item *item)
{
	for (size_t i = 0; i < item->span.n;) {
		size_t pair = item->span.at[i].pair, to = i;

		while (to < item->span.n && item->span.at[to].pair == pair)
			to++;
		redact_pair(&item->batch.pair[pair], item->span.at + i, to - i,
			    &item->batch.arena);
		i = to;
	}
}

static int work_item(void *context, void *argument)
{
	struct gathering *g = context;
	struct item *item = argument;
	const struct gather_options *options = g->options;

	buf_clear(&item->text);
	buf_clear(&item->labels);
	item->shingles = 0;
	redact_batch(item);
	for (size_t i = 0; i < item->batch.n; i++) {
		const struct pair *pair = &item->batch.pair[i];
		struct row *row = &item->row[i];
		size_t at = item->text.n, label = item->labels.n;
		struct row_size size = { 0 };

		item->why[i] = g->source[row->source].refused;
		if (!item->why[i])
			item->why[i] = row_make(&item->maker, pair,
						&item->text, &size);
		item->cut[i] = size.cut;
		row->tokens = size.tokens;
		row->trained = size.trained;
		row->text_n = (uint32_t)(item->text.n - at);
		if (!item->why[i])
			buf_put(&item->text, item->score + i * g->metrics,
				g->metrics * sizeof *item->score);
		group_put(options->grouping,
			  &(struct group_about){
				  .pair = pair,
				  .source = g->source[row->source].name,
				  .measure = item->score + i * g->metrics,
			  },
			  &item->labels);
		item->label[i].n = item->labels.n - label;
		row->order = rng_keyed(options->seed, pair->digest.low ^
						      pair->digest.high);
		if (options->capped)
			row->opening = cap_opening(pair->response,
						   &item->scratch);
		if (options->keyed)
			add_keys(item, pair, row);
	}
	return 0;
}

/* -- writing -- */

static void add_digest(struct set *set, const struct pair *pair)
{
	struct hash128 h = hash128(&pair->digest, sizeof pair->digest);

	set->digest.low += h.low;
	set->digest.high += h.high;
}

static uint32_t group_of(struct gathering *g, struct str label)
{
	struct map *group = &g->set->group;

	if (!group->n || !str_equal(map_key(group, g->last_group), label))
		g->last_group = map_add(group, label);
	return g->last_group;
}

static int write_item(void *context, void *argument)
{
	struct gathering *g = context;
	struct set *set = g->set;
	struct item *item = argument;
	char *text = (char *)store_take(&set->store, (item->text.n + 7) / 8);
	uint64_t *shingle = store_take(&set->store, item->shingles);
	const char *label = item->labels.at;
	int rc;

	if (!text || !shingle)
		return ERR_NOMEM;
	if (item->text.n)
		memcpy(text, item->text.at, item->text.n);
	if (item->shingles)
		memcpy(shingle, item->shingle,
		       item->shingles * sizeof *shingle);
	if ((rc = mem_try_grow(&set->row, &set->room,
			       set->rows + item->batch.n,
			       sizeof *set->row)) < 0)
		return rc;
	for (size_t i = 0; i < item->batch.n; i++) {
		struct row *row = &item->row[i];
		const struct pair *pair = &item->batch.pair[i];

		add_digest(set, pair);
		item->label[i].at = label;
		label += item->label[i].n;
		row->shingle = shingle;
		shingle += row->shingles;
		if (item->why[i]) {
			vec_push(&set->skip,
				 ((struct skip){ row->id, item->why[i] }));
			continue;
		}
		if (item->cut[i])
			vec_push(&set->cut, row->id);
		g->source[row->source].used = true;
		row->text = text;
		text += row->text_n + g->metrics * sizeof *item->score;
		row->lang = number_of(set, &set->lang, "lang", pair->lang);
		row->category = number_of(set, &set->category, "category",
					  pair->category);
		row->group = group_of(g, item->label[i]);
		set->row[set->rows++] = *row;
	}
	progress_set(&g->progress, set->rows);
	return 0;
}

/* -- the whole -- */

static int by_text(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

static void take_licenses(struct gathering *g)
{
	struct set *set = g->set;

	set->license = mem_array(g->sources + 1, sizeof *set->license);
	for (size_t i = 0; i < g->sources; i++) {
		const char *license = g->source[i].license;
		bool known = !*license || !g->source[i].used;

		for (size_t k = 0; k < set->licenses && !known; k++)
			known = strcmp(set->license[k], license) == 0;
		if (!known)
			set->license[set->licenses++] =
				mem_copy(license, strlen(license));
	}
	qsort(set->license, set->licenses, sizeof *set->license, by_text);
}

static void gathering_free(struct gathering *g, struct item *item, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		pair_batch_free(&item[i].batch);
		free(item[i].row);
		free(item[i].label);
		free(item[i].why);
		free(item[i].cut);
		row_maker_free(&item[i].maker);
		free(item[i].score);
		buf_free(&item[i].text);
		buf_free(&item[i].labels);
		buf_free(&item[i].scratch);
		vec_free(&item[i].span);
		key_maker_free(&item[i].keys);
		free(item[i].shingle);
	}
	free(item);
	for (size_t i = 0; i < g->sources; i++) {
		free(g->source[i].name);
		free(g->source[i].license);
	}
	free(g->source);
	pair_reader_close(&g->reader);
	sqlite3_finalize(g->score);
	sqlite3_finalize(g->cluster);
	sqlite3_finalize(g->redact);
	sqlite3_finalize(g->mark);
}

int gather(struct set *set, struct db *db, struct par *par,
	   const struct gather_options *options)
{
	struct gathering g = { .set = set, .db = db, .options = options };
	size_t slots = par_slots(par);
	struct item *item = mem_array(slots, sizeof *item);
	struct par_map map = {
		.read = read_item,
		.work = work_item,
		.write = write_item,
		.item = item,
		.item_size = sizeof *item,
		.items = slots,
		.context = &g,
	};
	int64_t total;
	int rc;

	*set = (struct set){ .store = { .budget = options->memory } };
	for (size_t i = 0; i < slots; i++) {
		item[i].maker.style = &options->style;
		key_maker_init(&item[i].keys);
	}
	if ((rc = read_sources(&g)) == 0 && (rc = open_scans(&g)) == 0 &&
	    (rc = db_number(db, SQL_PAIR_COUNT, &total)) == 0) {
		progress_start(&g.progress, "reading", "pairs",
			       (uint64_t)total);
		rc = par_map(par, &map);
		progress_end(&g.progress);
	}
	take_licenses(&g);
	gathering_free(&g, item, slots);
	return rc;
}

static void words_free(struct words *words)
{
	map_free(&words->map);
	vec_free(&words->json);
}

void set_free(struct set *set)
{
	free(set->row);
	map_free(&set->group);
	words_free(&set->lang);
	words_free(&set->category);
	vec_free(&set->source);
	vec_free(&set->metric);
	arena_free(&set->arena);
	vec_free(&set->skip);
	vec_free(&set->cut);
	store_free(&set->store);
	for (size_t i = 0; i < set->licenses; i++)
		free(set->license[i]);
	free(set->license);
	*set = (struct set){ 0 };
}

/* -- meta lines -- */

void row_meta(const struct set *set, const struct row *row, uint64_t copy,
	      struct buf *out)
{
	struct json json = { .out = out };
	const char *at = row->text + row->text_n;

	json_open(&json, '{');
	json_key(&json, "id");
	json_int(&json, row->id);
	json_key(&json, "record");
	json_int(&json, row->record);
	buf_byte(out, ',');
	buf_str(out, set->source.at[row->source]);
	buf_str(out, set->lang.json.at[row->lang]);
	buf_str(out, set->category.json.at[row->category]);
	json.comma = false;
	json_key(&json, "scores");
	json_open(&json, '{');
	for (size_t m = 0; m < set->metric.n; m++) {
		double value;

		memcpy(&value, at + m * sizeof value, sizeof value);
		json_str(&json, set->metric.at[m]);
		buf_byte(out, ':');
		json.comma = false;
		json_real(&json, value);
	}
	json_close(&json, '}');
	json_key(&json, "copy");
	json_int(&json, (int64_t)copy);
	json_close(&json, '}');
	buf_byte(out, '\n');
}
