/*
 * differ.h - where two texts differ, for a person to see
 *
 * Texts are cut into units: a character of Han or kana, a word of other
 * scripts, any other character alone; so 動物 and 生物 differ in one character,
 * and "cat" and "cats" in one word.  What both have at the start and at the end
 * is taken off, and the shortest script of insertions and deletions is found
 * for the rest; white space between two changes counts as changed.  Texts that
 * are too unlike for that (more than DIFFER_MOST units to change) differ as a
 * whole: marks on every word would help nobody.
 *
 *     struct differ differ = { 0 };
 *     differ_read(&differ, a, b);
 *     for (size_t i = 0; i < differ.n; i++)
 *         show(differ.part[i].change, differ.part[i].text);
 *     differ_free(&differ);
 *
 * The parts in order are the texts: SAME and GONE together give a, SAME and
 * NEW together give b.
 *
 * Cost       O((units of both) * D) time and O(D^2) memory, D <= DIFFER_MOST
 * Ownership  parts are slices of a and b; the differ owns the array
 * Source     Myers, "An O(ND) difference algorithm and its variations", 1986
 */
#ifndef STATS_DIFFER_H
#define STATS_DIFFER_H

#include "base/str.h"
#include "base/vec.h"

enum { DIFFER_MOST = 1000 };

enum change { CHANGE_SAME, CHANGE_GONE, CHANGE_NEW };

struct differ_part {
	enum change change;
	struct str text;
};

struct differ {
	struct differ_part *part; /* (n) */
	size_t n, room;
};

/* Compare two valid UTF-8 texts; absent text is as empty. */
void differ_read(struct differ *differ, struct str a, struct str b);
void differ_free(struct differ *differ);

#endif
