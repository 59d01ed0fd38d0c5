/* export.c - kept pairs as a folder of shards, balanced and split */
#include "export/export.h"

#include <config.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/json.h"
#include "export/card.h"
#include "export/consumer.h"
#include "export/folder.h"
#include "export/order.h"
#include "export/shards.h"

/* Everything between reading and the manifest. */
struct exporting {
	const struct export_options *options;
	struct export_summary *summary;
	struct db *db;
	struct run *run;
	struct par *par;
	struct set *set;
	struct manifest *manifest;
	struct sequence *sequence; /* (splits) */
	uint64_t *weight;          /* (splits) */
	size_t *shards;            /* (splits) */
};

static enum row_format format_of(const struct exporting *e)
{
	return e->options->gather.style.format;
}

/* -- may we? -- */

static int check_stale(struct db *db)
{
	sqlite3_stmt *scan;
	int rc = db_prepare(db, SQL_EXPORT_STALE, &scan);

	if (rc < 0)
		return rc;
	switch (sqlite3_step(scan)) {
	case SQLITE_ROW:
		rc = err_set(ERR_ABSENT,
			     "stage '%s' is stale: %lld pairs fell for pairs "
			     "that were dropped later; run it again, or export "
			     "with --stale",
			     sqlite3_column_text(scan, 0),
			     (long long)sqlite3_column_int64(scan, 1));
		break;
	case SQLITE_DONE:
		break;
	default:
		rc = db_fail(db, "looking for stale stages");
	}
	sqlite3_finalize(scan);
	return rc;
}

/* -- splits and balance -- */

/* (splits, groups) pairs that are there. */
static uint64_t *count_pairs(const struct exporting *e)
{
	size_t groups = e->set->group.n;
	uint64_t *pairs = mem_array(groups * e->options->split.splits,
				    sizeof *pairs);

	for (size_t i = 0; i < e->set->rows; i++) {
		const struct row *row = &e->set->row[i];

		pairs[row->split * groups + row->group]++;
	}
	return pairs;
}

/* How many rows of each group, in all splits together. */
static int balance_all(struct exporting *e, const uint64_t *pairs)
{
	struct manifest *m = e->manifest;
	size_t groups = m->groups;
	uint64_t *sum = mem_array(groups, sizeof *sum);
	uint64_t *rows = mem_array(groups, sizeof *rows);
	double *share = mem_array(groups, sizeof *share);
	int rc;

	for (size_t i = 0; i < groups * m->splits; i++)
		sum[i % groups] += pairs[i];
	rc = balance(sum, groups, &e->options->balance, rows, share);
	for (size_t g = 0; rc == 0 && g < groups; g++) {
		m->group[g].pairs = sum[g];
		m->group[g].rows = rows[g];
		m->group[g].asked = share[g];
	}
	free(sum);
	free(rows);
	free(share);
	return rc;
}

/*
 * A split gives as large a part of its pairs of a group as the others do; the
 * first split gives the rest, and it alone repeats pairs.
 */
static uint64_t rows_of(const struct exporting *e, const uint64_t *pairs,
			size_t split, size_t g)
{
	const struct manifest_group *group = &e->manifest->group[g];
	size_t groups = e->manifest->groups;
	uint64_t here = pairs[split * groups + g], others = 0;
	double part = (double)group->rows / (double)group->pairs;
	uint64_t rows;

	if (split > 0) {
		rows = (uint64_t)((double)here * part + 0.5);
		return rows < here ? rows : here;
	}
	for (size_t s = 1; s < e->manifest->splits; s++)
		others += rows_of(e, pairs, s, g);
	rows = group->rows > others ? group->rows - others : 0;
	here *= e->options->balance.repeat;
	return rows < here ? rows : here;
}

static int plan_split(struct exporting *e, const uint64_t *pairs, size_t split)
{
	size_t groups = e->manifest->groups;
	struct manifest_split *m = &e->manifest->split[split];
	uint64_t *rows = mem_array(groups, sizeof *rows);
	int rc;

	*m = (struct manifest_split){
		.name = e->options->split.split[split].name,
		.asked = e->options->split.split[split].share,
	};
	for (size_t g = 0; g < groups; g++) {
		uint64_t here = pairs[split * groups + g];

		rows[g] = rows_of(e, pairs, split, g);
		m->rows += rows[g];
		m->pairs += rows[g] < here ? rows[g] : here;
	}
	rc = order_rows(e->set, (uint32_t)split, rows, &e->sequence[split]);
	free(rows);
	return rc;
}

