/* keyword.c - which of thousands of words stand in a text, in one pass */
#include "text/keyword.h"

#include <endian.h>
#include <stdlib.h>

#include "base/mem.h"

enum {
	HEAD = 8,     /* bytes that are compared at once */
	LONG = 6,     /* a word of as many is found by its first six bytes */
	BLOCK = 1024, /* bytes that are folded and tested together */
	ANY = 0xff,   /* third bytes: these two are a word */
};

static char fold(char byte)
{
	return byte >= 'A' && byte <= 'Z' ? (char)(byte | 32) : byte;
}

/* The same for eight bytes. */
static uint64_t fold_eight(uint64_t bytes)
{
	const uint64_t every = UINT64_C(0x0101010101010101);
	uint64_t low = bytes & 0x7f * every;
	uint64_t from_a = low + (0x80 - 'A') * every;
	uint64_t above_z = low + (0x7f - 'Z') * every;
	uint64_t capital = (from_a ^ above_z) & ~bytes & 0x80 * every;

	return bytes | capital >> 2;
}

/* The first byte is the lowest on every machine. */
static uint64_t load_eight(const char *at)
{
	uint64_t bytes;

	memcpy(&bytes, at, sizeof bytes);
	return le64toh(bytes);
}

/* -- where a word may start: all of these take the next eight bytes -- */

static uint32_t pair_of(uint64_t head)
{
	return (uint32_t)(head << 16) * UINT32_C(0x9e3779b1) >> 19;
}

static unsigned third_of(uint64_t head)
{
	return (head >> 16 ^ head >> 19) & 7;
}

static uint32_t six_of(uint64_t head)
{
	return (uint32_t)((head << 16) * UINT64_C(0x9e3779b97f4a7c15) >> 48);
}

static uint32_t bucket_of(uint64_t head)
{
	return (uint32_t)(head << 8) * UINT32_C(0x85ebca6b) >> 20;
}

static uint64_t mask_of(size_t n)
{
	return n >= HEAD ? UINT64_MAX : (UINT64_C(1) << 8 * n) - 1;
}

/* -- building -- */

void keywords_add(struct keywords *k, struct str word, uint32_t owner)
{
	if (!word.n)
		return;
	mem_grow(&k->entry, &k->room, k->entries + 1, sizeof *k->entry);
	k->entry[k->entries++] = (struct keyword_entry){ word, owner };
}

/* The first bytes of folded text. */
static uint64_t head_of(struct str word)
{
	char bytes[HEAD] = { 0 };

	memcpy(bytes, word.at, word.n < HEAD ? word.n : HEAD);
	return load_eight(bytes);
}

/* Words of one and two bytes are in the bucket that zeros complete. */
static int by_bucket(const void *left, const void *right)
{
	struct str a = ((const struct keyword_entry *)left)->word;
	struct str b = ((const struct keyword_entry *)right)->word;
	uint32_t of_a = bucket_of(head_of(a)), of_b = bucket_of(head_of(b));

	if (of_a != of_b)
		return of_a < of_b ? -1 : 1;
	if (a.n != b.n)
		return a.n < b.n ? -1 : 1;
	return memcmp(a.at, b.at, a.n);
}

/* The words in small letters, in memory of their own. */
static void fold_words(struct keywords *k)
{
	size_t all = 0;
	char *to;

	for (size_t i = 0; i < k->entries; i++)
		all += k->entry[i].word.n;
	to = k->text = mem_array(all + 1, 1);
	for (size_t i = 0; i < k->entries; i++) {
		struct str *word = &k->entry[i].word;

		for (size_t b = 0; b < word->n; b++)
			to[b] = fold(word->at[b]);
		word->at = to;
		to += word->n;
	}
}

/* Set the bits that the text in which the word stands will be asked for. */
static void mark_start(struct keywords *k, size_t index, struct str word)
{
	uint64_t head = head_of(word);

	if (word.n == 1) {
		k->alone[(uint8_t)word.at[0]] = 1;
		k->single[k->singles++] = (uint32_t)index;
	} else if (word.n == 2) {
		k->brief[pair_of(head)] = ANY;
	} else if (word.n < LONG) {
		k->brief[pair_of(head)] |= (uint8_t)(1u << third_of(head));
	} else {
		k->large[six_of(head) / 8] |= (uint8_t)(1u << six_of(head) % 8);
	}
}

static void put_word(struct keywords *k, struct str word)
{
	size_t head = word.n < HEAD ? word.n : HEAD;

	k->word[k->n] = (struct keyword){
		.mask = mask_of(word.n),
		.head = head_of(word),
		.rest = { word.at + head, word.n - head },
		.owners = k->n * k->words,
	};
	k->bucket[bucket_of(head_of(word)) + 1]++;
	mark_start(k, k->n++, word);
}

