/* page_pairs.c - sections of the page that show pairs */
#include <stdio.h>
#include <stdlib.h>

#include "base/html.h"
#include "stats/differ.h"
#include "stats/page_parts.h"
#include "stats/sample.h"

enum {
	TEXT = 1200,  /* characters of a text */
	AROUND = 40,  /* characters around the span of an example */
	SPAN = 80,    /* characters of a span */
	SAMPLES = 12, /* kept, and dropped */
	RULES = 500,
};

static struct str from_to(struct str text, uint64_t from, uint64_t to)
{
	size_t start = about_offset(text, from);
	struct str rest = { text.at + start, text.n - start };

	rest.n = about_offset(rest, to - from);
	return rest;
}

/* -- a pair -- */

void page_marked(struct buf *out, const struct about *about,
		 const struct about_text *text, uint64_t most)
{
	uint64_t at = 0;

	for (size_t i = 0; i < about->finding.n; i++) {
		const struct about_finding *f = &about->finding.at[i];
		struct str field = about_field(about->pair, f->field, f->turn);
		uint64_t start = f->start < at ? at : f->start;
		uint64_t end = f->start + f->length;

		if (field.at != text->text.at || f->turn != text->turn ||
		    end <= start || end > most)
			continue;
		page_text(out, from_to(text->text, at, start));
		buf_text(out, "<mark title=\"");
		page_text(out, f->rule);
		buf_text(out, "\">");
		page_text(out, from_to(text->text, start, end));
		buf_text(out, "</mark>");
		at = end;
	}
	page_text(out, from_to(text->text, at, most));
	if (about_offset(text->text, most) < text->text.n)
		buf_text(out, "…");
}

static void differing(struct buf *out, struct str a, struct str b)
{
	static const char *const open[] = { "", "<del>", "<ins>" };
	static const char *const close[] = { "", "</del>", "</ins>" };
	struct differ differ = { 0 };

	a.n = about_offset(a, TEXT);
	b.n = about_offset(b, TEXT);
	differ_read(&differ, a, b);
	for (size_t i = 0; i < differ.n; i++) {
		buf_text(out, open[differ.part[i].change]);
		page_text(out, differ.part[i].text);
		buf_text(out, close[differ.part[i].change]);
	}
	differ_free(&differ);
}

void page_language(struct buf *out, struct str lang)
{
	if (!lang.n || str_is(lang, "und"))
		return;
	buf_text(out, " lang=\"");
	html_escape(out, lang);
	buf_byte(out, '"');
}

static void texts(struct buf *out, const struct about *about,
		  const struct about *other)
{
	const struct pair *pair = about->pair;
	struct about_text *text = mem_array(about_room(pair), sizeof *text);
	struct about_text *there = NULL;
	size_t n = about_texts(pair, text), m = 0;

	if (other) {
		there = mem_array(about_room(other->pair), sizeof *there);
		m = about_texts(other->pair, there);
	}
	buf_text(out, "<dl>\n");
	for (size_t i = 0; i < n; i++) {
		bool answer = str_is(text[i].name, "response") ||
			      str_is(text[i].name, "assistant");

		buf_text(out, "<dt>");
		page_text(out, text[i].name);
		buf_text(out, "</dt><dd dir=\"auto\"");
		page_language(out, answer ? pair->lang_response : pair->lang);
		buf_byte(out, '>');
		if (other)
			differing(out, text[i].text,
				  about_counterpart(&text[i], i, there, m,
						    other->pair->messages));
		else
			page_marked(out, about, &text[i], TEXT);
		buf_text(out, "</dd>\n");
	}
	buf_text(out, "</dl>");
	free(text);
	free(there);
}

void page_pair(struct buf *out, const struct about *about,
	       const struct about *other)
{
	struct buf fate = { 0 };

	about_fate(about, &fate); /* is visible already */
	buf_print(out, "<div class=\"pair %s\"><h4>%lld <b>",
		  about->kept ? "kept" : "dropped",
		  (long long)about->pair->id);
	html_escape(out, buf_view(&fate));
	buf_text(out, "</b></h4><div class=\"dim\">");
	page_text(out, about->source);
	buf_print(out, " line %lld, ", (long long)about->pair->line);
	page_text(out, about->pair->lang);
	if (about->pair->category.n) {
		buf_text(out, ", ");
		page_text(out, about->pair->category);
	}
	if (other)
		buf_print(out, "; beside %lld: <del>only here</del> "
			       "<ins>only there</ins>",
			  (long long)other->pair->id);
	buf_text(out, "</div>");
	texts(out, about, other);
	buf_text(out, "</div>\n");
	buf_free(&fate);
}

/* -- samples -- */

static int sample(struct db *db, enum sample_fate fate, struct buf *out)
{
	struct sample_want want = { .fate = fate, .count = SAMPLES };
	struct about about = { 0 }, other = { 0 };
	struct sample drawn = { 0 };
	int rc = sample_draw(&drawn, db, &want, 1);

	for (size_t i = 0; rc == 0 && i < drawn.id.n; i++) {
		int64_t beside;

		if ((rc = about_read(&about, db, drawn.id.at[i])) < 0)
			break;
		beside = about_fell_for(&about);
		if (beside && (rc = about_read(&other, db, beside)) < 0)
			break;
		page_pair(out, &about, beside ? &other : NULL);
	}
	if (rc == 0 && !drawn.id.n)
		buf_text(out, "<p class=\"dim\">There is none.</p>\n");
	about_free(&about);
	about_free(&other);
	sample_free(&drawn);
	return rc;
}

