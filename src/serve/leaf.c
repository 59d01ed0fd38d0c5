/* leaf.c - a pair: its texts, why it is where it is, and what stands beside */
#include <math.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/html.h"
#include "db/metric.h"
#include "serve/parts.h"
#include "stats/differ.h"
#include "stats/page_parts.h"
#include "stats/visible.h"

enum {
	TEXT = 200000,  /* characters of a text */
	FALLEN = 30,    /* links to pairs that fell for it */
	ITEM = 400,     /* columns of a benchmark's item */
};

struct leaf {
	struct serve *serve;
	const struct asked *asked;
	struct about about, other;
	struct buf *out;
};

static void link_to(const struct leaf *leaf, int64_t id, int64_t beside)
{
	buf_text(leaf->out, "<a href=\"/");
	asked_address(leaf->asked, leaf->out);
	buf_print(leaf->out, "&amp;id=%lld", (long long)id);
	if (beside)
		buf_print(leaf->out, "&amp;beside=%lld\" data-beside=\"%lld",
			  (long long)beside, (long long)beside);
	buf_print(leaf->out, "\" data-id=\"%lld\">", (long long)id);
}

static void search_for(const struct leaf *leaf, const char *what, int64_t id)
{
	buf_print(leaf->out, "<a href=\"/?q=%s%%3A%lld\" "
			     "data-q=\"%s:%lld\">",
		  what, (long long)id, what, (long long)id);
}

/* -- head -- */

static void head(const struct leaf *leaf)
{
	const struct about *about = &leaf->about;
	const struct pair *pair = about->pair;
	struct buf fate = { 0 };

	about_fate(about, &fate);
	buf_print(leaf->out, "<div class=\"head %s\" data-id=\"%lld\" "
			     "data-kept=\"%d\" data-judged=\"%d\"><h2>%lld "
			     "<b class=\"fate\">",
		  about->kept ? "kept" : "dropped", (long long)pair->id,
		  about->kept, about->verdict.at != NULL, (long long)pair->id);
	html_escape(leaf->out, buf_view(&fate)); /* is visible already */
	buf_text(leaf->out, "</b></h2><p class=\"dim\">");
	page_text(leaf->out, about->source);
	if (!str_equal(about->source, about->path)) {
		buf_text(leaf->out, ", ");
		page_text(leaf->out, about->path);
	}
	buf_print(leaf->out, " line %lld", (long long)pair->line);
	if (about->license.n) {
		buf_text(leaf->out, ", ");
		page_text(leaf->out, about->license);
	}
	buf_text(leaf->out, " · ");
	page_text(leaf->out, pair->lang);
	if (!str_equal(pair->lang, pair->lang_response)) {
		buf_text(leaf->out, ", answered in ");
		page_text(leaf->out, pair->lang_response);
	}
	if (pair->category.n) {
		buf_text(leaf->out, " · ");
		page_text(leaf->out, pair->category);
	}
	buf_text(leaf->out, "</p></div>\n");
	buf_free(&fate);
}

static void verdict_bar(const struct leaf *leaf)
{
	const struct about *about = &leaf->about;

	buf_text(leaf->out,
		 "<form class=\"bar\" id=\"verdict\">"
		 "<button type=\"button\" data-verdict=\"keep\">Keep "
		 "<kbd>K</kbd></button>"
		 "<button type=\"button\" data-verdict=\"drop\">Drop "
		 "<kbd>D</kbd></button>"
		 "<button type=\"button\" data-verdict=\"edit\">Edit "
		 "<kbd>E</kbd></button>"
		 "<button type=\"button\" data-verdict=\"undo\">Undo "
		 "<kbd>U</kbd></button>"
		 "<input name=\"note\" maxlength=\"1000\" autocomplete=\"off\" "
		 "placeholder=\"why (a note)\" aria-label=\"note\" value=\"");
	html_escape(leaf->out, about->note);
	buf_text(leaf->out, "\"></form>\n");
	if (!about->verdict.at)
		return;
	buf_text(leaf->out, "<p class=\"dim\">");
	page_text(leaf->out, about->verdict);
	buf_text(leaf->out, " said by ");
	page_text(leaf->out, about->author.n ? about->author
					     : STR("a person"));
	buf_text(leaf->out, ", ");
	page_text(leaf->out, about->made);
	buf_text(leaf->out, "</p>\n");
}

