/* page_figures.c - sections of the page that are figures of the set */
#include <stdio.h>
#include <stdlib.h>

#include "base/plot.h"
#include "stats/page_parts.h"
#include "stats/report.h"
#include "stats/visible.h"

enum {
	NAMES = 12,      /* bars of a plot */
	HEAT_ROWS = 16,
	HEAT_COLUMNS = 9,
	HALF = 470, /* width of a plot that stands beside another */
	EXCERPT = 100, /* columns of an instruction */
};

/* Labels of plots live as long as the section. */
static struct str label(struct arena *arena, struct str name,
			const char *nameless)
{
	struct buf shown = { 0 };
	struct str copy;

	visible_line(&shown, name.n ? name : str_of(nameless));
	copy = arena_str(arena, buf_view(&shown));
	buf_free(&shown);
	return copy;
}

static void tally_bars(struct buf *out, const char *title,
		       const struct tally *tally, const char *nameless)
{
	struct arena arena = { 0 };
	struct plot_bar bar[NAMES];
	uint32_t *order = tally_order(tally);
	size_t n = 0;

	for (; n < NAMES && n < tally->name.n; n++) {
		struct count count = tally->count[order[n]];

		bar[n] = (struct plot_bar){
			label(&arena, map_key(&tally->name, order[n]),
			      nameless),
			(double)count.pairs, (double)count.kept
		};
	}
	plot_bars(out, &(struct plot_bars){ .title = title, .bar = bar, .n = n,
					    .whole = "dropped",
					    .part = "kept" });
	if (tally->name.n > n)
		buf_print(out, "<p class=\"dim\">and %zu others</p>\n",
			  tally->name.n - n);
	free(order);
	arena_free(&arena);
}

static void tally_table(struct buf *out, const char *id, const char *title,
			const struct tally *tally, const char *nameless)
{
	const struct page_column column[] = {
		{ title, false }, { "pairs", true }, { "kept", true },
		{ "kept, %", true },
	};
	uint32_t *order = tally_order(tally);

	page_table(out, id, column, 4, tally->name.n > 12);
	for (uint32_t i = 0; i < tally->name.n && i < 500; i++) {
		struct str name = map_key(&tally->name, order[i]);
		struct count count = tally->count[order[i]];

		page_row(out);
		page_text_cell(out, name.n ? name : str_of(nameless));
		page_number_cell(out, count.pairs);
		page_number_cell(out, count.kept);
		page_percent_cell(out, count.kept, count.pairs);
		buf_byte(out, '\n');
	}
	page_table_end(out);
	free(order);
}

/* -- funnel -- */

static void reasons(const struct stats *stats, struct buf *out)
{
	static const struct page_column column[] = {
		{ "stage", false }, { "reason", false }, { "pairs", true },
		{ "of all", true },
	};

	page_table(out, "t-reasons", column, 4, false);
	for (size_t i = 0; i < stats->stages.n; i++) {
		const struct stats_stage *s = &stats->stages.at[i];
		uint32_t *order = tally_order(&s->reason);

		for (uint32_t j = 0; j < s->reason.name.n && j < 100; j++) {
			uint64_t n = s->reason.count[order[j]].pairs;

			page_row(out);
			page_text_cell(out, s->name);
			page_text_cell(out, map_key(&s->reason.name,
						    order[j]));
			page_number_cell(out, n);
			page_percent_cell(out, n, stats->pairs);
			buf_byte(out, '\n');
		}
		free(order);
	}
	page_table_end(out);
}

static uint64_t step(struct plot_bar *bar, struct str name, uint64_t left,
		     uint64_t taken)
{
	*bar = (struct plot_bar){ name, (double)left, (double)(left - taken) };
	return left - taken;
}

