/* dedup.c - pairs that repeat others, found and recorded */
#include "dedup/dedup.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "dedup/earlier.h"
#include "dedup/family.h"
#include "dedup/key.h"
#include "near/lsh.h"

int dedup_find(struct family *family, struct members *members,
	       struct par *par, const struct dedup_options *options,
	       const struct earlier *earlier, uint64_t seed)
{
	struct bucket bucket = { 0 };
	int rc;

	if ((rc = family_init(family, members->n)) < 0 ||
	    (rc = family_exact(family, members, options->memory / 4)) < 0 ||
	    options->method == DEDUP_EXACT)
		return rc;
	earlier_families(earlier, family);
	if ((rc = key_buckets(&bucket, members, family->first, par, options,
			      earlier, seed)) == 0)
		rc = family_near(family, members, &bucket,
				 options->rule.threshold);
	bucket_free(&bucket);
	return rc;
}

/* -- saving -- */

struct saving {
	struct stage stage;
	const struct members *members;
	const struct family *family;
	const struct earlier *earlier;
	double threshold;
	uint32_t *by_id;     /* members in order of id */
	int64_t *cluster_id; /* by root: the lowest id */
	uint32_t *size;      /* by root */
	sqlite3_stmt *duplicate, *cluster;
	struct dedup_summary *summary;
};

static bool is_exact(const struct saving *s, uint32_t m)
{
	const struct hash128 *a = &s->members->at[m].exact;
	const struct hash128 *b = &s->members->at[s->family->keeper[m]].exact;

	return a->low == b->low && a->high == b->high;
}

static int put_duplicate(struct saving *s, uint32_t m)
{
	const struct member *at = s->members->at;
	uint32_t keeper = s->family->keeper[m];
	bool exact = is_exact(s, m);
	double similarity = exact ? 1 : s->family->similarity[m];
	sqlite3_stmt *put = s->duplicate;
	struct decision decision = {
		.pair_id = at[m].id,
		.reason = exact ? STR("exact duplicate")
				: STR("near duplicate"),
		.other_id = at[keeper].id,
		.value = similarity,
		.threshold = exact ? 1 : s->threshold,
	};
	int rc = stage_decide(&s->stage, &decision);

	if (rc < 0)
		return rc;
	s->summary->exact += exact;
	s->summary->near += !exact;
	sqlite3_bind_int64(put, 1, at[m].id);
	sqlite3_bind_int64(put, 2, at[keeper].id);
	db_bind_str(put, 3, exact ? STR("exact") : STR("near"));
	sqlite3_bind_double(put, 4, similarity);
	sqlite3_bind_int64(put, 5, s->stage.run->id);
	return db_put(s->stage.db, put);
}

static int put_cluster(struct saving *s, uint32_t m)
{
	uint32_t root = s->family->dsu.parent[m];

	if (s->size[root] < 2)
		return 0;
	s->summary->clusters += s->cluster_id[root] == s->members->at[m].id;
	sqlite3_bind_int64(s->cluster, 1, s->members->at[m].id);
	sqlite3_bind_int64(s->cluster, 2, s->cluster_id[root]);
	return db_put(s->stage.db, s->cluster);
}

static const struct member *sorted; /* of by_id(), qsort has no context */

static int by_id(const void *left, const void *right)
{
	int64_t a = sorted[*(const uint32_t *)left].id;
	int64_t b = sorted[*(const uint32_t *)right].id;

	return a < b ? -1 : a > b;
}

static int prepare(struct saving *s, struct family *family)
{
	size_t n = s->members->n;
	bool in_order = true;

	s->by_id = mem_try(n, sizeof *s->by_id);
	s->cluster_id = mem_try(n, sizeof *s->cluster_id);
	s->size = mem_try(n, sizeof *s->size);
	if (!s->by_id || !s->cluster_id || !s->size)
		return ERR_NOMEM;
	for (uint32_t m = 0; m < n; m++) {
		s->by_id[m] = m;
		in_order &= !m || s->members->at[m - 1].id <
					  s->members->at[m].id;
	}
	sorted = s->members->at;
	if (!in_order)
		qsort(s->by_id, n, sizeof *s->by_id, by_id);
	for (size_t i = 0; i < n; i++) {
		uint32_t root = dsu_find(&family->dsu, s->by_id[i]);

		family->dsu.parent[s->by_id[i]] = root;
		if (!s->size[root]++)
			s->cluster_id[root] = s->members->at[s->by_id[i]].id;
	}
	return 0;
}

