/* decode.c - tokens back to text, all at once or one by one */
#define _GNU_SOURCE /* memmem */
#include <stdlib.h>
#include <string.h>

#include "model/parts.h"
#include "text/utf8.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/* A token may become empty; it still counts as the first one. */
static void add(struct pieces *out, struct str text)
{
	buf_put(&out->text, text.at, text.n);
	pieces_end(out);
}

/* -- bytes that may be no UTF-8 -- */

/* The continuation bytes behind a lead byte that could still be right. */
static size_t broken_length(struct str text)
{
	const unsigned char *s = (const unsigned char *)text.at;
	size_t want = s[0] < 0xc2   ? 0
		      : s[0] < 0xe0 ? 1
		      : s[0] < 0xf0 ? 2
		      : s[0] < 0xf5 ? 3
				    : 0, n = 1;
	unsigned char low = s[0] == 0xe0 ? 0xa0 : s[0] == 0xf0 ? 0x90 : 0x80;
	unsigned char high = s[0] == 0xed ? 0x9f : s[0] == 0xf4 ? 0x8f : 0xbf;

	while (n <= want && n < text.n && s[n] >= low && s[n] <= high) {
		n++;
		low = 0x80;
		high = 0xbf;
	}
	return n;
}

static void put_lossy(struct buf *out, struct str text)
{
	while (text.n) {
		size_t good = utf8_check(text.at, text.n), bad = 0;

		buf_put(out, text.at, good);
		if (good < text.n) {
			bad = broken_length((struct str){ text.at + good,
							  text.n - good });
			buf_text(out, REPLACEMENT);
		}
		text.at += good + bad;
		text.n -= good + bad;
	}
}

/* "<0x41>": 0x41; -1 for every other token. */
static int byte_token(struct str token)
{
	int value = 0;

	if (token.n != 6 || memcmp(token.at, "<0x", 3) != 0 ||
	    token.at[5] != '>')
		return -1;
	for (size_t i = 3; i < 5; i++) {
		const char *digits = "0123456789ABCDEFabcdef";
		const char *hit = memchr(digits, token.at[i], 22);

		if (!hit)
			return -1;
		value = value << 4 | (int)((hit - digits) < 16 ? hit - digits
							: hit - digits - 6);
	}
	return value;
}

/* A run of bytes is text, or a replacement for each of them. */
static void end_bytes(struct buf *bytes, struct pieces *out)
{
	if (!bytes->n)
		return;
	if (utf8_check(bytes->at, bytes->n) == bytes->n)
		add(out, buf_view(bytes));
	else
		for (size_t i = 0; i < bytes->n; i++)
			add(out, STR(REPLACEMENT));
	buf_clear(bytes);
}

static void from_bytes(const struct pieces *in, struct pieces *out)
{
	struct buf bytes = { 0 };

	for (size_t i = 0; i < in->n; i++) {
		int byte = byte_token(pieces_at(in, i));

		if (byte >= 0) {
			buf_byte(&bytes, (char)byte);
			continue;
		}
		end_bytes(&bytes, out);
		add(out, pieces_at(in, i));
	}
	end_bytes(&bytes, out);
	buf_free(&bytes);
}

/* A token with a character that stands for no byte is text already. */
static void put_letters(struct str token, struct buf *bytes)
{
	const char *at = token.at, *end = token.at + token.n;
	size_t had = bytes->n;

	while (at < end) {
		int byte = byte_of(utf8_next(&at));

		if (byte < 0) {
			bytes->n = had;
			buf_str(bytes, token);
			return;
		}
		buf_byte(bytes, (char)byte);
	}
}

static void from_letters(const struct pieces *in, struct pieces *out)
{
	struct buf bytes = { 0 };

	for (size_t i = 0; i < in->n; i++)
		put_letters(pieces_at(in, i), &bytes);
	put_lossy(&out->text, buf_view(&bytes));
	pieces_end(out);
	buf_free(&bytes);
}

/* -- other steps -- */

static void put_replaced(struct buf *out, struct str text, struct str from,
			 struct str to)
{
	const char *at = text.at, *end = text.at + text.n, *hit;

	while ((hit = memmem(at, (size_t)(end - at), from.at, from.n))) {
		buf_put(out, at, (size_t)(hit - at));
		buf_str(out, to);
		at = hit + from.n;
	}
	buf_put(out, at, (size_t)(end - at));
}

static struct str stripped(const struct decode_step *step, struct str token)
{
	for (size_t i = 0; i < step->left && str_starts(token, step->from);
	     i++) {
		token.at += step->from.n;
		token.n -= step->from.n;
	}
	for (size_t i = 0; i < step->right && str_ends(token, step->from); i++)
		token.n -= step->from.n;
	return token;
}

