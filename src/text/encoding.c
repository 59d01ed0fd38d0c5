/* encoding.c - which encoding a text is in, and the text in UTF-8 */
#include "text/encoding.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "text/utf8.h"

static const struct {
	const char *name, *iconv;
	size_t unit;
} table[ENCODINGS] = {
	[ENCODING_AUTO] = { "auto", NULL, 0 },
	[ENCODING_UTF8] = { "utf-8", NULL, 1 },
	[ENCODING_UTF16LE] = { "utf-16le", "UTF-16LE", 2 },
	[ENCODING_UTF16BE] = { "utf-16be", "UTF-16BE", 2 },
	[ENCODING_UTF32LE] = { "utf-32le", "UTF-32LE", 4 },
	[ENCODING_UTF32BE] = { "utf-32be", "UTF-32BE", 4 },
	[ENCODING_CP932] = { "cp932", "CP932", 1 },
	[ENCODING_EUC_JP] = { "euc-jp", "EUC-JP", 1 },
	[ENCODING_ISO_2022_JP] = { "iso-2022-jp", "ISO-2022-JP", 1 },
	[ENCODING_GB18030] = { "gb18030", "GB18030", 1 },
	[ENCODING_LATIN1] = { "latin-1", "ISO-8859-1", 1 },
};

const char *encoding_name(enum encoding encoding)
{
	return table[encoding].name;
}

bool encoding_by_name(const char *name, enum encoding *encoding)
{
	static const struct {
		const char *name;
		enum encoding encoding;
	} other[] = {
		{ "utf8", ENCODING_UTF8 },
		{ "utf-16", ENCODING_UTF16LE },
		{ "utf16", ENCODING_UTF16LE },
		{ "utf-32", ENCODING_UTF32LE },
		{ "shift_jis", ENCODING_CP932 },
		{ "shift-jis", ENCODING_CP932 },
		{ "sjis", ENCODING_CP932 },
		{ "windows-31j", ENCODING_CP932 },
		{ "eucjp", ENCODING_EUC_JP },
		{ "euc_jp", ENCODING_EUC_JP },
		{ "jis", ENCODING_ISO_2022_JP },
		{ "gbk", ENCODING_GB18030 },
		{ "gb2312", ENCODING_GB18030 },
		{ "latin1", ENCODING_LATIN1 },
		{ "iso-8859-1", ENCODING_LATIN1 },
	};

	for (int i = 0; i < ENCODINGS; i++)
		if (strcasecmp(name, table[i].name) == 0) {
			*encoding = (enum encoding)i;
			return true;
		}
	for (size_t i = 0; i < sizeof other / sizeof *other; i++)
		if (strcasecmp(name, other[i].name) == 0) {
			*encoding = other[i].encoding;
			return true;
		}
	return false;
}

/* -- how well do the bytes look like it? -- */

/*
 * Points a character: a high one only for what is frequent in running text.
 * The weights are set by hand; tests/unit/test_encoding.c holds what they must
 * tell apart.
 */
enum { KANA = 3, COMMON = 2, MARK = 1, RARE = -1, WRONG = -12 };

struct score {
	long points;
	long units; /* characters beyond ASCII, and wrong bytes */
};

static bool between(unsigned char c, unsigned char low, unsigned char high)
{
	return c >= low && c <= high;
}

static void count(struct score *score, int points)
{
	score->points += points;
	score->units++;
}

static int cp932_points(unsigned char a, unsigned char b)
{
	if (!(between(b, 0x40, 0x7e) || between(b, 0x80, 0xfc)))
		return WRONG;
	if (a == 0x82)
		return between(b, 0x9f, 0xf1) ? KANA : MARK;
	if (a == 0x83)
		return between(b, 0x40, 0x96) ? COMMON : RARE;
	if (a == 0x81)
		return MARK;
	return between(a, 0x88, 0x97) ? COMMON : RARE;
}

static struct score score_cp932(const unsigned char *s, size_t n)
{
	struct score score = { 0, 0 };

	for (size_t i = 0; i < n; i++) {
		unsigned char c = s[i];

		if (c < 0x80)
			continue;
		if (between(c, 0xa1, 0xdf)) { /* half-width kana */
			count(&score, RARE);
		} else if (c == 0x80 || c == 0xa0 || c > 0xfc) {
			count(&score, WRONG);
		} else if (i + 1 < n) {
			int points = cp932_points(c, s[i + 1]);

			count(&score, points);
			i += points != WRONG;
		}
	}
	return score;
}

