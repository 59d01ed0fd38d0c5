/* nested.c - objects whose records are the members of one list in them */
#include "read/nested.h"

#include <string.h>

#include "read/format.h"

enum { AROUND = 1 << 20 }; /* bytes around the list that are kept */

enum place { BETWEEN, INSIDE, LIST, JUNK };

static bool is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* Past one byte of JSON: quotes, escapes and the depth of brackets. */
static void pass(struct reader *r, char c)
{
	if (r->quoted) {
		if (r->escaped)
			r->escaped = false;
		else if (c == '\\')
			r->escaped = true;
		else if (c == '"')
			r->quoted = false;
	} else if (c == '"') {
		r->quoted = true;
	} else if (c == '{' || c == '[') {
		r->depth++;
	} else if ((c == '}' || c == ']') && r->depth > 0) {
		r->depth--;
	}
}

/* -- outside the list -- */

/* Where `"KEY" :` begins, when text ends with it; else SIZE_MAX. */
static size_t key_before(struct str text, struct str key)
{
	size_t n = text.n;

	while (n && is_space(text.at[n - 1]))
		n--;
	if (!n || text.at[--n] != ':')
		return SIZE_MAX;
	while (n && is_space(text.at[n - 1]))
		n--;
	if (n < key.n + 2 || text.at[n - 1] != '"' ||
	    text.at[n - key.n - 2] != '"' ||
	    memcmp(text.at + n - 1 - key.n, key.at, key.n) != 0)
		return SIZE_MAX;
	return n - key.n - 2;
}

static void end_object(struct buf *out, size_t n)
{
	while (n && (is_space(out->at[n - 1]) || out->at[n - 1] == ','))
		n--;
	out->n = n;
	buf_byte(out, '}');
}

static void begin_list(struct reader *r, size_t key_at)
{
	end_object(&r->outer, key_at);
	buf_clear(&r->around);
	if (!r->outer_cut)
		buf_str(&r->around, buf_view(&r->outer));
	r->arounds++;
	buf_clear(&r->outer);
	buf_byte(&r->outer, '{');
	r->outer_cut = false;
	r->depth = 0;
	r->place = LIST;
	r->listed = true;
}

/* A byte of the object that is not in the list.  True: the object has ended. */
static bool inside(struct reader *r, char c)
{
	size_t key_at;

	if (c == '[' && !r->quoted && r->depth == 1 &&
	    (key_at = key_before(buf_view(&r->outer), r->list)) != SIZE_MAX) {
		begin_list(r, key_at);
		return false;
	}
	pass(r, c);
	if (r->depth == 0 && !r->quoted) {
		end_object(&r->outer, r->outer.n);
		buf_clear(&r->after);
		if (r->listed && !r->outer_cut)
			buf_str(&r->after, buf_view(&r->outer));
		return true;
	}
	if (r->outer.n >= AROUND) {
		r->outer_cut = true;
		buf_clear(&r->outer);
	}
	/* behind the list: neither its bracket's comma nor space */
	if (r->outer.n == 1 && r->listed && (c == ',' || is_space(c)))
		return false;
	buf_byte(&r->outer, c);
	return false;
}

static void begin_object(struct reader *r)
{
	buf_clear(&r->outer);
	buf_byte(&r->outer, '{');
	r->outer_cut = r->listed = r->quoted = r->escaped = false;
	r->depth = 1;
	r->place = INSIDE;
}

/* -- records -- */

static size_t trimmed_end(const struct reader *r, size_t end)
{
	while (end > r->start && is_space(r->held.at[end - 1]))
		end--;
	return end;
}

/* A byte of the list.  True: a record has ended before it. */
static bool in_list(struct reader *r, char c, struct found *found)
{
	if (!r->started) {
		if (is_space(c))
			return false;
		if (c == ']') {
			r->place = INSIDE;
			r->depth = 1;
			return false;
		}
		reader_begin(r);
	}
	if (r->depth > 0 || r->quoted || (c != ',' && c != ']')) {
		pass(r, c);
		return false;
	}
	found->end = trimmed_end(r, r->at);
	found->why = found->end == r->start ? "a value is missing" : NULL;
	if (c == ']') {
		r->place = INSIDE;
		r->depth = 1;
	}
	return true;
}

static bool refuse(struct reader *r, struct found *found, const char *why)
{
	found->end = r->at;
	found->why = why;
	return true;
}

static bool step(struct reader *r, char c, struct found *found)
{
	switch ((enum place)r->place) {
	case BETWEEN:
		if (c == '{') {
			begin_object(r);
		} else if (!is_space(c)) {
			reader_begin(r);
			r->place = JUNK;
		}
		return false;
	case INSIDE:
		if (!inside(r, c))
			return false;
		r->place = BETWEEN;
		if (r->listed)
			return false;
		reader_begin(r);
		return refuse(r, found, "an object without the list");
	case LIST:
		return in_list(r, c, found);
	case JUNK:
		if (c != '\n')
			return false;
		r->place = BETWEEN;
		return refuse(r, found, "text that is in no object");
	}
	return false;
}