void keywords_build(struct keywords *k, size_t owners)
{
	k->words = owners / 64 + 1;
	k->word = mem_array(k->entries + 1, sizeof *k->word);
	k->owners = mem_array(k->entries * k->words + 1, sizeof *k->owners);
	k->bucket = mem_array(KEYWORD_BUCKETS + 1, sizeof *k->bucket);
	k->brief = mem_array(KEYWORD_PAIRS, sizeof *k->brief);
	k->large = mem_array(KEYWORD_SIXES / 8, sizeof *k->large);
	fold_words(k);
	if (k->entries)
		qsort(k->entry, k->entries, sizeof *k->entry, by_bucket);
	for (size_t i = 0; i < k->entries; i++) {
		uint32_t owner = k->entry[i].owner;

		if (!i || !str_equal(k->entry[i].word, k->entry[i - 1].word))
			put_word(k, k->entry[i].word);
		k->owners[(k->n - 1) * k->words + owner / 64] |=
			UINT64_C(1) << owner % 64;
	}
	for (size_t b = 0; b < KEYWORD_BUCKETS; b++)
		k->bucket[b + 1] += k->bucket[b];
	free(k->entry);
	k->entry = NULL;
	k->entries = k->room = 0;
}

/* -- scanning -- */

static void add_owners(const struct keywords *k, const struct keyword *word,
		       uint64_t *seen)
{
	const uint64_t *owners = k->owners + word->owners;

	for (size_t w = 0; w < k->words; w++)
		seen[w] |= owners[w];
}

/* Does text, at byte `from`, go on as the word does? */
static bool goes_on(struct str text, size_t from, struct str rest)
{
	if (text.n < from || text.n - from < rest.n)
		return false;
	for (size_t i = 0; i < rest.n; i++)
		if (fold(text.at[from + i]) != rest.at[i])
			return false;
	return true;
}

/* The words of one bucket that stand at byte `at` of text. */
static void look_up(const struct keywords *k, struct str text, size_t at,
		    uint64_t head, uint32_t bucket, uint64_t *seen)
{
	const struct keyword *word = k->word + k->bucket[bucket];
	const struct keyword *end = k->word + k->bucket[bucket + 1];

	for (; word < end; word++)
		if ((head & word->mask) == word->head &&
		    (!word->rest.n || goes_on(text, at + HEAD, word->rest)))
			add_owners(k, word, seen);
}

/* Places among the first n of folded text where a word may start. */
static size_t possible_starts(const struct keywords *k, const char *text,
			      size_t n, uint16_t *start)
{
	const uint8_t *brief = k->brief, *large = k->large;
	size_t found = 0;

	for (size_t i = 0; i < n; i++) {
		uint64_t head = load_eight(text + i);
		uint32_t six = six_of(head);
		unsigned may = brief[pair_of(head)] >> third_of(head) |
			       large[six / 8] >> six % 8;

		start[found] = (uint16_t)i;
		found += may & 1;
	}
	return found;
}

/* The block of text at byte `at`, in small letters; zeros follow its end. */
static size_t fold_block(struct str text, size_t at, char *out)
{
	size_t left = text.n - at, n = left < BLOCK ? left : BLOCK;
	size_t copy = left < BLOCK + HEAD ? left : BLOCK + HEAD;

	memcpy(out, text.at + at, copy);
	memset(out + copy, 0, BLOCK + HEAD - copy);
	for (size_t i = 0; i < copy; i += HEAD) {
		uint64_t eight;

		memcpy(&eight, out + i, HEAD);
		eight = fold_eight(eight);
		memcpy(out + i, &eight, HEAD);
	}
	return n;
}

/*
 * Words of one byte in the n bytes of folded text.  Each is looked for until
 * it is found: alone[byte] says that it still is.
 */
static void scan_singles(const struct keywords *k, const char *text, size_t n,
			 uint8_t alone[256], uint64_t *seen)
{
	unsigned any = 0;

	for (size_t i = 0; i < n; i++)
		any |= alone[(uint8_t)text[i]];
	for (unsigned s = 0; any && s < k->singles; s++) {
		const struct keyword *word = &k->word[k->single[s]];

		if (alone[word->head] && memchr(text, (int)word->head, n)) {
			alone[word->head] = 0;
			add_owners(k, word, seen);
		}
	}
}

void keywords_scan(const struct keywords *k, struct str text, uint64_t *seen)
{
	char folded[BLOCK + HEAD];
	uint16_t start[BLOCK];
	uint8_t alone[256];

	if (!k->n || !text.n)
		return;
	memcpy(alone, k->alone, sizeof alone);
	for (size_t at = 0; at < text.n; at += BLOCK) {
		size_t n = fold_block(text, at, folded);

		scan_singles(k, folded, n, alone, seen);
		n = possible_starts(k, folded, n, start);
		for (size_t i = 0; i < n; i++) {
			size_t place = start[i];
			uint64_t head = load_eight(folded + place);

			look_up(k, text, at + place, head, bucket_of(head),
				seen);
			if (k->brief[pair_of(head)] == ANY)
				look_up(k, text, at + place, head,
					bucket_of(head & 0xffff), seen);
		}
	}
}

void keywords_free(struct keywords *k)
{
	free(k->entry);
	free(k->word);
	free(k->owners);
	free(k->text);
	free(k->bucket);
	free(k->brief);
	free(k->large);
	*k = (struct keywords){ 0 };
}
