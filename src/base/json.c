/* json.c - JSON, written */
#include "base/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/*
 * Eight bytes at once: the highest bit of each byte that may need a look is
 * set.  Below 0x20, '"', '\\', 0x7f, and 0xe2, with which U+2028 starts.  Borrows
 * can only add such bits above a right one.
 */
static uint64_t suspects(uint64_t x)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t quote = x ^ ones * '"', slash = x ^ ones * '\\';
	uint64_t delete = x ^ ones * 0x7f, line = x ^ ones * 0xe2;

	return (((x - ones * 0x20) & ~x) | ((quote - ones) & ~quote) |
		((slash - ones) & ~slash) | ((delete - ones) & ~delete) |
		((line - ones) & ~line)) & ones * 0x80;
}

/* How many bytes at the start need no escape, as far as eight at once tell. */
static size_t plain_prefix(const char *at, size_t n)
{
	size_t i = 0;

	for (; i + 8 <= n; i += 8) {
		uint64_t x;

		memcpy(&x, at + i, sizeof x);
		if (suspects(x))
			break;
	}
	return i;
}

static void put_escape(struct buf *out, unsigned char c, char escape)
{
	static const char digit[] = "0123456789abcdef";
	char text[] = { '\\', escape, '0', '0', digit[c >> 4], digit[c & 15] };

	buf_put(out, text, escape == 'u' ? 6 : 2);
}

void json_escape(struct buf *out, struct str text)
{
	size_t from = 0, i = 0;

	while ((i += plain_prefix(text.at + i, text.n - i)) < text.n) {
		size_t end = text.n - i < 8 ? text.n : i + 8;

		for (; i < end; i++) {
			unsigned char c = (unsigned char)text.at[i];
			char escape = escape_of(c);
			bool line_end = c == 0xe2 && is_separator(text, i);

			if (!escape && !line_end)
				continue;
			buf_put(out, text.at + from, i - from);
			if (escape)
				put_escape(out, c, escape);
			else
				buf_text(out, text.at[i + 2] & 1 ? "\\u2029"
								 : "\\u2028");
			i += line_end ? 2 : 0;
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
	char digits[20];
	size_t at = sizeof digits;
	uint64_t left = value < 0 ? -(uint64_t)value : (uint64_t)value;

	do
		digits[--at] = (char)('0' + left % 10);
	while (left /= 10);
	separate(json);
	if (value < 0)
		buf_byte(json->out, '-');
	buf_put(json->out, digits + at, sizeof digits - at);
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
