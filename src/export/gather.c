/* gather.c - the pairs that can be exported, read once */
#include "export/gather.h"

#include <math.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/log.h"
#include "base/rng.h"
#include "db/along.h"
#include "db/stage.h"
#include "export/cap.h"
#include "export/keys.h"
#include "export/origin.h"
#include "export/redact.h"

/* A batch of pairs, and what work() makes of it. */
struct item {
	struct pair_batch batch;
	struct row *row; /* (batch.n) as are: */
	struct kin *kin;
	struct str *label; /* of the group, offsets into `labels` */
	const char **why;  /* NULL, or why it is skipped */
	bool *cut;
	struct row_maker maker;
	double *score;     /* (batch.n, metrics) */
	size_t row_room, kin_room, label_room, why_room, cut_room, score_room;
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
	struct origins origins;
	struct pair_reader reader;
	struct along score, cluster, redact, mark;
	size_t metrics;
	uint32_t last_group;
	struct progress progress;
};

/* -- what stands beside the pairs -- */

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

static void list_metrics(struct gathering *g)
{
	g->metrics = (size_t)sqlite3_column_count(g->score.row) - 1;
	for (size_t m = 0; m < g->metrics; m++) {
		const char *name = sqlite3_column_name(g->score.row,
						       (int)m + 1);

		vec_push(&g->set->metric,
			 arena_str(&g->set->arena, str_of(name)));
	}
}

static int open_scans(struct gathering *g)
{
	const struct gather_options *options = g->options;
	int64_t scored;
	int rc;

	if ((rc = db_number(g->db, SQL_EXPORT_SCORED, &scored)) == 0 &&
	    scored &&
	    (rc = along_open(&g->score, g->db, SQL_EXPORT_SCORE)) == 0)
		list_metrics(g);
	if (rc == 0 && options->keyed)
		rc = along_open(&g->cluster, g->db, SQL_EXPORT_CLUSTER);
	if (rc == 0 && options->redact)
		rc = along_open(&g->redact, g->db, SQL_EXPORT_REDACT);
	if (rc == 0 && options->capped)
		rc = along_open(&g->mark, g->db, SQL_EXPORT_MARK);
	if (rc == 0)
		rc = find_measures(g);
	return rc < 0 ? rc : pair_reader_open(&g->reader, g->db, STAGE_EXPORT);
}

/* -- reading -- */

static void read_scores(struct gathering *g, struct item *item)
{
	sqlite3_stmt *row = g->score.row;

	mem_grow(&item->score, &item->score_room, item->batch.n * g->metrics,
		 sizeof *item->score);
	for (size_t i = 0; i < item->batch.n; i++) {
		double *score = item->score + i * g->metrics;
		bool found = along_meet(&g->score, item->batch.pair[i].id);

		for (int m = 0; m < (int)g->metrics; m++)
			score[m] = found && sqlite3_column_type(row, m + 1) !=
						    SQLITE_NULL
					   ? sqlite3_column_double(row, m + 1)
					   : HUGE_VAL;
	}
}

/* The spans of one pair, in the order of the scan. */
static void read_spans(struct gathering *g, struct item *item, size_t pair)
{
	sqlite3_stmt *row = g->redact.row;
	int64_t id = item->batch.pair[pair].id;

	for (bool more = along_meet(&g->redact, id); more;
	     more = along_next(&g->redact, id)) {
		vec_push(&item->span,
			 ((struct finding_span){
				 .pair = pair,
				 .turn = (uint32_t)sqlite3_column_int(row, 1),
				 .field = arena_str(&item->batch.arena,
						    db_str(row, 2)),
				 .start = (size_t)sqlite3_column_int64(row, 3),
				 .length = (size_t)sqlite3_column_int64(row, 4),
				 .rule = arena_str(&item->batch.arena,
						   db_str(row, 5)),
			 }));
		g->set->redacted++;
	}
}

static unsigned read_marks(struct gathering *g, int64_t id)
{
	unsigned marks = 0;

	for (bool more = along_meet(&g->mark, id); more;
	     more = along_next(&g->mark, id))
		marks |= str_is(db_str(g->mark.row, 1), "refusal")
				 ? MARK_REFUSAL
				 : MARK_MORALISING;
	return marks;
}

static void make_room(struct item *item)
{
	size_t n = item->batch.n;

	mem_grow(&item->row, &item->row_room, n, sizeof *item->row);
	mem_grow(&item->kin, &item->kin_room, n, sizeof *item->kin);
	mem_grow(&item->label, &item->label_room, n, sizeof *item->label);
	mem_grow(&item->why, &item->why_room, n, sizeof *item->why);
	mem_grow(&item->cut, &item->cut_room, n, sizeof *item->cut);
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
	make_room(item);
	for (size_t i = 0; i < item->batch.n; i++) {
		const struct pair *pair = &item->batch.pair[i];

		item->row[i] = (struct row){
			.id = pair->id,
			.record = pair->record,
			.source = origin_of(&g->origins, pair->source_id),
		};
		item->kin[i] = (struct kin){ 0 };
		if (g->options->redact)
			read_spans(g, item, i);
		if (g->options->capped)
			item->row[i].marks = read_marks(g, pair->id);
		if (along_meet(&g->cluster, pair->id))
			item->kin[i].cluster =
				sqlite3_column_int64(g->cluster.row, 1);
	}
	return rc;
}

/* -- work -- */

static void add_keys(struct item *item, const struct pair *pair,
		     struct kin *kin)
{
	struct keys keys;

