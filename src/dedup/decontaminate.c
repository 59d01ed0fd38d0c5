/* decontaminate.c - pairs that contain items of benchmarks, found and recorded */
#include "dedup/decontaminate.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/json.h"
#include "base/log.h"
#include "base/vec.h"
#include "db/pair.h"

/* A text of a pair, and what a finding calls it. */
struct field {
	struct str text;
	struct str name;
	uint32_t turn;
};

/* A run of an item that stands in a field. */
struct hit {
	uint32_t item, at, field;
};

/* An item that a pair contains. */
struct contained {
	int64_t pair_id;
	uint32_t item;
	double share;
	struct str field; /* a literal */
	uint32_t turn;
	uint32_t start, length; /* characters */
};

struct batch {
	struct pair_batch pairs;
	struct shingler plain, traced;
	VEC(struct field) field;
	VEC(struct hit) hit;
	VEC(struct contained) found;
	uint64_t *hash;
	size_t room;
};

struct job {
	const struct decontaminate_options *options;
	struct items items;
	struct pair_reader reader;
	VEC(struct contained) found; /* in order of pair */
	uint64_t pairs;
	struct progress progress;
};

/* -- one pair -- */

static void add_field(struct batch *b, struct str text, struct str name,
		      size_t turn)
{
	struct field field = { text, name, (uint32_t)turn };

	if (text.n)
		vec_push(&b->field, field);
}

static void list_fields(struct batch *b, const struct pair *pair)
{
	b->field.n = 0;
	for (size_t i = 0; i < pair->messages; i++)
		add_field(b, pair->message[i].content, STR("content"), i);
	if (pair->messages)
		return;
	add_field(b, pair->system, STR("system"), 0);
	add_field(b, pair->instruction, STR("instruction"), 0);
	add_field(b, pair->input, STR("input"), 0);
	add_field(b, pair->response, STR("response"), 0);
}

static void look_up(struct job *job, struct batch *b, uint64_t hash,
		    uint32_t n, uint32_t field)
{
	size_t runs;
	const struct run_of_item *run = items_find(&job->items, hash, &runs);

	for (size_t i = 0; i < runs; i++) {
		struct hit hit = { run[i].item, run[i].at, field };

		if (job->items.item.at[run[i].item].n == n)
			vec_push(&b->hit, hit);
	}
}

/* Hashes of the runs of n units of the text that s has read. */
static size_t hash_runs(struct batch *b, struct shingler *s, uint32_t n)
{
	size_t count;

	if (s->units < n)
		return 0;
	s->n = n;
	count = shingler_count(s);
	mem_grow(&b->hash, &b->room, count, sizeof *b->hash);
	shingler_put(s, 0, b->hash);
	return count;
}

static void look_in_field(struct job *job, struct batch *b, uint32_t field)
{
	struct shingle_form form;
	const bool *lengths = job->items.lengths;

	shingler_read(&b->plain, b->field.at[field].text, &form);
	if (lengths[0])
		look_up(job, b, form.equal, 0, field);
	for (uint32_t n = 1; n < 65; n++) {
		size_t runs = lengths[n] ? hash_runs(b, &b->plain, n) : 0;

		for (size_t i = 0; i < runs; i++)
			look_up(job, b, b->hash[i], n, field);
	}
}

static int by_item(const void *left, const void *right)
{
	const struct hit *a = left, *b = right;

	if (a->item != b->item)
		return a->item < b->item ? -1 : 1;
	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return a->field < b->field ? -1 : a->field > b->field;
}

/* The share of an item that n hits, in order of `at`, make up. */
static double share_of(const struct job *job, const struct hit *hit, size_t n)
{
	const struct item *item = &job->items.item.at[hit->item];
	uint32_t runs = 0, covered = 0, end = 0;

	if (!item->n)
		return 1;
	for (size_t i = 0; i < n; i++) {
		uint32_t from = hit[i].at, to = from + item->n;

		if (i && hit[i].at == hit[i - 1].at)
			continue;
		runs++;
		covered += to - (from > end ? from : end);
		end = to;
	}
	return job->options->cover ? (double)covered / item->units
				   : (double)runs / item->runs;
}

