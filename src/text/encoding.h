/*
 * encoding.h - which encoding a text is in, and the text in UTF-8
 *
 * A byte order mark decides; without one, zeros among the first four bytes show
 * UTF-16 and UTF-32; then text that is UTF-8 for the most part is UTF-8.  The rest is judged by how well its byte pairs look like Japanese or
 * Chinese in each legacy encoding (kana and the common ideographs count for
 * it, rare ones and impossible pairs against it), and is Latin-1 when its high
 * bytes are letters between letters.  Nothing is repaired: what cannot be
 * decoded becomes the byte 0xff, which no UTF-8 contains, so that the record
 * it stands in is refused.
 *
 *     encoding = encoding_detect(at, n, &mark);
 *     rc = decoder_open(&decoder, encoding);
 *     decoder_put(&decoder, at, n, &text);    as often as there are bytes
 *     decoder_end(&decoder, &text);
 *     decoder_close(&decoder);
 *
 * Errors     decoder_open(): ERR_ABSENT when the C library lacks the encoding
 * Source     JIS X 0208 rows (kana in rows 4 and 5, level 1 in 16 to 47);
 *            GB 2312 rows (level 1 in 16 to 55); decoding by iconv(3)
 */
#ifndef TEXT_ENCODING_H
#define TEXT_ENCODING_H

#include <iconv.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

enum encoding {
	ENCODING_AUTO,
	ENCODING_UTF8,
	ENCODING_UTF16LE,
	ENCODING_UTF16BE,
	ENCODING_UTF32LE,
	ENCODING_UTF32BE,
	ENCODING_CP932, /* Shift_JIS as Windows has it */
	ENCODING_EUC_JP,
	ENCODING_ISO_2022_JP,
	ENCODING_GB18030,
	ENCODING_LATIN1,
	ENCODINGS,
};

const char *encoding_name(enum encoding encoding); /* "utf-8", "cp932" */

/* By our name or a common other one (shift_jis, sjis, utf16, gbk ...). */
bool encoding_by_name(const char *name, enum encoding *encoding);

/* Judge the first n bytes of a text.  *mark: length of its byte order mark. */
enum encoding encoding_detect(const char *at, size_t n, size_t *mark);

struct decoder {
	enum encoding encoding;
	iconv_t iconv;
	size_t unit; /* bytes to pass over when they cannot be decoded */
	struct buf rest; /* the start of a character whose end is to come */
};

int decoder_open(struct decoder *decoder, enum encoding encoding);
void decoder_put(struct decoder *decoder, const char *at, size_t n,
		 struct buf *out);
void decoder_end(struct decoder *decoder, struct buf *out);
void decoder_close(struct decoder *decoder);

#endif