static void name_groups(struct exporting *e)
{
	struct manifest *m = e->manifest;

	m->groups = e->set->group.n;
	m->group = arena_array(&m->arena, m->groups, sizeof *m->group);
	for (uint32_t g = 0; g < m->groups; g++) {
		struct str name = map_key(&e->set->group, g);

		m->group[g] = (struct manifest_group){
			.name = arena_copy(&m->arena, name.at, name.n),
		};
	}
}

/* What the splits could give of each group. */
static void count_rows(struct exporting *e)
{
	struct manifest *m = e->manifest;

	for (size_t g = 0; g < m->groups; g++)
		m->group[g].rows = 0;
	for (size_t s = 0; s < m->splits; s++)
		for (size_t i = 0; i < e->sequence[s].n; i++) {
			size_t row = e->sequence[s].at[i].row;

			m->group[e->set->row[row].group].rows++;
		}
}

/* Which split each row goes to; committed before anything is written. */
static int assign(struct exporting *e)
{
	const struct split_ask *ask = &e->options->split;
	struct split_memory memory;
	int rc = split_recall(&memory, e->db, e->set, ask, e->run->seed);

	if (rc == 0)
		rc = split_assign(e->set, e->par, ask, &memory);
	if (rc == 0 && e->options->leak_check)
		rc = leak_count(e->set, ask->leak > 0 ? ask->leak : 0.5,
				ask->memory, &e->summary->leaks);
	if (rc == 0 && split_is_news(&memory, e->set, ask) &&
	    (rc = db_begin(e->db)) == 0) {
		if ((rc = run_start(e->run, e->db)) == 0 &&
		    (rc = split_remember(&memory, e->db, e->set, ask)) == 0)
			rc = run_finish(e->run, e->db, STR("{}"));
		rc = db_end(e->db, rc);
	}
	e->summary->recalled = memory.kept;
	split_memory_free(&memory);
	return rc;
}

static int plan(struct exporting *e)
{
	struct manifest *m = e->manifest;
	uint64_t *pairs;
	int rc;

	if (!e->set->rows)
		return err_set(ERR_ABSENT, "no pair is left to export");
	if ((rc = assign(e)) < 0)
		return rc;
	name_groups(e);
	m->splits = e->options->split.splits;
	m->split = arena_array(&m->arena, m->splits, sizeof *m->split);
	pairs = count_pairs(e);
	rc = balance_all(e, pairs);
	for (size_t s = 0; rc == 0 && s < m->splits; s++)
		rc = plan_split(e, pairs, s);
	free(pairs);
	count_rows(e);
	return rc;
}

/* -- shards -- */

/* Shards are cut by tokens where they are counted, else by rows or bytes. */
static uint64_t weight_of(const struct exporting *e, const struct place *place)
{
	const struct row *row = &e->set->row[place->row];

	if (e->options->gather.style.tokenizer)
		return row->tokens;
	return e->options->shard_size ? row->text_n : 1;
}

static uint64_t weigh(const struct exporting *e, size_t split)
{
	const struct sequence *sequence = &e->sequence[split];
	uint64_t weight = 0;

	for (size_t i = 0; i < sequence->n; i++)
		weight += weight_of(e, &sequence->at[i]);
	return weight;
}

/* Shards of all splits weigh about as much as those of the heaviest. */
static size_t shards_of(const struct exporting *e, size_t split,
			const uint64_t *weight)
{
	uint64_t each = e->options->shard_size, heaviest = 0;
	size_t rows = e->sequence[split].n, n;

	for (size_t s = 0; s < e->manifest->splits; s++)
		if (weight[s] > heaviest)
			heaviest = weight[s];
	if (!each)
		each = (heaviest + e->options->shards - 1) / e->options->shards;
	n = each ? (size_t)((weight[split] + each - 1) / each) : 1;
	return n > rows ? rows : n ? n : rows > 0;
}

/* Where shard i of n starts; by weight, and none without a row. */
static void cut(const struct exporting *e, size_t split, uint64_t weight,
		size_t n, size_t *start)
{
	const struct sequence *sequence = &e->sequence[split];
	uint64_t sum = 0;
	size_t shard = 0;

	for (size_t i = 0; i < sequence->n; i++) {
		size_t left = sequence->n - i;

		/* shards to come need a row each */
		while (shard < n &&
		       (sum * n >= weight * shard || left <= n - shard)) {
			if (shard && start[shard - 1] == i)
				break;
			start[shard++] = i;
		}
		sum += weight_of(e, &sequence->at[i]);
	}
	start[n] = sequence->n;
}