static bool next(struct reader *r, struct found *found)
{
	while (r->at < r->held.n) {
		char c = r->held.at[r->at];
		bool ended;

		r->line += c == '\n';
		ended = step(r, c, found);
		r->at++;
		if (ended)
			return true;
	}
	if (!r->at_end || (r->place == BETWEEN && !r->started))
		return false;
	if (!r->started)
		reader_begin(r);
	refuse(r, found, r->place == JUNK   ? "text that is in no object"
			 : r->place == LIST ? "the list does not end"
					    : "the object does not end");
	r->place = BETWEEN;
	return true;
}

static int parse(const struct reader *r, struct str text, struct arena *arena,
		 struct value *value, struct scan_error *error)
{
	(void)r;
	return scan_value(arena, text, value, error);
}

const struct reader_format format_nested = { next, parse };

/* -- the outline of the first object -- */

struct cursor {
	const char *at, *end;
};

static void skip_space(struct cursor *c)
{
	while (c->at < c->end && is_space(*c->at))
		c->at++;
}

/* Behind the string that begins at c->at; false: it is cut off. */
static bool take_string(struct cursor *c, struct str *text)
{
	const char *from = ++c->at;

	while (c->at < c->end && *c->at != '"')
		c->at += *c->at == '\\' ? 2 : 1;
	if (c->at >= c->end)
		return false;
	*text = (struct str){ from, (size_t)(c->at++ - from) };
	return true;
}

/* Behind a value, whose end is a comma or bracket of the object. */
static bool skip_value(struct cursor *c)
{
	unsigned depth = 0;
	struct str text;

	while (c->at < c->end) {
		switch (*c->at) {
		case '"':
			if (!take_string(c, &text))
				return false;
			continue;
		case '{':
		case '[':
			depth++;
			break;
		case ',':
			if (!depth)
				return true;
			break;
		case '}':
		case ']':
			if (!depth)
				return true;
			depth--;
			break;
		}
		c->at++;
	}
	return false;
}

static bool among(struct str key, const char *const *list)
{
	for (; *list; list++)
		if (str_is(key, *list))
			return true;
	return false;
}

/* Keys of a record: an object that has one is no envelope of a list. */
static const char *const record_key[] = {
	"instruction", "prompt", "question", "messages", "conversations",
	"conversation", "output", "response", "completion", "text",
	"utterances", "chosen", "replies", "message_id", "paragraphs",
	"context", "story", "turns", NULL,
};

/* Keys that hold the list in any file; others only when it is the sole one. */
static const char *const list_key[] = {
	"data", "rows", "examples", "example", "items", "records", "Instances",
	"train", "test", "validation", "dev", "dataset", "samples", "pairs",
	"entries", "results", NULL,
};

struct lists {
	struct str named, other;
	size_t others;
};

static void note_list(struct lists *lists, struct str key)
{
	if (among(key, list_key)) {
		if (!lists->named.at)
			lists->named = key;
	} else {
		lists->other = key;
		lists->others++;
	}
}

static bool is_list_of_objects(struct cursor c)
{
	if (c.at >= c.end || *c.at != '[')
		return false;
	c.at++;
	skip_space(&c);
	return c.at < c.end && *c.at == '{';
}

struct outline nested_outline(struct str head)
{
	struct cursor c = { head.at + 1, head.at + head.n };
	struct outline out = { { NULL, 0 }, false, false, false };
	struct lists lists = { { NULL, 0 }, { NULL, 0 }, 0 };
	bool record = false, tree = false, replies = false;

	for (;;) {
		struct str key;

		skip_space(&c);
		if (c.at >= c.end || *c.at != '"' || !take_string(&c, &key))
			break;
		skip_space(&c);
		if (c.at >= c.end || *c.at++ != ':')
			break;
		skip_space(&c);
		record |= among(key, record_key);
		tree |= str_is(key, "message_tree_id");
		replies |= str_is(key, "replies") || str_is(key, "prompt");
		if (is_list_of_objects(c))
			note_list(&lists, key);
		if (!skip_value(&c))
			break;
		if (*c.at++ == '}') {
			out.whole = true;
			break;
		}
	}
	out.one_line = !memchr(head.at, '\n', out.whole
					       ? (size_t)(c.at - head.at)
					       : head.n);
	out.grouped = record && tree && !replies;
	if (!record && lists.named.at)
		out.list = lists.named;
	else if (!record && lists.others == 1 && !out.one_line)
		out.list = lists.other;
	return out;
}
