/* show.c - a pair for a person: its text, and why it is where it is */
#include "stats/show.h"

#include <math.h>

#include "base/mem.h"
#include "db/metric.h"
#include "stats/differ.h"
#include "stats/visible.h"
#include "text/utf8.h"

enum {
	AROUND = 30,  /* characters of text around a finding */
	SPAN = 60,    /* characters of a finding that are shown */
	SAME = 100,   /* characters of text that does not differ, shown whole */
	EDGE = 40,    /* of a longer one, at each end */
	FALLEN = 10,  /* of those that fell for it */
	ITEM = 72,    /* columns of a benchmark's item */
};

struct show {
	struct db *db;
	struct buf *out;
	const struct show_words *words; /* or NULL */
	bool colour;
};

static void paint(const struct show *show, const char *escape,
		  const char *text)
{
	if (show->colour)
		buf_print(show->out, "\033[%sm%s\033[0m", escape, text);
	else
		buf_text(show->out, text);
}

static void head(const struct show *show, const char *title)
{
	buf_byte(show->out, '\n');
	paint(show, "1", title);
	buf_byte(show->out, '\n');
}

/* -- the pair -- */

static void first_lines(const struct show *show, const struct about *about)
{
	const struct pair *pair = about->pair;
	struct buf *out = show->out;
	struct buf fate = { 0 };

	about_fate(about, &fate);
	buf_print(out, "pair %lld: ", (long long)pair->id);
	paint(show, about->kept ? "1;32" : "1;31", fate.at);
	buf_free(&fate);
	buf_text(out, "\n  ");
	visible_line(out, about->source);
	if (!str_equal(about->source, about->path)) {
		buf_text(out, ", ");
		visible_line(out, about->path);
	}
	buf_print(out, " line %lld", (long long)pair->line);
	if (about->license.n) {
		buf_text(out, ", ");
		visible_line(out, about->license);
	}
	buf_text(out, "\n  ");
	visible_line(out, pair->lang);
	if (!str_equal(pair->lang, pair->lang_response)) {
		buf_text(out, ", answered in ");
		visible_line(out, pair->lang_response);
	}
	if (pair->category.n) {
		buf_text(out, ", ");
		visible_line(out, pair->category);
	}
	if (pair->messages)
		buf_print(out, ", %zu messages", pair->messages);
	buf_byte(out, '\n');
}

static void name_text(const struct show *show, const struct pair *pair,
		      const struct about_text *text)
{
	struct buf name = { 0 };

	visible_line(&name, text->name);
	if (pair->messages)
		buf_print(&name, " (message %u)", text->turn);
	head(show, name.at ? name.at : "");
	buf_free(&name);
}

static void difference(const struct show *show, struct str a, struct str b);

/* What a person made of the original, whose marks come first. */
static void edited(const struct show *show, const struct about_edit *edit,
		   struct str text)
{
	buf_text(show->out, "    (edited by ");
	visible_line(show->out, edit->author.n ? edit->author
					       : STR("a person"));
	buf_text(show->out, ", ");
	visible_line(show->out, edit->made);
	buf_text(show->out, ": ");
	difference(show, edit->original, text);
	show->out->n--; /* its line end */
	buf_text(show->out, ")\n");
}

static void texts(const struct show *show, const struct about *about)
{
	const struct pair *pair = about->pair;
	struct about_text *text = mem_array(about_room(pair), sizeof *text);
	size_t n = about_texts(pair, text);

	for (size_t i = 0; i < n; i++) {
		name_text(show, pair, &text[i]);
		visible_lines(show->out, text[i].text, "    ");
		if (about_edit_of(about, &text[i]))
			edited(show, about_edit_of(about, &text[i]),
			       text[i].text);
	}
	free(text);
	if (pair->extra.at) {
		head(show, "other keys");
		visible_lines(show->out, pair->extra, "    ");
	}
}

/* -- what is said about it -- */

static void decisions(const struct show *show, const struct about *about)
{
	if (!about->decision.n && !about->verdict.at)
		return;
	head(show, "decisions");
	for (size_t i = 0; i < about->decision.n; i++) {
		const struct about_decision *d = &about->decision.at[i];

		buf_text(show->out, "    ");
		visible_fit(show->out, d->stage, 14);
		buf_byte(show->out, ' ');
		about_words(d, show->out);
		buf_byte(show->out, '\n');
		if (!d->item.at)
			continue;
		buf_text(show->out, "                   the item: ");
		visible_cut(show->out, d->item, ITEM);
		buf_byte(show->out, '\n');
	}
	if (!about->verdict.at)
		return;
	buf_print(show->out, "    %-14s %.*s", "judge", (int)about->verdict.n,
		  about->verdict.at);
	if (about->author.n) {
		buf_text(show->out, ", by ");
		visible_line(show->out, about->author);
	}
	buf_text(show->out, ", ");
	visible_line(show->out, about->made);
	if (about->note.n) {
		buf_text(show->out, ": ");
		visible_line(show->out, about->note);
	}
	buf_byte(show->out, '\n');
}

