/* page.c - the data set as one page: its frame and its parts */
#include "stats/page.h"

#include <config.h>

#include <nettle/base64.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/html.h"
#include "base/plot.h"
#include "stats/page_parts.h"
#include "stats/page_text.h"
#include "stats/report.h"
#include "stats/visible.h"

enum { LONG = 24 }; /* bytes of a cell that may break anywhere */

/* -- parts -- */

void page_text(struct buf *out, struct str text)
{
	struct buf shown = { 0 };
	const char *at = text.at, *end = text.at + text.n;

	while (at < end) {
		const char *line = memchr(at, '\n', (size_t)(end - at));

		visible_line(&shown, (struct str){
			at, (size_t)((line ? line : end) - at) });
		if (line)
			buf_byte(&shown, '\n');
		at = line ? line + 1 : end;
	}
	html_escape(out, buf_view(&shown));
	buf_free(&shown);
}

void page_section(struct buf *out, const char *id, const char *title)
{
	buf_print(out, "<section id=\"%s\"><h2>%s</h2>\n", id, title);
}

void page_section_end(struct buf *out)
{
	buf_text(out, "</section>\n");
}

void page_table(struct buf *out, const char *id,
		const struct page_column *column, size_t columns, bool filter)
{
	if (filter)
		buf_print(out, "<input type=\"search\" data-for=\"%s\" "
			       "placeholder=\"filter rows\" "
			       "aria-label=\"filter rows\">\n",
			  id);
	buf_print(out, "<div class=\"scroll\"><table id=\"%s\"><thead><tr>",
		  id);
	for (size_t i = 0; i < columns; i++)
		buf_print(out, "<th%s>%s</th>",
			  column[i].number ? " class=\"n\"" : "",
			  column[i].title);
	buf_text(out, "</tr></thead><tbody>\n");
}

void page_row(struct buf *out)
{
	buf_text(out, "<tr>");
}

void page_text_cell(struct buf *out, struct str text)
{
	buf_print(out, "<td dir=\"auto\"%s>",
		  text.n > LONG ? " class=\"long\"" : "");
	page_text(out, text);
	buf_text(out, "</td>");
}

void page_number_cell(struct buf *out, uint64_t number)
{
	buf_print(out, "<td class=\"n\" data-v=\"%llu\">",
		  (unsigned long long)number);
	report_number(out, number);
	buf_text(out, "</td>");
}

void page_percent_cell(struct buf *out, uint64_t part, uint64_t whole)
{
	double percent = whole ? 100 * (double)part / (double)whole : 0;

	buf_print(out, "<td class=\"n\" data-v=\"%.4f\">%.1f %%</td>", percent,
		  percent);
}

void page_real_cell(struct buf *out, double value)
{
	buf_print(out, "<td class=\"n\" data-v=\"%.10g\">%.4g</td>", value,
		  value);
}

void page_table_end(struct buf *out)
{
	buf_text(out, "</tbody></table></div>\n");
}

/* -- frame -- */

/* 'sha256-...' of a piece of style or script, for the policy. */
static void hash_source(struct buf *out, struct str text)
{
	char encoded[BASE64_ENCODE_RAW_LENGTH(SHA256_DIGEST_SIZE) + 1];
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct sha256_ctx ctx;

	sha256_init(&ctx);
	sha256_update(&ctx, text.n, (const uint8_t *)text.at);
	sha256_digest(&ctx, sizeof digest, digest);
	base64_encode_raw(encoded, sizeof digest, digest);
	encoded[sizeof encoded - 1] = '\0';
	buf_print(out, "'sha256-%s'", encoded);
}

