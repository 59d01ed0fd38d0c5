/*
 * bpe.c - neighbours merged, in the order in which they were learned
 *
 * A word starts as its characters.  Of all neighbours that may merge, those of
 * the lowest rank do, the leftmost first, until none may.  A heap of the
 * candidates makes a word of n characters cost n log n: without pre-tokeniser
 * a word is as long as the text.
 *
 * Source: Sennrich et al., "Neural Machine Translation of Rare Words with
 * Subword Units", 2016; bytes as letters: GPT-2.  Ties and what is stale are
 * those of the `tokenizers` library.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/hash.h"
#include "model/parts.h"
#include "text/utf8.h"

/* -- the table of merges -- */

static struct merge *probe(const struct tokenizer *t, uint32_t left,
			   uint32_t right)
{
	uint64_t hash = hash_mix((uint64_t)left << 32 | right);

	for (uint32_t i = (uint32_t)hash;; i++) {
		struct merge *m = &t->merge[i & t->merge_mask];

		if (m->left == NO_TOKEN ||
		    (m->left == left && m->right == right))
			return m;
	}
}

static void rebuild(struct tokenizer *t)
{
	struct merge *old = t->merge;
	uint32_t n = old ? t->merge_mask + 1 : 0, slots = n ? 2 * n : 1024;

	t->merge = mem_array(slots, sizeof *t->merge);
	t->merge_mask = slots - 1;
	for (uint32_t i = 0; i < slots; i++)
		t->merge[i].left = NO_TOKEN;
	for (uint32_t i = 0; i < n; i++)
		if (old[i].left != NO_TOKEN)
			*probe(t, old[i].left, old[i].right) = old[i];
	free(old);
}

int bpe_add(struct tokenizer *t, struct str left, struct str right,
	    uint32_t rank)
{
	const struct vocabulary *v = &t->vocabulary;
	struct str tail = right;
	struct buf both = { 0 };
	struct merge m;
	bool found;

	if (t->prefix.n && str_starts(right, t->prefix))
		tail = (struct str){ right.at + t->prefix.n,
				     right.n - t->prefix.n };
	buf_str(&both, left);
	buf_str(&both, tail);
	found = vocabulary_find(v, left, &m.left) &&
		vocabulary_find(v, right, &m.right) &&
		vocabulary_find(v, buf_view(&both), &m.id);
	buf_free(&both);
	if (!found)
		return err_set(ERR_FORMAT, "merge %u (\"%.*s\", \"%.*s\") is "
			       "of pieces that are not in the vocabulary",
			       t->merges, (int)(left.n < 40 ? left.n : 40),
			       left.at, (int)(right.n < 40 ? right.n : 40),
			       right.at);
	if (!t->merge || t->merges >= t->merge_mask / 2)
		rebuild(t);
	m.rank = rank;
	t->merges++;
	*probe(t, m.left, m.right) = m;
	return 0;
}

/* -- a word -- */

#define NONE UINT32_MAX

struct symbol {
	uint32_t id, previous, next; /* NONE: at an end */
	bool gone;                   /* into its left neighbour */
};

struct candidate {
	uint32_t rank, at, id;
};

struct word {
	struct symbol *symbol; /* (n) */
	struct candidate *heap; /* (heaped) the lowest first */
	size_t n, heaped;
};

static bool before(struct candidate a, struct candidate b)
{
	return a.rank != b.rank ? a.rank < b.rank : a.at < b.at;
}

static void push(struct word *w, struct candidate new)
{
	size_t i = w->heaped++;

	for (; i > 0 && before(new, w->heap[(i - 1) / 2]); i = (i - 1) / 2)
		w->heap[i] = w->heap[(i - 1) / 2];
	w->heap[i] = new;
}

static struct candidate pop(struct word *w)
{
	struct candidate top = w->heap[0], last = w->heap[--w->heaped];
	size_t i = 0, child;

	while ((child = 2 * i + 1) < w->heaped) {
		if (child + 1 < w->heaped &&
		    before(w->heap[child + 1], w->heap[child]))
			child++;
		if (!before(w->heap[child], last))
			break;
		w->heap[i] = w->heap[child];
		i = child;
	}
	w->heap[i] = last;
	return top;
}

/* Symbol `at` and its right neighbour may merge. */
static void offer(const struct tokenizer *t, struct word *w, uint32_t at)
{
	const struct symbol *s = &w->symbol[at];
	const struct merge *m;

	if (s->next == NONE || !t->merge)
		return;
	m = probe(t, s->id, w->symbol[s->next].id);
	if (m->left != NO_TOKEN)
		push(w, (struct candidate){ m->rank, at, m->id });
}

