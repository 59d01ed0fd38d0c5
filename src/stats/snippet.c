/* snippet.c - where the words of a query stand in a text */
#define _GNU_SOURCE /* memmem */
#include "stats/snippet.h"

#include <stdlib.h>

#include "stats/about.h"
#include "stats/visible.h"
#include "text/bigram.h"
#include "text/normal.h"
#include "text/utf8.h"

enum {
	BEFORE = 30, /* characters of text before the first hit */
	LINE = 140,  /* characters in all */
};

/* Does a word end (or start) between these two places of the normal form? */
static bool at_border(const struct buf *normal, size_t at)
{
	const char *before = normal->at + at, *after = normal->at + at;
	const char *end = normal->at + normal->n;

	if (before == normal->at || after == end)
		return true;
	do
		before--;
	while ((*before & 0xc0) == 0x80);
	return !(bigram_in_word(utf8_next(&before)) &&
		 bigram_in_word(utf8_next(&after)));
}

static void add_hit(struct snippet *snippet, size_t from, size_t to)
{
	uint32_t start = snippet->origin[from];
	uint32_t last = snippet->origin[to - 1];

	vec_push(&snippet->hit,
		 ((struct snippet_hit){ start, last - start + 1 }));
}

static void find(struct snippet *snippet, const struct query_phrase *phrase)
{
	const struct buf *normal = &snippet->normal;

	for (size_t from = 0; from + phrase->n <= normal->n;) {
		const char *at = memmem(normal->at + from, normal->n - from,
					phrase->text, phrase->n);
		size_t start;

		if (!at)
			return;
		start = (size_t)(at - normal->at);
		from = start + 1;
		if (!at_border(normal, start) ||
		    !(phrase->prefix || at_border(normal, start + phrase->n)))
			continue;
		from = start + phrase->n;
		add_hit(snippet, start, from);
	}
}

static int by_start(const void *a, const void *b)
{
	const struct snippet_hit *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return (x->length < y->length) - (x->length > y->length);
}

static void merge(struct snippet *snippet)
{
	size_t n = 0;

	if (snippet->hit.n)
		qsort(snippet->hit.at, snippet->hit.n, sizeof *snippet->hit.at,
		      by_start);
	for (size_t i = 0; i < snippet->hit.n; i++) {
		struct snippet_hit hit = snippet->hit.at[i];
		struct snippet_hit *last = n ? &snippet->hit.at[n - 1] : NULL;

		if (!last || hit.start >= last->start + last->length)
			snippet->hit.at[n++] = hit;
		else if (hit.start + hit.length > last->start + last->length)
			last->length = hit.start + hit.length - last->start;
	}
	snippet->hit.n = n;
}

void snippet_find(struct snippet *snippet, struct str text,
		  const struct query *query)
{
	snippet->hit.n = 0;
	buf_clear(&snippet->normal);
	if (!text.n || !query->phrase.n)
		return;
	normal_trace(&snippet->normal, text, NORMAL_ALL, &snippet->origin,
		     &snippet->room);
	for (size_t i = 0; i < query->phrase.n; i++)
		find(snippet, &query->phrase.at[i]);
	merge(snippet);
}

static struct str part(struct str text, uint64_t from, uint64_t to)
{
	size_t start = about_offset(text, from);
	struct str rest = { text.at + start, text.n - start };

	rest.n = about_offset(rest, to - from);
	return rest;
}

void snippet_line(const struct snippet *snippet, struct str text,
		  const char *open, const char *close, struct buf *out)
{
	uint64_t at = 0, end;

	if (snippet->hit.n && snippet->hit.at[0].start > BEFORE) {
		at = snippet->hit.at[0].start - BEFORE;
		buf_text(out, "…");
	}
	end = at + LINE;
	for (size_t i = 0; i < snippet->hit.n; i++) {
		struct snippet_hit hit = snippet->hit.at[i];

		if (hit.start + hit.length > end && i)
			break;
		visible_line(out, part(text, at, hit.start));
		buf_text(out, open);
		visible_line(out, part(text, hit.start,
				       hit.start + hit.length));
		buf_text(out, close);
		at = hit.start + hit.length;
	}
	if (at < end)
		visible_line(out, part(text, at, end));
	if (about_offset(text, end > at ? end : at) < text.n)
		buf_text(out, "…");
}

void snippet_free(struct snippet *snippet)
{
	vec_free(&snippet->hit);
	buf_free(&snippet->normal);
	free(snippet->origin);
	*snippet = (struct snippet){ 0 };
}
