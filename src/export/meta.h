/*
 * meta.h - where a row comes from, as the line beside it in meta/
 *
 *   {"id":7,"record":6,"source":"a.jsonl","license":"MIT","lang":"ja",
 *    "category":"qa","scores":{"quality":0.9},"copy":0}
 *
 * What many rows share is written once, with its key and a comma, and copied.
 *
 *     words_add(&words, &arena, "lang", pair->lang);   its number
 *     meta_line(&set, &row, copy, &out);
 */
#ifndef EXPORT_META_H
#define EXPORT_META_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/vec.h"

/* Words that many rows share, and how meta lines write them. */
struct words {
	struct map map; /* in order of first sight */
	VEC(struct str) json; /* "key":"word", */
	uint32_t last;
};

/* The number of a word; most rows have the word of the row before. */
uint32_t words_add(struct words *words, struct arena *arena, const char *key,
		   struct str text);
void words_free(struct words *words);

/* "source":"a.jsonl","license":"MIT", */
struct str meta_source(struct arena *arena, struct str name,
		       struct str license);

struct set;
struct row;

/* Append a row's line; copy counts repeats of a row from 0. */
void meta_line(const struct set *set, const struct row *row, uint64_t copy,
	       struct buf *out);

#endif
