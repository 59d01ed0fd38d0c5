/*
 * pattern.h - regular expressions, compiled once, bounded on any text
 *
 * PCRE2 with its just-in-time compiler, UTF-8 on, `\C` refused.  The text is
 * not checked again: it is valid UTF-8 (utf8_check).  Each search may take
 * PATTERN_LIMIT steps of backtracking a start and 1 MiB of stack; a pattern
 * that wants more has not "not matched": pattern_find() says ERR_LIMIT.
 *
 *     rc = pattern_compile(&pattern, STR("\\p{sc:Han}+"), &at);
 *     pattern_room_init(&room);
 *     rc = pattern_find(&pattern, &room, text, 0, PATTERN_END, &span);
 *     pattern_room_free(&room);
 *     pattern_free(&pattern);
 *
 * Ownership  patterns and rooms own what is in them
 * Threads    a pattern is read-only once compiled; each thread has its room
 * Source     pcre2api(3), pcre2jit(3)
 */
#ifndef TEXT_PATTERN_H
#define TEXT_PATTERN_H

#include <stdbool.h>

#include "base/str.h"

enum { PATTERN_LIMIT = 100000 };

struct pattern {
	void *code; /* pcre2_code */
	bool jit;
};

/* What a search needs besides: match data, limits, a stack. */
struct pattern_room {
	void *data, *context, *stack;
};

struct span {
	size_t start, end; /* bytes */
};

/*
 * Compile text.  ERR_FORMAT: the message is PCRE2's, *at the byte of the text
 * it is about.
 */
int pattern_compile(struct pattern *pattern, struct str text, size_t *at);

/* The same, but it matches only where the search begins. */
int pattern_compile_here(struct pattern *pattern, struct str text, size_t *at);
void pattern_free(struct pattern *pattern);

void pattern_room_init(struct pattern_room *room);
void pattern_room_free(struct pattern_room *room);

enum pattern_flag {
	PATTERN_END = 1, /* the text ends here; else `$` does not match there */
};

/*
 * The first match that starts at byte `from` or later: 1, 0, or ERR_LIMIT.
 * What stands before `from` is seen by `^`, \b and look-behind.
 */
int pattern_find(const struct pattern *pattern, struct pattern_room *room,
		 struct str text, size_t from, unsigned flags,
		 struct span *span);

#endif