void page_funnel(struct stats *stats, struct buf *out)
{
	size_t room = stats->stages.n + 5, n = 0;
	struct plot_bar *bar = mem_array(room, sizeof *bar);
	uint64_t left = stats->pairs, rest = stats_unfinished(stats);
	struct arena arena = { 0 };

	left = step(&bar[n++], STR("ingested"), left, 0);
	if (rest)
		left = step(&bar[n++], STR("not finished"), left, rest);
	for (size_t i = 0; i < stats->stages.n; i++) {
		const struct stats_stage *s = &stats->stages.at[i];

		left = step(&bar[n++], label(&arena, s->name, "?"), left,
			    s->first);
	}
	if (stats->judged_out)
		left = step(&bar[n++], STR("judge"), left, stats->judged_out);
	step(&bar[n++], STR("kept"), left, 0);
	page_section(out, "funnel", "Funnel");
	buf_text(out, "<p class=\"dim\">What each stage left, and what it "
		      "took; a pair counts under the first stage that "
		      "decided against it.</p>\n");
	plot_bars(out, &(struct plot_bars){
		.title = "what each stage left", .bar = bar, .n = n,
		.whole = "dropped here", .part = "left" });
	reasons(stats, out);
	page_section_end(out);
	arena_free(&arena);
	free(bar);
}

/* -- tables of two names -- */

/* The names of a tally that get a row or a column, commonest first. */
static size_t commonest(const struct tally *tally, size_t most,
			struct str *name)
{
	uint32_t *order = tally_order(tally);
	size_t n = 0;

	for (; n < most && n < tally->name.n; n++)
		name[n] = map_key(&tally->name, order[n]);
	free(order);
	return n;
}

/* pairs counts "row\tcolumn" */
static void heat(struct buf *out, const char *title, const struct tally *pairs,
		 const struct str *row, size_t rows, const struct str *column,
		 size_t columns, bool by_row)
{
	double *value = mem_array(rows * columns + 1, sizeof *value);
	struct str *shown = mem_array(rows + columns + 1, sizeof *shown);
	struct arena arena = { 0 };
	struct buf key = { 0 };

	for (size_t i = 0; i < rows; i++)
		for (size_t j = 0; j < columns; j++) {
			buf_clear(&key);
			buf_str(&key, row[i]);
			buf_byte(&key, '\t');
			buf_str(&key, column[j]);
			value[i * columns + j] = (double)tally_get(
				pairs, buf_view(&key)).pairs;
		}
	for (size_t i = 0; i < rows; i++)
		shown[i] = label(&arena, row[i], "(none)");
	for (size_t j = 0; j < columns; j++)
		shown[rows + j] = label(&arena, column[j], "(none)");
	plot_heat(out, &(struct plot_heat){
		.title = title, .row = shown, .column = shown + rows,
		.value = value, .rows = rows, .columns = columns,
		.by_row = by_row });
	buf_free(&key);
	arena_free(&arena);
	free(shown);
	free(value);
}

static void sources_table(const struct stats *stats, struct buf *out)
{
	static const struct page_column column[] = {
		{ "source", false }, { "file", false }, { "format", false },
		{ "schema", false }, { "licence", false },
	};

	page_table(out, "t-files", column, 5, stats->sources.n > 12);
	for (size_t i = 0; i < stats->sources.n && i < 1000; i++) {
		const struct stats_source *s = &stats->sources.at[i];

		page_row(out);
		page_text_cell(out, s->name);
		page_text_cell(out, s->path);
		page_text_cell(out, s->format);
		page_text_cell(out, s->schema);
		page_text_cell(out, s->license.n ? s->license
						 : STR("(not known)"));
		buf_byte(out, '\n');
	}
	page_table_end(out);
}