/* -- texts -- */

static void parts(const struct leaf *leaf, struct str a, struct str b,
		  bool gone, bool new)
{
	struct differ differ = { 0 };

	a.n = about_offset(a, TEXT);
	b.n = about_offset(b, TEXT);
	differ_read(&differ, a, b);
	for (size_t i = 0; i < differ.n; i++) {
		const struct differ_part *part = &differ.part[i];

		if ((part->change == CHANGE_GONE && !gone) ||
		    (part->change == CHANGE_NEW && !new))
			continue;
		buf_text(leaf->out, part->change == CHANGE_SAME   ? ""
				    : part->change == CHANGE_GONE ? "<del>"
								  : "<ins>");
		page_text(leaf->out, part->text);
		buf_text(leaf->out, part->change == CHANGE_SAME   ? ""
				    : part->change == CHANGE_GONE ? "</del>"
								  : "</ins>");
	}
	differ_free(&differ);
}

static struct str language_of(const struct pair *pair, struct str name)
{
	return str_is(name, "response") || str_is(name, "assistant")
		       ? pair->lang_response
		       : pair->lang;
}

/* Raw text for an editor, which the reader of HTML would trim. */
static void editor(const struct leaf *leaf, const struct about_text *text)
{
	struct str field = leaf->about.pair->messages ? STR("content")
						      : text->name;

	buf_print(leaf->out, "<textarea hidden dir=\"auto\" "
			     "name=\"text:%u:", text->turn);
	html_escape(leaf->out, field);
	buf_text(leaf->out, "\" aria-label=\"");
	html_escape(leaf->out, field);
	buf_text(leaf->out, "\">\n");
	html_escape(leaf->out, text->text);
	buf_text(leaf->out, "</textarea>");
}

static void one_text(const struct leaf *leaf, const struct about_text *text)
{
	const struct about_edit *edit = about_edit_of(&leaf->about, text);

	buf_text(leaf->out, "<dt>");
	page_text(leaf->out, text->name);
	buf_text(leaf->out, "</dt><dd dir=\"auto\"");
	page_language(leaf->out, language_of(leaf->about.pair, text->name));
	buf_text(leaf->out, "><div class=\"text\">");
	page_marked(leaf->out, &leaf->about, text, TEXT);
	buf_text(leaf->out, "</div>");
	editor(leaf, text);
	if (edit) {
		buf_text(leaf->out, "<div class=\"edited\"><span class=\"dim\">"
				    "edited by ");
		page_text(leaf->out, edit->author.n ? edit->author
						    : STR("a person"));
		buf_text(leaf->out, ", ");
		page_text(leaf->out, edit->made);
		buf_text(leaf->out, ":</span> ");
		parts(leaf, edit->original, text->text, true, true);
		buf_text(leaf->out, "</div>");
	}
	buf_text(leaf->out, "</dd>\n");
}

/* A plain pair can get the texts that it has not. */
static void absent_texts(const struct leaf *leaf)
{
	const struct pair *pair = leaf->about.pair;
	const struct about_text field[] = {
		{ STR("system"), 0, pair->system },
		{ STR("input"), 0, pair->input },
	};

	for (size_t i = 0; i < 2; i++) {
		struct about_text text = field[i];

		if (pair->messages || text.text.at)
			continue;
		buf_print(leaf->out, "<dt hidden>%s</dt><dd hidden>",
			  text.name.at);
		text.text = STR("");
		editor(leaf, &text);
		buf_text(leaf->out, "</dd>\n");
	}
}

static void texts(const struct leaf *leaf)
{
	const struct pair *pair = leaf->about.pair;
	struct about_text *text = mem_array(about_room(pair), sizeof *text);
	size_t n = about_texts(pair, text);

	buf_text(leaf->out, "<form id=\"texts\"><dl>\n");
	for (size_t i = 0; i < n; i++)
		one_text(leaf, &text[i]);
	absent_texts(leaf);
	buf_text(leaf->out, "</dl><p class=\"save\" hidden><button "
			    "type=\"submit\">Save <kbd>Ctrl Enter</kbd>"
			    "</button> <button type=\"reset\">Cancel "
			    "<kbd>Esc</kbd></button> <span class=\"dim\">The "
			    "original is kept; the pair is kept.</span></p>"
			    "</form>\n");
	if (pair->extra.at) {
		buf_text(leaf->out, "<details><summary>other keys</summary>"
				    "<pre>");
		page_text(leaf->out, pair->extra);
		buf_text(leaf->out, "</pre></details>\n");
	}
	free(text);
}

