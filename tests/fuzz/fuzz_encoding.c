/*
 * fuzz_encoding.c - detection and decoding
 *
 * Whatever is found, the text comes out the same in one piece and in two, and
 * is UTF-8 but for the byte 0xff.
 */
#include <string.h>

#include "fuzz.h"
#include "text/encoding.h"
#include "text/utf8.h"

static void decode(enum encoding encoding, const char *at, size_t n, size_t cut,
		   struct buf *out)
{
	struct decoder decoder;

	MUST(decoder_open(&decoder, encoding) == 0);
	decoder_put(&decoder, at, cut, out);
	decoder_put(&decoder, at + cut, n - cut, out);
	decoder_end(&decoder, out);
	decoder_close(&decoder);
}

static void check_utf8(const struct buf *text)
{
	size_t at = 0;

	while (at < text->n) {
		at += utf8_check(text->at + at, text->n - at);
		MUST(at == text->n || text->at[at] == '\xff');
		at += at < text->n;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *at = (const char *)data;
	struct buf whole = { 0 }, halves = { 0 };
	size_t mark;
	enum encoding encoding = encoding_detect(at, size, &mark);

	MUST(mark <= size);
	if (size && data[0] < ENCODINGS && data[0] > ENCODING_UTF8)
		encoding = (enum encoding)data[0];
	if (encoding != ENCODING_UTF8) {
		decode(encoding, at, size, 0, &whole);
		decode(encoding, at, size, size / 2, &halves);
		check_utf8(&whole);
		MUST(whole.n == halves.n);
		MUST(!whole.n || memcmp(whole.at, halves.at, whole.n) == 0);
	}
	buf_free(&whole);
	buf_free(&halves);
	return 0;
}
