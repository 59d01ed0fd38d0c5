/* scan.c - one JSON value, read strictly */
#include "read/scan.h"

#include <string.h>

#include "base/err.h"
#include "base/hash.h"
#include "text/utf8.h"

enum {
	DEPTH = 512,
	VALUES = 1 << 20, /* a value takes 100 bytes, its text perhaps two */
	FEW = 16,         /* keys that are compared one by one */
};

struct scan {
	struct arena *arena;
	const char *at, *end;
	const char *where, *why; /* of the failure */
	unsigned depth;
	size_t values;
};

static int fail(struct scan *scan, const char *where, const char *why)
{
	scan->where = where;
	scan->why = why;
	return ERR_FORMAT;
}

static bool next_is(const struct scan *scan, char c)
{
	return scan->at < scan->end && *scan->at == c;
}

static void skip_space(struct scan *scan)
{
	while (scan->at < scan->end &&
	       (*scan->at == ' ' || *scan->at == '\n' || *scan->at == '\r' ||
		*scan->at == '\t'))
		scan->at++;
}

/* -- strings -- */

static int hex4(struct scan *scan, const char *at, uint32_t *c)
{
	*c = 0;
	for (int i = 0; i < 4; i++) {
		char h = at + i < scan->end ? at[i] : '\0';

		if (h >= '0' && h <= '9')
			*c = *c << 4 | (uint32_t)(h - '0');
		else if ((h | 32) >= 'a' && (h | 32) <= 'f')
			*c = *c << 4 | (uint32_t)((h | 32) - 'a' + 10);
		else
			return fail(scan, at, "\\u needs four hex digits");
	}
	return 0;
}

/* \uXXXX at scan->at, two of them for what is beyond U+FFFF. */
static int unicode(struct scan *scan, char **out)
{
	uint32_t c, low;
	int rc;

	if ((rc = hex4(scan, scan->at + 2, &c)) < 0)
		return rc;
	if (c == 0)
		return fail(scan, scan->at, "U+0000 in a string");
	if (c >= 0xdc00 && c <= 0xdfff)
		return fail(scan, scan->at, "lone surrogate");
	if (c >= 0xd800 && c <= 0xdbff) {
		if (scan->end - scan->at < 12 || scan->at[6] != '\\' ||
		    scan->at[7] != 'u')
			return fail(scan, scan->at, "lone surrogate");
		if ((rc = hex4(scan, scan->at + 8, &low)) < 0)
			return rc;
		if (low < 0xdc00 || low > 0xdfff)
			return fail(scan, scan->at, "lone surrogate");
		c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
		scan->at += 6;
	}
	scan->at += 6;
	*out += utf8_put(*out, c);
	return 0;
}

static int escape(struct scan *scan, char **out)
{
	static const char plain[] = "\"\\/bfnrt";
	static const char meant[] = "\"\\/\b\f\n\r\t";
	const char *found;

	if (scan->end - scan->at < 2)
		return fail(scan, scan->at, "the string does not end");
	if (scan->at[1] == 'u')
		return unicode(scan, out);
	found = scan->at[1] ? strchr(plain, scan->at[1]) : NULL;
	if (!found)
		return fail(scan, scan->at, "unknown escape");
	*(*out)++ = meant[found - plain];
	scan->at += 2;
	return 0;
}

/* The first byte that is not plain text. */
static const char *plain_end(const char *at, const char *end)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	const uint64_t tops = ones << 7;

	/* Eight at a time: a top bit is set where a byte is a quote, a
	 * backslash or below 0x20 (or, for a byte behind such a one, perhaps
	 * wrongly: the loop below looks again). */
	for (; end - at >= 8; at += 8) {
		uint64_t eight, quote, slash;

		memcpy(&eight, at, 8);
		quote = eight ^ ones * '"';
		slash = eight ^ ones * '\\';
		if ((((eight - ones * 0x20) & ~eight) |
		     ((quote - ones) & ~quote) | ((slash - ones) & ~slash)) &
		    tops)
			break;
	}
	while (at < end && *at != '"' && *at != '\\' &&
	       (unsigned char)*at >= 0x20)
		at++;
	return at;
}

