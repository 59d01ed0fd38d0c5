/* bpe_train.c - count pairs, merge the most frequent, count again */
#include "model/bpe_train.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/vec.h"
#include "text/utf8.h"

enum { LEAST = 2 }; /* times that a pair stands to be merged */

struct pair {
	uint32_t left, right;
	int64_t count;
	VEC(uint32_t) word; /* that hold it, or did */
	uint64_t touched;   /* the last merge that added to it */
};

/* What the heap knows of a pair; its count may have fallen since. */
struct candidate {
	int64_t count;
	uint32_t left, right, pair;
};

struct trainer {
	const struct counted *words;
	uint32_t *order;  /* words by their bytes */
	uint32_t *symbol; /* of all words */
	size_t *start;    /* (words) */
	uint32_t *length; /* (words) symbols, fewer with each merge */
	VEC(struct pair) pair;
	uint32_t *slot;   /* (slots) pair + 1, 0 is empty */
	size_t slots;
	VEC(struct candidate) heap;
	VEC(uint32_t) grown; /* pairs that the merge at hand added to */
	uint64_t merges;     /* begun */
	struct bpe *out;
};

/* -- the bytes -- */

uint32_t bpe_letter(unsigned char byte)
{
	static const struct {
		unsigned char from, to;
	} plain[] = { { '!', '~' }, { 0xa1, 0xac }, { 0xae, 0xff } };
	uint32_t moved = 256;

	for (unsigned b = 0; b <= byte; b++) {
		bool is_plain = false;

		for (size_t i = 0; i < 3; i++)
			is_plain |= b >= plain[i].from && b <= plain[i].to;
		if (b == byte)
			return is_plain ? b : moved;
		moved += !is_plain;
	}
	return moved;
}

