/* visible.c - text that is safe and straight on a terminal */
#include "stats/visible.h"

#include <utf8proc.h>

#include "text/utf8.h"

bool visible_is_control(uint32_t c)
{
	if (c < 0x20 || (c >= 0x7f && c < 0xa0))
		return true;
	if (c < 0xad)
		return false;
	switch (utf8proc_category((utf8proc_int32_t)c)) {
	case UTF8PROC_CATEGORY_CF: /* bidi, zero width, tags */
		return true;
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
		return true;
	default:
		return false;
	}
}

static unsigned width_of(uint32_t c)
{
	int width = c < 0x7f ? 1 : utf8proc_charwidth((utf8proc_int32_t)c);

	return width < 0 ? 0 : (unsigned)width;
}

unsigned visible_width(struct str text)
{
	const char *at = text.at, *end = text.at + text.n;
	unsigned width = 0;

	while (at < end)
		width += width_of(utf8_next(&at));
	return width;
}

/* One character as it is shown, at most 10 bytes.  Returns its columns. */
static unsigned put(struct buf *out, const char *at, const char *next)
{
	const char *from = at;
	uint32_t c = utf8_next(&at);
	size_t had = out->n;

	if (!visible_is_control(c)) {
		buf_put(out, from, (size_t)(next - from));
		return width_of(c);
	}
	if (c == '\n') {
		buf_text(out, "⏎");
		return 1;
	}
	if (c == '\t') {
		buf_byte(out, ' ');
		return 1;
	}
	buf_print(out, "<U+%04X>", c);
	return (unsigned)(out->n - had);
}

void visible_line(struct buf *out, struct str text)
{
	const char *at = text.at, *end = text.at + text.n;

	while (at < end) {
		const char *next = at;

		utf8_next(&next);
		put(out, at, next);
		at = next;
	}
}

void visible_lines(struct buf *out, struct str text, const char *indent)
{
	const char *at = text.at, *end = text.at + text.n;

	buf_text(out, indent);
	while (at < end) {
		const char *next = at;
		uint32_t c = utf8_next(&next);

		if (c == '\n') {
			buf_byte(out, '\n');
			if (next < end)
				buf_text(out, indent);
		} else if (c == '\t') {
			buf_byte(out, '\t');
		} else {
			put(out, at, next);
		}
		at = next;
	}
	if (!text.n || text.at[text.n - 1] != '\n')
		buf_byte(out, '\n');
}

/* Fill `columns` at most; returns the columns taken. */
static unsigned fit(struct buf *out, struct str text, unsigned columns)
{
	const char *at = text.at, *end = text.at + text.n;
	size_t mark = out->n; /* where … would go */
	unsigned width = 0, mark_width = 0;

	while (at < end) {
		const char *next = at;
		unsigned w;

		utf8_next(&next);
		w = put(out, at, next);
		if (width + w > columns) {
			out->n = mark;
			buf_text(out, columns ? "…" : "");
			return mark_width + (columns > 0);
		}
		width += w;
		if (width + 1 <= columns) {
			mark = out->n;
			mark_width = width;
		}
		at = next;
	}
	return width;
}

void visible_cut(struct buf *out, struct str text, unsigned columns)
{
	fit(out, text, columns);
}

void visible_fit(struct buf *out, struct str text, unsigned columns)
{
	for (unsigned w = fit(out, text, columns); w < columns; w++)
		buf_byte(out, ' ');
}
