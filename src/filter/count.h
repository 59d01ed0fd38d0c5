/*
 * count.h - how many words, sentences, paragraphs, items: between which bounds
 *
 * Nobody agrees on what a sentence is when there are quotations, headings and
 * "e.g." about.  So each count is a range that every reading falls into: `low`
 * counts what all would count, `high` what anyone might.
 *
 *     struct range n = count_sentences(text);
 *     if (n.low > 3) ...       more than three by any reading
 *
 * Threads    pure functions
 */
#ifndef FILTER_COUNT_H
#define FILTER_COUNT_H

#include <stdbool.h>

#include "base/str.h"

struct range {
	bool known; /* false: there is no telling */
	double low, high;
};

struct range count_chars(struct str text);
struct range count_words(struct str text); /* unknown where words run on */
struct range count_sentences(struct str text);
struct range count_paragraphs(struct str text);

/* Items of the one list in the text; unknown when there are none or several. */
struct range count_items(struct str text);

/* Lines that begin as an item of a list does, at any depth. */
size_t count_marked_lines(struct str text);

/* Lines that are not empty. */
size_t count_lines(struct str text);

/* Take the next line off text, without its end; false at the end of text. */
bool text_line(struct str *text, struct str *line);

/* A mark of a list, such as "- ", "・", "1. ", "(2)", "①": bytes it takes. */
size_t list_mark(struct str line, size_t *indent, long *number);

#endif
