/* jsonl.c - a JSON value a line */
#include <string.h>

#include "read/format.h"

static bool is_blank(const char *at, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (at[i] != ' ' && at[i] != '\t' && at[i] != '\r')
			return false;
	return true;
}

static bool next(struct reader *r, struct found *found)
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

static int parse(const struct reader *r, struct str text, struct arena *arena,
		 struct value *value, struct scan_error *error)
{
	(void)r;
	return scan_value(arena, text, value, error);
}

const struct reader_format format_jsonl = { next, parse };
