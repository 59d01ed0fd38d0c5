/*
 * constraint_form.h - the wordings that ask for a form of the answer
 *
 * A table of patterns in both languages, each with words of which one is in
 * every match, so that most are never tried (constraints_init() compiles it).
 * English ones also say how their matches start: they are tried at the words
 * of a text that start so, which takes half the time of trying each place.
 *
 *     if (form_find(&constraints, f, &room, text, 0, &span))
 *         read_details(form_kind(f), span);
 */
#ifndef FILTER_CONSTRAINT_FORM_H
#define FILTER_CONSTRAINT_FORM_H

#include <stdbool.h>

#include "filter/constraint.h"

enum constraint_kind form_kind(size_t form);

/* The first wording of the form at `from` or later. */
bool form_find(const struct constraints *constraints, size_t form,
	       struct pattern_room *room, struct str text, size_t from,
	       struct span *span);

#endif