static int by_code(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Name the bytes' letters in order of code point: number (below 512). */
static void name_letters(struct map *token, uint32_t *number)
{
	uint32_t letter[BPE_BYTES];
	char text[4];

	for (unsigned b = 0; b < BPE_BYTES; b++)
		letter[b] = bpe_letter((unsigned char)b);
	qsort(letter, BPE_BYTES, sizeof *letter, by_code);
	for (uint32_t i = 0; i < BPE_BYTES; i++) {
		size_t n = utf8_put(text, letter[i]);

		number[letter[i]] = i + 1;
		map_add(token, (struct str){ text, n });
	}
}

/* -- the words -- */

static int spell(struct trainer *t)
{
	uint32_t number[2 * BPE_BYTES] = { 0 };
	size_t n = 0, words = t->words->word.n;

	name_letters(&t->out->token, number);
	for (uint32_t w = 0; w < words; w++)
		n += map_key(&t->words->word, w).n;
	t->order = mem_array(words, sizeof *t->order);
	t->symbol = mem_try(n, sizeof *t->symbol);
	t->start = mem_array(words, sizeof *t->start);
	t->length = mem_array(words, sizeof *t->length);
	if (!t->symbol)
		return ERR_NOMEM;
	counted_order(t->words, t->order);
	n = 0;
	for (uint32_t w = 0; w < words; w++) {
		struct str word = map_key(&t->words->word, t->order[w]);
		const char *at = word.at, *end = at + word.n;

		t->start[w] = n;
		while (at < end) {
			uint32_t c = utf8_next(&at);

			if (c >= 2 * BPE_BYTES || !number[c])
				return err_set(ERR_FORMAT, "U+%04X stands for "
					       "no byte", c);
			t->symbol[n++] = number[c] - 1;
		}
		t->length[w] = (uint32_t)(n - t->start[w]);
	}
	return 0;
}

/* -- pairs -- */

static uint32_t *find(struct trainer *t, uint32_t left, uint32_t right)
{
	uint64_t hash = hash_mix((uint64_t)left << 32 | right);

	for (size_t i = (size_t)hash;; i++) {
		uint32_t *slot = &t->slot[i & (t->slots - 1)];

		if (!*slot || (t->pair.at[*slot - 1].left == left &&
			       t->pair.at[*slot - 1].right == right))
			return slot;
	}
}

static void grow(struct trainer *t)
{
	free(t->slot);
	t->slots = t->slots ? 2 * t->slots : 4096;
	t->slot = mem_array(t->slots, sizeof *t->slot);
	for (size_t i = 0; i < t->pair.n; i++)
		*find(t, t->pair.at[i].left, t->pair.at[i].right) =
			(uint32_t)i + 1;
}

static struct pair *pair_of(struct trainer *t, uint32_t left, uint32_t right)
{
	uint32_t *slot;

	if (2 * (t->pair.n + 1) > t->slots)
		grow(t);
	slot = find(t, left, right);
	if (!*slot) {
		vec_push(&t->pair, ((struct pair){ .left = left,
						   .right = right }));
		*slot = (uint32_t)t->pair.n;
	}
	return &t->pair.at[*slot - 1];
}

/* The pair stands in word w: so many times more, or less. */
static void change(struct trainer *t, uint32_t left, uint32_t right, uint32_t w,
		   int sign)
{
	struct pair *pair = pair_of(t, left, right);
	int64_t count = (int64_t)t->words->count[t->order[w]];

	pair->count += sign * count;
	if (sign < 0)
		return;
	if (!pair->word.n || pair->word.at[pair->word.n - 1] != w)
		vec_push(&pair->word, w);
	if (pair->touched != t->merges) {
		pair->touched = t->merges;
		vec_push(&t->grown, (uint32_t)(pair - t->pair.at));
	}
}

/* -- the heap: most frequent first, then lower numbers -- */

static bool before(const struct candidate *a, const struct candidate *b)
{
	if (a->count != b->count)
		return a->count > b->count;
	if (a->left != b->left)
		return a->left < b->left;
	return a->right < b->right;
}

static void sift_down(struct trainer *t, size_t i)
{
	struct candidate *heap = t->heap.at, moved = heap[i];
	size_t n = t->heap.n;

	for (size_t child; (child = 2 * i + 1) < n; i = child) {
		if (child + 1 < n && before(&heap[child + 1], &heap[child]))
			child++;
		if (!before(&heap[child], &moved))
			break;
		heap[i] = heap[child];
	}
	heap[i] = moved;
}

static void heap_add(struct trainer *t, uint32_t pair)
{
	const struct pair *p = &t->pair.at[pair];
	struct candidate c = { p->count, p->left, p->right, pair };
	size_t i = t->heap.n;

	if (c.count < LEAST)
		return;
	vec_push(&t->heap, c);
	for (; i > 0 && before(&c, &t->heap.at[(i - 1) / 2]); i = (i - 1) / 2)
		t->heap.at[i] = t->heap.at[(i - 1) / 2];
	t->heap.at[i] = c;
}

/* The pair to merge next, or NULL. */
static struct pair *heap_take(struct trainer *t)
{
	while (t->heap.n) {
		struct candidate *top = t->heap.at;
		struct pair *pair = &t->pair.at[top->pair];

		if (top->count == pair->count) {
			t->heap.at[0] = t->heap.at[--t->heap.n];
			if (t->heap.n)
				sift_down(t, 0);
			return pair;
		}
		top->count = pair->count;
		if (top->count < LEAST)
			t->heap.at[0] = t->heap.at[--t->heap.n];
		if (t->heap.n)
			sift_down(t, 0);
	}
	return NULL;
}

/* -- merging -- */

static void merge_word(struct trainer *t, uint32_t w, uint32_t left,
		       uint32_t right, uint32_t made)
{
	uint32_t *s = t->symbol + t->start[w], n = t->length[w], to = 0;

	for (uint32_t from = 0; from < n; to++) {
		if (from + 1 == n || s[from] != left || s[from + 1] != right) {
			s[to] = s[from++];
			continue;
		}
		from += 2;
		s[to] = made;
		if (to > 0) {
			change(t, s[to - 1], left, w, -1);
			change(t, s[to - 1], made, w, 1);
		}
		if (from < n) {
			change(t, right, s[from], w, -1);
			change(t, made, s[from], w, 1);
		}
	}
	t->length[w] = to;
}

static uint32_t name_merge(struct trainer *t, uint32_t left, uint32_t right)
{
	struct buf name = { 0 };
	uint32_t made;

	buf_str(&name, map_key(&t->out->token, left));
	buf_str(&name, map_key(&t->out->token, right));
	made = map_add(&t->out->token, buf_view(&name));
	buf_free(&name);
	return made;
}

static void merge_pair(struct trainer *t, struct pair *pair)
{
	uint32_t left = pair->left, right = pair->right;
	uint32_t *word = pair->word.at, made = name_merge(t, left, right);
	size_t words = pair->word.n;

	pair->word.at = NULL; /* pair may move while others are added */
	vec_free(&pair->word);
	t->grown.n = 0;
	t->merges++;
	for (size_t i = 0; i < words; i++)
		merge_word(t, word[i], left, right, made);
	free(word);
	mem_grow(&t->out->merge, &t->out->room, t->out->n + 1,
		 sizeof *t->out->merge);
	t->out->merge[t->out->n++] = (struct bpe_merge){ left, right };
	for (size_t i = 0; i < t->grown.n; i++)
		heap_add(t, t->grown.at[i]);
}

static void count_pairs(struct trainer *t)
{
	for (uint32_t w = 0; w < t->words->word.n; w++) {
		const uint32_t *s = t->symbol + t->start[w];

		for (uint32_t i = 0; i + 1 < t->length[w]; i++)
			change(t, s[i], s[i + 1], w, 1);
	}
	for (size_t i = 0; i < t->pair.n; i++)
		heap_add(t, (uint32_t)i);
}

int bpe_train(const struct counted *words, uint32_t tokens, struct bpe *out)
{
	struct trainer t = { .words = words, .out = out };
	struct pair *pair;
	int rc;

	*out = (struct bpe){ 0 };
	if ((rc = spell(&t)) == 0) {
		count_pairs(&t);
		while (out->token.n < tokens && (pair = heap_take(&t)))
			merge_pair(&t, pair);
	}
	for (size_t i = 0; i < t.pair.n; i++)
		vec_free(&t.pair.at[i].word);
	vec_free(&t.pair);
	vec_free(&t.heap);
	vec_free(&t.grown);
	free(t.order);
	free(t.symbol);
	free(t.start);
	free(t.length);
	free(t.slot);
	return rc;
}

void bpe_train_free(struct bpe *bpe)
{
	map_free(&bpe->token);
	free(bpe->merge);
	*bpe = (struct bpe){ 0 };
}