void page_sources(struct stats *stats, struct buf *out)
{
	struct str row[HEAT_ROWS], column[HEAT_COLUMNS];
	size_t rows = commonest(&stats->source, HEAT_ROWS, row), columns = 0;

	column[columns++] = STR("kept");
	for (size_t i = 0; i < stats->stages.n; i++)
		if (stats->stages.at[i].first && columns < HEAT_COLUMNS - 1)
			column[columns++] = stats->stages.at[i].name;
	if (stats->judged_out)
		column[columns++] = STR("judge");
	else if (stats_unfinished(stats))
		column[columns++] = STR("ingest");
	page_section(out, "sources", "Sources and licences");
	tally_table(out, "t-sources", "source", &stats->source, "(no name)");
	buf_text(out, "<h3>Where the pairs of each source ended</h3>\n");
	heat(out, "source by fate", &stats->source_stage, row, rows, column,
	     columns, true);
	buf_text(out, "<h3>Licences</h3>\n");
	tally_bars(out, "licences", &stats->license, "(not known)");
	buf_text(out, "<h3>Files</h3>\n");
	sources_table(stats, out);
	page_section_end(out);
}

void page_languages(struct stats *stats, struct buf *out)
{
	struct str row[HEAT_ROWS], column[HEAT_COLUMNS];
	size_t rows = commonest(&stats->lang, HEAT_ROWS, row);
	size_t columns = commonest(&stats->category, HEAT_COLUMNS, column);

	page_section(out, "languages", "Languages and categories");
	buf_text(out, "<p class=\"dim\">The language is that of the "
		      "instruction.</p>\n");
	heat(out, "pairs by language and category", &stats->lang_category, row,
	     rows, column, columns, false);
	buf_text(out, "<div class=\"two\"><div><h3>Languages</h3>\n");
	tally_table(out, "t-lang", "language", &stats->lang, "und");
	buf_text(out, "</div><div><h3>Categories</h3>\n");
	tally_table(out, "t-category", "category", &stats->category, "(none)");
	buf_text(out, "</div></div>\n");
	page_section_end(out);
}

/* -- lengths -- */

static void length_plot(struct lengths *l, const char *title, struct buf *out)
{
	unsigned bins = lengths_bins(l);
	struct str name[LENGTHS_BINS];
	double value[LENGTHS_BINS];
	struct arena arena = { 0 };

	for (unsigned i = 0; i < bins; i++) {
		struct buf from = { 0 };

		if (i > 10)
			buf_print(&from, "%uk", 1u << (i - 11));
		else
			buf_print(&from, "%u", i ? 1u << (i - 1) : 0);
		name[i] = arena_str(&arena, buf_view(&from));
		value[i] = (double)l->bin[i];
		buf_free(&from);
	}
	buf_print(out, "<div><h3>%s</h3><p class=\"dim\">median ", title);
	report_number(out, lengths_quantile(l, 0.5));
	buf_text(out, ", mean ");
	report_number(out, (uint64_t)(lengths_mean(l) + 0.5));
	buf_text(out, ", 95 % below ");
	report_number(out, lengths_quantile(l, 0.95));
	buf_text(out, ", longest ");
	report_number(out, l->most);
	buf_text(out, "</p>\n");
	plot_columns(out, &(struct plot_columns){
		.title = title, .label = name, .value = value, .n = bins,
		.series = 1, .y = "pairs", .close = true, .width = HALF });
	buf_text(out, "</div>\n");
	arena_free(&arena);
}

void page_lengths(struct stats *stats, struct buf *out)
{
	static const char *const title[LENGTH_FIELDS] = {
		"Instruction, characters", "Input, characters",
		"Response, characters", "Pair, tokens (estimate)"
	};

	page_section(out, "lengths", "Lengths of kept pairs");
	buf_text(out, "<p class=\"dim\">A column holds lengths from its number "
		      "to just below the next.</p>\n<div class=\"two\">\n");
	for (int i = 0; i < LENGTH_FIELDS; i++)
		if (stats->length[i].n)
			length_plot(&stats->length[i], title[i], out);
	buf_text(out, "</div>\n");
	page_section_end(out);
}

/* -- duplicates -- */

