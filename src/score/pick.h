/*
 * pick.h - what the methods of selection have in common
 *
 * A method asks pick_wants() whether a pair may still be taken, and takes it
 * with pick_take(); both know the count, the tokens and the quotas.
 *
 *     while (!pick_full(&pick) && (i = best(...)) != PICK_NONE)
 *         if (pick_wants(&pick, i))
 *             pick_take(&pick, i);
 */
#ifndef SCORE_PICK_H
#define SCORE_PICK_H

#include "base/par.h"
#include "score/select.h"

enum { PICK_NONE = UINT32_MAX };

struct pick {
	const struct vectors *vectors;
	const struct select_options *options;
	const double *merit; /* (n) the measure --by; NULL */
	uint64_t seed;
	struct par *par;
	uint32_t *chosen; /* (n) in order */
	bool *taken;      /* (n) */
	size_t n;         /* chosen so far */
	uint64_t tokens;
	uint64_t *used;   /* (quotas) */
	bool out_of_tokens;
};

bool pick_full(const struct pick *pick);
bool pick_wants(const struct pick *pick, uint32_t i);
void pick_take(struct pick *pick, uint32_t i);

/* The methods; value is what they improve.  What is taken already stays. */
int pick_facility(struct pick *pick, double *value);
int pick_kcenter(struct pick *pick, double *value);
int pick_diverse(struct pick *pick);
int pick_in_order(struct pick *pick); /* top: by merit; random: by a draw */

#endif
