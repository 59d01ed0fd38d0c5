/*
 * spelled.h - counted words as one array of symbols, for training vocabularies
 *
 * A symbol is a number for a character, the most frequent first: 1, 2, ...
 * Characters beyond the wanted coverage are symbol 0 and end every piece.
 * Words are cut at SPELLED_LONGEST symbols, which keeps the products of
 * probabilities along a word inside a double.
 *
 *     symbol (n)          word w is symbol[start[w] .. start[w + 1]), the last
 *                         of which is 0
 *     code (symbols)      the character of a symbol
 *
 * Ownership  the struct owns its arrays
 * Errors     ERR_NOMEM
 */
#ifndef MODEL_SPELLED_H
#define MODEL_SPELLED_H

#include "base/buf.h"
#include "base/par.h"
#include "model/counted.h"

enum { SPELLED_LONGEST = 128 };

struct spelled {
	uint16_t *symbol; /* (n) */
	size_t n;
	uint32_t *start;  /* (words + 1) */
	uint64_t *count;  /* (words) */
	size_t words;
	uint32_t *code;   /* (symbols); code[0] is not used */
	uint64_t *frequency; /* (symbols) */
	size_t symbols;
};

/* coverage: the share of all characters that get a symbol. */
int spelled_init(struct spelled *text, const struct counted *words,
		 double coverage);
void spelled_free(struct spelled *text);

/* Symbols [at, at + n) as UTF-8, appended. */
void spelled_text(const struct spelled *text, size_t at, size_t n,
		  struct buf *out);

struct stretch {
	uint32_t at, n; /* symbols at ... at + n of a text */
	uint64_t count; /* times it stands in the corpus */
};

/*
 * Frequent stretches of 2 to `longest` symbols that stand inside words at
 * least twice and are not always followed by one and the same symbol, in the
 * order in which they first appear.  The caller frees *out.
 */
int spelled_stretches(const struct spelled *text, struct par *par,
		      unsigned longest, struct stretch **out, size_t *n);

#endif
