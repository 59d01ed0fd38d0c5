/* charsmap.c - SentencePiece's compiled table of replacements */
#include "model/charsmap.h"

#include <utf8proc.h>

#include "base/err.h"
#include "text/utf8.h"

static uint32_t read_u32(const unsigned char *at)
{
	return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
	       (uint32_t)at[3] << 24;
}

int charsmap_init(struct charsmap *map, struct str bytes)
{
	const unsigned char *at = (const unsigned char *)bytes.at;
	uint32_t size = bytes.n < 4 ? 0 : read_u32(at);

	if (size < 4 || size % 4 || size > bytes.n - 4)
		return err_set(ERR_FORMAT, "the precompiled_charsmap is "
					   "broken");
	map->unit = at + 4;
	map->units = size / 4;
	map->to = (struct str){ bytes.at + 4 + size, bytes.n - 4 - size };
	/* A text that is cut must not cut a character: nothing else is read. */
	if (map->to.n && (map->to.at[map->to.n - 1] != '\0' ||
			  utf8_check(map->to.at, map->to.n) != map->to.n))
		return err_set(ERR_FORMAT, "the precompiled_charsmap has "
					   "replacements that are not UTF-8");
	return 0;
}

/* The unit at a place; one that matches nothing when it is outside. */
static uint32_t unit_at(const struct charsmap *map, uint32_t place)
{
	return place < map->units ? read_u32(map->unit + 4 * (size_t)place)
				  : 0x80000000;
}

static uint32_t children(uint32_t unit)
{
	return (unit >> 10) << ((unit & 1u << 9) >> 6);
}

static bool replacement(const struct charsmap *map, uint32_t place,
			struct str *to)
{
	uint32_t at = unit_at(map, place) & 0x7fffffff;

	if (at >= map->to.n || (at && ((unsigned char)map->to.at[at] & 0xc0) ==
					      0x80))
		return false;
	*to = str_of(map->to.at + at);
	return true;
}

size_t charsmap_find(const struct charsmap *map, struct str text, bool longest,
		     struct str *to)
{
	uint32_t place = children(unit_at(map, 0));
	size_t found = 0;

	for (size_t i = 0; i < text.n && text.at[i]; i++) {
		unsigned char c = (unsigned char)text.at[i];
		uint32_t unit;

		place ^= c;
		unit = unit_at(map, place);
		if ((unit & 0x800000ff) != c)
			break;
		place ^= children(unit);
		if (!(unit >> 8 & 1) || !replacement(map, place, to))
			continue;
		found = i + 1;
		if (!longest)
			break;
	}
	return found;
}

static void put_characters(const struct charsmap *map, struct str text,
			   struct buf *out)
{
	struct str to;

	for (size_t i = 0, n; i < text.n; i += n) {
		struct str one = { text.at + i, n = utf8_length(text.at[i]) };

		buf_str(out, charsmap_find(map, one, false, &to) ? to : one);
	}
}

/* Two characters of ASCII are never one grapheme, but for CR LF. */
static bool is_plain(const char *at)
{
	return (unsigned char)at[0] < 0x80 && (unsigned char)at[1] < 0x80 &&
	       at[0] != '\r';
}

static size_t grapheme(struct str text)
{
	const char *at = text.at, *end = text.at + text.n;
	utf8proc_int32_t state = 0, last, c;

	if (text.n == 1 || is_plain(at))
		return 1;
	last = (utf8proc_int32_t)utf8_next(&at);
	while (at < end) {
		const char *here = at;

		c = (utf8proc_int32_t)utf8_next(&at);
		if (utf8proc_grapheme_break_stateful(last, c, &state))
			return (size_t)(here - text.at);
		last = c;
	}
	return text.n;
}

void charsmap_graphemes(const struct charsmap *map, struct str text,
			struct buf *out)
{
	struct str to;

	for (size_t i = 0, n; i < text.n; i += n) {
		struct str rest = { text.at + i, text.n - i };

		n = rest.n = grapheme(rest);
		if (n < 6 && charsmap_find(map, rest, false, &to))
			buf_str(out, to);
		else
			put_characters(map, rest, out);
	}
}

void charsmap_longest(const struct charsmap *map, struct str text,
		      struct buf *out)
{
	struct str to;

	for (size_t i = 0, n; i < text.n; i += n) {
		struct str rest = { text.at + i, text.n - i };

		n = charsmap_find(map, rest, true, &to);
		if (n) {
			buf_str(out, to);
			continue;
		}
		n = utf8_length(text.at[i]);
		buf_put(out, text.at + i, n);
	}
}
