/* normalise.c - a text in the form that the vocabulary was made from */
#define _GNU_SOURCE /* memmem */
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "model/parts.h"
#include "text/utf8.h"

static void put(struct buf *out, uint32_t c)
{
	buf_room(out, 4);
	out->n += utf8_put(out->at + out->n, c);
	out->at[out->n] = '\0';
}

static bool is_blank(uint32_t c)
{
	if (c < 0x80)
		return c == ' ' || (c >= '\t' && c <= '\r');
	return c == 0x85 || c == 0xa0 || c == 0x1680 ||
	       (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 ||
	       c == 0x202f || c == 0x205f || c == 0x3000;
}

/* Control, format, private: but not the white space among them. */
static bool is_control(uint32_t c)
{
	if (c == '\t' || c == '\n' || c == '\r')
		return false;
	switch (utf8proc_category((utf8proc_int32_t)c)) {
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CF:
	case UTF8PROC_CATEGORY_CO:
	case UTF8PROC_CATEGORY_CS:
		return true;
	default:
		return false;
	}
}

/* As BERT has it: 2b920 should be 2b820, but vocabularies were made so. */
static bool is_chinese(uint32_t c)
{
	return (c >= 0x4e00 && c <= 0x9fff) || (c >= 0x3400 && c <= 0x4dbf) ||
	       (c >= 0x20000 && c <= 0x2a6df) ||
	       (c >= 0x2a700 && c <= 0x2b73f) ||
	       (c >= 0x2b740 && c <= 0x2b81f) ||
	       (c >= 0x2b920 && c <= 0x2ceaf) ||
	       (c >= 0xf900 && c <= 0xfaff) || (c >= 0x2f800 && c <= 0x2fa1f);
}

/* The one character whose lower case is two: I with a dot. */
static void put_lower(struct buf *out, uint32_t c)
{
	if (c == 0x130) {
		put(out, 'i');
		put(out, 0x307);
		return;
	}
	put(out, (uint32_t)utf8proc_tolower((utf8proc_int32_t)c));
}

static void put_bert(const struct normalise_step *step, uint32_t c,
		     struct buf *out)
{
	utf8proc_int32_t form[32] = { (utf8proc_int32_t)c };
	utf8proc_ssize_t n = 1;
	int boundclass = 0;

	if (step->accents)
		n = utf8proc_decompose_char((utf8proc_int32_t)c, form, 32,
					    UTF8PROC_DECOMPOSE |
						    UTF8PROC_STABLE,
					    &boundclass);
	for (utf8proc_ssize_t i = 0; i < n && i < 32; i++) {
		if (step->accents && utf8proc_category(form[i]) ==
					     UTF8PROC_CATEGORY_MN)
			continue;
		if (step->lower)
			put_lower(out, (uint32_t)form[i]);
		else
			put(out, (uint32_t)form[i]);
	}
}

static void bert(const struct normalise_step *step, struct str text,
		 struct buf *out)
{
	const char *at = text.at, *end = text.at + text.n;

	buf_room(out, text.n);
	while (at < end) {
		uint32_t c = utf8_next(&at);

		if (c >= ' ' && c < 0x7f) {
			if (step->lower && c >= 'A' && c <= 'Z')
				c += 'a' - 'A';
			buf_byte(out, (char)c);
			continue;
		}
		if (step->clean && (c == 0 || c == 0xfffd || is_control(c)))
			continue;
		if (step->clean && is_blank(c)) {
			buf_byte(out, ' ');
			continue;
		}
		if (step->chinese && is_chinese(c)) {
			buf_byte(out, ' ');
			put_bert(step, c, out);
			buf_byte(out, ' ');
			continue;
		}
		put_bert(step, c, out);
	}
}

static void lower(struct str text, struct buf *out)
{
	const char *at = text.at, *end = text.at + text.n;

	while (at < end)
		put_lower(out, utf8_next(&at));
}

static void strip_accents(struct str text, struct buf *out)
{
	const char *at = text.at, *end = text.at + text.n;

	while (at < end) {
		uint32_t c = utf8_next(&at);

		if (utf8proc_category((utf8proc_int32_t)c) !=
		    UTF8PROC_CATEGORY_MN)
			put(out, c);
	}
}

static void form(struct str text, utf8proc_option_t options, struct buf *out)
{
	utf8proc_uint8_t *made = NULL;
	utf8proc_ssize_t n;

	n = utf8proc_map((const utf8proc_uint8_t *)text.at,
			 (utf8proc_ssize_t)text.n, &made,
			 options | UTF8PROC_STABLE);
	if (n < 0) /* memory: the text as it is */
		buf_str(out, text);
	else
		buf_put(out, made, (size_t)n);
	free(made);
}

static void replace(const struct normalise_step *step, struct str text,
		    struct buf *out)
{
	const char *at = text.at, *end = text.at + text.n, *hit;

	while ((hit = memmem(at, (size_t)(end - at), step->from.at,
			     step->from.n))) {
		buf_put(out, at, (size_t)(hit - at));
		buf_str(out, step->to);
		at = hit + step->from.n;
	}
	buf_put(out, at, (size_t)(end - at));
}

static void strip(const struct normalise_step *step, struct str text,
		  struct buf *out)
{
	const char *at = text.at, *end = text.at + text.n, *from, *to;

	while (step->left && at < end) {
		from = at;
		if (!is_blank(utf8_next(&at))) {
			at = from;
			break;
		}
	}
	from = to = at;
	while (at < end)
		if (!is_blank(utf8_next(&at)) || !step->right)
			to = at;
	buf_put(out, from, (size_t)(to - from));
}

static void trim_spaces(struct str text, struct buf *out)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.at[i] != ' ')
			buf_byte(out, text.at[i]);
		else if (out->n && out->at[out->n - 1] != ' ')
			buf_byte(out, ' ');
	if (out->n && out->at[out->n - 1] == ' ')
		out->at[--out->n] = '\0';
}

