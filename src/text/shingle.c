/* shingle.c - a text as a set of numbers: which runs of n units it contains */
#include "text/shingle.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/normal.h"
#include "text/script.h"
#include "text/utf8.h"

/* What a character of a normal form is to us. */
enum role {
	UNKNOWN,
	SEPARATES,
	ALONE,  /* a unit by itself: operators, currency, emoji */
	CJK,    /* a unit by itself, or a letter with --unit word */
	LETTER = 4, /* of a word */
	DIGIT = 6,  /* of a word, and of a number: has LETTER's bit */
};

enum { PADDING = 16 }; /* bytes behind the normal form that may be read */

#define FACTOR UINT64_C(0x9e3779b97f4a7c15)

/* -- characters -- */

static enum role find_role(uint32_t c)
{
	enum script script = script_of(c);

	if (c == '_')
		return LETTER;
	switch (char_kind(c)) {
	case CHAR_LETTER:
	case CHAR_NUMBER:
		/* ー and 〆 are of no script */
		if (script_is_cjk(script) ||
		    (script == SCRIPT_COMMON && c >= 0x3000 && c < 0x3100))
			return CJK;
		return LETTER;
	case CHAR_MARK:
		return LETTER;
	case CHAR_DIGIT:
		return DIGIT;
	case CHAR_OPERATOR:
		return ALONE;
	case CHAR_SYMBOL:
		return c < 0x80 && c != '$' ? SEPARATES : ALONE;
	case CHAR_SPACE:
	case CHAR_PUNCTUATION:
	case CHAR_CONTROL:
		break;
	}
	return SEPARATES;
}

/* Found once; threads that race for one write the same. */
static inline enum role role_of(uint32_t c)
{
	static _Atomic unsigned char known[0x10000];
	enum role role;

	if (c >= 0x10000)
		return find_role(c);
	role = atomic_load_explicit(&known[c], memory_order_relaxed);
	if (role == UNKNOWN) {
		role = find_role(c);
		atomic_store_explicit(&known[c], (unsigned char)role,
				      memory_order_relaxed);
	}
	return role;
}

/* What role_of() says of ASCII, where 0 is SEPARATES too. */
static const unsigned char ascii_role[256] = {
	['0'] = DIGIT, ['1'] = DIGIT, ['2'] = DIGIT, ['3'] = DIGIT,
	['4'] = DIGIT, ['5'] = DIGIT, ['6'] = DIGIT, ['7'] = DIGIT,
	['8'] = DIGIT, ['9'] = DIGIT, ['_'] = LETTER,
	['a'] = LETTER, ['b'] = LETTER, ['c'] = LETTER, ['d'] = LETTER,
	['e'] = LETTER, ['f'] = LETTER, ['g'] = LETTER, ['h'] = LETTER,
	['i'] = LETTER, ['j'] = LETTER, ['k'] = LETTER, ['l'] = LETTER,
	['m'] = LETTER, ['n'] = LETTER, ['o'] = LETTER, ['p'] = LETTER,
	['q'] = LETTER, ['r'] = LETTER, ['s'] = LETTER, ['t'] = LETTER,
	['u'] = LETTER, ['v'] = LETTER, ['w'] = LETTER, ['x'] = LETTER,
	['y'] = LETTER, ['z'] = LETTER, /* normal forms have no capitals */
	['$'] = ALONE, ['+'] = ALONE, ['-'] = ALONE, ['*'] = ALONE,
	['/'] = ALONE, ['='] = ALONE, ['<'] = ALONE, ['>'] = ALONE,
};

/* -- hashes -- */

/* Of 1 to n bytes without NUL; PADDING bytes behind them may be read. */
static inline uint64_t hash_bytes(const char *at, size_t n)
{
	uint64_t first, second;

	memcpy(&first, at, 8);
	if (n < 8)
		first &= (UINT64_C(1) << 8 * n) - 1;
	if (n <= 8)
		return hash_mix(first);
	if (n > 16)
		return hash64(at, n, FACTOR);
	memcpy(&second, at + 8, 8);
	if (n < 16)
		second &= (UINT64_C(1) << 8 * (n - 8)) - 1;
	return hash_mix(hash_mix(first) * FACTOR + second);
}

static inline void push(struct shingler *s, uint64_t hash)
{
	s->hash[s->units++] = hash;
	s->equal = s->equal * FACTOR + hash;
}

static void push_number(struct shingler *s, const char *at, size_t n)
{
	s->numbers = hash_mix(s->numbers * FACTOR + hash_bytes(at, n));
}

