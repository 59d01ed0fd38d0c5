/* quality.c - how well made a pair looks, without a model */
#define _GNU_SOURCE /* memmem */
#include "score/quality.h"

#include <math.h>
#include <zlib.h>

#include "text/script.h"
#include "text/utf8.h"

enum {
	SHORTEST = 200,      /* bytes, for a compression ratio */
	LONGEST = 256 << 10, /* bytes that are looked at */
};

/* The last answer of a conversation stands for it. */
static struct str response_of(const struct pair *pair)
{
	for (size_t i = pair->messages; i; i--)
		if (str_is(pair->message[i - 1].role, "assistant"))
			return pair->message[i - 1].content;
	return pair->response;
}

static double letters_of(struct str text)
{
	size_t letters = 0, all = 0;

	for (const char *at = text.at, *end = at + text.n; at < end;) {
		switch (char_kind(utf8_next(&at))) {
		case CHAR_LETTER:
		case CHAR_MARK:
		case CHAR_DIGIT:
		case CHAR_NUMBER:
			letters++;
			all++;
			break;
		case CHAR_SPACE:
			break;
		case CHAR_PUNCTUATION:
		case CHAR_OPERATOR:
		case CHAR_SYMBOL:
		case CHAR_CONTROL:
			all++;
			break;
		}
	}
	return all ? (double)letters / (double)all : 0;
}

static double compression_of(struct measurer *m, struct str text)
{
	uLongf size;

	if (text.n < SHORTEST)
		return NAN;
	size = compressBound((uLong)text.n);
	buf_clear(&m->packed);
	buf_room(&m->packed, size);
	if (compress2((Bytef *)m->packed.at, &size, (const Bytef *)text.at,
		      (uLong)text.n, 6) != Z_OK)
		return NAN;
	return (double)size / (double)text.n;
}

static bool contains(struct str text, const char *word)
{
	return text.n &&
	       memmem(text.at, text.n, word, strlen(word)) != NULL;
}

static bool names_language(struct str text)
{
	static const char *const names[] = {
		"英訳", "和訳", "訳し", "翻訳", "英語", "日本語", "中国語",
		"フランス語", "ドイツ語", "韓国語", "スペイン語", "英文",
		"ranslat", "English", "Japanese", "Chinese", "French",
		"German", "Spanish", "Korean", "Italian", "Portuguese",
		"Russian", "Arabic", "Hindi", "翻译", "英文", "中文",
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (contains(text, names[i]))
			return true;
	return false;
}

static double agreement_of(const struct pair *pair)
{
	if (str_equal(pair->lang, pair->lang_response) ||
	    str_is(pair->lang, "und") || str_is(pair->lang_response, "und") ||
	    names_language(pair->instruction) ||
	    names_language(pair->system) || names_language(pair->input))
		return 1;
	return 0;
}

static bool strange_size(const struct pair *pair, double compression)
{
	bool dense = str_is(pair->lang_response, "ja") ||
		     str_is(pair->lang_response, "zh");

	if (isnan(compression))
		return false;
	return compression < (dense ? 0.1 : 0.15) ||
	       compression > (dense ? 0.9 : 0.85);
}

void quality_measure(struct measurer *m, const struct pair *pair,
		     const struct found *found, struct quality *quality)
{
	struct str response = response_of(pair);
	double q = 1;

	if (response.n > LONGEST) {
		response.n = LONGEST;
		while (response.n && (response.at[response.n] & 0xc0) == 0x80)
			response.n--;
	}
	quality->letters = letters_of(response);
	quality->compression = compression_of(m, response);
	quality->agreement = agreement_of(pair);
	if (strange_size(pair, quality->compression))
		q *= 0.5;
	if (quality->letters < 0.25)
		q *= 0.5;
	if (quality->agreement < 1)
		q *= 0.5;
	if (found->violated)
		q *= 0.5;
	if (found->defect)
		q *= 0.25;
	quality->quality = q * (1 - found->ambiguity);
}

void measurer_free(struct measurer *m)
{

	buf_free(&m->packed);
}
