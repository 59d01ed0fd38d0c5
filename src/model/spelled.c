/* spelled.c - words to symbols, and the stretches that come back */
#include "model/spelled.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/vec.h"
#include "text/utf8.h"

/* -- symbols -- */

enum { CODES = 0x110000, SYMBOLS_MOST = UINT16_MAX };

struct character {
	uint32_t code;
	uint64_t count;
};

static int by_count(const void *a, const void *b)
{
	const struct character *x = a, *y = b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return (x->code > y->code) - (x->code < y->code);
}

/* All characters of the words, most frequent first; returns how many. */
static size_t count_characters(const struct counted *words,
			       struct character *all, uint64_t *total)
{
	uint64_t *count = mem_array(CODES, sizeof *count);
	size_t n = 0;

	*total = 0;
	for (uint32_t w = 0; w < words->word.n; w++) {
		struct str word = map_key(&words->word, w);
		const char *at = word.at, *end = at + word.n;

		while (at < end) {
			count[utf8_next(&at)] += words->count[w];
			*total += words->count[w];
		}
	}
	for (uint32_t c = 0; c < CODES; c++)
		if (count[c])
			all[n++] = (struct character){ c, count[c] };
	free(count);
	qsort(all, n, sizeof *all, by_count);
	return n;
}

/* Give symbols to the most frequent characters: number (CODES). */
static void choose_symbols(struct spelled *text, const struct counted *words,
			   double coverage, uint16_t *number)
{
	struct character *all = mem_array(CODES, sizeof *all);
	uint64_t total, covered = 0;
	size_t n = count_characters(words, all, &total), i;

	text->code = mem_array(n + 1, sizeof *text->code);
	text->frequency = mem_array(n + 1, sizeof *text->frequency);
	text->symbols = 1;
	for (i = 0; i < n && i + 1 < SYMBOLS_MOST; i++) {
		if ((double)covered >= coverage * (double)total)
			break;
		covered += all[i].count;
		number[all[i].code] = (uint16_t)text->symbols;
		text->frequency[text->symbols] = all[i].count;
		text->code[text->symbols++] = all[i].code;
	}
	free(all);
}

static void add_word(struct spelled *text, struct str word, uint64_t count,
		     const uint16_t *number)
{
	const char *at = word.at, *end = at + word.n;
	size_t length = SPELLED_LONGEST;

	while (at < end) {
		if (length == SPELLED_LONGEST) {
			text->start[text->words] = (uint32_t)text->n;
			text->count[text->words++] = count;
			length = 0;
		}
		text->symbol[text->n++] = number[utf8_next(&at)];
		if (++length == SPELLED_LONGEST || at == end)
			text->symbol[text->n++] = 0;
	}
}

int spelled_init(struct spelled *text, const struct counted *words,
		 double coverage)
{
	uint16_t *number = mem_array(CODES, sizeof *number);
	uint32_t *order = mem_array(words->word.n, sizeof *order);
	size_t symbols = 0, parts = 0;
	int rc = ERR_NOMEM;

	*text = (struct spelled){ 0 };
	for (uint32_t w = 0; w < words->word.n; w++) {
		struct str word = map_key(&words->word, w);
		size_t n = utf8_count(word.at, word.n);

		parts += n / SPELLED_LONGEST + 1;
		symbols += n + n / SPELLED_LONGEST + 1;
	}
	if (symbols >= UINT32_MAX) {
		rc = err_set(ERR_LIMIT, "the words have %zu characters; at "
					"most 2^32 can be trained on", symbols);
		goto done;
	}
	text->symbol = mem_try(symbols + 1, sizeof *text->symbol);
	text->start = mem_try(parts + 1, sizeof *text->start);
	text->count = mem_try(parts + 1, sizeof *text->count);
	if (!text->symbol || !text->start || !text->count)
		goto done;
	choose_symbols(text, words, coverage, number);
	counted_order(words, order);
	for (uint32_t i = 0; i < words->word.n; i++)
		add_word(text, map_key(&words->word, order[i]),
			 words->count[order[i]], number);
	text->start[text->words] = (uint32_t)text->n;
	text->symbol[text->n] = 0;
	rc = 0;
done:
	free(number);
	free(order);
	return rc;
}

void spelled_free(struct spelled *text)
{
	free(text->symbol);
	free(text->start);
	free(text->count);
	free(text->code);
	free(text->frequency);
	*text = (struct spelled){ 0 };
}

void spelled_text(const struct spelled *text, size_t at, size_t n,
		  struct buf *out)
{
	for (size_t i = at; i < at + n; i++) {
		buf_room(out, 4);
		out->n += utf8_put(out->at + out->n,
				   text->code[text->symbol[i]]);
		out->at[out->n] = '\0';
	}
}

/* -- stretches -- */

/*
 * Level by level: a stretch of L + 1 symbols is the pair of the stretches of L
 * at its place and at the next, and can only be frequent when both are.  Each
 * part of the keys is counted by one task; counts are sums, so the cut does
 * not show.
 */
enum { PARTS = 8 };