static void merge_all(const struct tokenizer *t, struct word *w)
{
	for (uint32_t i = 0; i + 1 < w->n; i++)
		offer(t, w, i);
	while (w->heaped) {
		struct candidate c = pop(w);
		struct symbol *s = &w->symbol[c.at], *right;
		const struct merge *m;

		if (s->gone || s->next == NONE)
			continue;
		right = &w->symbol[s->next];
		m = probe(t, s->id, right->id);
		if (m->left == NO_TOKEN || m->id != c.id)
			continue;
		s->id = c.id;
		s->next = right->next;
		right->gone = true;
		if (s->next != NONE)
			w->symbol[s->next].previous = c.at;
		if (s->previous != NONE)
			offer(t, w, s->previous);
		offer(t, w, c.at);
	}
}

static void add_symbol(struct word *w, uint32_t id)
{
	uint32_t n = (uint32_t)w->n++;

	w->symbol[n] = (struct symbol){ id, n ? n - 1 : NONE, NONE, false };
	if (n)
		w->symbol[n - 1].next = n;
}

/* The piece of a character at its place in a word. */
static bool find_letter(const struct tokenizer *t, struct str letter,
			bool first, bool last, struct buf *scratch,
			uint32_t *id)
{
	if ((first || !t->prefix.n) && (!last || !t->suffix.n))
		return vocabulary_find(&t->vocabulary, letter, id);
	buf_clear(scratch);
	if (!first)
		buf_str(scratch, t->prefix);
	buf_str(scratch, letter);
	if (last)
		buf_str(scratch, t->suffix);
	return vocabulary_find(&t->vocabulary, buf_view(scratch), id);
}

/* A character in bytes; false: there is no token for one of them. */
static bool spell_bytes(const struct tokenizer *t, struct str letter,
			struct word *w)
{
	for (size_t i = 0; i < letter.n; i++)
		if (t->byte[(unsigned char)letter.at[i]] == NO_TOKEN)
			return false;
	for (size_t i = 0; i < letter.n; i++)
		add_symbol(w, t->byte[(unsigned char)letter.at[i]]);
	return true;
}

/* Characters as symbols; unknown ones as bytes, or as the unknown token. */
static void spell(const struct tokenizer *t, struct str text,
		  struct buf *scratch, struct word *w)
{
	bool pending = false; /* an unknown token waits for more of its kind */
	size_t length;

	for (size_t i = 0; i < text.n; i += length) {
		struct str letter = { text.at + i, utf8_length(text.at[i]) };
		uint32_t id;

		length = letter.n;
		if (find_letter(t, letter, i == 0, i + length == text.n,
				scratch, &id)) {
			if (pending)
				add_symbol(w, t->unknown);
			pending = false;
			add_symbol(w, id);
		} else if (t->fallback && spell_bytes(t, letter, w)) {
			continue;
		} else if (t->unknown != NO_TOKEN) {
			if (pending && !t->fuse)
				add_symbol(w, t->unknown);
			pending = true;
		}
	}
	if (pending)
		add_symbol(w, t->unknown);
}

void bpe_encode(const struct tokenizer *t, struct str text,
		struct tokens *tokens)
{
	struct word w = { 0 };
	uint32_t id;

	if (t->whole && vocabulary_find(&t->vocabulary, text, &id)) {
		tokens_add(tokens, id);
		return;
	}
	/* A word of n bytes has n symbols and 3 n candidates at most. */
	w.symbol = tokens_work(tokens, text.n * (sizeof *w.symbol +
						 3 * sizeof *w.heap));
	w.heap = (struct candidate *)(w.symbol + text.n);
	spell(t, text, &tokens->other, &w);
	merge_all(t, &w);
	for (uint32_t i = 0; w.n && i != NONE; i = w.symbol[i].next)
		tokens_add(tokens, w.symbol[i].id);
}

/* -- bytes as letters -- */

/* Bytes that print stand for themselves, the others for U+0100 and on. */
static uint32_t letter(unsigned char byte)
{
	if ((byte >= 33 && byte <= 126) || (byte >= 161 && byte != 173))
		return byte;
	if (byte <= 32)
		return 256u + byte;
	if (byte <= 160)
		return 256u + 33 + (byte - 127u);
	return 256u + 67;
}

size_t letter_of(unsigned char byte, char out[2])
{
	return utf8_put(out, letter(byte));
}

int byte_of(uint32_t c)
{
	if (c < 256)
		return letter((unsigned char)c) == c ? (int)c : -1;
	if (c <= 256 + 32)
		return (int)c - 256;
	if (c < 256 + 67)
		return (int)c - 256 - 33 + 127;
	return c == 256 + 67 ? 173 : -1;
}