/* Spaces that English does not write. */
static void put_clean(struct buf *out, struct str token)
{
	static const char *const pairs[][2] = {
		{ " .", "." },     { " ?", "?" },     { " !", "!" },
		{ " ,", "," },     { " ' ", "'" },    { " n't", "n't" },
		{ " 'm", "'m" },   { " do not", " don't" }, { " 's", "'s" },
		{ " 've", "'ve" }, { " 're", "'re" },
	};
	struct buf a = { 0 }, b = { 0 };

	buf_str(&a, token);
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		struct buf swap = b;

		buf_clear(&swap);
		put_replaced(&swap, buf_view(&a), str_of(pairs[i][0]),
			     str_of(pairs[i][1]));
		b = a;
		a = swap;
	}
	buf_str(out, buf_view(&a));
	buf_free(&a);
	buf_free(&b);
}

static void from_wordpiece(const struct decode_step *step, size_t i,
			   struct str token, struct buf *out)
{
	struct buf text = { 0 };

	if (i && str_starts(token, step->from)) {
		token.at += step->from.n;
		token.n -= step->from.n;
	} else if (i) {
		buf_byte(&text, ' ');
	}
	buf_str(&text, token);
	if (step->trim)
		put_clean(out, buf_view(&text));
	else
		buf_str(out, buf_view(&text));
	buf_free(&text);
}

static void each(const struct decode_step *step, size_t i, struct str token,
		 struct pieces *out)
{
	struct str to = step->kind == DECODE_REPLACE ? step->to
			: i == 0 && step->trim	     ? STR("")
						     : STR(" ");

	switch (step->kind) {
	case DECODE_REPLACE:
	case DECODE_METASPACE:
		put_replaced(&out->text, token, step->from, to);
		break;
	case DECODE_WORDPIECE:
		from_wordpiece(step, i, token, &out->text);
		break;
	case DECODE_STRIP:
		buf_str(&out->text, stripped(step, token));
		break;
	case DECODE_FUSE:
		buf_str(&out->text, token);
		return; /* the piece goes on */
	case DECODE_BYTES:
	case DECODE_LETTERS:
		break;
	}
	pieces_end(out);
}

static void apply(const struct decode_step *step, const struct pieces *in,
		  struct pieces *out)
{
	buf_clear(&out->text);
	out->n = 0;
	if (step->kind == DECODE_BYTES) {
		from_bytes(in, out);
		return;
	}
	if (step->kind == DECODE_LETTERS) {
		from_letters(in, out);
		return;
	}
	for (size_t i = 0; i < in->n; i++)
		each(step, i, pieces_at(in, i), out);
	if (step->kind == DECODE_FUSE)
		pieces_end(out);
}

/* -- all at once -- */

static bool is_special(const struct tokenizer *t, uint32_t id)
{
	for (size_t i = 0; i < t->addeds; i++)
		if (t->added[i].id == id)
			return t->added[i].special;
	return false;
}

void tokenizer_decode(const struct tokenizer *t, const uint32_t *id, size_t n,
		      struct buf *text)
{
	struct pieces piece = { 0 }, next = { 0 };

	for (size_t i = 0; i < n; i++) {
		struct str name = tokenizer_name(t, id[i]);

		if (!name.at || is_special(t, id[i]))
			continue;
		if (piece.n && !t->decodes) /* nobody says how to join them */
			buf_byte(&piece.text, ' ');
		add(&piece, name);
	}
	for (size_t i = 0; i < t->decodes; i++) {
		struct pieces swap = piece;

		apply(&t->decode[i], &piece, &next);
		piece = next;
		next = swap;
	}
	buf_str(text, buf_view(&piece.text));
	buf_free(&piece.text);
	buf_free(&next.text);
	free(piece.end);
	free(next.end);
}

/* -- one by one -- */

static void decode_window(const struct tokenizer *t, const struct decoding *d,
			  size_t n, struct buf *text)
{
	buf_clear(text);
	tokenizer_decode(t, d->id, n, text);
}

/* What the tokens that were not shown add to those that were. */
static void show(struct decoding *d, struct buf *text)
{
	size_t same = d->before.n < d->after.n ? d->before.n : d->after.n;

	if (text)
		buf_put(text, d->after.at + same, d->after.n - same);
}

void decoding_next(const struct tokenizer *t, struct decoding *d, uint32_t id,
		   struct buf *text)
{
	mem_grow(&d->id, &d->room, d->n + 1, sizeof *d->id);
	d->id[d->n++] = id;
	decode_window(t, d, d->shown, &d->before);
	decode_window(t, d, d->n, &d->after);
	/* A character that is not whole yet ends in a replacement. */
	if (d->after.n <= d->before.n ||
	    str_ends(buf_view(&d->after), STR(REPLACEMENT)))
		return;
	show(d, text);
	/* Keep those just shown: the next ones are decoded behind them. */
	memmove(d->id, d->id + d->shown, (d->n - d->shown) * sizeof *d->id);
	d->n -= d->shown;
	d->shown = d->n;
}

void decoding_end(const struct tokenizer *t, struct decoding *d,
		  struct buf *text)
{
	decode_window(t, d, d->shown, &d->before);
	decode_window(t, d, d->n, &d->after);
	show(d, text);
	free(d->id);
	buf_free(&d->before);
	buf_free(&d->after);
	*d = (struct decoding){ 0 };
}
