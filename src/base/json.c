/* json.c - JSON, written */
#include "base/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static void separate(struct json *json)
{
	if (json->comma)
		buf_byte(json->out, ',');
	json->comma = true;
}

void json_open(struct json *json, char bracket)
{
	separate(json);
	buf_byte(json->out, bracket);
	json->comma = false;
}

void json_close(struct json *json, char bracket)
{
	buf_byte(json->out, bracket);
	json->comma = true;
}

void json_key(struct json *json, const char *key)
{
	json_text(json, key);
	buf_byte(json->out, ':');
	json->comma = false;
}

/* How a byte is written: 0 as it is, 'u' as \u00xx, else after a backslash. */
static char escape_of(unsigned char c)
{
	switch (c) {
	case '"':
	case '\\':
		return (char)c;
	case '\n':
		return 'n';
	case '\r':
		return 'r';
	case '\t':
		return 't';
	}
	return c < 0x20 || c == 0x7f ? 'u' : 0;
}

/* U+2028 and U+2029 are E2 80 A8 and E2 80 A9. */
static bool is_separator(struct str text, size_t i)
{
	return (unsigned char)text.at[i] == 0xe2 && i + 2 < text.n &&
	       (unsigned char)text.at[i + 1] == 0x80 &&
	       ((unsigned char)text.at[i + 2] & 0xfe) == 0xa8;
}

void json_escape(struct buf *out, struct str text)
{
	size_t from = 0;

	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.at[i];
		char escape = escape_of(c);

		if (escape) {
			buf_put(out, text.at + from, i - from);
			if (escape == 'u')
				buf_print(out, "\\u%04x", c);
			else
				buf_put(out, (char[]){ '\\', escape }, 2);
			from = i + 1;
		} else if (c == 0xe2 && is_separator(text, i)) {
			buf_put(out, text.at + from, i - from);
			buf_text(out, text.at[i + 2] & 1 ? "\\u2029"
							 : "\\u2028");
			i += 2;
			from = i + 1;
		}
	}
	buf_put(out, text.at + from, text.n - from);
}

void json_str(struct json *json, struct str text)
{
	separate(json);
	buf_byte(json->out, '"');
	json_escape(json->out, text);
	buf_byte(json->out, '"');
}

void json_text(struct json *json, const char *text)
{
	if (text)
		json_str(json, str_of(text));
	else
		json_null(json);
}

void json_int(struct json *json, int64_t value)
{
	separate(json);
	buf_print(json->out, "%lld", (long long)value);
}

void json_real(struct json *json, double value)
{
	char digits[40];

	if (!isfinite(value)) {
		json_null(json);
		return;
	}
	for (int precision = 1; precision <= 17; precision++) {
		snprintf(digits, sizeof digits, "%.*g", precision, value);
		if (strtod(digits, NULL) == value)
			break;
	}
	separate(json);
	buf_text(json->out, digits);
}

void json_bool(struct json *json, bool value)
{
	separate(json);
	buf_text(json->out, value ? "true" : "false");
}

void json_null(struct json *json)
{
	separate(json);
	buf_text(json->out, "null");
}

void json_raw(struct json *json, struct str value)
{
	separate(json);
	buf_str(json->out, value);
}