struct entry {
	uint64_t key;   /* the numbers of two stretches; 0 is empty */
	uint64_t count;
	uint32_t first; /* where it stands first */
	uint32_t number; /* 0: not frequent */
};

struct part {
	struct entry *slot; /* (slots) */
	size_t slots, n;
};

struct level {
	const struct spelled *text;
	const uint32_t *number; /* (n) of the stretch at each place, or 0 */
	const uint64_t *weight; /* (n) the count of the word there */
	struct part part[PARTS];
};

static uint64_t key_at(const struct level *level, size_t i)
{
	uint32_t a = level->number[i], b = level->number[i + 1];

	return a && b ? (uint64_t)a << 32 | b : 0;
}

static struct entry *find(const struct part *part, uint64_t key)
{
	size_t mask = part->slots - 1, i = (hash_mix(key) >> 8) & mask;

	while (part->slot[i].key && part->slot[i].key != key)
		i = (i + 1) & mask;
	return &part->slot[i];
}

static void grow(struct part *part)
{
	struct part larger = { .slots = part->slots ? part->slots * 2 : 4096,
			       .n = part->n };

	larger.slot = mem_array(larger.slots, sizeof *larger.slot);
	for (size_t i = 0; i < part->slots; i++)
		if (part->slot[i].key)
			*find(&larger, part->slot[i].key) = part->slot[i];
	free(part->slot);
	*part = larger;
}

static int count_part(void *context, size_t p)
{
	struct level *level = context;
	struct part *part = &level->part[p];

	grow(part);
	for (size_t i = 0; i < level->text->n; i++) {
		uint64_t key = key_at(level, i);
		struct entry *entry;

		if (!key || hash_mix(key) % PARTS != p)
			continue;
		if (part->n * 2 >= part->slots)
			grow(part);
		entry = find(part, key);
		if (!entry->key) {
			entry->key = key;
			entry->first = (uint32_t)i;
			part->n++;
		}
		entry->count += level->weight[i];
	}
	return 0;
}

static struct entry *entry_at(const struct level *level, size_t i)
{
	uint64_t key = key_at(level, i);

	return key ? find(&level->part[hash_mix(key) % PARTS], key) : NULL;
}

struct found {
	VEC(struct stretch) all;
	VEC(bool) fixed; /* always followed by the same symbol */
};

/*
 * Number the frequent stretches of `length` symbols in order of first
 * appearance, into next: 1 + their place in found->all.  Returns how many
 * places hold one.
 */
static size_t number_level(struct level *level, uint32_t length,
			   uint32_t *next, struct found *found)
{
	size_t live = 0;

	for (size_t i = 0; i < level->text->n; i++) {
		struct entry *entry = entry_at(level, i);
		uint32_t prefix = level->number[i];

		next[i] = 0;
		if (!entry || entry->count < 2)
			continue;
		if (!entry->number) {
			vec_push(&found->all, ((struct stretch){
				(uint32_t)i, length, entry->count }));
			vec_push(&found->fixed, false);
			entry->number = (uint32_t)found->all.n;
			if (length > 2 &&
			    found->all.at[prefix - 1].count == entry->count)
				found->fixed.at[prefix - 1] = true;
		}
		next[i] = entry->number;
		live++;
	}
	return live;
}

static void level_free(struct level *level)
{
	for (size_t p = 0; p < PARTS; p++)
		free(level->part[p].slot);
	memset(level->part, 0, sizeof level->part);
}

/* The symbols are the stretches of length 1; each place weighs as its word. */
static void first_level(const struct spelled *text, uint32_t *number,
			uint64_t *weight)
{
	for (size_t w = 0; w < text->words; w++)
		for (size_t i = text->start[w]; i < text->start[w + 1]; i++) {
			number[i] = text->symbol[i];
			weight[i] = text->count[w];
		}
}

static size_t drop_fixed(struct found *found)
{
	size_t kept = 0;

	for (size_t i = 0; i < found->all.n; i++)
		if (!found->fixed.at[i])
			found->all.at[kept++] = found->all.at[i];
	return kept;
}

int spelled_stretches(const struct spelled *text, struct par *par,
		      unsigned longest, struct stretch **out, size_t *n)
{
	uint32_t *number = mem_try(text->n + 1, sizeof *number);
	uint32_t *next = mem_try(text->n + 1, sizeof *next);
	uint64_t *weight = mem_try(text->n + 1, sizeof *weight);
	struct level level = { .text = text, .weight = weight };
	struct found found = { 0 };
	int rc = ERR_NOMEM;
	size_t live = 1;

	if (!number || !next || !weight)
		goto done;
	number[text->n] = next[text->n] = 0;
	first_level(text, number, weight);
	for (uint32_t length = 2; length <= longest && live; length++) {
		uint32_t *swap = number;

		level.number = number;
		par_for(par, PARTS, count_part, &level);
		live = number_level(&level, length, next, &found);
		level_free(&level);
		number = next;
		next = swap;
	}
	rc = 0;
done:
	free(number);
	free(next);
	free(weight);
	*n = drop_fixed(&found);
	*out = found.all.at;
	vec_free(&found.fixed);
	return rc;
}