static void name_shards(struct exporting *e)
{
	struct manifest *m = e->manifest;
	struct buf name = { 0 };

	e->shards = arena_array(&m->arena, m->splits, sizeof *e->shards);
	e->weight = arena_array(&m->arena, m->splits, sizeof *e->weight);
	for (size_t s = 0; s < m->splits; s++)
		e->weight[s] = weigh(e, s);
	for (size_t s = 0; s < m->splits; s++)
		m->shards += e->shards[s] = shards_of(e, s, e->weight);
	m->shard = arena_array(&m->arena, m->shards, sizeof *m->shard);
	m->shards = 0;
	for (size_t s = 0; s < m->splits; s++) {
		size_t n = e->shards[s];

		for (size_t i = 0; i < n; i++) {
			struct manifest_shard *shard = &m->shard[m->shards++];

			*shard = (struct manifest_shard){ 0 };
			shard->split = m->split[s].name;
			shard->group = arena_array(&m->arena, m->groups,
						   sizeof *shard->group);
			memset(shard->group, 0,
			       m->groups * sizeof *shard->group);
			buf_clear(&name);
			buf_print(&name, "%s-%05zu-of-%05zu.%s%s",
				  shard->split, i, n,
				  format_of(e) == ROW_TOKENS ? "tokens"
							     : "jsonl",
				  pack_suffix(e->options->pack));
			shard->file.path = arena_copy(&m->arena, name.at,
						      name.n);
			buf_clear(&name);
			manifest_meta(m, shard->file.path, &name);
			shard->meta.path = arena_copy(&m->arena, name.at,
						      name.n);
		}
	}
	buf_free(&name);
}

static int write_shard(struct exporting *e, const struct place *place,
		       size_t n, const char *path, const char *meta,
		       struct manifest_shard *shard)
{
	if (format_of(e) == ROW_TOKENS)
		return shard_write_tokens(e->par, e->set, place, n,
					  &e->options->tokens, path, meta,
					  shard);
	return shard_write(e->par, e->set, place, n, e->options->pack, path,
			   meta, shard);
}

static int write_shards(struct exporting *e, struct folder *folder)
{
	struct manifest *m = e->manifest;
	struct manifest_shard *shard = m->shard;
	struct buf path = { 0 }, meta = { 0 };
	int rc = 0;

	for (size_t s = 0; s < m->splits; s++) {
		const struct sequence *sequence = &e->sequence[s];
		size_t n = e->shards[s];
		size_t *start = mem_array(n + 1, sizeof *start);

		cut(e, s, e->weight[s], n, start);
		for (size_t i = 0; rc == 0 && i < n; i++, shard++) {
			size_t from = start[i], to = start[i + 1];

			folder_path(folder, shard->file.path, &path);
			folder_path(folder, shard->meta.path, &meta);
			rc = write_shard(e, sequence->at + from, to - from,
					 path.at, meta.at, shard);
			folder_add(folder, shard->file.path);
			folder_add(folder, shard->meta.path);
		}
		free(start);
	}
	buf_free(&path);
	buf_free(&meta);
	return rc;
}

static int write_small(struct folder *folder, const char *name,
		       struct buf *content, struct manifest_file *entry)
{
	struct buf path = { 0 };
	struct file file;
	int rc;

	folder_path(folder, name, &path);
	if ((rc = file_create(&file, path.at)) == 0)
		rc = file_commit(&file,
				 file_write(&file, content->at, content->n));
	if (rc == 0 && entry) {
		entry->path = name;
		entry->bytes = file.size;
		memcpy(entry->sha256, file.sha256, sizeof entry->sha256);
	}
	if (rc == 0)
		folder_add(folder, name);
	buf_clear(content);
	buf_free(&path);
	return rc;
}

