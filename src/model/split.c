/* split.c - a normalised text cut into words */
#include <utf8proc.h>

#include "model/parts.h"
#include "text/script.h"
#include "text/utf8.h"

static bool is_space(uint32_t c)
{
	if (c < 0x80)
		return c == ' ' || (c >= '\t' && c <= '\r');
	return c == 0x85 || c == 0xa0 || c == 0x1680 ||
	       (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 ||
	       c == 0x202f || c == 0x205f || c == 0x3000;
}

static bool is_punctuation(uint32_t c)
{
	if (c < 0x80)
		return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') ||
		       (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
	switch (utf8proc_category((utf8proc_int32_t)c)) {
	case UTF8PROC_CATEGORY_PC:
	case UTF8PROC_CATEGORY_PD:
	case UTF8PROC_CATEGORY_PS:
	case UTF8PROC_CATEGORY_PE:
	case UTF8PROC_CATEGORY_PI:
	case UTF8PROC_CATEGORY_PF:
	case UTF8PROC_CATEGORY_PO:
		return true;
	default:
		return false;
	}
}

/* \w of Unicode: letters, marks, decimal digits, connectors, joiners. */
static bool is_word(uint32_t c)
{
	enum char_kind kind = char_kind(c);

	return kind == CHAR_LETTER || kind == CHAR_MARK ||
	       kind == CHAR_DIGIT ||
	       utf8proc_category((utf8proc_int32_t)c) ==
		       UTF8PROC_CATEGORY_PC ||
	       utf8proc_category((utf8proc_int32_t)c) ==
		       UTF8PROC_CATEGORY_NL ||
	       (c >= 0x24b6 && c <= 0x24e9) || c == 0x200c || c == 0x200d;
}

/* Runs of equal class are words; class 0 is left out, ALONE stands alone. */
enum { LEFT_OUT, WORD, OTHER, ALONE };

static int class_of(enum splitter kind, uint32_t c)
{
	if (is_space(c))
		return LEFT_OUT;
	switch (kind) {
	case SPLIT_BERT:
		return is_punctuation(c) ? ALONE : WORD;
	case SPLIT_SPACE:
		return WORD;
	case SPLIT_WORD:
		return is_word(c) ? WORD : OTHER;
	case SPLIT_METASPACE: /* these are cut elsewhere */
	case SPLIT_SCRIPT:
	case SPLIT_PATTERN:
	case SPLIT_SPACED:
	case SPLIT_BYTES:
		break;
	}
	return WORD;
}

/*
 * Runs of one script; a space goes with either side.  Kana and the long mark
 * count as Han.
 */
static void cut_scripts(struct str text, struct pieces *out)
{
	const char *at = text.at, *end = text.at + text.n, *start = at;
	bool space = true; /* just before */
	enum script last = SCRIPT_COMMON;

	while (at < end) {
		const char *here = at;
		uint32_t c = utf8_next(&at);
		enum script script = c == 0x30fc ? SCRIPT_HAN : script_of(c);

		if (script_is_cjk(script))
			script = SCRIPT_HAN;
		if (c != ' ' && !space && script != last) {
			pieces_add(out, (struct str){
				start, (size_t)(here - start) });
			start = here;
		}
		space = c == ' ';
		last = script;
	}
	pieces_add(out, (struct str){ start, (size_t)(end - start) });
}

static void cut(enum splitter kind, struct str text, struct pieces *out)
{
	const char *at = text.at, *end = text.at + text.n, *start = at;
	int last = LEFT_OUT;

	while (at < end) {
		const char *here = at;
		int class = class_of(kind, utf8_next(&at));

		if (class != last || class == ALONE) {
			if (last != LEFT_OUT)
				pieces_add(out, (struct str){
					start, (size_t)(here - start) });
			start = here;
			last = class;
		}
	}
	if (last != LEFT_OUT)
		pieces_add(out, (struct str){ start, (size_t)(end - start) });
}

/* Spaces become marks; words start at marks. */
static void cut_marks(const struct split_step *step, struct str text,
		      bool first, struct pieces *out)
{
	struct buf *to = &out->text;
	size_t start = to->n;

	if (!text.n)
		return;
	if (text.at[0] != ' ' && !str_starts(text, step->mark) &&
	    (step->prepend == PREPEND_ALWAYS ||
	     (step->prepend == PREPEND_FIRST && first)))
		buf_str(to, step->mark);
	for (size_t i = 0; i < text.n; i++) {
		struct str rest = { text.at + i, text.n - i };
		bool mark = text.at[i] == ' ' || str_starts(rest, step->mark);

		if (mark && step->cut && to->n > start) {
			pieces_end(out);
			start = to->n;
		}
		if (text.at[i] == ' ')
			buf_str(to, step->mark);
		else
			buf_byte(to, text.at[i]);
	}
	pieces_end(out);
}

static void put_letters(struct str text, struct pieces *out)
{
	char letter[2];

	for (size_t i = 0; i < text.n; i++)
		buf_put(&out->text, letter,
			letter_of((unsigned char)text.at[i], letter));
	pieces_end(out);
}

static void split(const struct split_step *step, struct str text, bool first,
		  struct tokens *tokens, struct pieces *out)
{
	switch (step->kind) {
	case SPLIT_BERT:
	case SPLIT_SPACE:
	case SPLIT_WORD:
		cut(step->kind, text, out);
		break;
	case SPLIT_METASPACE:
		cut_marks(step, text, first, out);
		break;
	case SPLIT_SCRIPT:
		cut_scripts(text, out);
		break;
	case SPLIT_PATTERN:
		tokenizer_cut(step, text, tokens, out);
		break;
	case SPLIT_SPACED:
		if (text.n && text.at[0] != ' ')
			buf_byte(&out->text, ' ');
		pieces_add(out, text);
		break;
	case SPLIT_BYTES:
		put_letters(text, out);
		break;
	}
}

static void pieces_clear(struct pieces *pieces)
{
	buf_clear(&pieces->text);
	pieces->n = 0;
}

void tokenizer_split(const struct tokenizer *tokenizer, struct str text,
		     bool first, struct tokens *tokens)
{
	struct pieces swap;

	pieces_clear(&tokens->piece);
	pieces_add(&tokens->piece, text);
	for (size_t s = 0; s < tokenizer->splits; s++) {
		pieces_clear(&tokens->next);
		for (size_t i = 0; i < tokens->piece.n; i++)
			split(&tokenizer->split[s],
			      pieces_at(&tokens->piece, i), first && i == 0,
			      tokens, &tokens->next);
		swap = tokens->piece;
		tokens->piece = tokens->next;
		tokens->next = swap;
	}
}