static void scores(const struct show *show, const struct about *about)
{
	if (!about->score.n)
		return;
	head(show, "scores");
	for (size_t i = 0; i < about->score.n; i++) {
		const struct about_score *s = &about->score.at[i];
		const struct metric *metric = metric_find(s->metric);

		buf_text(show->out, "    ");
		visible_fit(show->out, s->metric, 14);
		buf_print(show->out, " %-10.6g", s->value);
		if (metric)
			buf_print(show->out, " %s", metric->unit);
		if (metric && isfinite(metric->least) && isfinite(metric->most))
			buf_print(show->out, ", %g to %g", metric->least,
				  metric->most);
		buf_byte(show->out, '\n');
	}
}

static void repeat(struct buf *out, char byte, unsigned n)
{
	while (n--)
		buf_byte(out, byte);
}

/* Up to n characters of a line, those nearest to its end or to its start. */
static struct str nearest(struct str text, unsigned n, bool at_end)
{
	const char *at = text.at, *end = text.at + text.n;

	if (at_end) {
		for (at = end; n && at > text.at; n--) {
			const char *from = at - 1;

			while (from > text.at && (*from & 0xc0) == 0x80)
				from--;
			if (*from == '\n')
				break;
			at = from;
		}
		return (struct str){ at, (size_t)(end - at) };
	}
	for (; n && at < end && *at != '\n'; n--)
		utf8_next(&at);
	return (struct str){ text.at, (size_t)(at - text.at) };
}

/* The span with some text around it, and carets below. */
static void span(const struct show *show, struct str text, uint64_t start,
		 uint64_t length)
{
	size_t from = about_offset(text, start);
	struct str rest = { text.at + from, text.n - from };
	size_t to = from + about_offset(rest, length < SPAN ? length : SPAN);
	struct str before = { text.at, from }, after;
	struct buf a = { 0 }, b = { 0 };
	unsigned width;

	after = (struct str){ text.at + to, text.n - to };
	before = nearest(before, AROUND, true);
	after = nearest(after, length > SPAN ? 0 : AROUND, false);
	visible_line(&a, before);
	visible_line(&b, (struct str){ text.at + from, to - from });
	buf_text(show->out, "        ");
	buf_str(show->out, buf_view(&a));
	paint(show, "4", b.at ? b.at : "");
	if (length > SPAN)
		buf_text(show->out, "…");
	visible_line(show->out, after);
	width = visible_width(buf_view(&b));
	buf_text(show->out, "\n        ");
	repeat(show->out, ' ', visible_width(buf_view(&a)));
	repeat(show->out, '^', width ? width : 1);
	buf_byte(show->out, '\n');
	buf_free(&a);
	buf_free(&b);
}

static void in_words(const struct show *show, const struct pair *pair,
		     const struct about_finding *finding)
{
	struct buf words = { 0 };

	if (show->words)
		show->words->of_finding(show->words->context, pair, finding,
					&words);
	if (words.n) {
		buf_text(show->out, "        ");
		visible_line(show->out, buf_view(&words));
		buf_byte(show->out, '\n');
	}
	buf_free(&words);
}

static void findings(const struct show *show, const struct about *about)
{
	if (!about->finding.n)
		return;
	head(show, "findings");
	for (size_t i = 0; i < about->finding.n; i++) {
		const struct about_finding *f = &about->finding.at[i];
		struct str text = about_field(about->pair, f->field, f->turn);

		buf_text(show->out, "    ");
		visible_line(show->out, f->rule);
		buf_text(show->out, " (");
		visible_line(show->out, f->category);
		buf_text(show->out, "), in ");
		if (about->pair->messages)
			buf_print(show->out, "message %u\n", f->turn);
		else
			buf_print(show->out, "%.*s\n", (int)f->field.n,
				  f->field.at);
		if (f->other_id)
			buf_print(show->out, "        not with pair %lld\n",
				  (long long)f->other_id);
		else if (text.at)
			span(show, text, f->start, f->length);
		in_words(show, about->pair, f);
	}
}

/* -- beside another pair -- */

