/* frame.c - the page of the review: bar, filters, list, and a pair */
#include "base/err.h"
#include "base/html.h"
#include "serve/parts.h"
#include "stats/page_parts.h"

enum { KINDS = 2000 }; /* languages with their categories, looked at */

/* -- filters -- */

/* An option that adds a filter; what stands for anything or would end a word
   of a query becomes ?, one character. */
static void option(struct buf *out, const char *filter, struct str value)
{
	if (!value.n)
		return;
	buf_print(out, "<option value=\"%s", filter);
	for (size_t i = 0; i < value.n; i++) {
		struct str one = { value.at + i, 1 };

		if (strchr(" *[?\"", value.at[i]) ||
		    (unsigned char)value.at[i] < 0x20) {
			buf_byte(out, '?');
		} else if (strncmp(value.at + i, "\xe3\x80\x80", 3) == 0) {
			buf_byte(out, '?');
			i += 2;
		} else {
			html_escape(out, one);
		}
	}
	buf_text(out, "\">");
	page_text(out, value);
	buf_text(out, "</option>");
}

static void select_open(struct buf *out, const char *name)
{
	buf_print(out, "<select aria-label=\"%s\"><option value=\"\">%s"
		       "</option>", name, name);
}

static int names(struct serve *serve, const char *sql, const char *title,
		 const char *filter, struct buf *out)
{
	sqlite3_stmt *row;
	int rc = db_prepare(&serve->db, sql, &row), step;

	if (rc < 0)
		return rc;
	select_open(out, title);
	while ((step = sqlite3_step(row)) == SQLITE_ROW)
		option(out, filter, db_str(row, 0));
	if (step != SQLITE_DONE)
		rc = db_fail(&serve->db, "reading names");
	sqlite3_finalize(row);
	buf_text(out, "</select>");
	return rc;
}

static int fates(struct serve *serve, struct buf *out)
{
	static const char *const fixed[][2] = {
		{ "kept", "kept" }, { "dropped:*", "dropped" },
		{ "judged:*", "judged by hand" },
		{ "dropped:judge", "dropped by hand" },
	};
	sqlite3_stmt *row;
	int rc = db_prepare(&serve->db, SQL_REVIEW_STAGE, &row);

	if (rc < 0)
		return rc;
	select_open(out, "fate");
	for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
		buf_print(out, "<option value=\"%s\">%s</option>",
			  fixed[i][0], fixed[i][1]);
	while (sqlite3_step(row) == SQLITE_ROW)
		option(out, "dropped:", db_str(row, 0));
	sqlite3_finalize(row);
	buf_text(out, "</select>");
	return 0;
}

/* The next name in an index after `last`, which it becomes; false: none. */
static bool next_name(sqlite3_stmt *row, struct str lang, struct buf *last)
{
	bool found;

	db_bind_str(row, 1, lang.at ? lang : buf_view(last));
	if (lang.at)
		db_bind_str(row, 2, buf_view(last));
	found = sqlite3_step(row) == SQLITE_ROW &&
		sqlite3_column_type(row, 0) != SQLITE_NULL;
	if (found) {
		buf_clear(last);
		buf_str(last, db_str(row, 0));
	}
	sqlite3_reset(row);
	return found;
}

/* Languages and categories, by steps through their index. */
static int kinds(struct serve *serve, struct buf *out)
{
	struct buf lang = { 0 }, category = { 0 }, categories = { 0 };
	sqlite3_stmt *langs = NULL, *row = NULL;
	struct map seen = { 0 };
	int rc = db_prepare(&serve->db, SQL_REVIEW_LANG, &langs);

	if (rc < 0 ||
	    (rc = db_prepare(&serve->db, SQL_REVIEW_CATEGORY, &row)) < 0)
		goto done;
	select_open(out, "language");
	for (int left = KINDS; left && next_name(langs, (struct str){ 0 },
						 &lang); left--) {
		option(out, "lang:", buf_view(&lang));
		buf_clear(&category);
		while (--left > 0 &&
		       next_name(row, buf_view(&lang), &category)) {
			uint32_t known = seen.n;

			if (map_add(&seen, buf_view(&category)) == known)
				option(&categories, "category:",
				       buf_view(&category));
		}
		if (left <= 0)
			break;
	}
	buf_text(out, "</select>");
	select_open(out, "category");
	buf_str(out, buf_view(&categories));
	buf_text(out, "</select>");
done:
	sqlite3_finalize(langs);
	sqlite3_finalize(row);
	map_free(&seen);
	buf_free(&lang);
	buf_free(&category);
	buf_free(&categories);
	return rc;
}

