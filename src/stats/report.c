/* report.c - the figures of a data set, as a screenful and as JSON */
#include "stats/report.h"

#include <stdio.h>
#include <stdlib.h>

#include "stats/visible.h"

enum {
	NAME = 26, /* columns of a name */
	BAR = 24,  /* columns of the longest bar */
	ROWS = 8,  /* names shown of a table */
	FEW = 3,   /* names shown in a line */
};

const char *const length_name[LENGTH_FIELDS] = { "instruction", "input",
						 "response", "tokens" };

void report_number(struct buf *out, uint64_t number)
{
	char digits[24];
	int n = snprintf(digits, sizeof digits, "%llu",
			 (unsigned long long)number);

	for (int i = 0; i < n; i++) {
		if (i && (n - i) % 3 == 0)
			buf_byte(out, ',');
		buf_byte(out, digits[i]);
	}
}

void report_short(struct buf *out, double number)
{
	static const char unit[] = "\0kMGT";
	int i = 0;

	for (; number >= 999.5 && i < 4; i++)
		number /= 1000;
	if (i)
		buf_print(out, "%.*f%c", number < 9.995 ? 2 : number < 99.95,
			  number, unit[i]);
	else
		buf_print(out, "%.0f", number);
}

static double percent(uint64_t part, uint64_t whole)
{
	return whole ? 100.0 * (double)part / (double)whole : 0;
}

/* Right-aligned in `columns`. */
static void column(struct buf *out, uint64_t number, unsigned columns)
{
	struct buf text = { 0 };

	report_number(&text, number);
	buf_print(out, "%*s", (int)columns, text.at);
	buf_free(&text);
}

static void bar(struct buf *out, uint64_t part, uint64_t whole)
{
	static const char *const eighth[] = { "", "▏", "▎", "▍",
					      "▌", "▋", "▊", "▉" };
	uint64_t n = whole ? (part * BAR * 8 + whole / 2) / whole : 0;

	if (part && !n)
		n = 1;
	for (; n >= 8; n -= 8)
		buf_text(out, "█");
	buf_text(out, eighth[n]);
}

/* A bar with two spaces before it, unless it would be empty. */
static void bar_after(struct buf *out, uint64_t part, uint64_t whole)
{
	if (part) {
		buf_text(out, "  ");
		bar(out, part, whole);
	}
	buf_byte(out, '\n');
}

static void head(struct buf *out, const char *title, const char *columns)
{
	buf_print(out, "\n%-*s%s\n", NAME + 2, title, columns);
}

static void tally_text(const struct tally *tally, const char *title,
		       const char *nameless, struct buf *out)
{
	uint32_t *order = tally_order(tally), n = tally->name.n;
	uint64_t rest = 0, rest_kept = 0;

	head(out, title, "    pairs     kept");
	for (uint32_t i = 0; i < n; i++) {
		struct str name = map_key(&tally->name, order[i]);
		struct count count = tally->count[order[i]];

		if (i >= ROWS && n > ROWS + 1) {
			rest += count.pairs;
			rest_kept += count.kept;
			continue;
		}
		buf_text(out, "  ");
		visible_fit(out, name.n ? name : str_of(nameless), NAME);
		column(out, count.pairs, 9);
		column(out, count.kept, 9);
		bar_after(out, count.kept, tally->count[order[0]].pairs);
	}
	if (rest) {
		char others[NAME + 1];

		snprintf(others, sizeof others, "(%u others)", n - ROWS);
		buf_print(out, "  %-*s", NAME, others);
		column(out, rest, 9);
		column(out, rest_kept, 9);
		buf_byte(out, '\n');
	}
	free(order);
}

/* Columns of 2, 4, 8, ... as blocks of eight heights. */
static void sparkline(const struct lengths *lengths, struct buf *out)
{
	static const char *const height[] = { " ", "▁", "▂", "▃", "▄",
					      "▅", "▆", "▇", "█" };
	unsigned bins = lengths_bins(lengths);
	uint64_t most = 1;

	for (unsigned i = 0; i < bins; i++)
		if (lengths->bin[i] > most)
			most = lengths->bin[i];
	for (unsigned i = 0; i < bins; i++) {
		uint64_t n = lengths->bin[i];
		uint64_t h = (n * 8 + most - 1) / most;

		buf_text(out, height[h]);
	}
}