/* -- what is said about it -- */

static void decisions(const struct leaf *leaf)
{
	const struct about *about = &leaf->about;

	if (!about->decision.n)
		return;
	buf_text(leaf->out, "<h3>Decisions</h3><ul>\n");
	for (size_t i = 0; i < about->decision.n; i++) {
		const struct about_decision *d = &about->decision.at[i];
		struct buf words = { 0 };

		about_words(d, &words);
		buf_text(leaf->out, "<li><b>");
		page_text(leaf->out, d->stage);
		buf_text(leaf->out, "</b> ");
		html_escape(leaf->out, buf_view(&words));
		if (d->other_id) {
			buf_text(leaf->out, " (");
			link_to(leaf, about->pair->id, d->other_id);
			buf_text(leaf->out, "beside</a>, ");
			link_to(leaf, d->other_id, 0);
			buf_print(leaf->out, "go to %lld</a>)",
				  (long long)d->other_id);
		}
		if (d->item.at) {
			buf_text(leaf->out, "<br><span class=\"dim\">the item: "
					    "</span>");
			buf_clear(&words);
			visible_cut(&words, d->item, ITEM);
			html_escape(leaf->out, buf_view(&words));
		}
		buf_text(leaf->out, "</li>\n");
		buf_free(&words);
	}
	buf_text(leaf->out, "</ul>\n");
}

static void findings(const struct leaf *leaf)
{
	const struct about *about = &leaf->about;

	if (!about->finding.n)
		return;
	buf_text(leaf->out, "<h3>Findings</h3><ul>\n");
	for (size_t i = 0; i < about->finding.n; i++) {
		const struct about_finding *f = &about->finding.at[i];
		struct str text = about_field(about->pair, f->field, f->turn);
		size_t from = about_offset(text, f->start);
		struct str span = { text.at + from, text.n - from };
		struct buf shown = { 0 };

		span.n = about_offset(span, f->length);
		buf_text(leaf->out, "<li><code>");
		page_text(leaf->out, f->rule);
		buf_text(leaf->out, "</code> ");
		page_text(leaf->out, f->category);
		buf_text(leaf->out, ", in ");
		if (about->pair->messages)
			buf_print(leaf->out, "message %u", f->turn);
		else
			page_text(leaf->out, f->field);
		if (f->other_id) {
			buf_text(leaf->out, ", not with ");
			link_to(leaf, about->pair->id, f->other_id);
			buf_print(leaf->out, "pair %lld</a></li>\n",
				  (long long)f->other_id);
		} else {
			buf_text(leaf->out, ": <mark>");
			visible_cut(&shown, span, 80);
			html_escape(leaf->out, buf_view(&shown));
			buf_text(leaf->out, "</mark></li>\n");
		}
		buf_free(&shown);
	}
	buf_text(leaf->out, "</ul>\n");
}

static void scores(const struct leaf *leaf)
{
	const struct about *about = &leaf->about;

	if (!about->score.n)
		return;
	buf_text(leaf->out, "<h3>Scores</h3><table class=\"scores\"><tbody>\n");
	for (size_t i = 0; i < about->score.n; i++) {
		const struct about_score *s = &about->score.at[i];
		const struct metric *metric = metric_find(s->metric);

		buf_text(leaf->out, "<tr><td>");
		page_text(leaf->out, s->metric);
		buf_print(leaf->out, "</td><td class=\"n\">%.4g</td>"
				     "<td class=\"dim\">", s->value);
		if (metric)
			html_escape(leaf->out, str_of(metric->definition));
		buf_text(leaf->out, "</td></tr>\n");
	}
	buf_text(leaf->out, "</tbody></table>\n");
}