static int write_papers(struct exporting *e, struct folder *folder)
{
	struct manifest *m = e->manifest;
	struct buf text = { 0 };
	int rc;

	m->file = arena_array(&m->arena, 2, sizeof *m->file);
	card_readme(m, e->set, &text);
	rc = write_small(folder, "README.md", &text, &m->file[m->files++]);
	if (rc == 0 && format_of(e) != ROW_TOKENS) {
		card_info(m, &text);
		rc = write_small(folder, "dataset_info.json", &text,
				 &m->file[m->files++]);
	}
	if (rc == 0) {
		manifest_write(m, &text);
		rc = write_small(folder, MANIFEST_NAME, &text, NULL);
	}
	buf_free(&text);
	return rc;
}

static int write_folder(struct exporting *e)
{
	struct folder folder;
	int rc = folder_open(&folder, e->options->folder);

	if (rc < 0)
		return rc;
	name_shards(e);
	if ((rc = write_shards(e, &folder)) == 0)
		rc = write_papers(e, &folder);
	return folder_close(&folder, rc);
}

static int write_stdout(struct exporting *e)
{
	int rc = 0;

	for (size_t s = 0; rc == 0 && s < e->manifest->splits; s++)
		rc = shard_stream(e->par, e->set, e->sequence[s].at,
				  e->sequence[s].n, e->options->pack,
				  STDOUT_FILENO);
	return rc;
}

/* -- the whole -- */

/* Options that matter to what comes out, in a fixed order. */
static void put_arguments(const struct export_options *o, struct buf *out)
{
	struct json json = { .out = out };

	json_open(&json, '{');
	json_key(&json, "format");
	json_text(&json, row_format_name(o->gather.style.format));
	json_key(&json, "compress");
	json_text(&json, pack_name(o->pack));
	json_key(&json, "shards");
	json_int(&json, o->shard_size ? 0 : o->shards);
	json_key(&json, "shard_size");
	json_int(&json, (int64_t)o->shard_size);
	json_key(&json, "for");
	json_text(&json, consumer_name((enum consumer)o->gather.style.consumer));
	json_key(&json, "license_allow");
	json_text(&json, o->gather.licenses);
	json_key(&json, "redact");
	json_bool(&json, o->gather.redact);
	json_key(&json, "cap_opening");
	json_real(&json, o->cap.opening);
	json_key(&json, "cap_refusal");
	json_real(&json, o->cap.refusal);
	json_key(&json, "split");
	json_open(&json, '{');
	for (size_t i = 0; i < o->split.splits; i++) {
		json_key(&json, o->split.split[i].name);
		json_real(&json, o->split.split[i].share);
	}
	json_close(&json, '}');
	json_key(&json, "leak");
	json_real(&json, o->split.leak);
	json_key(&json, "balance");
	json_open(&json, '[');
	for (size_t i = 0; i < o->gather.grouping->field.n; i++) {
		const struct group_field *field =
			&o->gather.grouping->field.at[i];

		json_text(&json, field->name);
		if (field->kind == GROUP_MEASURE)
			json_real(&json, field->step);
	}
	json_close(&json, ']');
	json_key(&json, "alpha");
	json_real(&json, o->balance.alpha);
	json_key(&json, "cap");
	json_int(&json, (int64_t)o->balance.cap);
	json_key(&json, "total");
	json_int(&json, (int64_t)o->balance.total);
	json_key(&json, "repeat");
	json_int(&json, (int64_t)o->balance.repeat);
	json_key(&json, "max_tokens");
	json_int(&json, o->gather.style.most);
	json_key(&json, "overlong");
	json_text(&json, o->gather.style.cut ? "cut" : "drop");
	json_close(&json, '}');
}

static void start_manifest(struct exporting *e)
{
	struct manifest *m = e->manifest;
	struct buf text = { 0 };

	m->itdata = PACKAGE_VERSION;
	m->format = row_format_name(format_of(e));
	m->pack = pack_name(e->options->pack);
	m->seed = e->options->gather.seed;
	m->tokenizer = e->options->tokenizer_sha256;
	m->tokens = m->tokenizer != NULL;
	if (m->tokens || format_of(e) == ROW_TEXT)
		m->template = template_name(e->options->gather.style.template);
	m->kept = e->set->rows;
	put_arguments(e->options, &text);
	m->arguments = arena_copy(&m->arena, text.at, text.n);
	buf_clear(&text);
	buf_print(&text, "%016llx%016llx",
		  (unsigned long long)e->set->digest.high,
		  (unsigned long long)e->set->digest.low);
	m->database = arena_copy(&m->arena, text.at, text.n);
	buf_free(&text);
}

