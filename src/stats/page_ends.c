/* page_ends.c - sections of the page: conflicts, and what was exported */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/plot.h"
#include "stats/page_parts.h"
#include "stats/report.h"
#include "stats/visible.h"

enum { SPLITS = 20 };

/* -- conflicts -- */

static void count(struct buf *out, const cJSON *summary, const char *key,
		  const char *words)
{
	const cJSON *number = cJSON_GetObjectItemCaseSensitive(summary, key);

	if (!cJSON_IsNumber(number))
		return;
	report_number(out, (uint64_t)number->valuedouble);
	buf_print(out, " %s", words);
}

/* What the last run found in all. */
static int conflict_figures(struct db *db, struct buf *out)
{
	sqlite3_stmt *row;
	int rc = db_prepare(db, SQL_PAGE_CONFLICTS, &row);

	if (rc < 0)
		return rc;
	if (sqlite3_step(row) == SQLITE_ROW) {
		struct str text = db_str(row, 0);
		cJSON *summary = cJSON_ParseWithLength(text.at, text.n);

		buf_text(out, "<p>");
		count(out, summary, "questions", "questions with several "
						 "answers: ");
		count(out, summary, "hard", "in hard conflict, ");
		count(out, summary, "soft", "soft; ");
		count(out, summary, "dropped", "pairs are out.");
		buf_text(out, "</p>\n");
		cJSON_Delete(summary);
	}
	sqlite3_finalize(row);
	return 0;
}

/* Answers, each beside one that it disagrees with. */
static int conflict_pairs(struct db *db, struct buf *out, int *shown)
{
	struct about about = { 0 }, other = { 0 };
	sqlite3_stmt *row;
	int rc = db_prepare(db, SQL_PAGE_CONFLICT, &row), step = SQLITE_DONE;

	if (rc < 0)
		return rc;
	while (rc == 0 && (step = sqlite3_step(row)) == SQLITE_ROW) {
		rc = about_read(&about, db, sqlite3_column_int64(row, 0));
		if (rc == 0)
			rc = about_read(&other, db,
					sqlite3_column_int64(row, 1));
		if (rc == 0) {
			page_pair(out, &about, &other);
			++*shown;
		}
	}
	if (rc == 0 && step != SQLITE_DONE)
		rc = db_fail(db, "reading conflicts");
	sqlite3_finalize(row);
	about_free(&about);
	about_free(&other);
	return rc;
}

int page_conflicts(struct stats *stats, struct db *db, struct buf *out)
{
	int rc, shown = 0;

	(void)stats;
	page_section(out, "conflicts", "Conflicts");
	buf_text(out, "<p class=\"dim\">The same question, answers of which "
		      "at most one can be right.</p>\n");
	if ((rc = conflict_figures(db, out)) == 0)
		rc = conflict_pairs(db, out, &shown);
	if (rc == 0 && !shown)
		buf_text(out, "<p class=\"dim\">None: <code>itdata conflicts"
			      "</code> looks for them.</p>\n");
	page_section_end(out);
	return rc;
}

/* -- splits -- */

void page_splits(struct stats *stats, struct buf *out)
{
	cJSON *json = cJSON_ParseWithLength(stats->splits.at, stats->splits.n);
	struct plot_bar bar[SPLITS];
	struct arena arena = { 0 };
	const cJSON *split;
	size_t n = 0;

	page_section(out, "splits", "Splits");
	cJSON_ArrayForEach(split, json) {
		struct buf name = { 0 };

		if (!cJSON_IsNumber(split) || n == SPLITS)
			continue;
		visible_line(&name, str_of(split->string));
		bar[n++] = (struct plot_bar){
			arena_str(&arena, buf_view(&name)), split->valuedouble,
			0
		};
		buf_free(&name);
	}
	if (n) {
		buf_text(out, "<p class=\"dim\">Pairs of each split, as the last "
			      "export gave them. Duplicates and pairs of one document stand in "
			      "one split.</p>\n");
		plot_bars(out, &(struct plot_bars){
			.title = "pairs of each split", .bar = bar, .n = n });
	} else {
		buf_text(out, "<p class=\"dim\">None: <code>itdata export"
			      "</code> has not run.</p>\n");
	}
	page_section_end(out);
	arena_free(&arena);
	cJSON_Delete(json);
}
