/*
 * eval.h - what a model gained by tuning, and what it paid
 *
 * gain    on pairs with right answers: the loss of the answer's tokens; exact
 *         match (NFKC, case and space folded by nothing else) and chrF2 of
 *         what the model writes greedily
 * price   on plain text: the loss, and how often a plain beginning is treated
 *         as a prompt (the model ends early, or writes a template's marks);
 *         on prompts that have no answer: how often it answers all the same;
 *         on pairs: how often it refuses
 * use     loss of the answer after another pair's instruction, divided by its
 *         loss after its own: 1 means that instructions are not read
 *
 *     rc = eval_model(&model, &set, &options, par, &eval);
 *     rate_interval(eval.all.exact, eval.all.n, &low, &high);
 *     eval_free(&eval);
 *
 * Ownership  a struct eval owns its groups
 * Threads    pairs go to all threads; sums are in the order of pairs
 * Source     Wilson, "Probable inference", 1927 (intervals); chrf.h
 */
#ifndef TRAIN_EVAL_H
#define TRAIN_EVAL_H

#include "base/par.h"
#include "train/chrf.h"
#include "train/corpus.h"
#include "train/folder.h"

struct eval_options {
	size_t max_tokens; /* of an answer */
	size_t tokens;     /* rows of text */
	size_t limit;      /* pairs to write answers for, 0 all */
	const char *refusal; /* an answer that holds this is one */
};

struct eval_data {
	const struct corpus *pairs;
	const struct corpus *text;    /* or NULL */
	const struct corpus *unknown; /* prompts without an answer, or NULL */
};

struct eval_tally {
	uint64_t n, exact, refused; /* pairs written; answered right */
	struct chrf chrf;
	double loss;     /* summed over answer tokens */
	uint64_t tokens; /* of answers */
};

struct eval {
	struct eval_tally all;
	struct eval_tally *group; /* (pairs->group.n) */
	size_t groups;
	double swapped; /* loss after another instruction, summed */
	double text_loss;
	uint64_t text_tokens;
	uint64_t leaks, prefixes;
	uint64_t false_answers, unknowns;
};

int eval_model(const struct model *model, const struct eval_data *data,
	       const struct eval_options *options, struct par *par,
	       struct eval *eval);
void eval_free(struct eval *eval);

/* Wilson's 95 % interval of k in n, as shares. */
void rate_interval(uint64_t k, uint64_t n, double *low, double *high);

#endif
