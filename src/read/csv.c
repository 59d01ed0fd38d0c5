/* csv.c - rows of CSV (RFC 4180) and TSV, with a header */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "read/format.h"
#include "text/utf8.h"

/* -- cutting -- */

/*
 * To the line end that is not in quotes.  A quote opens only at the start of
 * a field: TSV files in the wild hold bare ones.
 */
static bool row_end(struct reader *r, char comma)
{
	for (; r->at < r->held.n; r->at++) {
		char c = r->held.at[r->at];
		bool at_field = r->at == r->start ||
				r->held.at[r->at - 1] == comma;

		r->line += c == '\n';
		if (r->quoted)
			r->quoted = c != '"';
		else if (c == '"' && (at_field || r->escaped))
			r->quoted = true;
		else if (c == '\n')
			return true;
		r->escaped = c == '"' && !r->quoted; /* "" inside quotes */
	}
	return false;
}

static bool next_row(struct reader *r, struct found *found, char comma)
{
	while (r->at < r->held.n || (r->at_end && r->started)) {
		bool ended;

		if (!r->started)
			reader_begin(r);
		ended = row_end(r, comma);
		if (!ended && !r->at_end)
			return false;
		found->end = r->at;
		found->why = r->quoted ? "a quoted field does not end" : NULL;
		r->at += ended;
		r->quoted = r->escaped = false;
		if (found->end > r->start && r->held.at[found->end - 1] == '\r')
			found->end--;
		if (found->end > r->start || r->skipping)
			return true;
		r->started = false; /* a blank line */
	}
	return false;
}

/* -- parsing -- */

/* The field at *at, moved behind its comma.  False: broken quotes. */
static bool take_field(const char **at, const char *end, char comma,
		       struct arena *arena, struct str *field)
{
	const char *from = *at, *stop;
	char *copy, *out;

	if (from == end || *from != '"') {
		stop = memchr(from, comma, (size_t)(end - from));
		if (!stop)
			stop = end;
		*field = (struct str){ from, (size_t)(stop - from) };
		*at = stop;
		return true;
	}
	copy = out = arena_alloc(arena, (size_t)(end - from) + 1);
	for (from++; from < end; from++) {
		if (*from == '"' && (from + 1 == end || from[1] != '"'))
			break;
		from += *from == '"';
		*out++ = *from;
	}
	*field = (struct str){ copy, (size_t)(out - copy) };
	*at = from + 1;
	return from < end && (*at == end || **at == comma);
}

static const char *take_row(struct str row, char comma, struct arena *arena,
			    struct value *object)
{
	const char *at = row.at, *end = row.at + row.n;
	struct value **tail = &object->child;

	object->type = VALUE_OBJECT;
	for (;;) {
		struct value *v = arena_alloc(arena, sizeof *v);

		*v = (struct value){ .type = VALUE_STRING };
		if (!take_field(&at, end, comma, arena, &v->text))
			return "text behind a closing quote";
		*tail = v;
		tail = &v->next;
		object->n++;
		if (at == end)
			return NULL;
		at++;
	}
}

static int fail(struct scan_error *error, size_t byte, const char *why)
{
	*error = (struct scan_error){ byte, why };
	return ERR_FORMAT;
}

static int parse_row(const struct reader *r, struct str text, char comma,
		     struct arena *arena, struct value *value,
		     struct scan_error *error)
{
	size_t valid = utf8_check(text.at, text.n), i = 0;
	const char *why;

	*value = (struct value){ 0 };
	if (valid < text.n)
		return fail(error, valid, "not UTF-8");
	if (memchr(text.at, '\0', text.n))
		return fail(error,
			    (size_t)((const char *)memchr(text.at, '\0',
							  text.n) -
				     text.at),
			    "U+0000 in a field");
	if ((why = take_row(text, comma, arena, value)))
		return fail(error, 0, why);
	if (value->n != r->columns)
		return fail(error, 0,
			    value->n < r->columns
				    ? "fewer fields than the header"
				    : "more fields than the header");
	for (struct value *v = value->child; v; v = v->next)
		v->key = r->column[i++];
	return 0;
}

/* -- the header is the first row, or there is none -- */

/* "a", and "a (2)" for the second of that name. */
static struct str unique_name(struct reader *r, size_t i, struct str name)
{
	char number[32];
	size_t before = 0, n;
	char *copy;

	for (size_t j = 0; j < i; j++)
		before += str_equal(r->column[j], name);
	if (!before)
		return name;
	n = (size_t)snprintf(number, sizeof number, " (%zu)", before + 1);
	copy = arena_alloc(&r->arena, name.n + n);
	memcpy(copy, name.at, name.n);
	memcpy(copy + name.n, number, n);
	return (struct str){ copy, name.n + n };
}

static struct str numbered_name(struct reader *r, size_t i)
{
	char number[32];

	snprintf(number, sizeof number, "%zu", i + 1);
	return arena_str(&r->arena, str_of(number));
}

static bool header(struct reader *r, char comma)
{
	struct found found;
	struct value row = { 0 };
	struct str text;
	bool numbered = r->headerless;
	size_t i = 0;

	if (!next_row(r, &found, comma))
		return false;
	text = arena_str(&r->arena,
			 (struct str){ r->held.at + r->start,
				       found.end - r->start });
	r->started = false;
	take_row(text, comma, &r->arena, &row);
	numbered |= utf8_check(text.at, text.n) < text.n ||
		    memchr(text.at, '\0', text.n);
	r->columns = row.n;
	r->column = arena_array(&r->arena, row.n, sizeof *r->column);
	for (struct value *v = row.child; v; v = v->next, i++)
		r->column[i] = numbered ? numbered_name(r, i)
					: unique_name(r, i, v->text);
	r->opened = true;
	if (r->headerless) { /* the row is a record too */
		r->at = r->start;
		r->line = r->start_line;
	}
	return true;
}

static bool next(struct reader *r, struct found *found, char comma)
{
	if (!r->opened && !header(r, comma))
		return false;
	return next_row(r, found, comma);
}

static bool next_csv(struct reader *r, struct found *found)
{
	return next(r, found, ',');
}

static bool next_tsv(struct reader *r, struct found *found)
{
	return next(r, found, '\t');
}

static int parse_csv(const struct reader *r, struct str text,
		     struct arena *arena, struct value *value,
		     struct scan_error *error)
{
	return parse_row(r, text, ',', arena, value, error);
}

static int parse_tsv(const struct reader *r, struct str text,
		     struct arena *arena, struct value *value,
		     struct scan_error *error)
{
	return parse_row(r, text, '\t', arena, value, error);
}

const struct reader_format format_csv = { next_csv, parse_csv };
const struct reader_format format_tsv = { next_tsv, parse_tsv };
