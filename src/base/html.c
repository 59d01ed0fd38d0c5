/* html.c - text as HTML and SVG show it */
#include "base/html.h"

static const char *entity_of(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void html_escape(struct buf *out, struct str text)
{
	size_t from = 0;

	for (size_t i = 0; i < text.n; i++) {
		const char *entity = entity_of(text.at[i]);

		if (!entity)
			continue;
		buf_put(out, text.at + from, i - from);
		buf_text(out, entity);
		from = i + 1;
	}
	if (from < text.n)
		buf_put(out, text.at + from, text.n - from);
}