/* A string with escapes; none is shorter than what it stands for. */
static int unescape(struct scan *scan, const char *from, struct str *text)
{
	const char *close = scan->at;
	char *copy, *out;
	int rc;

	while (close < scan->end && *close != '"')
		close += *close == '\\' ? 2 : 1;
	if (close >= scan->end)
		return fail(scan, from - 1, "the string does not end");
	copy = out = arena_alloc(scan->arena, (size_t)(close - from) + 1);
	scan->at = from;
	for (;;) {
		const char *next = plain_end(scan->at, scan->end);

		memcpy(out, scan->at, (size_t)(next - scan->at));
		out += next - scan->at;
		scan->at = next;
		if (next == scan->end)
			return fail(scan, from - 1, "the string does not end");
		if (*next == '"')
			break;
		if (*next != '\\')
			return fail(scan, next,
				    *next ? "raw control character in a string"
					  : "U+0000 in a string");
		if ((rc = escape(scan, &out)) < 0)
			return rc;
	}
	scan->at++;
	*text = (struct str){ copy, (size_t)(out - copy) };
	return 0;
}

/* From behind the opening quote to behind the closing one. */
static int string(struct scan *scan, struct str *text)
{
	const char *from = scan->at;

	scan->at = plain_end(from, scan->end);
	if (!next_is(scan, '"'))
		return unescape(scan, from, text);
	*text = (struct str){ from, (size_t)(scan->at++ - from) };
	return 0;
}

/* -- numbers and words -- */