/* The field that most of the hits are in. */
static uint32_t main_field(const struct batch *b, const struct hit *hit,
			   size_t n)
{
	uint32_t best = hit->field;
	size_t most = 0;

	for (uint32_t f = 0; f < b->field.n; f++) {
		size_t count = 0;

		for (size_t i = 0; i < n; i++)
			count += hit[i].field == f;
		if (count > most) {
			most = count;
			best = f;
		}
	}
	return best;
}

static bool has_item(const struct job *job, uint64_t hash, uint32_t item)
{
	size_t runs;
	const struct run_of_item *run = items_find(&job->items, hash, &runs);

	for (size_t i = 0; i < runs; i++)
		if (run[i].item == item)
			return true;
	return false;
}

/* Where in the field: from its first run of the item to its last. */
static void find_span(struct job *job, struct batch *b,
		      struct contained *found, struct str text)
{
	uint32_t n = job->items.item.at[found->item].n;
	struct shingler *s = &b->traced;
	struct shingle_form form;
	size_t first, last, runs;

	s->spans = true;
	shingler_read(s, text, &form);
	if (!s->units)
		return;
	first = 0;
	last = s->units - 1;
	if (n) {
		runs = hash_runs(b, s, n);
		while (first < runs &&
		       !has_item(job, b->hash[first], found->item))
			first++;
		while (runs && !has_item(job, b->hash[runs - 1], found->item))
			runs--;
		last = runs ? runs - 1 + n - 1 : first;
	}
	found->start = s->start[first];
	found->length = s->end[last] - s->start[first];
}

static void judge(struct job *job, struct batch *b, const struct pair *pair,
		  const struct hit *hit, size_t n)
{
	double share = share_of(job, hit, n);
	const struct field *field;
	struct contained found;

	if (share < job->options->threshold)
		return;
	field = &b->field.at[main_field(b, hit, n)];
	found = (struct contained){
		.pair_id = pair->id,
		.item = hit->item,
		.share = share,
		.field = field->name,
		.turn = field->turn,
	};
	find_span(job, b, &found, field->text);
	vec_push(&b->found, found);
}

static void look_in_pair(struct job *job, struct batch *b,
			 const struct pair *pair)
{
	b->hit.n = 0;
	list_fields(b, pair);
	for (uint32_t f = 0; f < b->field.n; f++)
		look_in_field(job, b, f);
	if (!b->hit.n)
		return;
	qsort(b->hit.at, b->hit.n, sizeof *b->hit.at, by_item);
	for (size_t i = 0, n; i < b->hit.n; i += n) {
		for (n = 1; i + n < b->hit.n &&
			    b->hit.at[i + n].item == b->hit.at[i].item;)
			n++;
		judge(job, b, pair, &b->hit.at[i], n);
	}
}

/* -- all pairs -- */

static int read_batch(void *context, void *item)
{
	struct job *job = context;

	return pair_reader_next(&job->reader, &((struct batch *)item)->pairs);
}

static int work_batch(void *context, void *item)
{
	struct batch *b = item;

	b->found.n = 0;
	for (size_t i = 0; i < b->pairs.n; i++)
		look_in_pair(context, b, &b->pairs.pair[i]);
	return 0;
}

static int write_batch(void *context, void *item)
{
	struct job *job = context;
	struct batch *b = item;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < b->found.n; i++)
		rc = vec_try_push(&job->found, b->found.at[i]);
	job->pairs += b->pairs.n;
	progress_set(&job->progress, job->pairs);
	return rc;
}

