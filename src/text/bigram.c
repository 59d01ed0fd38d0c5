/* bigram.c - a text cut for an index of words, also where no spaces are */
#include "text/bigram.h"

#include "text/script.h"
#include "text/utf8.h"

enum kind { KIND_NONE, KIND_WORD, KIND_RUN };

enum { LONG_SOUND = 0x30fc }; /* ー, which is of no script */

static bool without_spaces(enum script script)
{
	switch (script) {
	case SCRIPT_HAN:
	case SCRIPT_HIRAGANA:
	case SCRIPT_KATAKANA:
	case SCRIPT_BOPOMOFO:
	case SCRIPT_HANGUL:
	case SCRIPT_THAI:
	case SCRIPT_LAO:
	case SCRIPT_MYANMAR:
	case SCRIPT_KHMER:
		return true;
	default:
		return false;
	}
}

static enum kind kind_of(uint32_t c, enum kind before)
{
	if (c < 0x80)
		return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
				       (c >= 'A' && c <= 'Z')
			       ? KIND_WORD
			       : KIND_NONE;
	if (c == LONG_SOUND || without_spaces(script_of(c)))
		return char_kind(c) == CHAR_PUNCTUATION ? KIND_NONE : KIND_RUN;
	switch (char_kind(c)) {
	case CHAR_LETTER:
	case CHAR_DIGIT:
	case CHAR_NUMBER:
		return KIND_WORD;
	case CHAR_MARK:
		return before;
	default:
		return KIND_NONE;
	}
}

bool bigram_in_word(uint32_t c)
{
	return kind_of(c, KIND_WORD) == KIND_WORD;
}

static void token(struct buf *out, const char *from, const char *to)
{
	if (out->n && out->at[out->n - 1] != ' ')
		buf_byte(out, ' ');
	buf_put(out, from, (size_t)(to - from));
}

/* Pairs of a run, and its last character alone unless it is cut off there. */
static bool run(struct buf *out, const char *at, const char *end, bool open)
{
	const char *second = at;

	utf8_next(&second);
	if (second == end) {
		token(out, at, end);
		return open;
	}
	while (second < end) {
		const char *from = at;

		at = second;
		utf8_next(&second);
		token(out, from, second);
	}
	if (!open)
		token(out, at, end);
	return false;
}

static bool cut(struct buf *out, struct str text, bool phrase)
{
	const char *at = text.at, *end = text.at + text.n;
	bool prefix = false;

	while (at < end) {
		const char *from = at, *next = at;
		enum kind kind = kind_of(utf8_next(&next), KIND_NONE);

		for (at = next; at < end; at = next) {
			if (kind_of(utf8_next(&next), kind) != kind)
				break;
		}
		if (kind == KIND_WORD)
			token(out, from, at);
		else if (kind == KIND_RUN)
			prefix = run(out, from, at, phrase && at == end);
	}
	return prefix;
}

void bigram_text(struct buf *out, struct str normal)
{
	cut(out, normal, false);
}

void bigram_phrase(struct buf *out, struct str normal, bool *prefix)
{
	*prefix = cut(out, normal, true);
}
