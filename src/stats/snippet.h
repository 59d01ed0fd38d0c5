/*
 * snippet.h - where the words of a query stand in a text
 *
 *     snippet_find(&snippet, text, &query);
 *     for (size_t i = 0; i < snippet.hit.n; i++)
 *         use(snippet.hit.at[i].start, snippet.hit.at[i].length);
 *     snippet_free(&snippet);
 *
 * Hits are in characters of the text as it is stored, in order, and do not
 * overlap.
 */
#ifndef STATS_SNIPPET_H
#define STATS_SNIPPET_H

#include <stdint.h>

#include "stats/query.h"

struct snippet_hit {
	uint32_t start, length;
};

struct snippet {
	VEC(struct snippet_hit) hit;
	struct buf normal;
	uint32_t *origin;
	size_t room;
};

void snippet_find(struct snippet *snippet, struct str text,
		  const struct query *query);

/*
 * The text around its first hits on one line, each between `open` and `close`.
 */
void snippet_line(const struct snippet *snippet, struct str text,
		  const char *open, const char *close, struct buf *out);
void snippet_free(struct snippet *snippet);

#endif