/* The middle of a long text that both have is of no interest. */
static void same(const struct show *show, struct str text)
{
	struct str head_part, tail;
	size_t n = utf8_count(text.at, text.n), at;

	if (n <= SAME) {
		visible_line(show->out, text);
		return;
	}
	at = about_offset(text, EDGE);
	head_part = (struct str){ text.at, at };
	at = about_offset(text, n - EDGE);
	tail = (struct str){ text.at + at, text.n - at };
	visible_line(show->out, head_part);
	buf_print(show->out, " … %zu characters … ", n - 2 * EDGE);
	visible_line(show->out, tail);
}

static void changed(const struct show *show, const struct differ_part *part)
{
	bool gone = part->change == CHANGE_GONE;
	struct buf text = { 0 };

	visible_line(&text, part->text);
	if (show->colour) {
		paint(show, gone ? "31;9" : "32;4", text.at);
	} else {
		buf_text(show->out, gone ? "[-" : "{+");
		buf_str(show->out, buf_view(&text));
		buf_text(show->out, gone ? "-]" : "+}");
	}
	buf_free(&text);
}

static void difference(const struct show *show, struct str a, struct str b)
{
	struct differ differ = { 0 };

	if (str_equal(a, b)) {
		buf_text(show->out, "the same\n");
		return;
	}
	differ_read(&differ, a, b);
	for (size_t i = 0; i < differ.n; i++)
		if (differ.part[i].change == CHANGE_SAME)
			same(show, differ.part[i].text);
		else
			changed(show, &differ.part[i]);
	buf_byte(show->out, '\n');
	differ_free(&differ);
}

static void differences(const struct show *show, const struct pair *a,
			const struct pair *b)
{
	struct about_text *x = mem_array(about_room(a), sizeof *x);
	struct about_text *y = mem_array(about_room(b), sizeof *y);
	size_t n = about_texts(a, x), m = about_texts(b, y);
	bool messages = a->messages || b->messages;

	for (size_t i = 0; i < n; i++) {
		buf_text(show->out, "    ");
		visible_fit(show->out, x[i].name, 12);
		buf_byte(show->out, ' ');
		difference(show, x[i].text,
			   about_counterpart(&x[i], i, y, m, messages));
	}
	for (size_t i = 0; i < m; i++) {
		if (about_counterpart(&y[i], i, x, n, messages).at)
			continue;
		buf_text(show->out, "    ");
		visible_fit(show->out, y[i].name, 12);
		buf_byte(show->out, ' ');
		difference(show, (struct str){ 0 }, y[i].text);
	}
	free(x);
	free(y);
}

static int beside(const struct show *show, const struct about *about)
{
	struct about other = { 0 };
	int64_t last = 0;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < about->decision.n; i++) {
		int64_t id = about->decision.at[i].other_id;
		struct buf title = { 0 };

		if (!id || id == last)
			continue;
		last = id;
		if ((rc = about_read(&other, show->db, id)) < 0)
			break;
		buf_print(&title, "beside pair %lld, which is ",
			  (long long)id);
		about_fate(&other, &title);
		head(show, title.at);
		buf_free(&title);
		differences(show, about->pair, other.pair);
	}
	about_free(&other);
	return rc;
}

static void fallen(const struct show *show, const struct about *about)
{
	if (about->fell) {
		head(show, "fell for this pair");
		for (size_t i = 0; i < about->fallen.n && i < FALLEN; i++)
			buf_print(show->out, "    %-14lld %.*s, %.4g\n",
				  (long long)about->fallen.at[i].id,
				  (int)about->fallen.at[i].method.n,
				  about->fallen.at[i].method.at,
				  about->fallen.at[i].similarity);
		if (about->fell > FALLEN)
			buf_print(show->out, "    and %llu more\n",
				  (unsigned long long)about->fell - FALLEN);
	}
	if (about->cluster_id)
		buf_print(show->out, "\ncluster %lld, of %llu pairs\n",
			  (long long)about->cluster_id,
			  (unsigned long long)about->cluster_size);
}

int show_text(struct db *db, int64_t id, const struct show_words *words,
	      bool colour, struct buf *out)
{
	struct show show = { db, out, words, colour };
	struct about about = { 0 };
	int rc = about_read(&about, db, id);

	if (rc == 0) {
		first_lines(&show, &about);
		texts(&show, &about);
		decisions(&show, &about);
		findings(&show, &about);
		scores(&show, &about);
		rc = beside(&show, &about);
		fallen(&show, &about);
	}
	about_free(&about);
	return rc;
}