static void replace_matches(const struct normalise_step *step, struct str text,
			    struct tokens *tokens, struct buf *out)
{
	struct span span;
	size_t at = 0, from = 0;

	while (from <= text.n &&
	       tokens_match(&step->pattern, tokens, text, from, &span)) {
		buf_put(out, text.at + at, span.start - at);
		buf_str(out, step->to);
		at = from = span.end;
		if (span.start == span.end) /* an empty match: go on */
			from += at < text.n ? utf8_length(text.at[at]) : 1;
	}
	buf_put(out, text.at + at, text.n - at);
}

static void apply(const struct normalise_step *step, struct str text,
		  struct tokens *tokens, struct buf *out)
{
	switch (step->kind) {
	case NORMALISE_BERT:
		bert(step, text, out);
		break;
	case NORMALISE_LOWER:
		lower(text, out);
		break;
	case NORMALISE_NFC:
		form(text, UTF8PROC_COMPOSE, out);
		break;
	case NORMALISE_NFD:
		form(text, UTF8PROC_DECOMPOSE, out);
		break;
	case NORMALISE_NFKC:
		form(text, UTF8PROC_COMPOSE | UTF8PROC_COMPAT, out);
		break;
	case NORMALISE_NFKD:
		form(text, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT, out);
		break;
	case NORMALISE_STRIP_ACCENTS:
		strip_accents(text, out);
		break;
	case NORMALISE_PREPEND:
		if (text.n)
			buf_str(out, step->to);
		buf_str(out, text);
		break;
	case NORMALISE_REPLACE:
		replace(step, text, out);
		break;
	case NORMALISE_PATTERN:
		replace_matches(step, text, tokens, out);
		break;
	case NORMALISE_CHARSMAP:
		charsmap_graphemes(&step->charsmap, text, out);
		break;
	case NORMALISE_LONGEST:
		charsmap_longest(&step->charsmap, text, out);
		break;
	case NORMALISE_SPACES:
		trim_spaces(text, out);
		break;
	case NORMALISE_STRIP:
		strip(step, text, out);
		break;
	}
}

void tokenizer_normalise(const struct tokenizer *tokenizer, struct str text,
			 struct tokens *tokens)
{
	struct buf *out = &tokens->normal, *last = &tokens->other;

	buf_clear(out);
	if (!tokenizer->normalises)
		buf_str(out, text);
	for (size_t i = 0; i < tokenizer->normalises; i++) {
		struct buf swap = *last;

		if (i) { /* what the last step made is the next one's text */
			*last = *out;
			*out = swap;
			text = buf_view(last);
		}
		buf_clear(out);
		apply(&tokenizer->normalise[i], text, tokens, out);
	}
}
