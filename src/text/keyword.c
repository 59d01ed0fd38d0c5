/* keyword.c - which of thousands of words stand in a text, in one pass */
#include "text/keyword.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"

enum {
	STATES = UINT16_MAX,
	LANES = 4,
	SHORT = 512, /* bytes; below, lanes do not pay */
};

static uint8_t fold(char byte)
{
	return byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte | 32)
					  : (uint8_t)byte;
}

void keywords_add(struct keywords *k, struct str word, uint32_t owner)
{
	mem_grow(&k->entry, &k->room, k->entries + 1, sizeof *k->entry);
	k->entry[k->entries++] = (struct keyword_entry){ word, owner };
	if (word.n > k->longest)
		k->longest = word.n;
}

/* Class 0 is every byte that no word has. */
static void make_classes(struct keywords *k)
{
	bool used[256] = { false };
	unsigned classes = 1;

	for (size_t i = 0; i < k->entries; i++)
		for (size_t b = 0; b < k->entry[i].word.n; b++)
			used[fold(k->entry[i].word.at[b])] = true;
	for (unsigned b = 0; b < 256; b++)
		if (used[b])
			k->class[b] = (uint8_t)classes++;
	for (unsigned b = 'A'; b <= 'Z'; b++)
		k->class[b] = k->class[b | 32];
	while (1u << k->shift < classes)
		k->shift++;
}

/* -- building -- */

struct trie {
	struct keywords *k;
	uint16_t *next;   /* (states, 1 << shift); 0: no child yet */
	uint16_t *fail;   /* (states) */
	uint16_t *order;  /* (states) breadth first */
	uint64_t *owners; /* (states, words) */
	bool *ends;       /* (states) some word ends here */
	uint32_t states;
};

static void insert(struct trie *t, const struct keyword_entry *entry)
{
	struct keywords *k = t->k;
	uint32_t s = 0;

	for (size_t i = 0; i < entry->word.n; i++) {
		uint16_t *child =
			&t->next[(size_t)s << k->shift |
				 k->class[(uint8_t)entry->word.at[i]]];

		if (!*child)
			*child = (uint16_t)t->states++;
		s = *child;
	}
	t->owners[s * k->words + entry->owner / 64] |= UINT64_C(1)
						       << entry->owner % 64;
	t->ends[s] = true;
}

/* Follow failures breadth first; what a state lacks, its failure has. */
static void link_failures(struct trie *t)
{
	struct keywords *k = t->k;
	uint32_t classes = 1u << k->shift, tail = 1;

	t->order[0] = 0;
	for (uint32_t head = 0; head < tail; head++) {
		uint32_t s = t->order[head], f = t->fail[s];

		if (s) {
			for (size_t w = 0; w < k->words; w++)
				t->owners[s * k->words + w] |=
					t->owners[f * k->words + w];
			t->ends[s] |= t->ends[f];
		}
		for (uint32_t c = 0; c < classes; c++) {
			uint16_t *to = &t->next[(size_t)s << k->shift | c];
			uint16_t other = t->next[(size_t)f << k->shift | c];

			if (*to) {
				t->fail[*to] = s ? other : 0;
				t->order[tail++] = *to;
			} else if (s) {
				*to = other;
			}
		}
	}
}

/* Give states that end no word the lower numbers, and copy. */
static void renumber(struct trie *t)
{
	struct keywords *k = t->k;
	uint16_t *number = mem_array(t->states, sizeof *number);
	uint32_t classes = 1u << k->shift, n = 0;

	for (int ends = 0; ends < 2; ends++) {
		for (uint32_t i = 0; i < t->states; i++)
			if (t->ends[t->order[i]] == (bool)ends)
				number[t->order[i]] = (uint16_t)n++;
		if (!ends)
			k->first = n;
	}
	k->states = t->states;
	k->next = mem_array((size_t)t->states << k->shift, sizeof *k->next);
	k->owners = mem_array((t->states - k->first) * k->words + 1,
			      sizeof *k->owners);
	for (uint32_t s = 0; s < t->states; s++) {
		size_t to = number[s];

		for (uint32_t c = 0; c < classes; c++)
			k->next[to << k->shift | c] =
				number[t->next[(size_t)s << k->shift | c]];
		if (to >= k->first)
			memcpy(k->owners + (to - k->first) * k->words,
			       t->owners + s * k->words,
			       k->words * sizeof *k->owners);
	}
	free(number);
}