static int euc_points(unsigned char a, unsigned char b)
{
	if (a == 0x8e)
		return between(b, 0xa1, 0xdf) ? RARE : WRONG;
	if (!between(a, 0xa1, 0xfe) || !between(b, 0xa1, 0xfe))
		return WRONG;
	if (a == 0xa4)
		return b <= 0xf3 ? KANA : WRONG;
	if (a == 0xa5)
		return b <= 0xf6 ? COMMON : WRONG;
	if (a == 0xa1 || a == 0xa3)
		return MARK;
	return between(a, 0xb0, 0xcf) ? COMMON : RARE;
}

static struct score score_euc(const unsigned char *s, size_t n)
{
	struct score score = { 0, 0 };

	for (size_t i = 0; i + 1 < n; i++) {
		int points;

		if (s[i] < 0x80)
			continue;
		if (s[i] == 0x8f && i + 2 < n &&
		    euc_points(s[i + 1], s[i + 2]) != WRONG) {
			count(&score, RARE);
			i += 2;
			continue;
		}
		points = euc_points(s[i], s[i + 1]);
		count(&score, points);
		i += points != WRONG;
	}
	return score;
}

static int gb_points(unsigned char a, unsigned char b)
{
	if (a == 0x80 || a == 0xff)
		return WRONG;
	if (between(b, 0x30, 0x39)) /* the start of a character of four */
		return RARE;
	if (!(between(b, 0x40, 0x7e) || between(b, 0x80, 0xfe)))
		return WRONG;
	if (b < 0xa1)
		return RARE;
	if (a == 0xa1 || a == 0xa3)
		return MARK;
	return between(a, 0xb0, 0xd7) ? COMMON : RARE;
}

static struct score score_gb(const unsigned char *s, size_t n)
{
	struct score score = { 0, 0 };

	for (size_t i = 0; i + 1 < n; i++) {
		int points;

		if (s[i] < 0x80)
			continue;
		points = gb_points(s[i], s[i + 1]);
		count(&score, points);
		i += points == WRONG ? 0 : between(s[i + 1], 0x30, 0x39) ? 3 : 1;
	}
	return score;
}

static bool is_letter(unsigned char c)
{
	return between(c | 0x20, 'a', 'z') ||
	       (c >= 0xc0 && c != 0xd7 && c != 0xf7);
}

/* A word with an accent: letters on at least one side of a high letter. */
static struct score score_latin(const unsigned char *s, size_t n)
{
	struct score score = { 0, 0 };

	for (size_t i = 0; i < n; i++) {
		bool beside = (i > 0 && between(s[i - 1] | 0x20, 'a', 'z')) ||
			      (i + 1 < n &&
			       between(s[i + 1] | 0x20, 'a', 'z'));

		if (s[i] < 0x80)
			continue;
		if (s[i] < 0xa0)
			count(&score, WRONG);
		else
			count(&score, is_letter(s[i]) && beside ? COMMON : RARE);
	}
	return score;
}

/* Good characters of several bytes, and bytes that are not UTF-8. */
static void count_utf8(const char *at, size_t n, size_t *good, size_t *bad)
{
	size_t i = 0;

	*good = *bad = 0;
	while (i < n) {
		size_t valid = utf8_check(at + i, n - i);

		for (size_t j = i; j < i + valid; j++)
			*good += ((unsigned char)at[j] & 0xc0) == 0xc0;
		i += valid;
		if (i < n && n - i >= 4) /* the last may be cut off */
			++*bad;
		i += i < n;
	}
}

static bool has_escapes(const char *at, size_t n)
{
	const char *end = at + n;

	while (n && (at = memchr(at, 0x1b, (size_t)(end - at)))) {
		if (end - at >= 3 && at[1] == '$' &&
		    (at[2] == 'B' || at[2] == '@'))
			return true;
		at++;
	}
	return false;
}

static enum encoding by_mark(const unsigned char *s, size_t n, size_t *mark)
{
	*mark = 0;
	if (n >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0) {
		*mark = 3;
		return ENCODING_UTF8;
	}
	if (n >= 4 && memcmp(s, "\xff\xfe\0\0", 4) == 0) {
		*mark = 4;
		return ENCODING_UTF32LE;
	}
	if (n >= 4 && memcmp(s, "\0\0\xfe\xff", 4) == 0) {
		*mark = 4;
		return ENCODING_UTF32BE;
	}
	if (n >= 2 && (s[0] ^ s[1]) == 1 && s[0] >= 0xfe) {
		*mark = 2;
		return s[0] == 0xff ? ENCODING_UTF16LE : ENCODING_UTF16BE;
	}
	return ENCODING_AUTO;
}

