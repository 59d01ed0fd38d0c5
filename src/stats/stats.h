/*
 * stats.h - the figures of a data set
 *
 * One pass: pairs, decisions, verdicts and messages are each read in order of
 * pair id and merged, so a pair's fate is known when its text is measured, and
 * memory does not grow with the texts.
 *
 * The funnel counts each pair once, under the first stage (in the order of the
 * pipeline) that decided against it: pairs = kept + the sum of the funnel.
 *
 * Tokens are estimated, one for four bytes of UTF-8, which is close for English
 * (4.2 bytes) and Japanese (about 4) with the vocabularies of current models.
 *
 *     rc = stats_read(&stats, &db);
 *     stats_free(&stats);
 */
#ifndef STATS_STATS_H
#define STATS_STATS_H

#include "base/vec.h"
#include "db/db.h"
#include "stats/length.h"
#include "stats/tally.h"

struct stats_source {
	int64_t id;
	struct str name, path, format, schema, license;
	bool finished;
};

struct stats_stage {
	int64_t id;
	struct str name, command, when;
	uint64_t decided; /* pairs that it decided against */
	uint64_t first;   /* of these, not dropped before it */
	uint64_t stale;   /* fell for a pair that is dropped today */
	struct tally reason;
};

struct stats_finding {
	struct str category, rule;
	uint64_t findings, pairs;
	int64_t example;
};

struct stats_score {
	struct str metric;
	uint64_t pairs;
	double mean, least, most;
};

struct stats_size {
	uint64_t size, clusters;
};

struct stats_keeper {
	int64_t id;
	uint64_t fallen;
};

/* How many pairs of a source fell as duplicates. */
struct stats_repeated {
	struct str name;
	uint64_t fell, pairs;
};

struct stats_named {
	struct str name;
	uint64_t n;
};

/* LENGTH_PAIR is in tokens, the others in characters; of kept pairs. */
enum { LENGTH_INSTRUCTION, LENGTH_INPUT, LENGTH_RESPONSE, LENGTH_PAIR,
       LENGTH_FIELDS };

struct stats {
	struct arena arena;
	uint64_t pairs, kept, conversations, tokens, tokens_kept;
	uint64_t rejected, overruled, judged_out;
	uint64_t distinct_instructions, distinct_responses; /* of kept pairs */
	struct tally lang, lang_response, category, source, license;
	struct tally lang_category; /* "ja\tqa" */
	struct tally source_stage;  /* "name\tstage", stage of the funnel */
	struct tally opening;       /* of instructions */
	struct lengths length[LENGTH_FIELDS];
	VEC(struct stats_source) sources;
	VEC(struct stats_stage) stages; /* in order of the pipeline */
	VEC(struct stats_finding) findings;
	VEC(struct stats_score) scores;
	VEC(struct stats_size) cluster_sizes;
	VEC(struct stats_keeper) keepers;
	VEC(struct stats_repeated) repeated; /* the most first */
	VEC(struct stats_named) rejects, methods;
	struct str diversity; /* JSON object of `score`, or absent */
	struct str splits;    /* JSON: pairs of each split, or absent */
};

/* Read all of it, from one state of the database. */
int stats_read(struct stats *stats, struct db *db);
void stats_free(struct stats *stats);

/* Pairs of files whose ingest did not end; they are not kept. */
uint64_t stats_unfinished(const struct stats *stats);

#endif
