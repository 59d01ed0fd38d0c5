/* utf8.c - UTF-8, checked and walked */
#include "text/utf8.h"

#include <string.h>

static int is_tail(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

/* Length of the valid character at s, 0 when there is none. */
static size_t character(const unsigned char *s, size_t n)
{
	if (s[0] < 0xc2)
		return s[0] < 0x80;
	if (s[0] < 0xe0)
		return n >= 2 && is_tail(s[1]) ? 2 : 0;
	if (s[0] < 0xf0) {
		if (n < 3 || !is_tail(s[1]) || !is_tail(s[2]) ||
		    (s[0] == 0xe0 && s[1] < 0xa0) || /* overlong */
		    (s[0] == 0xed && s[1] > 0x9f))   /* surrogate */
			return 0;
		return 3;
	}
	if (s[0] > 0xf4 || n < 4 || !is_tail(s[1]) || !is_tail(s[2]) ||
	    !is_tail(s[3]) || (s[0] == 0xf0 && s[1] < 0x90) || /* overlong */
	    (s[0] == 0xf4 && s[1] > 0x8f)) /* above U+10FFFF */
		return 0;
	return 4;
}

/* Characters of three bytes from i on, as Japanese has them in a row; those
 * that begin with 0xe0 or 0xed have more rules and end it. */
static size_t skip_threes(const unsigned char *s, size_t n, size_t i)
{
	while (n - i >= 3 && (s[i] & 0xf0) == 0xe0 && s[i] != 0xe0 &&
	       s[i] != 0xed && is_tail(s[i + 1]) && is_tail(s[i + 2]))
		i += 3;
	return i;
}

size_t utf8_check(const char *at, size_t n)
{
	const unsigned char *s = (const unsigned char *)at;
	size_t i = 0;

	while (i < n) {
		uint64_t eight;
		size_t length;

		while (n - i >= 8) { /* ASCII, eight at a time */
			memcpy(&eight, s + i, 8);
			if (eight & UINT64_C(0x8080808080808080))
				break;
			i += 8;
		}
		i = skip_threes(s, n, i);
		if (i == n)
			break;
		length = character(s + i, n - i);
		if (!length)
			break;
		i += length;
	}
	return i;
}

size_t utf8_count(const char *at, size_t n)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += (at[i] & 0xc0) != 0x80;
	return count;
}

size_t utf8_put(char *out, uint32_t c)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}
