/*
 * utf8.h - UTF-8, checked and walked
 *
 * Text is checked once, where it comes in (utf8_check); everything behind that
 * may walk it without looking for errors.
 *
 * Source     RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF
 */
#ifndef TEXT_UTF8_H
#define TEXT_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* The number of leading bytes that are valid: n when all of them are. */
size_t utf8_check(const char *at, size_t n);

/* Characters (code points) in n bytes of valid text. */
size_t utf8_count(const char *at, size_t n);

/* Bytes of the character that starts with this byte, in valid text. */
static inline size_t utf8_length(char first)
{
	unsigned char c = (unsigned char)first;

	return c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

/* Append c to out, which has room for 4 bytes.  Returns the bytes written. */
size_t utf8_put(char *out, uint32_t c);

/*
 * The code point at *at, which is moved behind it.  The text is valid and *at
 * is at the start of a character.
 */
static inline uint32_t utf8_next(const char **at)
{
	const unsigned char *s = (const unsigned char *)*at;

	if (s[0] < 0x80) {
		*at += 1;
		return s[0];
	}
	if (s[0] < 0xe0) {
		*at += 2;
		return (uint32_t)(s[0] & 0x1f) << 6 | (s[1] & 0x3f);
	}
	if (s[0] < 0xf0) {
		*at += 3;
		return (uint32_t)(s[0] & 0x0f) << 12 |
		       (uint32_t)(s[1] & 0x3f) << 6 | (s[2] & 0x3f);
	}
	*at += 4;
	return (uint32_t)(s[0] & 0x07) << 18 | (uint32_t)(s[1] & 0x3f) << 12 |
	       (uint32_t)(s[2] & 0x3f) << 6 | (s[3] & 0x3f);
}

#endif
