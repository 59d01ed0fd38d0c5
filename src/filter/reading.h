/*
 * reading.h - a line of a pack, word by word, and what is wrong in it
 *
 * What the two halves of the reader share: rule_read.c reads packs and the
 * lines around rules, rule_line.c the lines of a rule.  `rest` is what is left
 * of the line; the take functions move it on.
 */
#ifndef FILTER_READING_H
#define FILTER_READING_H

#include "filter/rule.h"

struct reading {
	struct ruleset *set;
	const char *path;
	uint32_t pack;     /* number of it, once named */
	bool named;
	struct rule *rule; /* the one that lines add to, or NULL */
	struct str line;
	size_t number;     /* of the line, from 1 */
};

/* ERR_FORMAT, "FILE:LINE:COLUMN: why"; at points into the line. */
int fail(const struct reading *in, const char *at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

bool is_blank(char c);
void skip_blanks(struct str *rest);

/* The next word of rest, "" at the end. */
struct str take_word(struct str *rest);
int take_name(struct reading *in, struct str *rest, struct str *name);
int take_count(struct reading *in, struct str *rest, uint64_t *count);

/* Fail when something is left. */
int at_end(struct reading *in, struct str rest);
bool read_number(struct str word, double *number);

/* Room for one more element in an array of the arena. */
void *more(struct reading *in, void *array, size_t *n, size_t size);

/*
 * A line of a rule whose first word is key: 1 when it was read, 0 when there
 * is no such line, or what fail() said.
 */
int rule_line_read(struct reading *in, struct str key, struct str rest);

#endif