/* -- words -- */

/* A point or comma between digits belongs to the number. */
static inline bool is_inside_number(const char *from, const char *at,
				    const char *end)
{
	return (*at == '.' || *at == ',') && at > from && at + 1 < end &&
	       is_ascii_digit(at[-1]) && is_ascii_digit(at[1]);
}

/*
 * The end of the word at `at`; *digits when it has some.  ASCII is most of it,
 * so its letters are taken by a loop of their own.
 */
static const char *word_end(const struct shingler *s, const char *at,
			    const char *end, bool *digits)
{
	const char *from = at;
	unsigned seen = 0;

	while (at < end) {
		const char *next;
		enum role role;

		while (ascii_role[(unsigned char)*at] >= LETTER)
			seen |= ascii_role[(unsigned char)*at++];
		if (at >= end)
			break;
		next = at;
		role = role_of(utf8_next(&next));
		if (role == DIGIT)
			seen |= DIGIT;
		else if (role != LETTER &&
			 !(role == CJK && s->unit != UNIT_AUTO) &&
			 !is_inside_number(from, at, end))
			break;
		at = next;
	}
	*digits = seen & (DIGIT & ~LETTER);
	return at;
}

/* Is this comma one between thousands?  Then 1,000 is 1000. */
static bool is_grouping(const char *at, const char *end)
{
	return *at == ',' && end - at > 3 && is_ascii_digit(at[1]) &&
	       is_ascii_digit(at[2]) && is_ascii_digit(at[3]) &&
	       (end - at == 4 || !is_ascii_digit(at[4]));
}

/* Numbers of a word: runs of digits, with the points between them. */
static void push_numbers(struct shingler *s, const char *at, const char *end)
{
	const char *from = NULL;

	while (at < end) {
		const char *next = at;
		bool inside = role_of(utf8_next(&next)) == DIGIT ||
			      (from && is_inside_number(from, at, end));

		if (inside && !from)
			from = at;
		if (!inside && from) {
			push_number(s, from, (size_t)(at - from));
			from = NULL;
		}
		at = next;
	}
	if (from)
		push_number(s, from, (size_t)(end - from));
}

static void push_chars(struct shingler *s, const char *at, const char *end)
{
	while (at < end) {
		uint32_t c = utf8_next(&at);

		if (role_of(c) != SEPARATES)
			push(s, hash_mix(c));
	}
}

static void push_whole(struct shingler *s, const char *at, const char *end)
{
	if (s->unit == UNIT_CHAR)
		push_chars(s, at, end);
	else
		push(s, hash_bytes(at, (size_t)(end - at)));
}

/* A word with digits: leave out commas between thousands. */
static void push_numeric(struct shingler *s, const char *at, const char *end)
{
	struct buf clean = { 0 };

	if (!memchr(at, ',', (size_t)(end - at))) {
		push_numbers(s, at, end);
		push_whole(s, at, end);
		return;
	}
	for (const char *c = at; c < end; c++)
		if (!is_grouping(c, end))
			buf_byte(&clean, *c);
	buf_room(&clean, PADDING);
	push_numbers(s, clean.at, clean.at + clean.n);
	push_whole(s, clean.at, clean.at + clean.n);
	buf_free(&clean);
}

/* Units from number `from` on stand in these bytes of the normal form. */
static void note_span(struct shingler *s, size_t from, const char *at,
		      const char *end)
{
	for (; from < s->units; from++) {
		s->start[from] = s->origin[at - s->normal.at];
		s->end[from] = s->origin[end - 1 - s->normal.at] + 1;
	}
}

/* 0x80 for each of eight bytes that is a small letter or _. */
static inline uint64_t letters_of(uint64_t eight)
{
	const uint64_t each = UINT64_C(0x0101010101010101), top = 0x80 * each;
	uint64_t low = eight & ~top;
	uint64_t from_a = low + (0x80 - 'a') * each;
	uint64_t above_z = low + (0x7f - 'z') * each;
	uint64_t other = (low ^ '_' * each) + 0x7f * each;

	return ((from_a & ~above_z) | ~other) & ~eight & top;
}

/*
 * Most words: up to 7 letters, between ASCII.  Eight bytes are looked at in one
 * go, so that the length of a word is no branch to guess.
 */
