/*
 * show.h - a pair for a person: its text, and why it is where it is
 *
 * Text as stored, made visible (visible.h); every decision in words with its
 * numbers; findings with the span marked below it; scores; and, beside a pair
 * that fell for another, where the two differ: [-only here-]{+only there+}, or
 * in colour.
 *
 *     rc = show_text(db, 17, &words, colour, &out);
 *
 * Errors     ERR_ABSENT when there is no such pair; ERR_DB
 */
#ifndef STATS_SHOW_H
#define STATS_SHOW_H

#include <stdbool.h>

#include "base/json.h"
#include "stats/about.h"

/*
 * What the stage of a finding has to say about it, in words, or nothing; the
 * caller knows the stages, this one does not.
 */
struct show_words {
	void (*of_finding)(void *context, const struct pair *pair,
			   const struct about_finding *finding,
			   struct buf *out);
	void *context;
};

/* words may be NULL. */
int show_text(struct db *db, int64_t id, const struct show_words *words,
	      bool colour, struct buf *out);

/* The same as a JSON object; texts are as stored. */
int show_json(struct db *db, int64_t id, const struct show_words *words,
	      struct json *json);

#endif