static void cluster_sizes(const struct stats *stats, struct buf *out)
{
	static const struct {
		uint64_t from;
		const char *name;
	} bin[] = {
		{ 2, "2" },	  { 3, "3" },	      { 4, "4" },
		{ 5, "5–9" },  { 10, "10–19" }, { 20, "20–49" },
		{ 50, "50–99" }, { 100, "100–999" }, { 1000, "1000+" },
	};
	enum { BINS = sizeof bin / sizeof *bin };
	double value[BINS] = { 0 };
	struct str name[BINS];

	for (size_t i = 0; i < BINS; i++)
		name[i] = str_of(bin[i].name);
	for (size_t i = 0; i < stats->cluster_sizes.n; i++) {
		const struct stats_size *s = &stats->cluster_sizes.at[i];
		size_t b = BINS - 1;

		while (b && s->size < bin[b].from)
			b--;
		value[b] += (double)s->clusters;
	}
	buf_text(out, "<h3>Sizes of clusters</h3>\n");
	plot_columns(out, &(struct plot_columns){
		.title = "sizes of clusters", .label = name, .value = value,
		.n = BINS, .series = 1, .x = "pairs in the cluster",
		.y = "clusters" });
}

static int keepers(const struct stats *stats, struct db *db, struct buf *out)
{
	static const struct page_column column[] = {
		{ "pairs that fell", true }, { "for pair", true },
		{ "whose instruction is", false },
	};
	struct pair_batch batch = { 0 };
	int rc = 0;

	buf_text(out, "<h3>Pairs for which most fell</h3>\n");
	page_table(out, "t-keepers", column, 3, false);
	for (size_t i = 0; i < stats->keepers.n; i++) {
		struct buf shown = { 0 };

		rc = pair_get(db, stats->keepers.at[i].id, &batch);
		if (rc < 0)
			break;
		visible_cut(&shown, batch.pair->instruction, EXCERPT);
		page_row(out);
		page_number_cell(out, stats->keepers.at[i].fallen);
		buf_print(out, "<td class=\"n\">%lld</td>",
			  (long long)stats->keepers.at[i].id);
		page_text_cell(out, buf_view(&shown));
		buf_byte(out, '\n');
		buf_free(&shown);
	}
	page_table_end(out);
	pair_batch_free(&batch);
	return rc;
}

static void repeated(const struct stats *stats, struct buf *out)
{
	static const struct page_column column[] = {
		{ "source", false }, { "pairs", true },
		{ "duplicates", true }, { "share, %", true },
	};

	buf_text(out, "<h3>Duplicates of each source</h3>\n");
	page_table(out, "t-repeated", column, 4, stats->repeated.n > 12);
	for (size_t i = 0; i < stats->repeated.n; i++) {
		const struct stats_repeated *r = &stats->repeated.at[i];

		page_row(out);
		page_text_cell(out, r->name);
		page_number_cell(out, r->pairs);
		page_number_cell(out, r->fell);
		buf_print(out, "<td class=\"n\">%.1f</td>\n",
			  100.0 * (double)r->fell / (double)r->pairs);
	}
	page_table_end(out);
}

int page_duplicates(struct stats *stats, struct db *db, struct buf *out)
{
	int rc;

	page_section(out, "duplicates", "Duplicates");
	if (!stats->methods.n && !stats->cluster_sizes.n) {
		buf_text(out, "<p class=\"dim\">None: <code>itdata dedup"
			      "</code> has found none, or not run.</p>\n");
		page_section_end(out);
		return 0;
	}
	buf_text(out, "<p>");
	for (size_t i = 0; i < stats->methods.n; i++) {
		buf_text(out, i ? ", " : "");
		report_number(out, stats->methods.at[i].n);
		buf_byte(out, ' ');
		page_text(out, stats->methods.at[i].name);
	}
	buf_text(out, "</p>\n");
	cluster_sizes(stats, out);
	repeated(stats, out);
	rc = keepers(stats, db, out);
	page_section_end(out);
	return rc;
}
