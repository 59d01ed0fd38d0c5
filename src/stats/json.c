/* json.c - the figures of a data set, as JSON */
#include <stdlib.h>

#include "stats/report.h"

static void key(struct json *json, struct str name)
{
	char *text = mem_copy(name.at ? name.at : "", name.n);

	json_key(json, text);
	free(text);
}

static void tally_json(struct json *json, const char *name,
		       const struct tally *tally, bool kept)
{
	uint32_t *order = tally_order(tally);

	json_key(json, name);
	json_open(json, '{');
	for (uint32_t i = 0; i < tally->name.n; i++) {
		struct count count = tally->count[order[i]];

		key(json, map_key(&tally->name, order[i]));
		json_int(json, (int64_t)(kept ? count.kept : count.pairs));
	}
	json_close(json, '}');
	free(order);
}

static void lengths_json(struct json *json, struct lengths *l)
{
	json_open(json, '{');
	json_key_int(json, "pairs", l->n);
	json_key(json, "mean");
	json_real(json, lengths_mean(l));
	json_key_int(json, "p5", lengths_quantile(l, 0.05));
	json_key_int(json, "median", lengths_quantile(l, 0.5));
	json_key_int(json, "p95", lengths_quantile(l, 0.95));
	json_key_int(json, "max", l->most);
	json_key(json, "histogram");
	json_open(json, '[');
	for (unsigned i = 0; i < lengths_bins(l); i++) {
		json_open(json, '[');
		json_int(json, i ? INT64_C(1) << (i - 1) : 0);
		json_int(json, (int64_t)l->bin[i]);
		json_close(json, ']');
	}
	json_close(json, ']');
	json_close(json, '}');
}

/* pairs = kept + the sum of these */
static void dropped_json(struct json *json, const struct stats *stats)
{
	uint64_t rest = stats_unfinished(stats);

	json_key(json, "dropped");
	json_open(json, '{');
	for (size_t i = 0; i < stats->stages.n; i++) {
		const struct stats_stage *s = &stats->stages.at[i];

		key(json, s->name);
		json_int(json, (int64_t)s->first);
	}
	if (stats->judged_out)
		json_key_int(json, "judge", stats->judged_out);
	if (rest)
		json_key_int(json, "ingest", rest);
	json_close(json, '}');
}