static int look_in_all(struct job *job, struct db *db, struct par *par)
{
	size_t slots = par_slots(par);
	struct batch *batch = mem_array(slots, sizeof *batch);
	struct par_map map = {
		.read = read_batch,
		.work = work_batch,
		.write = write_batch,
		.item = batch,
		.item_size = sizeof *batch,
		.items = slots,
		.context = job,
	};
	int64_t total;
	int rc;

	/* It looks at one pair at a time, so it judges every pair. */
	if ((rc = db_number(db, SQL_PAIR_COUNT, &total)) == 0 &&
	    (rc = pair_reader_open(&job->reader, db, 0)) == 0) {
		progress_start(&job->progress, "decontaminate", "pairs",
			       (uint64_t)total);
		rc = par_map(par, &map);
		progress_end(&job->progress);
		pair_reader_close(&job->reader);
	}
	for (size_t i = 0; i < slots; i++) {
		pair_batch_free(&batch[i].pairs);
		shingler_free(&batch[i].plain);
		shingler_free(&batch[i].traced);
		vec_free(&batch[i].field);
		vec_free(&batch[i].hit);
		vec_free(&batch[i].found);
		free(batch[i].hash);
	}
	free(batch);
	return rc;
}

/* -- saving -- */

static int put_item(struct job *job, struct stage *stage, sqlite3_stmt *put,
		    uint32_t number, int64_t *id)
{
	const struct item *item = &job->items.item.at[number];
	int rc;

	sqlite3_bind_int64(put, 1, stage->id);
	db_bind_str(put, 2,
		    str_of(job->items.benchmark.at[item->benchmark]));
	sqlite3_bind_int64(put, 3, item->record);
	db_bind_str(put, 4, item->text);
	if ((rc = db_put(stage->db, put)) == 0)
		*id = sqlite3_last_insert_rowid(stage->db->sqlite);
	return rc;
}

/* Items that were found, in order of the benchmarks. */
static int put_items(struct job *job, struct stage *stage, int64_t *item_id,
		     struct decontaminate_summary *summary)
{
	sqlite3_stmt *put;
	int rc = db_prepare(stage->db, SQL_ITEM_PUT, &put);

	for (size_t i = 0; i < job->found.n; i++)
		item_id[job->found.at[i].item] = -1;
	for (uint32_t i = 0; rc == 0 && i < job->items.item.n; i++) {
		if (!item_id[i])
			continue;
		rc = put_item(job, stage, put, i, &item_id[i]);
		summary->items++;
		summary->benchmark[job->items.item.at[i].benchmark].found++;
	}
	sqlite3_finalize(put);
	return rc;
}

static int put_finding(struct job *job, struct stage *stage,
		       const struct contained *found)
{
	const struct item *item = &job->items.item.at[found->item];
	struct finding finding = {
		.pair_id = found->pair_id,
		.rule = str_of(job->items.benchmark.at[item->benchmark]),
		.category = STR("contamination"),
		.field = found->field,
		.turn = found->turn,
		.start = found->start,
		.length = found->length,
	};

	return stage_find(stage, &finding);
}

/* One decision a pair, on the item it contains most of. */
static int put_found(struct job *job, struct stage *stage,
		     const int64_t *item_id,
		     struct decontaminate_summary *summary)
{
	const struct contained *all = job->found.at;
	int rc = 0;

	for (size_t i = 0, n; rc == 0 && i < job->found.n; i += n) {
		size_t best = i;
		struct decision decision = {
			.pair_id = all[i].pair_id,
			.reason = STR("benchmark item"),
			.threshold = job->options->threshold,
		};

		for (n = 0; rc == 0 && i + n < job->found.n &&
			    all[i + n].pair_id == all[i].pair_id;
		     n++) {
			rc = put_finding(job, stage, &all[i + n]);
			if (all[i + n].share > all[best].share)
				best = i + n;
		}
		decision.item_id = item_id[all[best].item];
		decision.value = all[best].share;
		if (rc == 0)
			rc = stage_decide(stage, &decision);
		summary->contaminated++;
	}
	return rc;
}

