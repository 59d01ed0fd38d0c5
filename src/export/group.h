/*
 * group.h - which group a pair is balanced in
 *
 * A group is the values of some fields: lang, lang_response, category, source,
 * turns, length (of the response, in characters, by powers of two), or any
 * measure that `score` computed, in steps: "quality" is cut at 0.1, 0.2, ...,
 * "quality/0.25" at 0.25, ..., "cell" at whole numbers.
 *
 *     rc = group_parse("lang,quality/0.25", &grouping);
 *     group_put(&grouping, &about, &label);        ja, quality 0.5
 *     group_name(label, &name);                    "ja / quality 0.5"
 *     grouping_free(&grouping);
 *
 * Errors     ERR_USAGE: a field that cannot be, or stands twice
 */
#ifndef EXPORT_GROUP_H
#define EXPORT_GROUP_H

#include "base/buf.h"
#include "base/vec.h"
#include "db/pair.h"

enum group_kind {
	GROUP_LANG,
	GROUP_LANG_RESPONSE,
	GROUP_CATEGORY,
	GROUP_SOURCE,
	GROUP_TURNS,
	GROUP_LENGTH,
	GROUP_MEASURE,
};

struct group_field {
	enum group_kind kind;
	char *name;     /* as asked for, without the step */
	double step;    /* of a measure */
	size_t measure; /* its number, set by who knows them */
};

struct grouping {
	VEC(struct group_field) field;
};

int group_parse(const char *text, struct grouping *grouping);
void grouping_free(struct grouping *grouping);

/* What a label is made of; measures: not finite where there is none. */
struct group_about {
	const struct pair *pair;
	struct str source;
	const double *measure;
};

/* Append the values, a NUL between two of them: no text holds one. */
void group_put(const struct grouping *grouping,
	       const struct group_about *about, struct buf *label);

/* The value of field number `field`, and the whole label for people. */
struct str group_value(struct str label, size_t field);
void group_name(struct str label, struct buf *name);

#endif
