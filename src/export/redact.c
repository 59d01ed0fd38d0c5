/* redact.c - spans that rules found are replaced before a row is made */
#include "export/redact.h"

#include <ctype.h>
#include <stdlib.h>

#include "base/buf.h"
#include "text/utf8.h"

static int by_place(const void *left, const void *right)
{
	const struct finding_span *a = left, *b = right;

	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	return a->length > b->length ? -1 : a->length < b->length;
}

/* pii.phone.jp is [PHONE]. */
static void put_name(struct buf *out, struct str rule)
{
	const char *dot = memchr(rule.at, '.', rule.n);
	const char *at = dot ? dot + 1 : rule.at;

	buf_byte(out, '[');
	for (; at < rule.at + rule.n && *at != '.'; at++)
		buf_byte(out, (char)toupper((unsigned char)*at));
	buf_byte(out, ']');
}

static const char *skip(const char *at, const char *end, size_t characters)
{
	while (characters-- && at < end)
		utf8_next(&at);
	return at;
}

/* Spans of one text in order; one that starts inside another is part of it. */
static struct str redact(struct str text, const struct finding_span *span, size_t n,
			 struct arena *arena)
{
	const char *at = text.at, *end = text.at + text.n;
	struct buf out = { 0 };
	struct str result;
	size_t character = 0;

	for (size_t i = 0; i < n; i++) {
		const char *from;
		size_t last = span[i].start + span[i].length;

		if (span[i].start < character) {
			if (last > character) {
				at = skip(at, end, last - character);
				character = last;
			}
			continue;
		}
		from = skip(at, end, span[i].start - character);
		buf_put(&out, at, (size_t)(from - at));
		put_name(&out, span[i].rule);
		at = skip(from, end, span[i].length);
		character = last;
	}
	buf_put(&out, at, (size_t)(end - at));
	result = arena_str(arena, buf_view(&out));
	buf_free(&out);
	return result;
}

/* Move the spans of one text to the front of those from `first` on. */
static size_t take(struct finding_span *span, size_t first, size_t n)
{
	struct finding_span key = span[first];
	size_t taken = first;

	for (size_t i = first; i < n; i++)
		if (span[i].turn == key.turn &&
		    str_equal(span[i].field, key.field)) {
			struct finding_span swap = span[taken];

			span[taken++] = span[i];
			span[i] = swap;
		}
	qsort(span + first, taken - first, sizeof *span, by_place);
	return taken;
}

static struct str *text_of(struct pair *pair, const struct finding_span *span)
{
	if (pair->messages)
		return span->turn < pair->messages
			       ? &pair->message[span->turn].content
			       : NULL;
	if (str_is(span->field, "instruction"))
		return &pair->instruction;
	if (str_is(span->field, "input"))
		return &pair->input;
	if (str_is(span->field, "response"))
		return &pair->response;
	return str_is(span->field, "system") ? &pair->system : NULL;
}

void redact_pair(struct pair *pair, struct finding_span *span, size_t n,
		 struct arena *arena)
{
	for (size_t i = 0; i < n;) {
		size_t to = take(span, i, n);
		struct str *text = text_of(pair, &span[i]);

		if (text)
			*text = redact(*text, span + i, to - i, arena);
		i = to;
	}
}