static void head(const char *name, struct buf *out)
{
	struct buf style = { 0 };

	buf_print(&style, "%s%s", page_css, plot_style);
	buf_text(out, "<!DOCTYPE html>\n<html lang=\"en\"><head>\n"
		      "<meta charset=\"utf-8\">\n"
		      "<meta http-equiv=\"Content-Security-Policy\" content=\""
		      "default-src 'none'; base-uri 'none'; form-action 'none'; "
		      "style-src ");
	hash_source(out, buf_view(&style));
	buf_text(out, "; script-src ");
	hash_source(out, str_of(page_js));
	buf_text(out, "\">\n<meta name=\"referrer\" content=\"no-referrer\">\n"
		      "<meta name=\"viewport\" content=\"width=device-width,"
		      "initial-scale=1\">\n<title>");
	page_text(out, str_of(name));
	buf_print(out, " - itdata</title>\n<style>%s</style>\n</head><body>\n",
		  style.at);
	buf_free(&style);
}

static void tile(struct buf *out, double number, const char *what)
{
	buf_text(out, "<div class=\"tile\"><b>");
	report_short(out, number);
	buf_print(out, "</b><span>%s</span></div>\n", what);
}

static void summary(const struct stats *stats, const char *name,
		    struct buf *out)
{
	char kept[64];

	snprintf(kept, sizeof kept, "kept, %.1f %%",
		 stats->pairs ? 100 * (double)stats->kept / (double)stats->pairs
			      : 0);
	buf_text(out, "<header><h1>");
	page_text(out, str_of(name));
	buf_text(out, "</h1>\n<p class=\"dim\">the state of the data set</p>\n"
		      "<div class=\"tiles\">\n");
	tile(out, (double)stats->pairs, "pairs");
	tile(out, (double)stats->kept, kept);
	tile(out, (double)stats->tokens_kept, "tokens kept");
	tile(out, (double)stats->sources.n, "sources");
	tile(out, (double)stats->lang.name.n, "languages");
	tile(out, (double)stats->conversations, "conversations");
	tile(out, (double)stats->rejected, "rejects");
	buf_text(out, "</div>\n");
	for (size_t i = 0; i < stats->stages.n; i++) {
		const struct stats_stage *s = &stats->stages.at[i];

		if (!s->stale)
			continue;
		buf_text(out, "<p class=\"note\">");
		report_number(out, s->stale);
		buf_text(out, " pairs fell in <b>");
		page_text(out, s->name);
		buf_text(out, "</b> for a pair that is dropped today: run it "
			      "again.</p>\n");
	}
	buf_text(out, "</header>\n");
}

static void navigation(struct buf *out)
{
	static const char *const link[][2] = {
		{ "funnel", "Funnel" },	      { "sources", "Sources" },
		{ "languages", "Languages" }, { "lengths", "Lengths" },
		{ "duplicates", "Duplicates" }, { "findings", "Findings" },
		{ "conflicts", "Conflicts" }, { "scores", "Scores" },
		{ "diversity", "Diversity" }, { "splits", "Splits" },
		{ "samples", "Samples" },     { "history", "History" },
	};

	buf_text(out, "<nav><ul>");
	for (size_t i = 0; i < sizeof link / sizeof *link; i++)
		buf_print(out, "<li><a href=\"#%s\">%s</a></li>", link[i][0],
			  link[i][1]);
	buf_text(out, "</ul></nav>\n");
}

int page_write(struct stats *stats, struct db *db, const char *name,
	       struct buf *out)
{
	int rc;

	head(name, out);
	summary(stats, name, out);
	navigation(out);
	buf_text(out, "<main>\n");
	page_funnel(stats, out);
	page_sources(stats, out);
	page_languages(stats, out);
	page_lengths(stats, out);
	if ((rc = page_duplicates(stats, db, out)) < 0 ||
	    (rc = page_findings(stats, db, out)) < 0 ||
	    (rc = page_conflicts(stats, db, out)) < 0 ||
	    (rc = page_scores(stats, db, out)) < 0 ||
	    (rc = page_diversity(stats, db, out)) < 0)
		return rc;
	page_splits(stats, out);
	if ((rc = page_samples(stats, db, out)) < 0 ||
	    (rc = page_history(stats, db, out)) < 0)
		return rc;
	buf_print(out,
		  "</main>\n<footer>made by itdata %s; control and direction "
		  "characters of the data are shown as &lt;U+202E&gt;</footer>\n"
		  "<script>%s</script>\n</body></html>\n",
		  PACKAGE_VERSION, page_js);
	return 0;
}
