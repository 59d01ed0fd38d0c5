/*
 * json.c - an array of values, or one object
 *
 * Finds where the members of the outer array begin and end by brackets and
 * quotes alone; scan_value() judges each.  So one broken member costs itself,
 * as long as its brackets and quotes are balanced.
 */
#include <string.h>

#include "read/format.h"

static bool is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* Past one byte of a member: true when the member has ended before it. */
static bool past(struct reader *r, char c)
{
	if (r->quoted) {
		if (r->escaped)
			r->escaped = false;
		else if (c == '\\')
			r->escaped = true;
		else if (c == '"')
			r->quoted = false;
		return false;
	}
	if (c == '"')
		r->quoted = true;
	else if (c == '{' || c == '[')
		r->depth++;
	else if ((c == '}' || c == ']') && r->depth > 0)
		r->depth--;
	else if (c == ',' || c == ']')
		return r->depth == 0;
	return false;
}

static size_t trimmed_end(const struct reader *r, size_t end)
{
	while (end > r->start && is_space(r->held.at[end - 1]))
		end--;
	return end;
}

/* The file ended; what has begun is the last record. */
static bool at_end(struct reader *r, struct found *found)
{
	if (r->closed && !r->started)
		return false;
	if (!r->opened && !r->started)
		return false;
	found->end = r->held.n;
	found->why = r->closed ? "text behind the array"
			       : "the array does not end";
	if (!r->started)
		reader_begin(r);
	r->closed = true;
	r->at = r->held.n;
	return true;
}

/* An object alone in the file: one record, to the end. */
static bool whole_file(struct reader *r, struct found *found)
{
	r->at = r->held.n;
	if (!r->at_end)
		return false;
	found->end = trimmed_end(r, r->held.n);
	found->why = NULL;
	r->closed = true;
	return true;
}

static bool next(struct reader *r, struct found *found)
{
	for (; r->at < r->held.n; r->at++) {
		char c = r->held.at[r->at];

		r->line += c == '\n';
		if (!r->started) {
			if (is_space(c))
				continue;
			if (!r->opened && c == '[') {
				r->opened = true;
				continue;
			}
			if (r->opened && !r->closed && c == ']') {
				r->closed = true;
				continue;
			}
			reader_begin(r);
			if (r->closed) /* behind the array: to the end */
				break;
		}
		if (!r->opened)
			return whole_file(r, found);
		if (r->closed)
			break;
		if (past(r, c)) {
			found->end = trimmed_end(r, r->at);
			found->why = found->end == r->start
					     ? "a value is missing"
					     : NULL;
			r->closed = c == ']';
			r->at++;
			return true;
		}
	}
	if (r->started && (r->closed || !r->opened))
		r->at = r->held.n;
	if (!r->at_end)
		return false;
	if (r->started && !r->opened)
		return !r->closed && whole_file(r, found);
	return at_end(r, found);
}

static int parse(const struct reader *r, struct str text, struct arena *arena,
		 struct value *value, struct scan_error *error)
{
	(void)r;
	return scan_value(arena, text, value, error);
}

const struct reader_format format_json = { next, parse };
