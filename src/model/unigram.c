/*
 * unigram.c - the pieces of highest total score, by Viterbi
 *
 * Every end of a character keeps the best way to get there.  A character that
 * is no piece alone may be unknown, at a price below every score; unknown
 * characters side by side are one token, or the bytes of it.
 *
 * Source: Kudo, "Subword Regularization", 2018; ties, the price and what is
 * fused are those of the `tokenizers` library.
 */
#include "model/parts.h"
#include "text/utf8.h"

/* The best way to a place: the piece that ends there. */
struct step {
	union {
		double score;
		size_t next; /* in the end: where the next piece ends */
	};
	uint32_t start; /* NOWHERE: nothing ends here */
	uint32_t id;
};

#define NOWHERE UINT32_MAX

static void offer(struct step *step, double score, size_t start, uint32_t id)
{
	if (step->start != NOWHERE && !(score > step->score))
		return;
	*step = (struct step){ { score }, (uint32_t)start, id };
}

/* A sum in the precision of the library that made the vocabulary. */
static double sum(const struct tokenizer *t, double a, double b)
{
	return t->single ? (double)(float)(a + b) : a + b;
}

static void find_steps(const struct tokenizer *t, struct str text,
		       struct step *step)
{
	size_t length;

	step[0] = (struct step){ { 0 }, 0, 0 };
	for (size_t i = 1; i <= text.n; i++)
		step[i].start = NOWHERE;
	for (size_t i = 0; i < text.n; i += length) {
		uint32_t node = TRIE_ROOT, id;
		bool alone = false;

		length = utf8_length(text.at[i]);
		for (size_t k = i; k < text.n &&
				   trie_step(&t->trie, &node, text.at[k]); k++) {
			if (!trie_value(&t->trie, node, &id))
				continue;
			offer(&step[k + 1],
			      sum(t, step[i].score, t->score[id]), i, id);
			alone = alone || k + 1 == i + length;
		}
		if (!alone)
			offer(&step[i + length],
			      sum(t, step[i].score, t->unknown_score), i,
			      t->unknown);
	}
}

/* Turn the way back from the end into a way forward. */
static void turn(struct step *step, size_t n)
{
	for (size_t end = n, start; end > 0; end = start) {
		start = step[end].start;
		step[start].next = end;
	}
}

/* Characters that are no pieces may be one together. */
static void add_unknown(const struct tokenizer *t, struct str text,
			struct tokens *tokens)
{
	uint32_t id;

	if (vocabulary_find(&t->vocabulary, text, &id))
		tokens_add(tokens, id);
	else if (!t->fallback || !bytes_add(t, text, tokens))
		tokens_add_unknown(t, tokens);
}

static void add_pieces(const struct tokenizer *t, struct str text,
		       const struct step *step, struct tokens *tokens)
{
	size_t start = 0; /* of a run of unknown ones */

	for (size_t i = 0, end; i < text.n; i = end) {
		end = step[i].next;
		if (step[end].id != t->unknown)
			tokens_add(tokens, step[end].id);
		else if (end < text.n &&
			 step[step[end].next].id == t->unknown)
			continue;
		else
			add_unknown(t, (struct str){ text.at + start,
						     end - start }, tokens);
		start = end;
	}
}

void unigram_encode(const struct tokenizer *t, struct str text,
		    struct tokens *tokens)
{
	struct step *step = tokens_work(tokens, (text.n + 1) * sizeof *step);

	find_steps(t, text, step);
	turn(step, text.n);
	add_pieces(t, text, step, tokens);
}