static void lengths_text(struct stats *stats, struct buf *out)
{
	static const char *const title[LENGTH_FIELDS] = {
		"instruction, characters", "input, characters",
		"response, characters", "pair, tokens (estimate)"
	};

	head(out, "lengths of kept pairs",
	     "   median     mean     95 %      max  0 1 2 4 8 ...");
	for (int i = 0; i < LENGTH_FIELDS; i++) {
		struct lengths *l = &stats->length[i];

		if (!l->n)
			continue;
		buf_print(out, "  %-*s", NAME, title[i]);
		column(out, lengths_quantile(l, 0.5), 9);
		column(out, (uint64_t)(lengths_mean(l) + 0.5), 9);
		column(out, lengths_quantile(l, 0.95), 9);
		column(out, l->most, 9);
		buf_text(out, "  ");
		sparkline(l, out);
		buf_byte(out, '\n');
	}
}

/* "near duplicate 1,500, exact duplicate 500" */
static void reasons(const struct tally *reason, struct buf *out)
{
	uint32_t *order = tally_order(reason);

	for (uint32_t i = 0; i < reason->name.n; i++) {
		if (i == 3 && reason->name.n > 4) {
			buf_print(out, ", %u other reasons",
				  reason->name.n - 3);
			break;
		}
		buf_text(out, i ? ", " : "");
		visible_line(out, map_key(&reason->name, order[i]));
		buf_byte(out, ' ');
		report_number(out, reason->count[order[i]].pairs);
	}
	free(order);
}

static void step(struct buf *out, struct str name, uint64_t n, bool minus)
{
	struct buf number = { 0 };

	if (minus && n)
		buf_text(&number, "-");
	report_number(&number, n);
	buf_text(out, "  ");
	visible_fit(out, name, NAME);
	buf_print(out, "%9s", number.at);
	buf_free(&number);
}

static void funnel_text(const struct stats *stats, struct buf *out)
{
	uint64_t left = stats->pairs;

	head(out, "funnel", "    pairs");
	step(out, STR("ingested"), stats->pairs, false);
	bar_after(out, left, stats->pairs);
	if (stats_unfinished(stats)) {
		step(out, STR("ingest not finished"), stats_unfinished(stats), true);
		left -= stats_unfinished(stats);
		bar_after(out, left, stats->pairs);
	}
	for (size_t i = 0; i < stats->stages.n; i++) {
		const struct stats_stage *stage = &stats->stages.at[i];

		step(out, stage->name, stage->first, true);
		left -= stage->first;
		bar_after(out, left, stats->pairs);
		if (stage->reason.name.n) {
			buf_text(out, "    ");
			reasons(&stage->reason, out);
			buf_byte(out, '\n');
		}
	}
	if (stats->judged_out) {
		step(out, STR("judge"), stats->judged_out, true);
		left -= stats->judged_out;
		bar_after(out, left, stats->pairs);
	}
	step(out, STR("kept"), stats->kept, false);
	bar_after(out, stats->kept, stats->pairs);
}

static void duplicates_text(const struct stats *stats, struct buf *out)
{
	uint64_t clusters = 0;

	if (!stats->methods.n && !stats->cluster_sizes.n)
		return;
	buf_text(out, "\nduplicates  ");
	for (size_t i = 0; i < stats->methods.n; i++) {
		report_number(out, stats->methods.at[i].n);
		buf_byte(out, ' ');
		visible_line(out, stats->methods.at[i].name);
		buf_text(out, i + 1 < stats->methods.n ? ", " : "; ");
	}
	for (size_t i = 0; i < stats->cluster_sizes.n; i++)
		clusters += stats->cluster_sizes.at[i].clusters;
	report_number(out, clusters);
	buf_text(out, " clusters");
	if (clusters) {
		buf_text(out, ", the largest of ");
		report_number(out, stats->cluster_sizes
					.at[stats->cluster_sizes.n - 1].size);
	}
	for (size_t i = 0; i < stats->keepers.n && i < FEW; i++) {
		buf_print(out, i ? ", %lld: " : ";\n            most fell for "
					        "pair %lld: ",
			  (long long)stats->keepers.at[i].id);
		report_number(out, stats->keepers.at[i].fallen);
	}
	for (size_t i = 0; i < stats->repeated.n && i < FEW; i++) {
		const struct stats_repeated *r = &stats->repeated.at[i];

		buf_text(out, i ? ", " : ";\n            share of a source: ");
		visible_line(out, r->name);
		buf_print(out, " %.1f %%",
			  100.0 * (double)r->fell / (double)r->pairs);
	}
	buf_byte(out, '\n');
}

