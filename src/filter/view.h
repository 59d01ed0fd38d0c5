/*
 * view.h - a pair as rules see it: its parts, each with its field and exchange
 *
 * A plain pair has up to four parts.  A conversation has one a message: what
 * the user says is instruction, what the assistant says is response.  An
 * exchange is a user's message and what follows it until the next one.
 *
 *     view_of(&view, pair);
 *     for (size_t i = 0; i < view.n; i++)
 *         look_at(&view.part[i]);
 *     view_free(&view);
 *
 * Ownership  texts are borrowed from the pair
 */
#ifndef FILTER_VIEW_H
#define FILTER_VIEW_H

#include "db/pair.h"
#include "filter/rule.h"

struct part {
	enum field field;
	uint32_t turn;     /* message of a conversation, else 0 */
	uint32_t exchange; /* from 0 */
	struct str text;
	struct str lang;   /* absent: not looked at yet, see part_lang() */
	size_t chars, digits; /* 1 + their number; 0: not counted yet */
};

/* What the instruction in a part asks of its answer, read once. */
struct asked {
	struct constraint found[CONSTRAINTS];
	size_t n;
	const struct part *part; /* NULL: of none yet */
};

struct view {
	const struct pair *pair;
	struct part *part; /* (n) */
	size_t n, room;
	uint32_t exchanges;
	bool conversation;
	bool has_input; /* an input with something in it */
	const struct constraints *constraints; /* borrowed from the judge */
	struct pattern_room *search;
	struct asked *asked; /* of the part that was looked at last */
};

void view_of(struct view *view, const struct pair *pair);
void view_free(struct view *view);

/* The text of a field in the exchange of a part; absent when not there. */
struct str view_text(const struct view *view, const struct part *part,
		     enum field field);

/* The constraints in the text of a part, which is an instruction. */
const struct asked *view_asked(const struct view *view,
			       const struct part *part);

/* The language of a part, found when it is first asked for. */
struct str part_lang(const struct view *view, struct part *part);

/* Characters and ASCII digits, counted when they are first asked for. */
size_t part_chars(struct part *part);
size_t part_digits(struct part *part);

/* Without the white space around it. */
struct str text_trim(struct str text);

#endif