static int put_all(struct saving *s)
{
	struct db *db = s->stage.db;
	int rc;

	if ((rc = db_exec(db, SQL_DUPLICATE_CLEAR)) < 0 ||
	    (rc = db_exec(db, SQL_CLUSTER_CLEAR)) < 0 ||
	    (rc = db_prepare(db, SQL_DUPLICATE_PUT, &s->duplicate)) < 0 ||
	    (rc = db_prepare(db, SQL_CLUSTER_PUT, &s->cluster)) < 0)
		return rc;
	for (size_t i = 0; rc == 0 && i < s->members->n; i++) {
		uint32_t m = s->by_id[i];

		if (s->family->keeper[m] != m)
			rc = put_duplicate(s, m);
		if (rc == 0)
			rc = put_cluster(s, m);
	}
	if (rc == 0)
		rc = earlier_save(s->earlier, s->members);
	s->summary->known = s->earlier->n;
	s->summary->pairs = s->members->n;
	s->summary->kept = s->summary->pairs - s->summary->exact -
			   s->summary->near;
	return rc;
}

static int save(struct saving *s, struct db *db, struct run *run,
		const struct stage_spec *spec,
		const struct dedup_options *options)
{
	struct buf json = { 0 };
	int rc = stage_open(&s->stage, db, spec, run);

	if (rc < 0)
		return rc;
	rc = put_all(s);
	sqlite3_finalize(s->duplicate);
	sqlite3_finalize(s->cluster);
	dedup_json(s->summary, options, run_seconds(run), &json);
	rc = stage_close(&s->stage, rc, buf_view(&json));
	buf_free(&json);
	return rc;
}

/* -- the whole -- */

static double recall_of(const struct dedup_options *options)
{
	struct lsh_plan plan;

	if (options->method != DEDUP_MINHASH ||
	    lsh_plan(options->rule.threshold, &plan) < 0)
		return 1;
	return lsh_recall(&plan, options->rule.threshold);
}

void dedup_json(const struct dedup_summary *summary,
		const struct dedup_options *options, double seconds,
		struct buf *out)
{
	static const char *const method[] = { "exact", "minhash", "join" };
	static const char *const on[] = { "pair", "instruction", "text" };
	static const char *const unit[] = { "auto", "word", "char" };
	static const char *const keep[] = { "first", "longest", "best" };
	struct json json = { .out = out };

	json_open(&json, '{');
	json_key(&json, "pairs");
	json_int(&json, (int64_t)summary->pairs);
	json_key(&json, "exact");
	json_int(&json, (int64_t)summary->exact);
	json_key(&json, "near");
	json_int(&json, (int64_t)summary->near);
	json_key(&json, "clusters");
	json_int(&json, (int64_t)summary->clusters);
	json_key(&json, "kept");
	json_int(&json, (int64_t)summary->kept);
	json_key(&json, "known");
	json_int(&json, (int64_t)summary->known);
	json_key(&json, "threshold");
	json_real(&json, options->rule.threshold);
	json_key(&json, "recall_at_threshold");
	json_real(&json, summary->recall);
	json_key(&json, "method");
	json_text(&json, method[options->method]);
	json_key(&json, "on");
	json_text(&json, on[options->rule.on]);
	json_key(&json, "unit");
	json_text(&json, unit[options->rule.unit]);
	json_key(&json, "ngram");
	json_int(&json, options->rule.n);
	json_key(&json, "numbers");
	json_text(&json, options->rule.numbers ? "equal" : "ignore");
	json_key(&json, "keep");
	json_text(&json, keep[options->keep]);
	json_key(&json, "seconds");
	json_real(&json, seconds);
	json_close(&json, '}');
}

int dedup_run(struct db *db, struct par *par, struct run *run,
	      const struct dedup_options *options,
	      struct dedup_summary *summary)
{
	struct stage_spec spec = {
		options->name, "dedup", STAGE_DEDUP, "[]", options->replace,
	};
	struct members members = { 0 };
	struct family family = { 0 };
	struct earlier earlier = { 0 };
	struct saving saving = {
		.members = &members,
		.family = &family,
		.earlier = &earlier,
		.threshold = options->rule.threshold,
		.summary = summary,
	};
	int rc;

	*summary = (struct dedup_summary){ .recall = recall_of(options) };
	if ((rc = stage_check(db, &spec)) < 0)
		return rc;
	members_init(&members, db, STAGE_DEDUP, &options->rule,
		     options->memory / 2);
	if ((rc = earlier_find(&earlier, db, options, run->seed)) == 0 &&
	    (rc = earlier_members(&earlier, &members)) == 0 &&
	    (rc = members_read(&members, par, earlier.last)) == 0 &&
	    (rc = members_rank(&members, options->keep)) == 0 &&
	    (rc = dedup_find(&family, &members, par, options, &earlier,
			     run->seed)) == 0 &&
	    (rc = prepare(&saving, &family)) == 0)
		rc = save(&saving, db, run, &spec, options);
	free(saving.by_id);
	free(saving.cluster_id);
	free(saving.size);
	family_free(&family);
	earlier_free(&earlier);
	members_free(&members);
	return rc;
}