static void findings_text(const struct stats *stats, struct buf *out)
{
	size_t n = stats->findings.n;

	if (!n)
		return;
	head(out, "findings", "    pairs    spans  category");
	for (size_t i = 0; i < n && (i < ROWS || n <= ROWS + 1); i++) {
		const struct stats_finding *f = &stats->findings.at[i];

		buf_text(out, "  ");
		visible_fit(out, f->rule, NAME);
		column(out, f->pairs, 9);
		column(out, f->findings, 9);
		buf_text(out, "  ");
		visible_line(out, f->category);
		buf_byte(out, '\n');
	}
	if (n > ROWS + 1)
		buf_print(out, "  (%zu other rules)\n", n - ROWS);
}

static void quality_text(const struct stats *stats, struct buf *out)
{
	if (!stats->scores.n)
		return;
	head(out, "scores", "    pairs     mean      min      max");
	for (size_t i = 0; i < stats->scores.n; i++) {
		const struct stats_score *s = &stats->scores.at[i];

		buf_text(out, "  ");
		visible_fit(out, s->metric, NAME);
		column(out, s->pairs, 9);
		buf_print(out, " %8.3g %8.3g %8.3g\n", s->mean, s->least,
			  s->most);
	}
}

static void diversity_text(const struct stats *stats, struct buf *out)
{
	uint32_t *order;

	if (!stats->kept)
		return;
	buf_print(out,
		  "\ndiversity   %.1f %% of kept instructions are distinct, "
		  "%.1f %% of responses\n",
		  percent(stats->distinct_instructions, stats->kept),
		  percent(stats->distinct_responses, stats->kept));
	order = tally_order(&stats->opening);
	if (stats->opening.count[order[0]].pairs > 1) {
		buf_text(out, "            commonest opening: ");
		visible_cut(out, map_key(&stats->opening.name, order[0]), 36);
		buf_print(out, " (%.1f %%)\n",
			  percent(stats->opening.count[order[0]].pairs,
				  stats->kept));
	}
	free(order);
}

static void warnings_text(const struct stats *stats, struct buf *out)
{
	for (size_t i = 0; i < stats->stages.n; i++) {
		const struct stats_stage *s = &stats->stages.at[i];

		if (!s->stale)
			continue;
		buf_text(out, "\nstale       ");
		report_number(out, s->stale);
		buf_print(out, " fell in '%.*s' for a pair that is dropped "
			       "today; run 'itdata %.*s' again\n",
			  (int)s->name.n, s->name.at, (int)s->command.n,
			  s->command.at);
	}
	if (stats->overruled)
		buf_print(out, "\noverruled   %llu pairs are kept because a "
			       "person said so\n",
			  (unsigned long long)stats->overruled);
	if (!stats->rejected)
		return;
	buf_text(out, "\nrejects     ");
	report_number(out, stats->rejected);
	buf_text(out, " records could not become pairs:\n");
	for (size_t i = 0; i < stats->rejects.n && i < ROWS; i++) {
		buf_text(out, "  ");
		visible_fit(out, stats->rejects.at[i].name, 60);
		column(out, stats->rejects.at[i].n, 9);
		buf_byte(out, '\n');
	}
}

void report_text(struct stats *stats, const char *name, struct buf *out)
{
	visible_line(out, str_of(name));
	buf_text(out, ": ");
	report_number(out, stats->pairs);
	buf_text(out, " pairs, ");
	report_number(out, stats->kept);
	buf_print(out, " kept (%.1f %%): about ",
		  percent(stats->kept, stats->pairs));
	report_short(out, (double)stats->tokens_kept);
	buf_text(out, " tokens\n");
	if (!stats->pairs) {
		buf_print(out, "'itdata ingest %s FILE...' adds some\n", name);
		warnings_text(stats, out);
		return;
	}
	if (stats->conversations) {
		report_number(out, stats->conversations);
		buf_text(out, " of them are conversations\n");
	}
	tally_text(&stats->source, "sources", "(no name)", out);
	tally_text(&stats->lang, "languages", "und", out);
	tally_text(&stats->category, "categories", "(none)", out);
	lengths_text(stats, out);
	funnel_text(stats, out);
	duplicates_text(stats, out);
	findings_text(stats, out);
	quality_text(stats, out);
	diversity_text(stats, out);
	warnings_text(stats, out);
}
