/* json.c - JSON, written */
#include "base/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

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
 * Sixteen bytes at once: bit i is set when byte i may need a look.  Below 0x20,
 * '"', '\\', 0x7f, and 0xe2, with which U+2028 starts.
 */
static unsigned suspects(const char *at)
{
#ifdef __SSE2__
	__m128i x = _mm_loadu_si128((const __m128i *)(const void *)at);
	__m128i control = _mm_cmpeq_epi8(
		_mm_min_epu8(x, _mm_set1_epi8(0x1f)), x);
	__m128i quote = _mm_cmpeq_epi8(x, _mm_set1_epi8('"'));
	__m128i slash = _mm_cmpeq_epi8(x, _mm_set1_epi8('\\'));
	__m128i delete = _mm_cmpeq_epi8(x, _mm_set1_epi8(0x7f));
	__m128i line = _mm_cmpeq_epi8(x, _mm_set1_epi8((char)0xe2));

	return (unsigned)_mm_movemask_epi8(_mm_or_si128(
		_mm_or_si128(control, quote),
		_mm_or_si128(_mm_or_si128(slash, delete), line)));
#else
	unsigned found = 0;

	for (unsigned i = 0; i < 16; i++) {
		unsigned char c = (unsigned char)at[i];

		found |= (unsigned)(escape_of(c) || c == 0xe2) << i;
	}
	return found;
#endif
}

/* Write the character at text.at[i]: how many bytes of text that was. */
static size_t put_one(struct buf *out, struct str text, size_t i)
{
	static const char digit[] = "0123456789abcdef";
	unsigned char c = (unsigned char)text.at[i];
	char escape = escape_of(c);
	char hex[] = { '\\', escape, '0', '0', digit[c >> 4], digit[c & 15] };

	if (escape) {
		buf_put(out, hex, escape == 'u' ? 6 : 2);
		return 1;
	}
	if (c == 0xe2 && is_separator(text, i)) {
		buf_text(out, text.at[i + 2] & 1 ? "\\u2029" : "\\u2028");
		return 3;
	}
	buf_byte(out, (char)c);
	return 1;
}

/*
 * Sixteen bytes are copied before it is known how many of them may stay; the
 * last ones are looked at in a copy that is filled up with NULs.
 */
void json_escape(struct buf *out, struct str text)
{
	size_t i = 0;

	buf_room(out, text.n + 16);
	while (i < text.n) {
		size_t left = text.n - i, plain = left < 16 ? left : 16;
		char last[16] = { 0 };
		const char *at = text.at + i;
		unsigned found;

		if (left < 16)
			at = memcpy(last, at, left);
		found = suspects(at) & ((1u << plain) - 1);
		if (found)
			plain = (size_t)__builtin_ctz(found);
		if (out->room - out->n <= 16)
			buf_room(out, left + 16);
		memcpy(out->at + out->n, at, 16);
		out->n += plain;
		i += plain;
		if (found)
			i += put_one(out, text, i);
	}
	buf_put(out, "", 0); /* the NUL behind it */
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

void json_key_int(struct json *json, const char *key, int64_t value)
{
	json_key(json, key);
	json_int(json, value);
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
