/*
 * check.h - what a rule can look for that is no pattern
 *
 * Counting, comparing two fields and looking at the last characters are what
 * regular expressions are slow or unable at.  A check looks at one field (and
 * the rest of the pair) and says where it found its defect.
 *
 *     kind = check_find(STR("no-chain"));
 *     if (kind->look(&look, &check, &span)) ...
 *
 * Threads    pure functions of their arguments; `room` is the thread's own
 * Source     truncated, repetition-*: the heuristics of Data-Juicer and
 *            HojiChar, with characters for words where the script has none
 */
#ifndef FILTER_CHECK_H
#define FILTER_CHECK_H

#include "filter/rule.h"
#include "filter/view.h"

struct check_kind {
	const char *name;
	size_t least, most; /* arguments */
	bool numeric;       /* they are numbers */
	bool constraints;   /* it reads them: the set compiles their forms */
	/* NULL: many findings, see judge.c */
	bool (*look)(const struct view *view, const struct part *part,
		     const struct check *check, struct span *span);
};

const struct check_kind *check_find(struct str name);

/* The check digit of the digits in text, other characters left out. */
bool check_luhn(struct str text);      /* ISO/IEC 7812-1, 13 to 19 digits */
bool check_my_number(struct str text); /* 12 digits */

#endif
