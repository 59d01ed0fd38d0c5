/* compare.c - two data sets side by side */
#include <stdio.h>
#include <stdlib.h>

#include "stats/report.h"
#include "stats/visible.h"

enum { NAME = 26, SIDE = 18, ROWS = 12 };

static void line(struct buf *out, struct str name, const char *a,
		 const char *b, const char *change)
{
	buf_text(out, "  ");
	visible_fit(out, name, NAME);
	buf_print(out, "%*s%*s%*s\n", SIDE, a, SIDE, b, 14, change);
}

static void numbers(struct buf *out, const char *name, uint64_t a, uint64_t b)
{
	struct buf left = { 0 }, right = { 0 };
	char change[32] = "";

	report_number(&left, a);
	report_number(&right, b);
	if (b && a != b)
		snprintf(change, sizeof change, "%+.1f %%",
			 100 * ((double)a - (double)b) / (double)b);
	line(out, str_of(name), left.at, right.at, change);
	buf_free(&left);
	buf_free(&right);
}

static double share(uint64_t part, uint64_t whole)
{
	return whole ? 100 * (double)part / (double)whole : 0;
}

static void shares(struct buf *out, struct str name, double a, double b)
{
	char left[32], right[32], change[32] = "";

	snprintf(left, sizeof left, "%.1f %%", a);
	snprintf(right, sizeof right, "%.1f %%", b);
	if (a - b > 0.05 || b - a > 0.05)
		snprintf(change, sizeof change, "%+.1f points", a - b);
	line(out, name, left, right, change);
}

/* Names of both, those of the first by number, then those it lacks. */
static void tallies(struct buf *out, const char *title, const char *nameless,
		    const struct tally *a, uint64_t a_kept,
		    const struct tally *b, uint64_t b_kept)
{
	const struct tally *both[] = { a, b };
	unsigned rows = 0;

	buf_print(out, "\n%s of kept pairs\n", title);
	for (int side = 0; side < 2; side++) {
		uint32_t *order = tally_order(both[side]);

		for (uint32_t i = 0; i < both[side]->name.n; i++) {
			struct str name = map_key(&both[side]->name, order[i]);
			uint32_t seen;

			if (side && map_find(&a->name, name, &seen))
				continue;
			if (rows++ >= ROWS)
				continue;
			shares(out, name.n ? name : str_of(nameless),
			       share(tally_get(a, name).kept, a_kept),
			       share(tally_get(b, name).kept, b_kept));
		}
		free(order);
	}
	if (rows > ROWS)
		buf_print(out, "  (%u others)\n", rows - ROWS);
}

static void medians(struct buf *out, struct stats *a, struct stats *b)
{
	buf_text(out, "\nmedian length of kept pairs\n");
	for (int i = 0; i < LENGTH_FIELDS; i++)
		numbers(out, length_name[i],
			lengths_quantile(&a->length[i], 0.5),
			lengths_quantile(&b->length[i], 0.5));
}

static uint64_t dropped_by(const struct stats *stats, struct str stage)
{
	for (size_t i = 0; i < stats->stages.n; i++)
		if (str_equal(stats->stages.at[i].name, stage))
			return stats->stages.at[i].first;
	return 0;
}

static bool has_stage(const struct stats *stats, struct str stage)
{
	for (size_t i = 0; i < stats->stages.n; i++)
		if (str_equal(stats->stages.at[i].name, stage))
			return true;
	return false;
}

static void stages(struct buf *out, struct stats *a, struct stats *b)
{
	struct stats *both[] = { a, b };

	buf_text(out, "\ndropped, of all pairs\n");
	for (int side = 0; side < 2; side++)
		for (size_t i = 0; i < both[side]->stages.n; i++) {
			struct str name = both[side]->stages.at[i].name;

			if (!side || !has_stage(a, name))
				shares(out, name,
				       share(dropped_by(a, name), a->pairs),
				       share(dropped_by(b, name), b->pairs));
		}
}

/* The name of a file, at most one column wide. */
static void names(struct buf *out, const char *a, const char *b)
{
	const char *name[] = { a, b };

	buf_print(out, "  %-*s", NAME, "");
	for (int i = 0; i < 2; i++) {
		struct buf fit = { 0 };
		unsigned width;

		visible_cut(&fit, str_of(name[i]), SIDE - 2);
		width = visible_width(buf_view(&fit));
		buf_print(out, "%*s%s", (int)(SIDE - width), "", fit.at);
		buf_free(&fit);
	}
	buf_print(out, "%*s\n", 14, "change");
}

void report_compare(struct stats *a, const char *a_name, struct stats *b,
		    const char *b_name, struct buf *out)
{
	names(out, a_name, b_name);
	numbers(out, "pairs", a->pairs, b->pairs);
	numbers(out, "kept", a->kept, b->kept);
	numbers(out, "tokens (estimate)", a->tokens_kept, b->tokens_kept);
	numbers(out, "conversations", a->conversations, b->conversations);
	numbers(out, "rejects", a->rejected, b->rejected);
	shares(out, STR("distinct instructions"),
	       share(a->distinct_instructions, a->kept),
	       share(b->distinct_instructions, b->kept));
	tallies(out, "languages", "und", &a->lang, a->kept, &b->lang, b->kept);
	tallies(out, "categories", "(none)", &a->category, a->kept,
		&b->category, b->kept);
	medians(out, a, b);
	stages(out, a, b);
}
