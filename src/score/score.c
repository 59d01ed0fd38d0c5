/* score.c - the stage `score`: measures of every pair, and of the set */
#include "score/score.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "base/log.h"
#include "score/quality.h"

/* -- quality: pairs in batches, measured on all threads -- */

struct measured {
	int64_t id;
	struct quality quality;
};

struct item {
	struct pair_batch batch;
	struct measurer measurer;
	struct found *found; /* (batch.n) */
	struct measured *measured;
	size_t room, found_room;
};

struct measuring {
	struct pair_reader reader;
	sqlite3_stmt *finding, *ambiguity;
	int64_t finding_id, ambiguity_id; /* of the row each stands on */
	VEC(struct measured) all;
	struct progress progress;
};

/* Move a scan in order of pair_id up to a pair; true when it has a row of it. */
static bool stands_on(sqlite3_stmt *scan, int64_t *at, int64_t id)
{
	while (*at < id)
		*at = sqlite3_step(scan) == SQLITE_ROW
			      ? sqlite3_column_int64(scan, 0)
			      : INT64_MAX;
	return *at == id;
}

static int read_item(void *context, void *argument)
{
	struct measuring *m = context;
	struct item *item = argument;
	int rc = pair_reader_next(&m->reader, &item->batch);

	if (rc <= 0)
		return rc;
	mem_grow(&item->found, &item->found_room, item->batch.n,
		 sizeof *item->found);
	for (size_t i = 0; i < item->batch.n; i++) {
		int64_t id = item->batch.pair[i].id;
		struct found *found = &item->found[i];

		*found = (struct found){ 0 };
		if (stands_on(m->finding, &m->finding_id, id)) {
			found->violated = sqlite3_column_int(m->finding, 1);
			found->defect = sqlite3_column_int(m->finding, 2);
		}
		if (stands_on(m->ambiguity, &m->ambiguity_id, id))
			found->ambiguity =
				sqlite3_column_double(m->ambiguity, 1);
	}
	return rc;
}

static int work_item(void *context, void *argument)
{
	struct item *item = argument;

	(void)context;
	mem_grow(&item->measured, &item->room, item->batch.n,
		 sizeof *item->measured);
	for (size_t i = 0; i < item->batch.n; i++) {
		item->measured[i].id = item->batch.pair[i].id;
		quality_measure(&item->measurer, &item->batch.pair[i],
				&item->found[i], &item->measured[i].quality);
	}
	return 0;
}

static int write_item(void *context, void *argument)
{
	struct measuring *m = context;
	struct item *item = argument;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < item->batch.n; i++)
		rc = vec_try_push(&m->all, item->measured[i]);
	progress_set(&m->progress, m->all.n);
	return rc;
}

static int open_scans(struct measuring *m, struct db *db)
{
	int rc;

	if ((rc = pair_reader_open(&m->reader, db, STAGE_SELECT)) < 0 ||
	    (rc = db_prepare(db, SQL_FOUND_SCAN, &m->finding)) < 0 ||
	    (rc = db_prepare(db, SQL_SCORE_OF, &m->ambiguity)) < 0)
		return rc;
	db_bind_str(m->ambiguity, 1, STR("ambiguity"));
	return 0;
}

static int measure_quality(struct measuring *m, struct db *db, struct par *par)
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
		.context = m,
	};
	int rc = open_scans(m, db);

	if (rc == 0) {
		progress_start(&m->progress, "measuring", "pairs", 0);
		rc = par_map(par, &map);
		progress_end(&m->progress);
	}
	pair_reader_close(&m->reader);
	sqlite3_finalize(m->finding);
	sqlite3_finalize(m->ambiguity);
	for (size_t i = 0; i < slots; i++) {
		pair_batch_free(&item[i].batch);
		measurer_free(&item[i].measurer);
		free(item[i].found);
		free(item[i].measured);
	}
	free(item);
	return rc;
}

/* -- groups: the same figures for each language and category -- */

struct grouping {
	const struct vectors *vectors;
	const struct knn *knn;
	struct par *par;
	uint32_t *row;
};

