/*
 * lattice.h - all ways to write a word in pieces
 *
 * For the trainer of unigram vocabularies only.  Pieces are stretches of
 * symbols (spelled.h) in a trie; every symbol has a piece of its own, and
 * symbol 0 is skipped at a fixed price, so a word can always be written.
 *
 * Sums over paths are products of plain doubles, without logarithms: each
 * piece of n symbols is scaled by tilt^n.  All paths through a word have the
 * same number of symbols, so the scale cancels in what is expected of a piece,
 * and with the tilt near the mean likelihood of a symbol nothing underflows.
 *
 * Threads    read-only after lattice_init(); each thread has its own struct
 *            path
 */
#ifndef MODEL_LATTICE_H
#define MODEL_LATTICE_H

#include <stddef.h>
#include <stdint.h>

#include "model/spelled.h"

struct lattice {
	const struct spelled *text;
	const struct stretch *piece; /* (n) */
	const double *score;         /* (n) log probabilities */
	size_t n;
	struct trie_node *node; /* node[0] is the root */
	uint32_t *root;         /* (symbols) its child by symbol, 0: none */
	double *weight;         /* (n) exp(score) * tilt^length */
	double tilt;            /* log of the factor a symbol */
	double skip;            /* score of symbol 0 */
};

/* Pieces are borrowed until lattice_free().  tilt: nats a symbol, about. */
int lattice_init(struct lattice *lattice, const struct spelled *text,
		 const struct stretch *piece, const double *score, size_t n,
		 double tilt);
void lattice_free(struct lattice *lattice);

/* Scratch for one word. */
struct path {
	double in[SPELLED_LONGEST + 2], out[SPELLED_LONGEST + 2];
	uint32_t from[SPELLED_LONGEST + 2];  /* Viterbi: start of the best */
	uint32_t piece[SPELLED_LONGEST + 2]; /* and its piece */
	struct edge *edge;
	size_t edges, room;
};

void path_free(struct path *path);

/*
 * Add to expected (n) how often each piece is used for the word of `symbols`
 * symbols at `at`, times count, over all ways to write it.  Returns the log
 * likelihood of the word.
 */
double lattice_expect(const struct lattice *lattice, const uint16_t *at,
		      size_t symbols, double count, struct path *path,
		      double *expected);

/*
 * The most likely way: piece numbers from the end to the start, into best
 * (symbols); returns how many.  without: a piece that may not be used, or
 * SIZE_MAX.  Skipped symbols are left out.
 */
size_t lattice_best(const struct lattice *lattice, const uint16_t *at,
		    size_t symbols, size_t without, struct path *path,
		    uint32_t *best);

#endif
