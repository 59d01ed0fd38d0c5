/*
 * answer.h - do two answers to one question contradict each other?
 *
 *   option   each is one letter or number of a choice, and they differ
 *   yes-no   one says yes, the other no
 *   number   the last numbers of two short answers, or of two solutions of a
 *            sum, differ
 *   short    two short answers (at most 5 words, or 12 characters of Han and
 *            kana), neither of which contains the other
 *   soft     longer answers with less than half of their words in common
 *
 * All but `soft` are hard: at most one of the two can be right.  Of an open
 * task (write, invent, chat) many answers are right, so it has no conflicts.
 *
 * Threads    an answerer each
 */
#ifndef DEDUP_ANSWER_H
#define DEDUP_ANSWER_H

#include <stdbool.h>

#include "base/arena.h"
#include "text/shingle.h"

enum conflict {
	CONFLICT_NONE,
	CONFLICT_OPTION,
	CONFLICT_YES_NO,
	CONFLICT_NUMBER,
	CONFLICT_SHORT,
	CONFLICT_SOFT,
};

const char *conflict_name(enum conflict conflict);

struct answer {
	struct str normal; /* form, in the caller's arena */
	struct str number; /* the last one in it, or absent */
	uint64_t equal;    /* of its units in order */
	uint64_t *unit;    /* (units) sorted and unique */
	size_t units;
	bool few;
	int yes;           /* 1 yes, -1 no, 0 neither */
};

/* The shingler has n = 1. */
void answer_read(struct answer *answer, struct shingler *shingler,
		 struct arena *arena, struct str text);

enum conflict answer_compare(const struct answer *a, const struct answer *b,
			     bool sum);

/* Many answers are right to tasks of this category. */
bool answer_is_open(struct str category);

#endif
