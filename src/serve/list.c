/* list.c - the rows of pairs that a query finds */
#include <stdlib.h>

#include "base/err.h"
#include "base/html.h"
#include "serve/parts.h"
#include "stats/page_parts.h"
#include "stats/snippet.h"

struct listing {
	struct serve *serve;
	const struct asked *asked;
	const struct query *query;
	struct about about;
	struct snippet snippet;
	struct buf line;
	struct buf *out;
};

/* Around a hit in a line; no visible text holds them. */
static const char hit_open[] = "\1", hit_close[] = "\2";

/* A line as visible_line() leaves it, with hits between marks. */
static void put_line(struct buf *out, struct str line)
{
	size_t from = 0;

	for (size_t i = 0; i < line.n; i++) {
		char c = line.at[i];

		if (c != *hit_open && c != *hit_close)
			continue;
		html_escape(out, (struct str){ line.at + from, i - from });
		buf_text(out, c == *hit_open ? "<mark>" : "</mark>");
		from = i + 1;
	}
	html_escape(out, (struct str){ line.at + from, line.n - from });
}

/* The first text with a hit, or the instruction. */
static void put_text(struct listing *l)
{
	const struct pair *pair = l->about.pair;
	struct about_text *text = mem_array(about_room(pair), sizeof *text);
	size_t n = about_texts(pair, text), shown = n;

	for (size_t i = 0; i < n && shown == n; i++) {
		snippet_find(&l->snippet, text[i].text, l->query);
		if (l->snippet.hit.n)
			shown = i;
	}
	for (size_t i = 0; i < n && shown == n; i++)
		if (!str_is(text[i].name, "system"))
			shown = i;
	if (shown < n) {
		snippet_find(&l->snippet, text[shown].text, l->query);
		buf_clear(&l->line);
		snippet_line(&l->snippet, text[shown].text, hit_open,
			     hit_close, &l->line);
		put_line(l->out, buf_view(&l->line));
	}
	free(text);
}

/* A word for what became of it; the pair itself says all. */
static void put_fate(struct listing *l)
{
	const struct about *about = &l->about;

	if (!about->finished)
		buf_text(l->out, "not finished");
	else if (about->edit.n)
		buf_text(l->out, "edited");
	else if (about->verdict.at)
		buf_print(l->out, "%s by hand", about->kept ? "kept" : "dropped");
	else if (about->decision.n)
		page_text(l->out, about->decision.at[0].stage);
	else
		buf_text(l->out, "kept");
}

static void put_row(struct listing *l, int64_t id, double nearness)
{
	const struct about *about = &l->about;

	buf_print(l->out, "<a class=\"row %s%s\" data-id=\"%lld\" href=\"/",
		  about->kept ? "kept" : "dropped",
		  id == l->asked->id ? " shown" : "", (long long)id);
	asked_address(l->asked, l->out);
	buf_print(l->out, "&amp;id=%lld\"><span class=\"fate\">",
		  (long long)id);
	put_fate(l);
	buf_print(l->out, "</span><span class=\"id\">%lld", (long long)id);
	if (l->asked->meaning)
		buf_print(l->out, " · %.2f", nearness);
	buf_text(l->out, "</span><span class=\"line\" dir=\"auto\"");
	page_language(l->out, about->pair->lang);
	buf_byte(l->out, '>');
	put_text(l);
	buf_text(l->out, "</span><span class=\"dim\">");
	page_text(l->out, about->pair->lang);
	if (about->pair->category.n) {
		buf_text(l->out, " · ");
		page_text(l->out, about->pair->category);
	}
	buf_text(l->out, " · ");
	page_text(l->out, about->source);
	buf_text(l->out, "</span></a>\n");
}

static void put_more(struct listing *l, int64_t after)
{
	buf_text(l->out, "<a class=\"more\" href=\"/");
	asked_address(l->asked, l->out);
	buf_print(l->out, "&amp;after=%lld\" data-after=\"%lld\">more</a>\n",
		  (long long)after, (long long)after);
}

static int put_rows(struct listing *l, const struct found *found)
{
	int rc = 0;

	for (size_t i = 0; i < found->id.n; i++) {
		int64_t id = found->id.at[i];

		if ((rc = about_read(&l->about, &l->serve->db, id)) < 0)
			return rc;
		put_row(l, id, i < found->nearness.n ? found->nearness.at[i]
						     : 0);
	}
	if (found->more)
		put_more(l, found->id.at[found->id.n - 1]);
	if (!found->id.n)
		buf_text(l->out, l->asked->after
					 ? "<p class=\"dim\">No more.</p>\n"
					 : "<p class=\"dim\">Nothing found.</p>"
					   "\n");
	return rc;
}

static int find(struct serve *serve, const struct asked *asked,
		const struct query *query, struct found *found)
{
	struct index index = { 0 };
	int rc = 0;

	if (asked->meaning && !serve->encoder)
		return err_set(ERR_ABSENT, "There are no vectors to search "
					   "by: run 'itdata embed' and start "
					   "again.");
	if (asked->meaning)
		return meaning_run(found, &serve->db, serve->encoder, query,
				   SERVE_PAGE);
	if (query->match.n)
		rc = index_open(&index, &serve->db, serve->par, false);
	if (rc == 0)
		rc = search_run(found, &serve->db, &index, query,
				asked->after, SERVE_PAGE);
	index_close(&index);
	return rc;
}

/* No query asks for all pairs. */
static int read_query(struct query *query, const struct asked *asked)
{
	for (size_t i = 0; i < asked->q.n; i++)
		if (!strchr(" \t\r\n", asked->q.at[i]))
			return query_read(query, asked->q.at);
	*query = (struct query){ 0 };
	return 0;
}

int list_write(struct serve *serve, const struct asked *asked,
	       struct buf *out, int64_t *first)
{
	struct query query;
	struct listing l = { .serve = serve, .asked = asked, .query = &query,
			     .out = out };
	struct found found = { 0 };
	int rc;

	*first = 0;
	if ((rc = read_query(&query, asked)) == 0 &&
	    (rc = find(serve, asked, &query, &found)) == 0) {
		if (found.id.n)
			*first = found.id.at[0];
		rc = put_rows(&l, &found);
	}
	search_free(&found);
	query_free(&query);
	about_free(&l.about);
	snippet_free(&l.snippet);
	buf_free(&l.line);
	return rc;
}