static inline bool push_short(struct shingler *s, const char **at)
{
	uint64_t eight, others;
	unsigned bits;
	unsigned char behind;

	memcpy(&eight, *at, 8);
	others = letters_of(eight) ^ UINT64_C(0x8080808080808080);
	if (!others)
		return false;
	bits = (unsigned)__builtin_ctzll(others) - 7; /* of the letters */
	behind = (unsigned char)(eight >> bits);
	if (!bits || (behind & 0x80) || ascii_role[behind] >= LETTER)
		return false;
	push(s, hash_mix(eight & ((UINT64_C(1) << bits) - 1)));
	*at += bits / 8;
	return true;
}

static void cut(struct shingler *s, const char *at, const char *end)
{
	bool words = s->unit != UNIT_CHAR;

	while (at < end) {
		size_t units = s->units;
		const char *next = at;
		uint32_t c;
		bool digits = false;

		if (words && push_short(s, &next)) {
			if (s->spans)
				note_span(s, units, at, next);
			at = next + (*next == ' ');
			continue;
		}
		c = utf8_next(&next);
		switch (c < 0x80 ? (enum role)ascii_role[c] : role_of(c)) {
		case UNKNOWN:
		case SEPARATES:
			break;
		case CJK:
			if (s->unit == UNIT_AUTO) {
				push(s, hash_mix(c));
				s->cjk++;
				break;
			}
			/* fall through */
		case LETTER:
		case DIGIT:
			next = word_end(s, at, end, &digits);
			if (digits)
				push_numeric(s, at, next);
			else
				push_whole(s, at, next);
			break;
		case ALONE:
			push(s, hash_mix(c));
			break;
		}
		if (s->spans)
			note_span(s, units, at, next);
		at = next;
	}
}

/* -- shingles -- */

static void make_normal(struct shingler *s, struct str text)
{
	buf_clear(&s->normal);
	if (s->spans)
		normal_trace(&s->normal, text, NORMAL_NFKC | NORMAL_CASE,
			     &s->origin, &s->origin_room);
	else
		normal_add(&s->normal, text, NORMAL_ALL);
	buf_room(&s->normal, PADDING);
	memset(s->normal.at + s->normal.n, 0, PADDING);
}

static void make_room(struct shingler *s)
{
	size_t most = s->normal.n + 1;

	mem_grow(&s->hash, &s->room, most, sizeof *s->hash);
	if (s->spans && s->span_room < most) {
		size_t room = s->span_room;

		mem_grow(&s->start, &room, most, sizeof *s->start);
		mem_grow(&s->end, &s->span_room, most, sizeof *s->end);
	}
}

void shingler_read(struct shingler *s, struct str text,
		   struct shingle_form *form)
{
	make_normal(s, text);
	make_room(s);
	s->units = s->cjk = 0;
	s->equal = s->numbers = 0;
	form->normal = hash128(s->normal.at, s->normal.n);
	cut(s, s->normal.at, s->normal.at + s->normal.n);
	if (s->units == 0)
		s->equal = form->normal.low;
	form->equal = hash_mix(s->equal + s->units);
	form->numbers = s->numbers;
	form->units = (uint32_t)s->units;
}

size_t shingler_count(const struct shingler *s)
{
	return s->units < s->n ? 1 : s->units - s->n + 1;
}

/* Runs as polynomials modulo 2^64, rolled: one unit enters, one leaves. */
void shingler_put(const struct shingler *s, uint64_t salt, uint64_t *out)
{
	uint64_t leaving = 1, run = 0;

	if (s->units < s->n) {
		*out = hash_mix(s->equal + salt);
		return;
	}
	for (uint32_t i = 0; i < s->n; i++) {
		run = run * FACTOR + s->hash[i];
		leaving *= FACTOR;
	}
	*out++ = hash_mix(run + salt);
	for (size_t i = s->n; i < s->units; i++) {
		run = run * FACTOR + s->hash[i] -
		      leaving * s->hash[i - s->n];
		*out++ = hash_mix(run + salt);
	}
}

void shingler_free(struct shingler *s)
{
	buf_free(&s->normal);
	free(s->hash);
	free(s->start);
	free(s->end);
	free(s->origin);
	*s = (struct shingler){ .unit = s->unit, .n = s->n };
}

void shingle_describe(struct buf *out, enum unit unit, uint32_t n)
{
	static const char *const what[] = {
		[UNIT_AUTO] = "characters of Han and kana, words of other "
			      "scripts",
		[UNIT_WORD] = "words of any script",
		[UNIT_CHAR] = "characters of any script",
	};

	buf_print(out,
		  "runs of %u: %s; operators, currency signs and emoji count, "
		  "numbers stay numbers, other punctuation separates",
		  n, what[unit]);
}