static enum encoding best_legacy(const unsigned char *s, size_t n)
{
	const struct {
		enum encoding encoding;
		struct score score;
	} tried[] = {
		{ ENCODING_CP932, score_cp932(s, n) },
		{ ENCODING_EUC_JP, score_euc(s, n) },
		{ ENCODING_GB18030, score_gb(s, n) },
		{ ENCODING_LATIN1, score_latin(s, n) },
	};
	enum encoding best = ENCODING_UTF8;
	double most = 0.5; /* points a character: less is no evidence */

	for (size_t i = 0; i < sizeof tried / sizeof *tried; i++) {
		const struct score *score = &tried[i].score;
		double mean = score->units ? (double)score->points /
						     (double)score->units
					   : 0;

		if (mean > most) {
			most = mean;
			best = tried[i].encoding;
		}
	}
	return best;
}

/* JSON and English tables begin with two characters of ASCII, so their zeros
 * show how wide a character is (RFC 4627, section 3). */
static enum encoding by_zeros(const unsigned char *s, size_t n)
{
	unsigned set = 0;

	if (n < 4)
		return ENCODING_AUTO;
	for (unsigned i = 0; i < 4; i++)
		set |= (s[i] != 0) << i;
	switch (set) {
	case 1:
		return ENCODING_UTF32LE;
	case 8:
		return ENCODING_UTF32BE;
	case 1 | 4:
		return ENCODING_UTF16LE;
	case 2 | 8:
		return ENCODING_UTF16BE;
	}
	return ENCODING_AUTO;
}

enum encoding encoding_detect(const char *at, size_t n, size_t *mark)
{
	enum encoding marked = by_mark((const unsigned char *)at, n, mark);
	size_t good, bad;

	if (marked == ENCODING_AUTO)
		marked = by_zeros((const unsigned char *)at, n);
	if (marked != ENCODING_AUTO)
		return marked;
	count_utf8(at, n, &good, &bad);
	if (bad == 0)
		return good == 0 && has_escapes(at, n) ? ENCODING_ISO_2022_JP
						       : ENCODING_UTF8;
	if (good >= bad)
		return ENCODING_UTF8;
	return best_legacy((const unsigned char *)at, n);
}

/* -- decoding -- */

int decoder_open(struct decoder *decoder, enum encoding encoding)
{
	*decoder = (struct decoder){ .encoding = encoding };
	decoder->unit = table[encoding].unit;
	decoder->iconv = iconv_open("UTF-8", table[encoding].iconv);
	if (decoder->iconv == (iconv_t)-1)
		return err_set(ERR_ABSENT,
			       "the C library cannot decode %s (Debian: "
			       "libc-bin has the tables)",
			       table[encoding].iconv);
	return 0;
}

void decoder_close(struct decoder *decoder)
{
	if (decoder->encoding)
		iconv_close(decoder->iconv);
	buf_free(&decoder->rest);
	*decoder = (struct decoder){ 0 };
}

static void mark_wrong(char **at, size_t *left, size_t unit, struct buf *out)
{
	size_t step = *left < unit ? *left : unit;

	buf_byte(out, '\xff');
	*at += step;
	*left -= step;
}

void decoder_put(struct decoder *decoder, const char *from, size_t n,
		 struct buf *out)
{
	struct buf *rest = &decoder->rest;
	char *at;
	size_t left;

	buf_put(rest, from, n);
	at = rest->at;
	left = rest->n;
	while (left) {
		char *to;
		size_t room, given, rc;

		buf_room(out, 2 * left + 16); /* a loop makes up for more */
		to = out->at + out->n;
		room = given = 2 * left + 16;
		rc = iconv(decoder->iconv, &at, &left, &to, &room);
		out->n += given - room;
		if (rc == (size_t)-1 && errno == EILSEQ)
			mark_wrong(&at, &left, decoder->unit, out);
		else if (rc == (size_t)-1 && errno == EINVAL)
			break;
	}
	if (left)
		memmove(rest->at, at, left);
	rest->n = left;
	if (out->at)
		out->at[out->n] = '\0';
}

void decoder_end(struct decoder *decoder, struct buf *out)
{
	if (decoder->rest.n)
		buf_byte(out, '\xff');
	decoder->rest.n = 0;
}
