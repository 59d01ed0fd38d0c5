/* page_scores.c - sections of the page: scores and diversity */
#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/html.h"
#include "base/plot.h"
#include "db/metric.h"
#include "stats/page_parts.h"
#include "stats/report.h"
#include "stats/visible.h"

enum {
	BINS = 40,
	HALF = 470, /* width of a plot that stands beside another */
	OPENINGS = 20,
};

/* -- scores -- */

struct values {
	VEC(double) of;
};

static int ascending(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static int read_values(struct values *values, struct db *db,
		       struct str metric)
{
	sqlite3_stmt *row;
	int rc = db_prepare(db, SQL_PAGE_SCORE, &row), step;

	if (rc < 0)
		return rc;
	values->of.n = 0;
	db_bind_str(row, 1, metric);
	while (rc == 0 && (step = sqlite3_step(row)) == SQLITE_ROW)
		rc = vec_try_push(&values->of, sqlite3_column_double(row, 0));
	if (rc == 0 && step != SQLITE_DONE)
		rc = db_fail(db, "reading scores");
	sqlite3_finalize(row);
	if (rc == 0 && values->of.n)
		qsort(values->of.at, values->of.n, sizeof *values->of.at,
		      ascending);
	return rc;
}

static double quantile(const struct values *values, double q)
{
	size_t last = values->of.n - 1;

	return values->of.at[(size_t)(q * (double)last + 0.5)];
}

/* The scale of a measure is its range, or where 99 % of its values lie. */
static void bounds(const struct values *values, const struct metric *metric,
		   double *least, double *most)
{
	bool closed = metric && isfinite(metric->least) &&
		      isfinite(metric->most);

	*least = closed ? metric->least : quantile(values, 0.005);
	*most = closed ? metric->most : quantile(values, 0.995);
	if (!(*most > *least))
		*most = *least + 1;
}

static void histogram(struct buf *out, const struct values *values,
		      const struct metric *metric, struct str name)
{
	struct arena arena = { 0 };
	double least, most, count[BINS] = { 0 };
	struct str label[BINS];
	char title[64];

	bounds(values, metric, &least, &most);
	for (size_t i = 0; i < values->of.n; i++) {
		double at = (values->of.at[i] - least) / (most - least) * BINS;

		if (at < 0 || at > BINS)
			continue;
		count[at < BINS ? (int)at : BINS - 1]++;
	}
	for (int i = 0; i < BINS; i++) {
		char text[32];

		snprintf(text, sizeof text, "%.3g",
			 least + (most - least) * i / BINS);
		label[i] = arena_str(&arena, str_of(text));
	}
	snprintf(title, sizeof title, "%.*s", (int)name.n, name.at);
	plot_columns(out, &(struct plot_columns){
		.title = title, .label = label, .value = count, .n = BINS,
		.series = 1, .y = "pairs", .close = true, .width = HALF });
	arena_free(&arena);
}

static void one_score(struct buf *out, const struct stats_score *score,
		      const struct values *values)
{
	const struct metric *metric = metric_find(score->metric);

	buf_text(out, "<div><h3>");
	page_text(out, score->metric);
	buf_text(out, "</h3><p class=\"dim\">");
	if (metric) {
		html_escape(out, str_of(metric->definition));
		buf_text(out, " Unit: ");
		html_escape(out, str_of(metric->unit));
		buf_text(out, ".<br>");
	}
	report_number(out, values->of.n);
	buf_print(out, " pairs, median %.3g, mean %.3g, %.3g to %.3g</p>\n",
		  quantile(values, 0.5), score->mean, score->least,
		  score->most);
	histogram(out, values, metric, score->metric);
	buf_text(out, "</div>\n");
}

int page_scores(struct stats *stats, struct db *db, struct buf *out)
{
	struct values values = { 0 };
	int rc = 0;

	page_section(out, "scores", "Scores");
	if (!stats->scores.n)
		buf_text(out, "<p class=\"dim\">None: <code>itdata score</code>"
			      " has not run.</p>\n");
	buf_text(out, "<div class=\"two\">\n");
	for (size_t i = 0; rc == 0 && i < stats->scores.n; i++) {
		rc = read_values(&values, db, stats->scores.at[i].metric);
		if (rc == 0 && values.of.n)
			one_score(out, &stats->scores.at[i], &values);
	}
	buf_text(out, "</div>\n");
	page_section_end(out);
	vec_free(&values.of);
	return rc;
}

/* -- diversity -- */

static void openings(const struct stats *stats, struct buf *out)
{
	struct arena arena = { 0 };
	struct plot_bar bar[OPENINGS];
	uint32_t *order = tally_order(&stats->opening);
	size_t n = 0;

	for (; n < OPENINGS && n < stats->opening.name.n; n++) {
		double pairs = (double)stats->opening.count[order[n]].pairs;
		struct buf shown = { 0 };

		visible_line(&shown, map_key(&stats->opening.name, order[n]));
		bar[n] = (struct plot_bar){
			arena_str(&arena, buf_view(&shown)), pairs, 0
		};
		buf_free(&shown);
	}
	buf_text(out, "<h3>How instructions begin</h3>\n");
	plot_bars(out, &(struct plot_bars){ .title = "openings", .bar = bar,
					    .n = n });
	free(order);
	arena_free(&arena);
}

/* The figures of the set that the last score left, with what they are. */
static void figures(const struct stats *stats, struct buf *out)
{
	static const struct page_column column[] = {
		{ "measure", false }, { "value", true }, { "what it is", false },
	};
	cJSON *json = cJSON_ParseWithLength(stats->diversity.at,
					    stats->diversity.n);
	const cJSON *item;

	page_table(out, "t-diversity", column, 3, false);
	cJSON_ArrayForEach(item, json) {
		const struct metric *metric = metric_find(str_of(item->string));

		if (!cJSON_IsNumber(item))
			continue;
		page_row(out);
		page_text_cell(out, str_of(item->string));
		page_real_cell(out, item->valuedouble);
		page_text_cell(out, str_of(metric ? metric->definition : ""));
		buf_byte(out, '\n');
	}
	page_table_end(out);
	cJSON_Delete(json);
}

int page_diversity(struct stats *stats, struct db *db, struct buf *out)
{
	int rc;

	page_section(out, "diversity", "Diversity");
	buf_text(out, "<p>");
	report_number(out, stats->distinct_instructions);
	buf_text(out, " of ");
	report_number(out, stats->kept);
	buf_text(out, " kept instructions and ");
	report_number(out, stats->distinct_responses);
	buf_text(out, " responses are distinct.</p>\n");
	if (stats->diversity.n)
		figures(stats, out);
	if (stats->kept)
		openings(stats, out);
	rc = page_map(db, out);
	page_section_end(out);
	return rc;
}
