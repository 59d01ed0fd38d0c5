/*
 * scan.h - one JSON value, read strictly
 *
 * Accepts what RFC 8259 accepts and nothing else: no comments, no trailing
 * commas, no leading zeros, no raw control characters, no lone surrogates.
 * U+0000 is refused by name, because SQL text functions stop there.  Numbers
 * stay the text they were, so 1e400 and 2^63 survive.  An object with a key
 * that stands twice is refused: two readers would take two different values.
 *
 *     struct scan_error error;
 *     if (scan_value(&arena, text, &value, &error) < 0)
 *         reject(error.byte, error.why);
 *     text = value_text(&value, "instruction");
 *
 * Limits     depth 512, 1,048,576 values
 * Ownership  values are in the arena; texts without escapes are slices of the
 *            input and borrowed as long as that
 * Source     RFC 8259
 */
#ifndef READ_SCAN_H
#define READ_SCAN_H

#include <stdbool.h>

#include "base/arena.h"

enum value_type {
	VALUE_NULL,
	VALUE_FALSE,
	VALUE_TRUE,
	VALUE_NUMBER,
	VALUE_STRING,
	VALUE_ARRAY,
	VALUE_OBJECT,
};

struct value {
	enum value_type type;
	struct str key;  /* in an object, else absent */
	struct str text; /* of a string, unescaped; of a number, as written */
	struct str raw;  /* the JSON it was; absent when it came from CSV */
	struct value *child, *next; /* members in order */
	size_t n;                   /* members */
};

struct scan_error {
	size_t byte; /* where in the text */
	const char *why;
};

/* The whole text is one value; white space may stand around it. */
int scan_value(struct arena *arena, struct str text, struct value *value,
	       struct scan_error *error);

/* The member of an object with this key, or NULL. */
const struct value *value_get(const struct value *object, const char *key);

/* The text of a string member; absent when it is not there or no string. */
struct str value_text(const struct value *object, const char *key);

#endif
