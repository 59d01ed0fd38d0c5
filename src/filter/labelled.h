/*
 * labelled.h - pairs that a person labelled, and which rules hit them
 *
 * A record is an object with an instruction (or prompt, question, task, text)
 * and a label; input (context) and response (output, answer) may be there.
 * True labels are true, 1, "true", "yes" or what `positive` says.
 *
 *     rc = labelled_read(&set, path, &options, &rules, on, par);
 *     for (size_t i = 0; i < set.n; i++)
 *         set.label[i], set.score[i], and the rules set.hit[from .. to)
 *     labelled_free(&set);
 *
 * Errors     ERR_FORMAT: a record has no label or instruction, with its line;
 *            there is only one kind of label
 */
#ifndef FILTER_LABELLED_H
#define FILTER_LABELLED_H

#include "base/par.h"
#include "filter/rule.h"

struct labelled_options {
	const char *label;    /* key of the label */
	const char *positive; /* value that is true; NULL: as above */
	const char *where;    /* "KEY=VALUE": only such records; NULL: all */
};

struct labelled {
	size_t n, positives;
	bool *label;      /* (n) */
	double *score;    /* (n) ambiguity */
	uint32_t *hit;    /* (hits) rules, each once a pair */
	size_t *end;      /* (n) of the pair's hits */
	size_t hits;
	double *seconds;  /* (rules) processor time of each */
	uint64_t bytes;   /* of all text */
	size_t label_room, score_room, hit_room, end_room;
};

/*
 * A record as a pair, its language found; its instruction is absent when the
 * record has none.  Texts are borrowed from the record.
 */
struct value;
struct pair;
void labelled_pair(const struct value *record, struct pair *pair);

int labelled_read(struct labelled *set, const char *path,
		  const struct labelled_options *options,
		  const struct ruleset *rules, const bool *on,
		  struct par *par);
void labelled_free(struct labelled *set);

#endif
