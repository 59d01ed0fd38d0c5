/*
 * query.h - what somebody looks for: words, phrases and filters
 *
 *   英訳 要約            both, anywhere in the pair
 *   "in one sentence"    these words in a row
 *   transl*              words that start so
 *   -"as an AI"          not this
 *   lang:ja category:qa source:NAME license:MIT      * stands for anything
 *   kept  dropped:dedup  rule:ja.vague.*  judged:keep
 *   id:17  cluster:17    that pair; what hangs together with it
 *   score:novelty>0.3    >, >=, <, <= or =
 *   -dropped:*           not this
 *
 * Case, width and other forms of the same character do not matter (NFKC).
 *
 *     rc = query_read(&query, "英訳 lang:ja");
 *     query_free(&query);
 *
 * Errors     ERR_USAGE, in words
 */
#ifndef STATS_QUERY_H
#define STATS_QUERY_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/vec.h"

enum filter_kind {
	FILTER_LANG,
	FILTER_CATEGORY,
	FILTER_SOURCE,
	FILTER_LICENSE,
	FILTER_DROPPED,
	FILTER_KEPT,
	FILTER_RULE,
	FILTER_SCORE,
	FILTER_VERDICT,
	FILTER_ID,
	FILTER_CLUSTER,
};

struct query_filter {
	enum filter_kind kind;
	bool not;
	char *value;   /* a pattern of SQL's GLOB; of a score its name */
	char compare;  /* of a score: '>', 'g' (>=), '<', 'l' (<=), '=' */
	double number;
};

struct query_phrase {
	char *text; /* in normal form */
	size_t n;
	bool prefix; /* the last word may go on */
};

struct query {
	struct buf match, without; /* expressions of FTS5; empty: no words */
	struct buf words; /* as they were typed, without the filters */
	VEC(struct query_filter) filter;
	VEC(struct query_phrase) phrase; /* to be marked */
};

int query_read(struct query *query, const char *text);
void query_free(struct query *query);

#endif
