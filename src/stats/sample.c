/* sample.c - pairs drawn by chance, with reasons, for a person to read */
#include "stats/sample.h"

#include "base/rng.h"
#include "db/undo.h"
#include "stats/about.h"
#include "stats/show.h"
#include "stats/visible.h"
#include "text/utf8.h"

enum {
	TEXT = 400,  /* columns of a text that are shown */
	CELL = 4000, /* characters of a cell */
};

/* -- drawing: the `count` smallest keys, in a heap with the largest on top -- */

struct drawn {
	uint64_t key;
	int64_t id;
};

struct heap {
	struct drawn *at; /* (n) */
	size_t n;
};

static void sift_down(struct heap *heap)
{
	struct drawn top = heap->at[0];
	size_t i = 0;

	for (size_t child; (child = 2 * i + 1) < heap->n; i = child) {
		if (child + 1 < heap->n &&
		    heap->at[child + 1].key > heap->at[child].key)
			child++;
		if (heap->at[child].key <= top.key)
			break;
		heap->at[i] = heap->at[child];
	}
	heap->at[i] = top;
}

static void push(struct heap *heap, size_t most, struct drawn drawn)
{
	size_t i = heap->n;

	if (heap->n == most) {
		if (!most || drawn.key >= heap->at[0].key)
			return;
		heap->at[0] = drawn;
		sift_down(heap);
		return;
	}
	for (heap->n++; i && heap->at[(i - 1) / 2].key < drawn.key;
	     i = (i - 1) / 2)
		heap->at[i] = heap->at[(i - 1) / 2];
	heap->at[i] = drawn;
}

static void take_all(struct sample *sample, struct heap *heap)
{
	sample->id.n = 0;
	while (heap->n) {
		vec_push(&sample->id, heap->at[0].id);
		heap->at[0] = heap->at[--heap->n];
		if (heap->n)
			sift_down(heap);
	}
	for (size_t i = 0, j = sample->id.n; i + 1 < j; i++) {
		int64_t id = sample->id.at[--j];

		sample->id.at[j] = sample->id.at[i];
		sample->id.at[i] = id;
	}
}

static int draw(struct sample *sample, struct db *db, sqlite3_stmt *row,
		struct heap *heap, size_t most, uint64_t seed)
{
	int step;

	while ((step = sqlite3_step(row)) == SQLITE_ROW) {
		int64_t id = sqlite3_column_int64(row, 0);

		sample->of++;
		push(heap, most,
		     (struct drawn){ rng_keyed(seed, (uint64_t)id), id });
	}
	return step == SQLITE_DONE ? 0 : db_fail(db, "drawing pairs");
}

int sample_draw(struct sample *sample, struct db *db,
		const struct sample_want *want, uint64_t seed)
{
	struct heap heap = { 0 };
	sqlite3_stmt *row;
	int rc;

	sample->of = 0;
	if (want->stage && strcmp(want->stage, "judge") != 0 &&
	    (rc = stage_exists(db, want->stage)) < 0)
		return rc;
	if ((rc = db_prepare(db, SQL_SAMPLE_FROM, &row)) < 0)
		return rc;
	db_bind_str(row, 1, str_of(want->stage));
	db_bind_str(row, 2, str_of(want->rule));
	if (want->fate != SAMPLE_ALL)
		sqlite3_bind_int(row, 3, want->fate == SAMPLE_KEPT);
	heap.at = mem_array(want->count + 1, sizeof *heap.at);
	rc = draw(sample, db, row, &heap, want->count, seed);
	take_all(sample, &heap);
	sqlite3_finalize(row);
	free(heap.at);
	return rc;
}

void sample_free(struct sample *sample)
{
	vec_free(&sample->id);
}

/* -- showing -- */

static void rules(const struct about *about, struct buf *out)
{
	struct str last = { 0 };

	for (size_t i = 0; i < about->finding.n; i++) {
		struct str rule = about->finding.at[i].rule;

		if (str_equal(rule, last))
			continue;
		buf_text(out, last.at ? ", " : "");
		visible_line(out, rule);
		last = rule;
	}
}

