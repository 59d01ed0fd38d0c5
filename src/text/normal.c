/* normal.c - the form of a text in which it is compared */
#include "text/normal.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <utf8proc.h>

#include "base/mem.h"
#include "text/script.h"
#include "text/utf8.h"

/*
 * What a character needs.  A boundary is a place where text can be cut and its
 * parts normalised alone; there is one before every class but JOINS.
 */
enum class {
	UNKNOWN,
	SAME,    /* is in every form already */
	CHANGES,
	BLANK,   /* white space */
	JOINS,   /* may merge with, or move before, what stands before it */
};

enum {
	LONGEST = 256, /* bytes normalised at a time: sorting marks is slow */
	WIDE_SPACE = 0x3000,
};

static bool is_wide_ascii(uint32_t c)
{
	return c - 0xff01 < 94;
}

static bool is_narrow_kana(uint32_t c)
{
	return c - 0xff61 < 63;
}

static bool starts_alone(int32_t c)
{
	const utf8proc_property_t *p = utf8proc_get_property(c);

	return p->combining_class == 0 && char_kind((uint32_t)c) != CHAR_MARK &&
	       !(c >= 0x1160 && c <= 0x11ff); /* Hangul vowels, finals */
}

static enum class classify(uint32_t c)
{
	const utf8proc_option_t options =
		UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE |
		UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
	utf8proc_int32_t form[64];
	int boundclass = 0;
	utf8proc_ssize_t n;

	n = utf8proc_decompose_char((utf8proc_int32_t)c, form, 64, options,
				    &boundclass);
	if (n < 1 || n > 64 || !starts_alone(form[0]))
		return JOINS;
	if (char_kind(c) == CHAR_SPACE)
		return BLANK;
	n = utf8proc_normalize_utf32(form, n, options);
	return n == 1 && form[0] == (utf8proc_int32_t)c ? SAME : CHANGES;
}

/* Classes are computed once; threads that race for one write the same. */
static enum class class_of(uint32_t c)
{
	static _Atomic unsigned char known[0x10000];
	enum class class;

	if (c >= 0x10000)
		return classify(c);
	class = atomic_load_explicit(&known[c], memory_order_relaxed);
	if (class == UNKNOWN) {
		class = classify(c);
		atomic_store_explicit(&known[c], (unsigned char)class,
				      memory_order_relaxed);
	}
	return class;
}

/* -- the slow way -- */

static void add_mapped(struct buf *out, const char *at, size_t n,
		       utf8proc_option_t options)
{
	utf8proc_int32_t small[2 * LONGEST], *form = small;
	const utf8proc_uint8_t *text = (const utf8proc_uint8_t *)at;
	utf8proc_ssize_t need = utf8proc_decompose(
		text, (utf8proc_ssize_t)n, small, 2 * LONGEST, options);

	/* One more: reencoding ends with a NUL. */
	if (need >= 2 * LONGEST) {
		form = mem_array((size_t)need + 1, sizeof *form);
		utf8proc_decompose(text, (utf8proc_ssize_t)n, form, need,
				   options);
	}
	need = utf8proc_reencode(form, need, options);
	if (need > 0)
		buf_put(out, form, (size_t)need);
	if (form != small)
		free(form);
}

/* Width alone: characters that are neither wide nor narrow are copied. */
static void add_width(struct buf *out, const char *at, const char *end)
{
	while (at < end) {
		const char *from = at;
		uint32_t c = utf8_next(&at);

		if (is_narrow_kana(c)) {
			const char *behind = at;

			while (behind < end &&
			       is_narrow_kana(utf8_next(&behind)))
				at = behind;
			add_mapped(out, from, (size_t)(at - from),
				   UTF8PROC_STABLE | UTF8PROC_COMPAT |
					   UTF8PROC_COMPOSE);
		} else if (is_wide_ascii(c)) {
			buf_byte(out, (char)(c - 0xfee0));
		} else if (c == WIDE_SPACE) {
			buf_byte(out, ' ');
		} else {
			buf_put(out, from, (size_t)(at - from));
		}
	}
}

static void add_slowly(struct buf *out, const char *at, size_t n,
		       unsigned forms)
{
	struct buf width = { 0 };
	utf8proc_option_t options = 0;

	if ((forms & NORMAL_WIDTH) && !(forms & NORMAL_NFKC)) {
		add_width(&width, at, at + n);
		at = width.at ? width.at : "";
		n = width.n;
	}
	if (forms & NORMAL_NFKC)
		options |= UTF8PROC_STABLE | UTF8PROC_COMPAT |
			   UTF8PROC_COMPOSE | UTF8PROC_IGNORE;
	if (forms & NORMAL_CASE)
		options |= UTF8PROC_CASEFOLD;
	if (options)
		add_mapped(out, at, n, options);
	else
		buf_put(out, at, n);
	buf_free(&width);
}

/* -- the fast way -- */

static size_t ascii_length(const char *at, size_t n)
{
	size_t i = 0;

	for (uint64_t eight; n - i >= 8; i += 8) {
		memcpy(&eight, at + i, 8);
		if (eight & UINT64_C(0x8080808080808080))
			break;
	}
	while (i < n && !(at[i] & 0x80))
		i++;
	return i;
}

/* -- eight bytes at a time: 0x80 in a byte says yes -- */

#define EACH UINT64_C(0x0101010101010101)
#define TOP (0x80 * EACH)

/* Which bytes are ASCII and at least `least`, which is below 0x80? */
static inline uint64_t at_least(uint64_t eight, unsigned char least)
{
	return ((eight & ~TOP) + (0x80u - least) * EACH) & ~eight & TOP;
}

static inline uint64_t lower_eight(uint64_t eight)
{
	uint64_t upper = at_least(eight, 'A') & ~at_least(eight, 'Z' + 1);

	return eight | upper >> 2;
}