	key_make(&item->keys, pair, &keys);
	kin->prompt = keys.prompt;
	kin->document = keys.document;
	kin->shingles = (uint32_t)keys.shingles;
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

static void work_pair(struct gathering *g, struct item *item, size_t i)
{
	const struct gather_options *options = g->options;
	const struct pair *pair = &item->batch.pair[i];
	const double *score = item->score + i * g->metrics;
	struct row *row = &item->row[i];
	const struct origin *origin = &g->origins.list.at[row->source];
	size_t at = item->text.n, label = item->labels.n;
	struct row_size size = { 0 };

	item->why[i] = origin->refused;
	if (!item->why[i])
		item->why[i] = row_make(&item->maker, pair, &item->text,
					&size);
	item->cut[i] = size.cut;
	row->tokens = size.tokens;
	row->trained = size.trained;
	row->text_n = (uint32_t)(item->text.n - at);
	if (!item->why[i])
		buf_put(&item->text, score, g->metrics * sizeof *score);
	group_put(options->grouping,
		  &(struct group_about){
			  .pair = pair,
			  .source = origin->name,
			  .measure = score,
		  },
		  &item->labels);
	item->label[i].n = item->labels.n - label;
	row->order = rng_keyed(options->seed,
			       pair->digest.low ^ pair->digest.high);
	if (options->capped)
		row->opening = cap_opening(pair->response, &item->scratch);
	if (options->keyed)
		add_keys(item, pair, &item->kin[i]);
}

static int work_item(void *context, void *argument)
{
	struct item *item = argument;

	buf_clear(&item->text);
	buf_clear(&item->labels);
	item->shingles = 0;
	redact_batch(item);
	for (size_t i = 0; i < item->batch.n; i++)
		work_pair(context, item, i);
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

/* Where the texts and shingles of an item are from now on. */
struct stored {
	const char *text;
	const uint64_t *shingle;
};

static int store_item(struct set *set, const struct item *item,
		      struct stored *stored)
{
	uint64_t *text = store_take(&set->store, (item->text.n + 7) / 8);
	uint64_t *shingle = store_take(&set->store, item->shingles);

	if (!text || !shingle)
		return ERR_NOMEM;
	if (item->text.n)
		memcpy(text, item->text.at, item->text.n);
	if (item->shingles)
		memcpy(shingle, item->shingle,
		       item->shingles * sizeof *shingle);
	*stored = (struct stored){ (const char *)text, shingle };
	return 0;
}

static int grow_set(struct gathering *g, size_t more)
{
	struct set *set = g->set;
	int rc = mem_try_grow(&set->row, &set->room, set->rows + more,
			      sizeof *set->row);

	return rc < 0 || !g->options->keyed
		       ? rc
		       : mem_try_grow(&set->kin, &set->kin_room,
				      set->rows + more, sizeof *set->kin);
}

static void add_row(struct gathering *g, struct item *item, size_t i,
		    struct stored *stored)
{
	struct set *set = g->set;
	struct row *row = &item->row[i];
	const struct pair *pair = &item->batch.pair[i];

	if (item->cut[i])
		vec_push(&set->cut, row->id);
	g->origins.list.at[row->source].used = true;
	row->text = stored->text;
	stored->text += row->text_n + g->metrics * sizeof *item->score;
	row->lang = words_add(&set->lang, &set->arena, "lang", pair->lang);
	row->category = words_add(&set->category, &set->arena, "category",
				  pair->category);
	row->group = group_of(g, item->label[i]);
	if (set->kin) {
		item->kin[i].shingle = stored->shingle;
		set->kin[set->rows] = item->kin[i];
	}
	set->row[set->rows++] = *row;
}

static int write_item(void *context, void *argument)
{
	struct gathering *g = context;
	struct item *item = argument;
	struct stored stored;
	const char *label = item->labels.at;
	int rc = store_item(g->set, item, &stored);

	if (rc < 0 || (rc = grow_set(g, item->batch.n)) < 0)
		return rc;
	for (size_t i = 0; i < item->batch.n; i++) {
		add_digest(g->set, &item->batch.pair[i]);
		item->label[i].at = label;
		label += item->label[i].n;
		if (item->why[i])
			vec_push(&g->set->skip,
				 ((struct skip){ item->row[i].id,
						 item->why[i] }));
		else
			add_row(g, item, i, &stored);
		stored.shingle += item->kin[i].shingles;
	}
	progress_set(&g->progress, g->set->rows);
	return 0;
}

/* -- the whole -- */

static int close_scans(struct gathering *g, int rc)
{
	pair_reader_close(&g->reader);
	rc = along_close(&g->score, rc);
	rc = along_close(&g->cluster, rc);
	rc = along_close(&g->redact, rc);
	return along_close(&g->mark, rc);
}

static void items_free(struct item *item, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		pair_batch_free(&item[i].batch);
		free(item[i].row);
		free(item[i].kin);
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
}

static void name_sources(struct gathering *g)
{
	for (size_t i = 0; i < g->origins.list.n; i++) {
		const struct origin *origin = &g->origins.list.at[i];

		vec_push(&g->set->source,
			 meta_source(&g->set->arena, origin->name,
				     origin->license));
	}
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
	if ((rc = origins_read(&g.origins, db, options->licenses,
			       &set->arena)) == 0 &&
	    (rc = open_scans(&g)) == 0 &&
	    (rc = db_number(db, SQL_PAIR_COUNT, &total)) == 0) {
		progress_start(&g.progress, "reading", "pairs",
			       (uint64_t)total);
		rc = par_map(par, &map);
		progress_end(&g.progress);
	}
	rc = close_scans(&g, rc);
	name_sources(&g);
	origins_licenses(&g.origins, &set->license, &set->licenses);
	origins_free(&g.origins);
	items_free(item, slots);
	return rc;
}

void set_free(struct set *set)
{
	free(set->row);
	free(set->kin);
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