static int save(struct job *job, struct db *db, struct run *run,
		const struct stage_spec *spec,
		struct decontaminate_summary *summary)
{
	struct buf json = { 0 };
	struct stage stage;
	int64_t *item_id = mem_try(job->items.item.n, sizeof *item_id);
	int rc = item_id ? stage_open(&stage, db, spec, run) : ERR_NOMEM;

	if (rc == 0) {
		if ((rc = put_items(job, &stage, item_id, summary)) == 0)
			rc = put_found(job, &stage, item_id, summary);
		decontaminate_json(summary, job->options, run_seconds(run),
				   &json);
		rc = stage_close(&stage, rc, buf_view(&json));
	}
	buf_free(&json);
	free(item_id);
	return rc;
}

/* -- the whole -- */

void decontaminate_json(const struct decontaminate_summary *summary,
			const struct decontaminate_options *options,
			double seconds, struct buf *out)
{
	struct json json = { .out = out };

	json_open(&json, '{');
	json_key(&json, "pairs");
	json_int(&json, (int64_t)summary->pairs);
	json_key(&json, "contaminated");
	json_int(&json, (int64_t)summary->contaminated);
	json_key(&json, "items");
	json_int(&json, (int64_t)summary->items);
	json_key(&json, "benchmarks");
	json_open(&json, '[');
	for (size_t i = 0; i < options->paths; i++) {
		json_open(&json, '{');
		json_key(&json, "path");
		json_text(&json, options->path[i]);
		json_key(&json, "items");
		json_int(&json, (int64_t)summary->benchmark[i].items);
		json_key(&json, "found");
		json_int(&json, (int64_t)summary->benchmark[i].found);
		json_close(&json, '}');
	}
	json_close(&json, ']');
	json_key(&json, "threshold");
	json_real(&json, options->threshold);
	json_key(&json, "seconds");
	json_real(&json, seconds);
	json_close(&json, '}');
}

static void write_operands(const struct decontaminate_options *options,
			   struct buf *out)
{
	struct json json = { .out = out };

	json_open(&json, '[');
	for (size_t i = 0; i < options->paths; i++)
		json_text(&json, options->path[i]);
	json_close(&json, ']');
}

static int read_benchmarks(struct job *job,
			   struct decontaminate_summary *summary)
{
	const struct decontaminate_options *o = job->options;
	size_t before = 0;
	int rc = 0;

	for (size_t i = 0; i < o->paths; i++) {
		if ((rc = items_read(&job->items, o->path[i], o->field)) < 0)
			return rc;
		summary->benchmark[i].items = job->items.item.n - before;
		before = job->items.item.n;
	}
	return items_index(&job->items);
}

int decontaminate_run(struct db *db, struct par *par, struct run *run,
		      const struct decontaminate_options *options,
		      struct decontaminate_summary *summary)
{
	struct job job = {
		.options = options,
		.items = { .words = options->words,
			   .characters = options->characters },
	};
	struct buf operands = { 0 };
	struct stage_spec spec = {
		.name = options->name,
		.command = "decontaminate",
		.rank = STAGE_DECONTAMINATE,
		.replace = options->replace,
	};
	int rc;

	*summary = (struct decontaminate_summary){
		.benchmark = mem_array(options->paths,
				       sizeof *summary->benchmark),
	};
	write_operands(options, &operands);
	spec.operands = operands.at;
	if ((rc = stage_check(db, &spec)) == 0 &&
	    (rc = read_benchmarks(&job, summary)) == 0 &&
	    (rc = look_in_all(&job, db, par)) == 0) {
		summary->pairs = job.pairs;
		rc = save(&job, db, run, &spec, summary);
	}
	vec_free(&job.found);
	items_free(&job.items);
	buf_free(&operands);
	return rc;
}
