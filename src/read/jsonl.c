/* jsonl.c - a JSON value a line, or the rows of a tree on lines together */
#define _GNU_SOURCE /* memmem */
#include <string.h>

#include "base/err.h"
#include "read/format.h"

static bool is_blank(const char *at, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (at[i] != ' ' && at[i] != '\t' && at[i] != '\r')
			return false;
	return true;
}

static bool next_line(struct reader *r, struct found *found)
{
	while (r->at < r->held.n || (r->at_end && r->started)) {
		const char *from = r->held.at + r->at;
		size_t left = r->held.n - r->at;
		const char *end = left ? memchr(from, '\n', left) : NULL;

		if (!r->started)
			reader_begin(r);
		if (!end && !r->at_end) {
			r->at = r->held.n;
			return false;
		}
		found->end = end ? (size_t)(end - r->held.at) : r->held.n;
		found->why = NULL;
		r->at = found->end + (end != NULL);
		r->line += end != NULL;
		if (r->skipping ||
		    !is_blank(r->held.at + r->start, found->end - r->start))
			return true;
		r->started = false;
	}
	return false;
}

/* -- message trees, a row a message -- */

/* The text behind "message_tree_id":, absent when there is none. */
static struct str tree_of(const char *line, size_t n)
{
	static const char key[] = "\"message_tree_id\"";
	const char *end = line + n, *at = memmem(line, n, key, sizeof key - 1);
	const char *close;

	if (!at)
		return (struct str){ NULL, 0 };
	at += sizeof key - 1;
	while (at < end && (*at == ' ' || *at == ':'))
		at++;
	if (at == end || *at++ != '"' ||
	    !(close = memchr(at, '"', (size_t)(end - at))))
		return (struct str){ NULL, 0 };
	return (struct str){ at, (size_t)(close - at) };
}

/* A record is a run of lines of one tree; r->outer holds the tree's name. */
static bool next_tree(struct reader *r, struct found *found)
{
	while (r->at < r->held.n) {
		const char *from = r->held.at + r->at;
		const char *end = memchr(from, '\n', r->held.n - r->at);
		size_t n = end ? (size_t)(end - from) : r->held.n - r->at;
		struct str tree;

		if (!end && !r->at_end)
			return false;
		tree = tree_of(from, n);
		if (r->started &&
		    !(tree.n && str_equal(tree, buf_view(&r->outer))))
			break;
		if (!r->started && !is_blank(from, n)) {
			reader_begin(r);
			buf_clear(&r->outer);
			buf_str(&r->outer, tree);
		}
		r->at += n + (end != NULL);
		r->line += end != NULL;
	}
	if (!r->started || (r->at == r->held.n && !r->at_end))
		return false;
	found->end = r->at;
	found->why = NULL;
	while (found->end > r->start && r->held.at[found->end - 1] == '\n')
		found->end--;
	return true;
}

static bool next(struct reader *r, struct found *found)
{
	return r->grouped ? next_tree(r, found) : next_line(r, found);
}

/* The rows of a tree, as an array. */
static int parse_rows(struct str text, struct arena *arena,
		      struct value *value, struct scan_error *error)
{
	struct value **tail = &value->child;
	size_t at = 0;
	int rc;

	*value = (struct value){ .type = VALUE_ARRAY };
	while (at < text.n) {
		const char *end = memchr(text.at + at, '\n', text.n - at);
		size_t n = end ? (size_t)(end - text.at) - at : text.n - at;
		struct value *row = arena_alloc(arena, sizeof *row);

		if (!is_blank(text.at + at, n)) {
			rc = scan_value(arena, (struct str){ text.at + at, n },
					row, error);
			if (rc < 0) {
				error->byte += at;
				return rc;
			}
			*tail = row;
			tail = &row->next;
			value->n++;
		}
		at += n + 1;
	}
	return 0;
}

static int parse(const struct reader *r, struct str text, struct arena *arena,
		 struct value *value, struct scan_error *error)
{
	if (r->grouped)
		return parse_rows(text, arena, value, error);
	return scan_value(arena, text, value, error);
}

const struct reader_format format_jsonl = { next, parse };
