/*
 * conflicts.h - the stage `conflicts`: one question, answers that disagree
 *
 * Pairs ask the same when system and input are equal and the instructions match
 * as in match.h: similarity of at least the threshold, the same numbers; short
 * ones are equal but for punctuation.  With `semantic` the vectors of the
 * instructions are alike instead, and their numbers and protected words equal
 * (meaning.h): other words, the same question.  Every pair of a question is compared by
 * its answer with the pair that the question is named after, and with the
 * others of it, up to 64 (answer.h).
 *
 *     rc = conflicts_find(&conflicts, db, par, run, &options);
 *     rc = conflicts_record(&conflicts, db, run, &options);
 *     conflicts_free(&conflicts);
 *
 * consistency  1 - pairs of answers in hard conflict / pairs of answers
 * rate         questions in hard conflict for 1,000 pairs
 * phrasings    different instructions of a question, on average, of a category
 *
 * Errors     ERR_DB, ERR_NOMEM, ERR_USAGE; ERR_ABSENT (no vectors)
 */
#ifndef DEDUP_CONFLICTS_H
#define DEDUP_CONFLICTS_H

#include "base/par.h"
#include "base/vec.h"
#include "db/stage.h"
#include "dedup/answer.h"

enum conflicts_drop { DROP_NONE, DROP_MINORITY, DROP_ALL };

struct conflicts_options {
	double threshold;
	double semantic;   /* least cosine; 0: by the words */
	const char *model; /* whose vectors; NULL: what most pairs have */
	enum conflicts_drop drop;
	uint64_t memory;
	const char *name;
	bool replace;
};

/* A question whose answers disagree. */
struct question {
	enum conflict kind; /* the gravest between two of its answers */
	size_t first, n;    /* of its members, in conflicts.member */
	struct str instruction, input;
};

struct question_member {
	int64_t id;
	struct str response;
	uint32_t group;   /* answers that agree have one number */
	bool minority;    /* fewer give this answer than another */
};

/* How a kind of task is asked. */
struct phrasing {
	struct str category;
	uint64_t questions, forms;
};

struct conflicts {
	struct arena arena;
	struct map categories;
	uint64_t pairs, questions, answers, hard_answers;
	uint64_t hard, soft; /* questions */
	VEC(struct question) question; /* the gravest first */
	VEC(struct question_member) member;
	VEC(struct phrasing) phrasing;
	uint64_t dropped;
};

int conflicts_find(struct conflicts *conflicts, struct db *db,
		   struct par *par, struct run *run,
		   const struct conflicts_options *options);
/* A finding for every answer, and with --drop the decisions. */
int conflicts_record(struct conflicts *conflicts, struct db *db,
		     struct run *run, const struct conflicts_options *options);
void conflicts_json(const struct conflicts *conflicts, size_t limit,
		    double seconds, struct buf *out);
void conflicts_free(struct conflicts *conflicts);

double conflicts_consistency(const struct conflicts *conflicts);
double conflicts_rate(const struct conflicts *conflicts);

#endif