static int add_group(struct score_summary *summary, struct grouping *g,
		     uint32_t word, bool category)
{
	const struct vectors *v = g->vectors;
	struct str name = map_key(&v->words, word);
	struct score_group group = { 0 };
	struct buf text = { 0 };
	size_t n = 0;
	int rc;

	for (size_t i = 0; i < v->n; i++) {
		const struct vector_pair *pair = &v->pair[i];

		if ((category ? pair->category : pair->lang) != word)
			continue;
		g->row[n++] = (uint32_t)i;
		group.nearest += 1 - (double)g->knn->at[i * g->knn->k].cosine;
	}
	if (n < 2)
		return 0;
	group.pairs = n;
	group.nearest /= (double)n;
	rc = spread_vendi(v->x, n, v->c, g->row, g->par, &group.vendi);
	if (name.n)
		buf_str(&text, name);
	else
		buf_text(&text, "(none)");
	group.name = buf_take(&text);
	vec_push(&summary->group, group);
	return rc;
}

static int add_groups(struct score_summary *summary, struct grouping *g)
{
	const struct vectors *v = g->vectors;
	bool *lang = mem_array(v->words.n, sizeof *lang);
	bool *category = mem_array(v->words.n, sizeof *category);
	int rc = 0;

	g->row = mem_try(v->n, sizeof *g->row);
	if (!g->row)
		rc = ERR_NOMEM;
	for (size_t i = 0; i < v->n; i++)
		lang[v->pair[i].lang] = category[v->pair[i].category] = true;
	for (uint32_t w = 0; rc == 0 && w < v->words.n; w++)
		if (lang[w])
			rc = add_group(summary, g, w, false);
	for (uint32_t w = 0; rc == 0 && w < v->words.n; w++)
		if (category[w])
			rc = add_group(summary, g, w, true);
	free(g->row);
	free(lang);
	free(category);
	return rc;
}

/* -- vectors -- */

struct placing {
	struct vectors vectors;
	struct cells cells;
	struct knn knn;
};

static int measure_spread(struct placing *p, struct db *db, struct par *par,
			  uint64_t seed, const struct score_options *options,
			  struct score_summary *summary)
{
	struct vectors *v = &p->vectors;
	struct grouping grouping = { v, &p->knn, par, NULL };
	int rc = vectors_read(v, db, &options->choice, STAGE_SELECT);

	if (rc == ERR_ABSENT && !options->choice.model &&
	    !options->choice.field) {
		log_note("no vectors yet: 'itdata embed %s' adds novelty, "
			 "density and cells",
			 db->path);
		return 0;
	}
	if (rc < 0)
		return rc;
	summary->vectors = true;
	buf_str(&summary->model, buf_view(&v->model));
	buf_str(&summary->field, buf_view(&v->field));
	if (!v->n)
		return 0;
	if ((rc = cells_find(&p->cells, v->x, v->n, v->c, cells_suit(v->n),
			     seed, par)) < 0 ||
	    (rc = knn_find(&p->knn, v->x, v->n, v->c,
			   (size_t)options->neighbours, &p->cells, seed,
			   par)) < 0 ||
	    (rc = spread_measure(&summary->spread, v->x, v->n, v->c, &p->cells,
				 &p->knn, par)) < 0)
		return rc;
	summary->cells = p->cells.k;
	summary->recall = p->knn.recall;
	return v->n > 1 ? add_groups(summary, &grouping) : 0;
}

/* -- saving -- */

static int put_real(sqlite3_stmt *put, int parameter, double value)
{
	return isnan(value) ? sqlite3_bind_null(put, parameter)
			    : sqlite3_bind_double(put, parameter, value);
}

static int save_quality(struct db *db, const struct measuring *m,
			struct score_summary *summary)
{
	sqlite3_stmt *put;
	int rc = db_prepare(db, SQL_QUALITY_PUT, &put);

	for (size_t i = 0; rc == 0 && i < m->all.n; i++) {
		const struct quality *q = &m->all.at[i].quality;

		sqlite3_bind_int64(put, 1, m->all.at[i].id);
		put_real(put, 2, q->quality);
		put_real(put, 3, q->compression);
		put_real(put, 4, q->letters);
		put_real(put, 5, q->agreement);
		rc = db_put(db, put);
		summary->quality += q->quality;
	}
	sqlite3_finalize(put);
	summary->pairs = m->all.n;
	if (m->all.n)
		summary->quality /= (double)m->all.n;
	return rc;
}