int keywords_build(struct keywords *k, size_t owners)
{
	struct trie t = { .k = k, .states = 1 };
	size_t most = 1;

	k->words = owners / 64 + 1;
	for (size_t i = 0; i < k->entries; i++)
		most += k->entry[i].word.n;
	if (most > STATES)
		return err_set(ERR_LIMIT,
			       "the keywords of all rules have %zu bytes "
			       "together; %d are possible",
			       most, STATES);
	make_classes(k);
	t.next = mem_array(most << k->shift, sizeof *t.next);
	t.fail = mem_array(most, sizeof *t.fail);
	t.order = mem_array(most, sizeof *t.order);
	t.owners = mem_array(most * k->words, sizeof *t.owners);
	t.ends = mem_array(most, sizeof *t.ends);
	for (size_t i = 0; i < k->entries; i++)
		insert(&t, &k->entry[i]);
	link_failures(&t);
	renumber(&t);
	free(t.next);
	free(t.fail);
	free(t.order);
	free(t.owners);
	free(t.ends);
	free(k->entry);
	k->entry = NULL;
	k->room = 0;
	return 0;
}

/* -- scanning -- */

static void add_owners(const struct keywords *k, uint32_t s, uint64_t *seen)
{
	const uint64_t *owners = k->owners + (s - k->first) * k->words;

	for (size_t w = 0; w < k->words; w++)
		seen[w] |= owners[w];
}

static void scan_lane(const struct keywords *k, const uint8_t *at, size_t n,
		      uint64_t *seen)
{
	uint32_t s = 0;

	for (size_t i = 0; i < n; i++) {
		s = k->next[s << k->shift | k->class[at[i]]];
		if (s >= k->first)
			add_owners(k, s, seen);
	}
}

/*
 * A step waits for the step before it; four parts of the text side by side
 * hide that.  Parts overlap by the longest word, so none is cut.
 */
static void scan_lanes(const struct keywords *k, const uint8_t *at, size_t n,
		       uint64_t *seen)
{
	size_t overlap = k->longest - 1;
	size_t part = (n + (LANES - 1) * overlap) / LANES;
	const uint8_t *a = at, *b = a + part - overlap,
		      *c = b + part - overlap, *d = c + part - overlap;
	uint32_t s = 0, t = 0, u = 0, v = 0, first = k->first;
	const uint16_t *next = k->next;
	unsigned shift = k->shift;

	for (size_t i = 0; i < part; i++) {
		s = next[s << shift | k->class[a[i]]];
		t = next[t << shift | k->class[b[i]]];
		u = next[u << shift | k->class[c[i]]];
		v = next[v << shift | k->class[d[i]]];
		if (s >= first)
			add_owners(k, s, seen);
		if (t >= first)
			add_owners(k, t, seen);
		if (u >= first)
			add_owners(k, u, seen);
		if (v >= first)
			add_owners(k, v, seen);
	}
	part = (size_t)(d - at) + part;
	scan_lane(k, at + part - (part < n ? overlap : 0),
		  part < n ? n - part + overlap : 0, seen);
}

void keywords_scan(const struct keywords *k, struct str text, uint64_t *seen)
{
	if (k->longest == 0)
		return;
	if (text.n < SHORT || text.n / LANES < 2 * k->longest)
		scan_lane(k, (const uint8_t *)text.at, text.n, seen);
	else
		scan_lanes(k, (const uint8_t *)text.at, text.n, seen);
}

void keywords_free(struct keywords *k)
{
	free(k->entry);
	free(k->next);
	free(k->owners);
	*k = (struct keywords){ 0 };
}
