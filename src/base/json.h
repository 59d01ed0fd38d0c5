/*
 * json.h - JSON, written
 *
 * Commas, quotes and escapes take care of themselves:
 *
 *     struct json json = { .out = &buf };
 *     json_open(&json, '{');
 *     json_key(&json, "pairs");
 *     json_int(&json, 12);
 *     json_close(&json, '}');
 *
 * Strings are UTF-8 and stay UTF-8; only what RFC 8259 requires is escaped, and
 * U+2028, U+2029 (line ends to JavaScript) and U+007F.  A real number is printed with the
 * fewest digits that read back as the same number.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct json {
	struct buf *out;
	bool comma; /* the next value needs one before it */
};

void json_open(struct json *json, char bracket); /* '{' or '[' */
void json_close(struct json *json, char bracket);
void json_key(struct json *json, const char *key);
void json_str(struct json *json, struct str text);
void json_text(struct json *json, const char *text); /* NULL: null */
void json_int(struct json *json, int64_t value);
void json_real(struct json *json, double value); /* not finite: null */
void json_bool(struct json *json, bool value);
void json_null(struct json *json);
void json_key_int(struct json *json, const char *key, int64_t value);
void json_raw(struct json *json, struct str value); /* JSON already */

/* The characters between the quotes, alone. */
void json_escape(struct buf *out, struct str text);

#endif
