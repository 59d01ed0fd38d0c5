/* neighbours.c - halving by two texts, then a shuffle of the parts */
#include "train/neighbours.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct keyed {
	float key;
	uint32_t text;
};

struct halving {
	const struct lesson *lesson;
	size_t leaf;
	struct rng *rng;
	struct keyed *keyed; /* (texts) */
	float *between;      /* (d) */
	size_t *start;       /* (parts + 1) */
	size_t parts;
};

static int by_key(const void *a, const void *b)
{
	const struct keyed *x = a, *y = b;

	if (x->key < y->key)
		return -1;
	if (x->key > y->key)
		return 1;
	return (x->text > y->text) - (x->text < y->text);
}

static const float *target_at(const struct halving *h, uint32_t text)
{
	return h->lesson->target + h->lesson->row[text] * h->lesson->d;
}

/* Halve [from, from + n) until parts are small. */
static void halve(struct halving *h, size_t from, size_t n)
{
	struct keyed *keyed = h->keyed + from;
	size_t d = h->lesson->d;
	const float *a, *b;

	if (n <= h->leaf) {
		h->start[h->parts++] = from;
		return;
	}
	a = target_at(h, keyed[rng_below(h->rng, n)].text);
	b = target_at(h, keyed[rng_below(h->rng, n)].text);
	for (size_t c = 0; c < d; c++)
		h->between[c] = a[c] - b[c];
	for (size_t i = 0; i < n; i++) {
		const float *y = target_at(h, keyed[i].text);
		float key = 0;

		for (size_t c = 0; c < d; c++)
			key += y[c] * h->between[c];
		keyed[i].key = key;
	}
	qsort(keyed, n, sizeof *keyed, by_key);
	halve(h, from, n / 2);
	halve(h, from + n / 2, n - n / 2);
}

static void shuffle(size_t *order, size_t n, struct rng *rng)
{
	for (size_t i = n; i > 1; i--) {
		size_t j = rng_below(rng, i), swap = order[i - 1];

		order[i - 1] = order[j];
		order[j] = swap;
	}
}

void neighbours_order(const struct lesson *lesson, size_t leaf,
		      struct rng *rng, uint32_t *order)
{
	size_t n = lesson->features.texts, at = 0, *turn;
	struct halving h = { .lesson = lesson, .leaf = leaf ? leaf : 1,
			     .rng = rng };

	h.keyed = mem_array(n, sizeof *h.keyed);
	h.between = mem_array(lesson->d, sizeof *h.between);
	h.start = mem_array(n + 1, sizeof *h.start);
	turn = mem_array(n, sizeof *turn);
	for (size_t i = 0; i < n; i++)
		h.keyed[i].text = (uint32_t)i;
	if (h.leaf > 1)
		halve(&h, 0, n);
	else
		for (size_t i = 0; i < n; i++)
			h.start[h.parts++] = i;
	h.start[h.parts] = n;
	for (size_t i = 0; i < h.parts; i++)
		turn[i] = i;
	shuffle(turn, h.parts, rng);
	for (size_t i = 0; i < h.parts; i++)
		for (size_t k = h.start[turn[i]]; k < h.start[turn[i] + 1]; k++)
			order[at++] = h.keyed[k].text;
	free(h.keyed);
	free(h.between);
	free(h.start);
	free(turn);
}