int page_samples(struct stats *stats, struct db *db, struct buf *out)
{
	int rc;

	(void)stats;
	page_section(out, "samples", "Samples");
	buf_text(out, "<p class=\"dim\">Drawn by chance; <code>itdata sample"
		      "</code> draws more, <code>itdata judge</code> overrules."
		      "</p>\n<input type=\"search\" data-for=\"pairs\" "
		      "placeholder=\"filter pairs\" "
		      "aria-label=\"filter pairs\">\n<div id=\"pairs\">"
		      "<h3>Dropped</h3>\n");
	if ((rc = sample(db, SAMPLE_DROPPED, out)) < 0)
		return rc;
	buf_text(out, "<h3>Kept</h3>\n");
	if ((rc = sample(db, SAMPLE_KEPT, out)) < 0)
		return rc;
	buf_text(out, "</div>\n");
	page_section_end(out);
	return 0;
}

/* -- findings -- */

static void example(struct buf *out, const struct about *about,
		    struct str rule)
{
	for (size_t i = 0; i < about->finding.n; i++) {
		const struct about_finding *f = &about->finding.at[i];
		struct str text = about_field(about->pair, f->field, f->turn);
		uint64_t from = f->start > AROUND ? f->start - AROUND : 0;
		uint64_t length = f->length < SPAN ? f->length : SPAN;
		uint64_t end = f->start + length;

		if (!str_equal(f->rule, rule) || !text.at)
			continue;
		buf_print(out, "<td dir=\"auto\">%lld: %s",
			  (long long)about->pair->id, from ? "…" : "");
		page_text(out, from_to(text, from, f->start));
		buf_text(out, "<mark>");
		page_text(out, from_to(text, f->start, end));
		buf_text(out, "</mark>");
		page_text(out, from_to(text, end, end + AROUND));
		if (about_offset(text, end + AROUND) < text.n)
			buf_text(out, "…");
		buf_text(out, "</td>");
		return;
	}
	buf_text(out, "<td></td>");
}

static int findings_table(struct stats *stats, struct db *db, struct buf *out)
{
	static const struct page_column column[] = {
		{ "rule", false },  { "category", false }, { "pairs", true },
		{ "of all", true }, { "spans", true },	   { "example", false },
	};
	struct about about = { 0 };
	int rc = 0;

	page_table(out, "t-rules", column, 6, stats->findings.n > 12);
	for (size_t i = 0; rc == 0 && i < stats->findings.n && i < RULES;
	     i++) {
		const struct stats_finding *f = &stats->findings.at[i];

		if ((rc = about_read(&about, db, f->example)) < 0)
			break;
		page_row(out);
		page_text_cell(out, f->rule);
		page_text_cell(out, f->category);
		page_number_cell(out, f->pairs);
		page_percent_cell(out, f->pairs, stats->pairs);
		page_number_cell(out, f->findings);
		example(out, &about, f->rule);
		buf_byte(out, '\n');
	}
	page_table_end(out);
	about_free(&about);
	return rc;
}

int page_findings(struct stats *stats, struct db *db, struct buf *out)
{
	int rc = 0;

	page_section(out, "findings", "Findings");
	if (stats->findings.n) {
		buf_text(out, "<p class=\"dim\">What rules matched. Findings "
			      "explain; only decisions take pairs out.</p>\n");
		rc = findings_table(stats, db, out);
	} else {
		buf_text(out, "<p class=\"dim\">None: <code>itdata filter"
			      "</code> has found nothing, or not run.</p>\n");
	}
	page_section_end(out);
	return rc;
}

/* -- history -- */

static void rejects(const struct stats *stats, struct buf *out)
{
	static const struct page_column column[] = {
		{ "why a record is no pair", false }, { "records", true },
	};

	if (!stats->rejects.n)
		return;
	buf_text(out, "<h3>Rejects</h3>\n");
	page_table(out, "t-rejects", column, 2, stats->rejects.n > 12);
	for (size_t i = 0; i < stats->rejects.n && i < 200; i++) {
		page_row(out);
		page_text_cell(out, stats->rejects.at[i].name);
		page_number_cell(out, stats->rejects.at[i].n);
		buf_byte(out, '\n');
	}
	page_table_end(out);
}

int page_history(struct stats *stats, struct db *db, struct buf *out)
{
	static const struct page_column column[] = {
		{ "run", true },     { "command", false },
		{ "arguments", false }, { "version", false },
		{ "started", false }, { "finished", false },
	};
	sqlite3_stmt *row;
	int rc = db_prepare(db, SQL_STATS_RUN, &row), step, n = 0;

	if (rc < 0)
		return rc;
	page_section(out, "history", "History");
	rejects(stats, out);
	buf_text(out, "<h3>Runs</h3>\n");
	page_table(out, "t-runs", column, 6, true);
	while ((step = sqlite3_step(row)) == SQLITE_ROW && n++ < 1000) {
		page_row(out);
		page_number_cell(out, (uint64_t)sqlite3_column_int64(row, 0));
		for (int i = 1; i < 6; i++)
			page_text_cell(out, db_str(row, i));
		buf_byte(out, '\n');
	}
	if (step != SQLITE_DONE && step != SQLITE_ROW)
		rc = db_fail(db, "reading runs");
	sqlite3_finalize(row);
	page_table_end(out);
	page_section_end(out);
	return rc;
}