static double mean_cosine(const struct near *near, size_t k)
{
	double sum = 0;
	size_t n = 0;

	while (n < k && near[n].id != TOPK_NONE)
		sum += near[n++].cosine;
	return n ? sum / (double)n : NAN;
}

static int save_spread(struct db *db, const struct placing *p)
{
	const struct vectors *v = &p->vectors;
	sqlite3_stmt *put;
	int rc = db_prepare(db, SQL_SPREAD_PUT, &put);

	for (size_t i = 0; rc == 0 && p->knn.at && i < v->n; i++) {
		const struct near *near = p->knn.at + i * p->knn.k;
		double novelty = near->id == TOPK_NONE
					 ? NAN
					 : 1 - (double)near->cosine;

		sqlite3_bind_int64(put, 1, v->pair[i].id);
		put_real(put, 2, novelty < 0 ? 0 : novelty);
		put_real(put, 3, mean_cosine(near, p->knn.k));
		put_real(put, 4, p->cells.of[i]);
		rc = db_put(db, put);
	}
	sqlite3_finalize(put);
	return rc;
}

static int save(struct db *db, struct run *run, const struct measuring *m,
		const struct placing *p, struct score_summary *summary)
{
	struct buf json = { 0 };
	int rc = db_begin(db);

	if (rc < 0)
		return rc;
	if ((rc = run_start(run, db)) == 0 &&
	    (rc = db_exec(db, SQL_SPREAD_CLEAR)) == 0 &&
	    (rc = save_quality(db, m, summary)) == 0 &&
	    (rc = save_spread(db, p)) == 0) {
		score_json(summary, run_seconds(run), &json);
		rc = run_finish(run, db, buf_view(&json));
	}
	buf_free(&json);
	return db_end(db, rc);
}

int score_run(struct db *db, struct par *par, struct run *run,
	      const struct score_options *options,
	      struct score_summary *summary)
{
	struct measuring m = { 0 };
	struct placing p = { 0 };
	int rc;

	*summary = (struct score_summary){ 0 };
	if ((rc = measure_spread(&p, db, par, run->seed, options, summary)) ==
		    0 &&
	    (rc = measure_quality(&m, db, par)) == 0)
		rc = save(db, run, &m, &p, summary);
	vec_free(&m.all);
	knn_free(&p.knn);
	cells_free(&p.cells);
	vectors_free(&p.vectors);
	return rc;
}

/* -- what to say -- */

static void real(struct json *json, const char *key, double value)
{
	json_key(json, key);
	json_real(json, value);
}

static void groups_json(const struct score_summary *s, struct json *json)
{
	json_key(json, "groups");
	json_open(json, '{');
	for (size_t i = 0; i < s->group.n; i++) {
		const struct score_group *group = &s->group.at[i];

		json_key(json, group->name);
		json_open(json, '{');
		json_key(json, "pairs");
		json_int(json, (int64_t)group->pairs);
		real(json, "vendi", group->vendi);
		real(json, "nearest", group->nearest);
		json_close(json, '}');
	}
	json_close(json, '}');
}

void score_json(const struct score_summary *s, double seconds, struct buf *out)
{
	struct json json = { .out = out };

	json_open(&json, '{');
	json_key(&json, "pairs");
	json_int(&json, (int64_t)s->pairs);
	real(&json, "quality", s->quality);
	if (s->vectors) {
		json_key(&json, "model");
		json_str(&json, buf_view(&s->model));
		json_key(&json, "on");
		json_str(&json, buf_view(&s->field));
		json_key(&json, "diversity");
		json_open(&json, '{');
		json_key(&json, "pairs");
		json_int(&json, (int64_t)s->spread.pairs);
		real(&json, "vendi", s->spread.vendi);
		real(&json, "coverage", s->spread.coverage);
		real(&json, "nearest", s->spread.nearest);
		real(&json, "novelsum", s->spread.novelsum);
		json_key(&json, "cells");
		json_int(&json, (int64_t)s->cells);
		real(&json, "recall", s->recall);
		groups_json(s, &json);
		json_close(&json, '}');
	}
	real(&json, "seconds", seconds);
	json_close(&json, '}');
}

void score_summary_free(struct score_summary *s)
{
	for (size_t i = 0; i < s->group.n; i++)
		free(s->group.at[i].name);
	vec_free(&s->group);
	buf_free(&s->model);
	buf_free(&s->field);
}