int export_run(struct db *db, struct par *par, struct run *run,
	       const struct export_options *options,
	       struct export_summary *summary)
{
	struct exporting e = {
		.options = options,
		.summary = summary,
		.db = db,
		.run = run,
		.par = par,
		.set = &summary->set,
		.manifest = mem_alloc(sizeof *e.manifest),
		.sequence = mem_array(options->split.splits, sizeof *e.sequence),
	};
	int rc = 0;

	*summary = (struct export_summary){ .manifest = e.manifest };
	if (!options->stale)
		rc = check_stale(db);
	if (rc == 0 &&
	    (rc = gather(e.set, db, par, &options->gather)) == 0) {
		if (options->gather.capped)
			rc = cap_apply(e.set, &options->cap, &summary->caps);
		summary->pairs = e.set->rows;
		start_manifest(&e);
		if (rc == 0)
			rc = plan(&e);
	}
	if (rc == 0)
		rc = strcmp(options->folder, "-") == 0 ? write_stdout(&e)
						       : write_folder(&e);
	for (size_t s = 0; s < options->split.splits; s++)
		free(e.sequence[s].at);
	free(e.sequence);
	return rc;
}

/* By category, before the caps: what answers do too often. */
static void put_caps(struct json *json, const struct export_summary *summary)
{
	json_key(json, "capped");
	json_int(json, (int64_t)summary->caps.dropped);
	json_key(json, "habits");
	json_open(json, '{');
	for (uint32_t i = 0; i < summary->caps.lines; i++) {
		const struct cap_line *line = &summary->caps.line[i];

		json_str(json, map_key(&summary->set.category.map, i));
		buf_byte(json->out, ':');
		json->comma = false;
		json_open(json, '{');
		json_key(json, "pairs");
		json_int(json, (int64_t)line->pairs);
		json_key(json, "refusals");
		json_int(json, (int64_t)line->refusals);
		json_key(json, "moralising");
		json_int(json, (int64_t)line->moralising);
		json_key(json, "commonest_opening");
		json_int(json, (int64_t)line->commonest);
		json_close(json, '}');
	}
	json_close(json, '}');
}

void export_json(const struct export_summary *summary, double seconds,
		 struct buf *out)
{
	const struct manifest *m = summary->manifest;
	struct json json = { .out = out };

	json_open(&json, '{');
	json_key(&json, "pairs");
	json_int(&json, (int64_t)summary->pairs);
	json_key(&json, "skipped");
	json_int(&json, (int64_t)summary->set.skip.n);
	json_key(&json, "cut");
	json_int(&json, (int64_t)summary->set.cut.n);
	json_key(&json, "redacted");
	json_int(&json, (int64_t)summary->set.redacted);
	json_key(&json, "leaks");
	json_int(&json, (int64_t)summary->leaks.pairs);
	json_key(&json, "splits");
	json_open(&json, '{');
	for (size_t i = 0; i < m->splits; i++) {
		json_key(&json, m->split[i].name);
		json_int(&json, (int64_t)m->split[i].rows);
	}
	json_close(&json, '}');
	json_key(&json, "shards");
	json_open(&json, '[');
	for (size_t i = 0; i < m->shards; i++) {
		json_open(&json, '{');
		json_key(&json, "path");
		json_text(&json, m->shard[i].file.path);
		json_key(&json, "split");
		json_text(&json, m->shard[i].split);
		json_key(&json, "rows");
		json_int(&json, (int64_t)m->shard[i].rows);
		json_key(&json, "bytes");
		json_int(&json, (int64_t)m->shard[i].file.bytes);
		json_key(&json, "sha256");
		json_text(&json, m->shard[i].file.sha256);
		json_close(&json, '}');
	}
	json_close(&json, ']');
	json_key(&json, "groups");
	json_open(&json, '{');
	for (size_t i = 0; i < m->groups; i++) {
		json_key(&json, m->group[i].name);
		json_int(&json, (int64_t)m->group[i].rows);
	}
	json_close(&json, '}');
	put_caps(&json, summary);
	json_key(&json, "seconds");
	json_real(&json, seconds);
	json_close(&json, '}');
}

void export_summary_free(struct export_summary *summary)
{
	if (summary->manifest)
		manifest_free(summary->manifest);
	free(summary->manifest);
	cap_report_free(&summary->caps);
	set_free(&summary->set);
	*summary = (struct export_summary){ 0 };
}