static inline char lower(char letter)
{
	unsigned char c = (unsigned char)letter;

	return (char)(c + (((unsigned char)(c - 'A') < 26) << 5));
}

static void lower_ascii(char *to, const char *at, size_t n)
{
	size_t i = 0;

	for (uint64_t eight; n - i >= 8; i += 8) {
		memcpy(&eight, at + i, 8);
		eight = lower_eight(eight);
		memcpy(to + i, &eight, 8);
	}
	for (; i < n; i++)
		to[i] = lower(at[i]);
}

static void add_ascii(struct buf *out, const char *at, size_t n,
		      unsigned forms)
{
	char *to;

	buf_room(out, n);
	to = out->at + out->n;
	if (forms & NORMAL_CASE)
		lower_ascii(to, at, n);
	else
		memcpy(to, at, n);
	out->n += n;
	to[n] = '\0';
}

/*
 * Are these eight bytes in the form, behind a space when `blank`?  Then *blank
 * says of the last of them whether it is one.
 */
static inline bool is_folded(uint64_t eight, unsigned *blank)
{
	uint64_t space = at_least(eight, ' ') & ~at_least(eight, ' ' + 1);
	uint64_t control = ~at_least(eight, ' ') & ~eight & TOP;

	if (control | (space & (space << 8 | (uint64_t)*blank << 7)))
		return false;
	*blank = (unsigned)(space >> 63);
	return true;
}

/* Fold ASCII white space in place, from byte `from` on. */
static void fold_space(struct buf *out, size_t from)
{
	char *at = out->at;
	size_t to = from, i = from;
	unsigned blank = 1; /* the last one written was a space */

	while (i < out->n) {
		uint64_t eight;
		size_t end = out->n - i < 8 ? out->n : i + 8;

		if (end - i == 8) {
			memcpy(&eight, at + i, 8);
			if (is_folded(eight, &blank)) {
				memcpy(at + to, &eight, 8);
				to += 8;
				i = end;
				continue;
			}
		}
		for (; i < end; i++) {
			unsigned char c = (unsigned char)at[i];
			unsigned space = (c == ' ') |
					 ((unsigned char)(c - '\t') < 5);

			at[to] = space ? ' ' : (char)c;
			to += !(space & blank);
			blank = space;
		}
	}
	if (to > from && blank)
		to--;
	out->n = to;
	if (at)
		at[to] = '\0';
}

/* From `at`, which is a boundary, to the end of what must go together. */
static const char *segment_end(const char *at, const char *end)
{
	const char *from = at, *next = at;

	utf8_next(&next);
	for (;;) {
		at = next;
		if (at >= end || at - from > LONGEST)
			return at;
		if (!(*at & 0x80) || class_of(utf8_next(&next)) != JOINS)
			return at;
	}
}

/* The end of characters that are in the form already; *last starts the last. */
static const char *same_end(const char *at, const char *end, const char **last)
{
	while (at < end && (*at & 0x80)) {
		const char *next = at;

		if (class_of(utf8_next(&next)) != SAME)
			break;
		*last = at;
		at = next;
	}
	return at;
}

/* One byte for what has a simple ASCII form; false when c has none. */
static bool add_simple(struct buf *out, uint32_t c, unsigned forms)
{
	bool width = forms & (NORMAL_NFKC | NORMAL_WIDTH);
	char byte;

	if (width && is_wide_ascii(c))
		byte = (char)(c - 0xfee0);
	else if ((width && c == WIDE_SPACE) ||
		 ((forms & NORMAL_SPACE) && class_of(c) == BLANK))
		byte = ' ';
	else
		return false;
	add_ascii(out, &byte, 1, forms);
	return true;
}

static void add_all(struct buf *out, const char *at, const char *end,
		    unsigned forms)
{
	const char *last = at;    /* the last boundary, and */
	size_t last_out = out->n; /* where its form starts */

	while (at < end) {
		const char *from = at;
		size_t n = ascii_length(at, (size_t)(end - at));
		uint32_t c;

		if (n) {
			add_ascii(out, at, n, forms);
			at += n;
			last = at - 1;
			last_out = out->n - 1;
			continue;
		}
		at = same_end(at, end, &last);
		if (at > from) {
			buf_put(out, from, (size_t)(at - from));
			last_out = out->n - (size_t)(at - last);
			continue;
		}
		c = utf8_next(&at);
		if (add_simple(out, c, forms)) {
			last = from;
			last_out = out->n - 1;
			continue;
		}
		if (class_of(c) == JOINS) {
			from = last;
			out->n = last_out;
		}
		at = segment_end(from, end);
		add_slowly(out, from, (size_t)(at - from), forms);
		last = at;
		last_out = out->n;
	}
}

void normal_add(struct buf *out, struct str text, unsigned forms)
{
	size_t from = out->n;

	buf_room(out, text.n);
	if (text.n)
		add_all(out, text.at, text.at + text.n, forms);
	if (forms & NORMAL_SPACE)
		fold_space(out, from);
	out->at[out->n] = '\0';
}

void normal_trace(struct buf *out, struct str text, unsigned forms,
		  uint32_t **origin, size_t *room)
{
	const char *at = text.at, *end = at + text.n;
	uint32_t number = 0;

	buf_room(out, text.n);
	while (at < end) {
		const char *from = at;
		size_t n = out->n;

		at = segment_end(from, end);
		add_all(out, from, at, forms);
		mem_grow(origin, room, out->n + 1, sizeof **origin);
		for (; n < out->n; n++)
			(*origin)[n] = number;
		number += (uint32_t)utf8_count(from, (size_t)(at - from));
	}
	out->at[out->n] = '\0';
}