static void relatives(const struct leaf *leaf)
{
	const struct about *about = &leaf->about;
	int64_t id = about->pair->id;

	if (!about->fell && !about->cluster_id)
		return;
	buf_text(leaf->out, "<h3>Alike</h3>\n");
	if (about->fell) {
		buf_text(leaf->out, "<p>Fell for this pair: ");
		for (size_t i = 0; i < about->fallen.n && i < FALLEN; i++) {
			const struct about_fallen *f = &about->fallen.at[i];

			buf_text(leaf->out, i ? ", " : "");
			link_to(leaf, id, f->id);
			buf_print(leaf->out, "%lld</a> <span class=\"dim\">"
					     "%.2f</span>",
				  (long long)f->id, f->similarity);
		}
		if (about->fell > FALLEN)
			buf_print(leaf->out, " and %llu more",
				  (unsigned long long)about->fell - FALLEN);
		buf_text(leaf->out, "</p>\n");
	}
	if (about->cluster_id) {
		buf_text(leaf->out, "<p>");
		search_for(leaf, "cluster", about->cluster_id);
		buf_print(leaf->out, "%llu pairs hang together</a></p>\n",
			  (unsigned long long)about->cluster_size);
	}
}

/* -- side by side -- */

static void two_texts(const struct leaf *leaf, struct str name, struct str a,
		      struct str b)
{
	buf_text(leaf->out, "<tr><th scope=\"row\">");
	page_text(leaf->out, name);
	buf_text(leaf->out, "</th><td dir=\"auto\">");
	parts(leaf, a, b, true, false);
	buf_text(leaf->out, "</td><td dir=\"auto\">");
	parts(leaf, a, b, false, true);
	buf_text(leaf->out, "</td></tr>\n");
}

static void side_by_side(const struct leaf *leaf)
{
	const struct pair *a = leaf->about.pair, *b = leaf->other.pair;
	struct about_text *x = mem_array(about_room(a), sizeof *x);
	struct about_text *y = mem_array(about_room(b), sizeof *y);
	size_t n = about_texts(a, x), m = about_texts(b, y);
	bool messages = a->messages || b->messages;
	struct buf fate = { 0 };

	about_fate(&leaf->other, &fate);
	buf_print(leaf->out, "<h3>Beside %lld</h3><table class=\"beside\">"
			     "<thead><tr><th></th><th>%lld, this one</th>"
			     "<th>",
		  (long long)b->id, (long long)a->id);
	link_to(leaf, b->id, a->id);
	buf_print(leaf->out, "%lld</a>, ", (long long)b->id);
	html_escape(leaf->out, buf_view(&fate));
	buf_text(leaf->out, "</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < n; i++)
		two_texts(leaf, x[i].name, x[i].text,
			  about_counterpart(&x[i], i, y, m, messages));
	for (size_t i = 0; i < m; i++)
		if (!about_counterpart(&y[i], i, x, n, messages).at)
			two_texts(leaf, y[i].name, (struct str){ 0 },
				  y[i].text);
	buf_text(leaf->out, "</tbody></table>\n");
	buf_free(&fate);
	free(x);
	free(y);
}

/* What was asked for, the first pair that it fell for, or disagrees with. */
static int64_t beside_of(const struct leaf *leaf)
{
	int64_t fell_for = about_fell_for(&leaf->about);

	if (leaf->asked->beside || fell_for)
		return leaf->asked->beside ? leaf->asked->beside : fell_for;
	for (size_t i = 0; i < leaf->about.finding.n; i++)
		if (leaf->about.finding.at[i].other_id)
			return leaf->about.finding.at[i].other_id;
	return 0;
}

int leaf_write(struct serve *serve, const struct asked *asked,
	       struct buf *out)
{
	struct leaf leaf = { .serve = serve, .asked = asked, .out = out };
	int64_t beside;
	int rc = about_read(&leaf.about, &serve->db, asked->id);

	if (rc == 0) {
		head(&leaf);
		verdict_bar(&leaf);
		texts(&leaf);
		decisions(&leaf);
		beside = beside_of(&leaf);
		if (beside && beside != asked->id &&
		    (rc = about_read(&leaf.other, &serve->db, beside)) == 0)
			side_by_side(&leaf);
		findings(&leaf);
		relatives(&leaf);
		scores(&leaf);
	}
	about_free(&leaf.about);
	about_free(&leaf.other);
	return rc;
}