static void one_text(const struct about *about, struct buf *out)
{
	struct about_text *text = mem_array(about_room(about->pair),
					    sizeof *text);
	size_t n = about_texts(about->pair, text);

	buf_print(out, "%lld  ", (long long)about->pair->id);
	about_fate(about, out);
	buf_text(out, "\n  ");
	visible_line(out, about->source);
	buf_print(out, " line %lld, ", (long long)about->pair->line);
	visible_line(out, about->pair->lang);
	if (about->pair->category.n) {
		buf_text(out, ", ");
		visible_line(out, about->pair->category);
	}
	if (about->finding.n) {
		buf_text(out, "; found: ");
		rules(about, out);
	}
	buf_byte(out, '\n');
	for (size_t i = 0; i < n; i++) {
		buf_text(out, "    ");
		visible_fit(out, text[i].name, 12);
		buf_byte(out, ' ');
		visible_cut(out, text[i].text, TEXT);
		buf_byte(out, '\n');
	}
	free(text);
}

int sample_text(const struct sample *sample, struct db *db, struct buf *out)
{
	struct about about = { 0 };
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sample->id.n; i++) {
		rc = about_read(&about, db, sample->id.at[i]);
		if (rc == 0) {
			buf_text(out, i ? "\n" : "");
			one_text(&about, out);
		}
	}
	about_free(&about);
	return rc;
}

int sample_json(const struct sample *sample, struct db *db, struct json *json)
{
	int rc = 0;

	json_open(json, '{');
	json_key(json, "of");
	json_int(json, (int64_t)sample->of);
	json_key(json, "pairs");
	json_open(json, '[');
	for (size_t i = 0; rc == 0 && i < sample->id.n; i++)
		rc = show_json(db, sample->id.at[i], NULL, json);
	json_close(json, ']');
	json_close(json, '}');
	return rc;
}

/* -- CSV -- */

/* Full-width signs too: Japanese spreadsheets take them for the others. */
static bool starts_formula(struct str text)
{
	static const char *const sign[] = { "=", "+", "-", "@", "\t", "\r",
					    "\n", "＝", "＋", "－", "＠" };

	for (size_t i = 0; i < sizeof sign / sizeof *sign; i++)
		if (str_starts(text, str_of(sign[i])))
			return true;
	return false;
}

/* Visible, with line ends as they are; quotes are doubled. */
static void cell(struct buf *out, struct str text)
{
	const char *at = text.at, *end = text.at + text.n;

	buf_byte(out, '"');
	if (starts_formula(text))
		buf_byte(out, '\'');
	for (int n = 0; at < end; n++) {
		struct str c = { at, 0 };

		if (n == CELL) {
			buf_text(out, "…");
			break;
		}
		utf8_next(&at);
		c.n = (size_t)(at - c.at);
		if (*c.at == '"')
			buf_text(out, "\"\"");
		else if (*c.at == '\n' || *c.at == '\t')
			buf_byte(out, *c.at);
		else
			visible_line(out, c);
	}
	buf_byte(out, '"');
}

static void next_cell(struct buf *out, struct str text)
{
	buf_byte(out, ',');
	cell(out, text);
}

/* A conversation is one cell, "user: ...", a message a line. */
static void text_cells(const struct pair *pair, struct buf *out)
{
	struct buf all = { 0 };

	for (size_t i = 0; i < pair->messages; i++) {
		buf_text(&all, i ? "\n" : "");
		buf_str(&all, pair->message[i].role);
		buf_text(&all, ": ");
		buf_str(&all, pair->message[i].content);
	}
	next_cell(out, pair->system);
	next_cell(out, pair->messages ? buf_view(&all) : pair->instruction);
	next_cell(out, pair->messages ? STR("") : pair->input);
	next_cell(out, pair->messages ? STR("") : pair->response);
	buf_free(&all);
}

static void row(const struct about *about, struct buf *out)
{
	struct buf fate = { 0 }, found = { 0 };

	about_fate(about, &fate);
	rules(about, &found);
	buf_print(out, "%lld,,", (long long)about->pair->id);
	next_cell(out, buf_view(&fate));
	next_cell(out, buf_view(&found));
	next_cell(out, about->pair->lang);
	next_cell(out, about->pair->category);
	next_cell(out, about->source);
	text_cells(about->pair, out);
	buf_text(out, "\r\n");
	buf_free(&fate);
	buf_free(&found);
}

int sample_csv(const struct sample *sample, struct db *db, struct buf *out)
{
	struct about about = { 0 };
	int rc = 0;

	/* With a byte order mark, or Excel takes UTF-8 for something else. */
	buf_text(out, "\xef\xbb\xbf"
		      "id,verdict,note,fate,found,lang,category,source,"
		      "system,instruction,input,response\r\n");
	for (size_t i = 0; rc == 0 && i < sample->id.n; i++) {
		rc = about_read(&about, db, sample->id.at[i]);
		if (rc == 0)
			row(&about, out);
	}
	about_free(&about);
	return rc;
}