static void stages_json(struct json *json, const struct stats *stats)
{
	json_key(json, "stages");
	json_open(json, '[');
	for (size_t i = 0; i < stats->stages.n; i++) {
		const struct stats_stage *s = &stats->stages.at[i];

		json_open(json, '{');
		json_key(json, "stage");
		json_str(json, s->name);
		json_key(json, "command");
		json_str(json, s->command);
		json_key_int(json, "decided", s->decided);
		json_key_int(json, "stale", s->stale);
		tally_json(json, "reasons", &s->reason, false);
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void findings_json(struct json *json, const struct stats *stats)
{
	json_key(json, "findings");
	json_open(json, '[');
	for (size_t i = 0; i < stats->findings.n; i++) {
		const struct stats_finding *f = &stats->findings.at[i];

		json_open(json, '{');
		json_key(json, "rule");
		json_str(json, f->rule);
		json_key(json, "category");
		json_str(json, f->category);
		json_key_int(json, "pairs", f->pairs);
		json_key_int(json, "spans", f->findings);
		json_key_int(json, "example", (int64_t)f->example);
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void named_json(struct json *json, const char *name,
		       const struct stats_named *named, size_t n)
{
	json_key(json, name);
	json_open(json, '{');
	for (size_t i = 0; i < n; i++) {
		key(json, named[i].name);
		json_int(json, (int64_t)named[i].n);
	}
	json_close(json, '}');
}

static void duplicates_json(struct json *json, const struct stats *stats)
{
	json_key(json, "duplicates");
	json_open(json, '{');
	named_json(json, "methods", stats->methods.at, stats->methods.n);
	json_key(json, "cluster_sizes");
	json_open(json, '[');
	for (size_t i = 0; i < stats->cluster_sizes.n; i++) {
		json_open(json, '[');
		json_int(json, (int64_t)stats->cluster_sizes.at[i].size);
		json_int(json, (int64_t)stats->cluster_sizes.at[i].clusters);
		json_close(json, ']');
	}
	json_close(json, ']');
	json_key(json, "largest");
	json_open(json, '[');
	for (size_t i = 0; i < stats->keepers.n; i++) {
		json_open(json, '{');
		json_key(json, "keeper");
		json_int(json, stats->keepers.at[i].id);
		json_key_int(json, "fell", stats->keepers.at[i].fallen);
		json_close(json, '}');
	}
	json_close(json, ']');
	json_key(json, "sources");
	json_open(json, '{');
	for (size_t i = 0; i < stats->repeated.n; i++) {
		const struct stats_repeated *r = &stats->repeated.at[i];

		key(json, r->name);
		json_real(json, (double)r->fell / (double)r->pairs);
	}
	json_close(json, '}');
	json_close(json, '}');
}

static void diversity_json(struct json *json, const struct stats *stats)
{
	double n = stats->kept ? (double)stats->kept : 1;

	json_key(json, "diversity");
	json_open(json, '{');
	json_key(json, "distinct_instructions");
	json_real(json, (double)stats->distinct_instructions / n);
	json_key(json, "distinct_responses");
	json_real(json, (double)stats->distinct_responses / n);
	if (stats->diversity.at) {
		json_key(json, "set");
		json_raw(json, stats->diversity);
	}
	json_close(json, '}');
}

static void quality_json(struct json *json, const struct stats *stats)
{
	json_key(json, "quality");
	json_open(json, '{');
	for (size_t i = 0; i < stats->scores.n; i++) {
		const struct stats_score *s = &stats->scores.at[i];

		key(json, s->metric);
		json_open(json, '{');
		json_key_int(json, "pairs", s->pairs);
		json_key(json, "mean");
		json_real(json, s->mean);
		json_key(json, "min");
		json_real(json, s->least);
		json_key(json, "max");
		json_real(json, s->most);
		json_close(json, '}');
	}
	json_close(json, '}');
}

static void kept_json(struct json *json, const struct stats *stats)
{
	json_key(json, "kept_by");
	json_open(json, '{');
	tally_json(json, "languages", &stats->lang, true);
	tally_json(json, "categories", &stats->category, true);
	tally_json(json, "sources", &stats->source, true);
	tally_json(json, "licenses", &stats->license, true);
	json_close(json, '}');
}

static void figures(struct json *json, struct stats *stats)
{
	json_open(json, '{');
	json_key_int(json, "pairs", stats->pairs);
	json_key_int(json, "kept", stats->kept);
	dropped_json(json, stats);
	json_key_int(json, "rejected", stats->rejected);
	tally_json(json, "languages", &stats->lang, false);
	tally_json(json, "categories", &stats->category, false);
	tally_json(json, "sources", &stats->source, false);
	tally_json(json, "licenses", &stats->license, false);
	kept_json(json, stats);
	json_key_int(json, "tokens", stats->tokens_kept);
	json_key_int(json, "conversations", stats->conversations);
	json_key_int(json, "overruled", stats->overruled);
	json_key(json, "lengths");
	json_open(json, '{');
	for (int i = 0; i < LENGTH_FIELDS; i++) {
		json_key(json, length_name[i]);
		lengths_json(json, &stats->length[i]);
	}
	json_close(json, '}');
	stages_json(json, stats);
	duplicates_json(json, stats);
	findings_json(json, stats);
	diversity_json(json, stats);
	quality_json(json, stats);
	named_json(json, "rejects", stats->rejects.at, stats->rejects.n);
	if (stats->splits.at) {
		json_key(json, "splits");
		json_raw(json, stats->splits);
	}
	json_close(json, '}');
}

void report_json(struct stats *stats, struct buf *out)
{
	struct json json = { .out = out };

	figures(&json, stats);
	buf_byte(out, '\n');
}

void report_compare_json(struct stats *a, struct stats *b, struct buf *out)
{
	struct json json = { .out = out };

	json_open(&json, '{');
	json_key(&json, "this");
	figures(&json, a);
	json_key(&json, "other");
	figures(&json, b);
	json_close(&json, '}');
	buf_byte(out, '\n');
}
