/*
 * str.h - a piece of text: where it starts and how long it is
 *
 * Pair texts are slices of larger buffers, so they carry their length and need
 * no NUL.  A str owns nothing; {NULL, 0} is "not there", {"", 0} is empty.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct str {
	const char *at;
	size_t n;
};

#define STR(literal) ((struct str){ literal, sizeof(literal) - 1 })

static inline struct str str_of(const char *text)
{
	return (struct str){ text, text ? strlen(text) : 0 };
}

static inline bool str_equal(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.at, b.at, a.n) == 0);
}

static inline bool str_is(struct str a, const char *text)
{
	return str_equal(a, str_of(text));
}

static inline bool str_starts(struct str a, struct str prefix)
{
	return a.n >= prefix.n &&
	       (prefix.n == 0 || memcmp(a.at, prefix.at, prefix.n) == 0);
}

static inline bool str_ends(struct str a, struct str end)
{
	return a.n >= end.n &&
	       (end.n == 0 || memcmp(a.at + a.n - end.n, end.at, end.n) == 0);
}

static inline bool str_contains(struct str a, struct str part)
{
	for (size_t i = 0; i + part.n <= a.n; i++)
		if (part.n == 0 || memcmp(a.at + i, part.at, part.n) == 0)
			return true;
	return false;
}

/* Of ASCII; bytes of other characters are neither. */
static inline bool is_ascii_letter(char c)
{
	return (unsigned char)((c | 32) - 'a') < 26;
}

static inline bool is_ascii_digit(char c)
{
	return (unsigned char)(c - '0') < 10;
}

#endif