static bool digits(struct scan *scan)
{
	const char *from = scan->at;

	while (scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9')
		scan->at++;
	return scan->at > from;
}

static int number(struct scan *scan, struct value *value)
{
	const char *from = scan->at;

	scan->at += *from == '-';
	if (next_is(scan, '0')) {
		scan->at++;
		if (digits(scan))
			return fail(scan, from, "number with a leading zero");
	} else if (!digits(scan)) {
		return fail(scan, from, "not a JSON value");
	}
	if (next_is(scan, '.')) {
		scan->at++;
		if (!digits(scan))
			return fail(scan, from, "digits are missing");
	}
	if (next_is(scan, 'e') || next_is(scan, 'E')) {
		scan->at++;
		if (next_is(scan, '+') || next_is(scan, '-'))
			scan->at++;
		if (!digits(scan))
			return fail(scan, from, "digits are missing");
	}
	value->type = VALUE_NUMBER;
	value->text = (struct str){ from, (size_t)(scan->at - from) };
	return 0;
}

static int word(struct scan *scan, const char *text, enum value_type type,
		struct value *value)
{
	size_t n = strlen(text);

	if ((size_t)(scan->end - scan->at) < n ||
	    memcmp(scan->at, text, n) != 0)
		return fail(scan, scan->at, "not a JSON value");
	scan->at += n;
	value->type = type;
	return 0;
}

/* -- arrays and objects -- */

static int read_value(struct scan *scan, struct value *value);

/* The keys of an object that has more than a few: open addressing. */
struct keys {
	struct str *slot; /* (room), a power of two */
	size_t room;
};

/* False when it is there already. */
static bool keys_add(struct keys *keys, struct str key)
{
	size_t i = hash64(key.at, key.n, 0);

	for (;; i++) {
		struct str *slot = &keys->slot[i & (keys->room - 1)];

		if (!slot->at) {
			*slot = key;
			return true;
		}
		if (str_equal(*slot, key))
			return false;
	}
}

/* Room for those of the object and as many again. */
static void keys_grow(struct scan *scan, const struct value *object,
		      struct keys *keys)
{
	if (keys->room > 2 * object->n)
		return;
	keys->room = keys->room ? 4 * keys->room : 8 * FEW;
	keys->slot = arena_array(scan->arena, keys->room, sizeof *keys->slot);
	memset(keys->slot, 0, keys->room * sizeof *keys->slot);
	for (const struct value *v = object->child; v; v = v->next)
		keys_add(keys, v->key);
}

static bool stands_twice(struct scan *scan, const struct value *object,
			 struct keys *keys, struct str key)
{
	if (object->n >= FEW) {
		keys_grow(scan, object, keys);
		return !keys_add(keys, key);
	}
	for (const struct value *v = object->child; v; v = v->next)
		if (str_equal(v->key, key))
			return true;
	return false;
}

static int read_key(struct scan *scan, const struct value *object,
		    struct keys *keys, struct value *member)
{
	const char *from;
	int rc;

	skip_space(scan);
	from = scan->at;
	if (!next_is(scan, '"'))
		return fail(scan, from, "a key in quotes is missing");
	scan->at++;
	if ((rc = string(scan, &member->key)) < 0)
		return rc;
	if (stands_twice(scan, object, keys, member->key))
		return fail(scan, from, "a key stands twice");
	skip_space(scan);
	if (!next_is(scan, ':'))
		return fail(scan, scan->at, "':' is missing");
	scan->at++;
	return 0;
}

/* From behind the opening bracket to behind the closing one. */
static int members(struct scan *scan, struct value *value, char close)
{
	struct value **tail = &value->child;
	struct keys keys = { 0 };
	int rc;

	if (++scan->depth > DEPTH)
		return fail(scan, scan->at, "nested more than 512 deep");
	skip_space(scan);
	while (!next_is(scan, close) || value->n) {
		struct value *member =
			arena_alloc(scan->arena, sizeof *member);

		*member = (struct value){ 0 };
		if (++scan->values > VALUES)
			return fail(scan, scan->at,
				    "more than a million values");
		if (close == '}' &&
		    (rc = read_key(scan, value, &keys, member)) < 0)
			return rc;
		if ((rc = read_value(scan, member)) < 0)
			return rc;
		*tail = member;
		tail = &member->next;
		value->n++;
		skip_space(scan);
		if (next_is(scan, close))
			break;
		if (!next_is(scan, ','))
			return fail(scan, scan->at,
				    close == '}' ? "',' or '}' is missing"
						 : "',' or ']' is missing");
		scan->at++;
	}
	scan->at++;
	scan->depth--;
	return 0;
}

static int read_value(struct scan *scan, struct value *value)
{
	const char *from;
	int rc;

	skip_space(scan);
	from = scan->at;
	if (from == scan->end)
		return fail(scan, from, "the text ends early");
	switch (*from) {
	case '{':
		scan->at++;
		value->type = VALUE_OBJECT;
		rc = members(scan, value, '}');
		break;
	case '[':
		scan->at++;
		value->type = VALUE_ARRAY;
		rc = members(scan, value, ']');
		break;
	case '"':
		scan->at++;
		value->type = VALUE_STRING;
		rc = string(scan, &value->text);
		break;
	case 't':
		rc = word(scan, "true", VALUE_TRUE, value);
		break;
	case 'f':
		rc = word(scan, "false", VALUE_FALSE, value);
		break;
	case 'n':
		rc = word(scan, "null", VALUE_NULL, value);
		break;
	default:
		rc = number(scan, value);
	}
	value->raw = (struct str){ from, (size_t)(scan->at - from) };
	return rc;
}

int scan_value(struct arena *arena, struct str text, struct value *value,
	       struct scan_error *error)
{
	struct scan scan = {
		.arena = arena,
		.at = text.at,
		.end = text.at + text.n,
	};
	size_t valid = utf8_check(text.at, text.n);
	int rc;

	*value = (struct value){ 0 };
	if (valid < text.n) {
		*error = (struct scan_error){ valid, "not UTF-8" };
		return ERR_FORMAT;
	}
	rc = read_value(&scan, value);
	if (rc == 0) {
		skip_space(&scan);
		if (scan.at < scan.end)
			rc = fail(&scan, scan.at, "text behind the value");
	}
	if (rc < 0)
		*error = (struct scan_error){ (size_t)(scan.where - text.at),
					      scan.why };
	return rc;
}

const struct value *value_get(const struct value *object, const char *key)
{
	struct str name = str_of(key);

	if (!object || object->type != VALUE_OBJECT)
		return NULL;
	for (const struct value *v = object->child; v; v = v->next)
		if (str_equal(v->key, name))
			return v;
	return NULL;
}

struct str value_text(const struct value *object, const char *key)
{
	const struct value *v = value_get(object, key);

	if (!v || v->type != VALUE_STRING)
		return (struct str){ NULL, 0 };
	return v->text;
}