static int filters(struct serve *serve, struct buf *out)
{
	int rc;

	buf_text(out, "<div id=\"filters\">");
	if ((rc = fates(serve, out)) < 0 || (rc = kinds(serve, out)) < 0 ||
	    (rc = names(serve, SQL_REVIEW_SOURCE, "source", "source:",
			out)) < 0 ||
	    (rc = names(serve, SQL_REVIEW_RULE, "rule", "rule:", out)) < 0)
		return rc;
	buf_text(out, "</div>\n");
	return 0;
}

/* -- the page -- */

static void top(struct serve *serve, const struct asked *asked,
		struct buf *out)
{
	buf_text(out, "<!DOCTYPE html>\n<html lang=\"en\"><head>\n"
		      "<meta charset=\"utf-8\">\n"
		      "<meta name=\"viewport\" content=\"width=device-width,"
		      "initial-scale=1\">\n<title>");
	page_text(out, str_of(serve->name));
	buf_text(out, " - itdata</title>\n"
		      "<link rel=\"icon\" href=\"data:,\">\n"
		      "<link rel=\"stylesheet\" href=\"/review.css\">\n"
		      "<script src=\"/review.js\" defer></script>\n"
		      "</head><body class=\"review\">\n<header><h1>");
	page_text(out, str_of(serve->name));
	buf_text(out, "</h1><span id=\"counts\" class=\"dim\"></span>"
		      "<button type=\"button\" id=\"help\" "
		      "aria-label=\"keys\">?</button>\n"
		      "<form id=\"find\" action=\"/\" role=\"search\">"
		      "<input type=\"search\" name=\"q\" id=\"q\" "
		      "autocomplete=\"off\" spellcheck=\"false\" "
		      "aria-label=\"search\" placeholder=\"英訳  lang:ja  "
		      "dropped:dedup  score:novelty&gt;0.3\" value=\"");
	page_text(out, asked->q);
	buf_print(out, "\"><label><input type=\"checkbox\" name=\"m\" id=\"m\""
		       "%s> by meaning</label></form>\n",
		  asked->meaning ? " checked" : "");
}

static void keys(struct buf *out)
{
	static const char *const key[][2] = {
		{ "j k", "next, previous pair" },
		{ "K", "keep this pair" },
		{ "D", "drop it" },
		{ "E", "edit its texts; Ctrl Enter saves, Esc leaves" },
		{ "U", "take the verdict back: of this pair, or the last one" },
		{ "n", "write a note; it goes with the next verdict" },
		{ "/", "search" },
		{ "g", "first pair of the list" },
		{ "?", "these keys" },
	};

	buf_text(out, "<dialog id=\"keys\"><h2>Keys</h2><table>");
	for (size_t i = 0; i < sizeof key / sizeof *key; i++)
		buf_print(out, "<tr><td><kbd>%s</kbd></td><td>%s</td></tr>",
			  key[i][0], key[i][1]);
	buf_text(out, "</table><h2>Search</h2><p>Words, \"phrases\", starts* "
		      "and -without. <code>lang: category: source: license: "
		      "dropped:STAGE kept rule: judged:keep score:NAME&gt;X id: "
		      "cluster:</code>; * stands for anything, - in front for "
		      "not.</p><form method=\"dialog\"><button>Close</button>"
		      "</form></dialog>\n");
}

/* Errors of a query stand where its list would. */
static int list_or_words(struct serve *serve, const struct asked *asked,
			 struct buf *out, int64_t *first)
{
	int rc = list_write(serve, asked, out, first);

	if (rc == ERR_USAGE || rc == ERR_ABSENT) {
		buf_text(out, "<p class=\"note\" id=\"error\">");
		page_text(out, str_of(err_text()));
		buf_text(out, "</p>\n");
		return 0;
	}
	return rc;
}

int frame_write(struct serve *serve, const struct asked *asked,
		struct buf *out)
{
	struct asked shown = *asked;
	int64_t first;
	int rc;

	top(serve, asked, out);
	if ((rc = filters(serve, out)) < 0)
		return rc;
	buf_text(out, "</header>\n<noscript><p class=\"note\">Without script "
		      "this page can be read, but nothing can be said."
		      "</p></noscript>\n<main><nav id=\"list\" "
		      "aria-label=\"pairs\">\n");
	if ((rc = list_or_words(serve, asked, out, &first)) < 0)
		return rc;
	if (!shown.id)
		shown.id = first;
	buf_text(out, "</nav>\n<article id=\"pair\" tabindex=\"-1\">\n");
	if (shown.id)
		rc = leaf_write(serve, &shown, out);
	if (rc == ERR_ABSENT) {
		buf_print(out, "<p class=\"note\">There is no pair %lld.</p>",
			  (long long)shown.id);
		rc = 0;
	}
	buf_text(out, "</article></main>\n<p id=\"toast\" role=\"status\" "
		      "hidden></p>\n");
	keys(out);
	buf_text(out, "</body></html>\n");
	return rc;
}
