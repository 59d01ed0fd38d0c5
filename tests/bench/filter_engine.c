/*
 * filter_engine.c - rules over pairs, by three engines, in processor seconds
 *
 *     filter_engine PAIRS.jsonl [PACK...]
 *
 * itdata     one pass for all keywords, then patterns of the rules it names
 * one by one the same rules and conditions, each pattern on every text
 * vectorscan one pass for all patterns (prefilter mode), each that it names
 *            confirmed by the same rules; only when built with it
 *
 * All look at the same fields under the same conditions.  Built-in checks are
 * left out of the comparison (--checks adds them to itdata's).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/err.h"
#include "filter/judge.h"
#include "read/reader.h"
#include "text/lang.h"

#ifdef HAVE_VECTORSCAN
#include <hs.h>
#endif

enum { REPEATS = 5 };

struct corpus {
	struct arena arena;
	VEC(struct pair) pair;
	size_t bytes;
};

static double cpu_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static struct str copy(struct arena *arena, const struct value *record,
		       const char *key)
{
	struct str text = value_text(record, key);

	return text.at ? arena_str(arena, text) : text;
}

static void add_pair(struct corpus *corpus, const struct value *record)
{
	struct lang_evidence own = { 0 }, answer = { 0 };
	struct pair pair = {
		.instruction = copy(&corpus->arena, record, "instruction"),
		.input = copy(&corpus->arena, record, "input"),
		.response = copy(&corpus->arena, record, "response"),
		.category = { "", 0 },
		.turns = 1,
	};

	if (!pair.response.at)
		pair.response = copy(&corpus->arena, record, "output");
	if (!pair.instruction.at || !pair.response.at)
		return;
	lang_look(&own, pair.instruction);
	lang_look(&answer, pair.response);
	pair.lang = str_of(lang_decide(&own, &answer));
	pair.lang_response = str_of(lang_decide(&answer, &own));
	corpus->bytes += pair.instruction.n + pair.input.n + pair.response.n;
	vec_push(&corpus->pair, pair);
}

static int read_corpus(struct corpus *corpus, const char *path)
{
	struct reader reader;
	struct chunk chunk = { 0 };
	struct arena arena = { 0 };
	int rc = reader_open(&reader, path, FORMAT_AUTO);

	if (rc < 0)
		return rc;
	while ((rc = reader_next(&reader, &chunk)) > 0)
		for (size_t i = 0; i < chunk.records; i++) {
			struct scan_error error;
			struct value value;

			arena_reset(&arena);
			if (reader_parse(&reader, &chunk.record[i], &arena,
					 &value, &error) == 0)
				add_pair(corpus, &value);
		}
	chunk_free(&chunk);
	arena_free(&arena);
	reader_close(&reader);
	return rc;
}

static int by_value(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return a < b ? -1 : a > b;
}

static void report(const char *engine, double *seconds, size_t bytes,
		   size_t hits)
{
	qsort(seconds, REPEATS, sizeof *seconds, by_value);
	printf("%-12s %8.1f MB/s  (%.2f s, fastest %.2f, %zu hits)\n", engine,
	       (double)bytes / 1e6 / seconds[REPEATS / 2],
	       seconds[REPEATS / 2], seconds[0], hits);
	fflush(stdout);
}

static void run_judge(const char *name, const struct corpus *corpus,
		      const struct ruleset *set, const bool *on)
{
	double seconds[REPEATS];
	struct judge judge;
	size_t hits = 0;

	judge_init(&judge, set, on);
	for (int i = 0; i < REPEATS; i++) {
		double began = cpu_seconds();

		hits = 0;
		for (size_t p = 0; p < corpus->pair.n; p++) {
			judge_pair(&judge, &corpus->pair.at[p]);
			hits += judge.hits.n;
		}
		seconds[i] = cpu_seconds() - began;
	}
	judge_free(&judge);
	report(name, seconds, corpus->bytes, hits);
}

/* Every rule is tried on every text, as if it had no keywords. */
static void forget_keywords(struct ruleset *set)
{
	for (int f = 0; f < FIELDS; f++) {
		for (uint32_t r = 0; r < set->n; r++)
			if (set->rule[r].fields >> f & 1)
				set->always[f][r / 64] |= UINT64_C(1)
							  << r % 64;
		set->keywords[f].n = 0; /* nothing is scanned for */
	}
}

#ifdef HAVE_VECTORSCAN
struct named {
	uint64_t *seen;
};

static int on_match(unsigned id, unsigned long long from,
		    unsigned long long to, unsigned flags, void *context)
{
	struct named *named = context;

	(void)from;
	(void)to;
	(void)flags;
	named->seen[id / 64] |= UINT64_C(1) << id % 64;
	return 0;
}

static hs_database_t *compile(const struct ruleset *set, enum field field,
			      const bool *on, struct ruleset *target)
{
	VEC(const char *) text = { 0 };
	VEC(unsigned) id = { 0 };
	VEC(unsigned) flags = { 0 };
	hs_database_t *database = NULL;
	hs_compile_error_t *error;

	memset(target->always[field], 0,
	       target->keywords[field].words * sizeof(uint64_t));
	for (uint32_t r = 0; r < set->n; r++) {
		const struct rule *rule = &set->rule[r];

		if (!on[r] || !(rule->fields >> field & 1))
			continue;
		for (size_t m = 0; m < rule->matches; m++) {
			hs_database_t *one = NULL;
			unsigned how = HS_FLAG_UTF8 | HS_FLAG_PREFILTER |
				       HS_FLAG_SINGLEMATCH | HS_FLAG_ALLOWEMPTY;

			if (hs_compile(rule->match_text[m].at, how,
				       HS_MODE_BLOCK, NULL, &one,
				       &error) != HS_SUCCESS) {
				hs_free_compile_error(error);
				target->always[field][r / 64] |=
					UINT64_C(1) << r % 64;
				continue;
			}
			hs_free_database(one);
			vec_push(&text, rule->match_text[m].at);
			vec_push(&id, r);
			vec_push(&flags, how);
		}
	}
	if (text.n &&
	    hs_compile_multi(text.at, flags.at, id.at, (unsigned)text.n,
			     HS_MODE_BLOCK, NULL, &database,
			     &error) != HS_SUCCESS) {
		printf("vectorscan: %s\n", error->message);
		hs_free_compile_error(error);
	}
	vec_free(&text);
	vec_free(&id);
	vec_free(&flags);
	return database;
}

static void run_vectorscan(const struct corpus *corpus, struct ruleset *set,
			   const bool *on)
{
	hs_database_t *database[FIELDS] = { NULL };
	hs_scratch_t *scratch = NULL;
	double seconds[REPEATS], began = cpu_seconds();
	uint64_t *always[FIELDS], *seen[FIELDS];
	struct judge judge;
	size_t hits = 0, words = set->keywords[0].words;

	for (int f = 0; f < FIELDS; f++) {
		database[f] = compile(set, (enum field)f, on, set);
		if (database[f])
			hs_alloc_scratch(database[f], &scratch);
		always[f] = set->always[f];
		seen[f] = calloc(words, sizeof(uint64_t));
		set->keywords[f].n = 0;
	}
	printf("vectorscan compiles in %.1f s\n", cpu_seconds() - began);
	judge_init(&judge, set, on);
	for (int i = 0; i < REPEATS; i++) {
		began = cpu_seconds();
		hits = 0;
		for (size_t p = 0; p < corpus->pair.n; p++) {
			const struct pair *pair = &corpus->pair.at[p];
			struct str text[FIELDS] = { pair->instruction,
						    pair->input,
						    pair->response };

			for (int f = 0; f < FIELDS; f++) {
				struct named named = { seen[f] };

				memcpy(seen[f], always[f],
				       words * sizeof(uint64_t));
				set->always[f] = seen[f];
				if (text[f].n && database[f])
					hs_scan(database[f], text[f].at,
						(unsigned)text[f].n, 0,
						scratch, on_match, &named);
			}
			judge_pair(&judge, pair);
			hits += judge.hits.n;
		}
		seconds[i] = cpu_seconds() - began;
	}
	for (int f = 0; f < FIELDS; f++)
		set->always[f] = always[f];
	report("vectorscan", seconds, corpus->bytes, hits);
}
#endif

int main(int argc, char **argv)
{
	struct corpus corpus = { 0 };
	struct ruleset set = { 0 };
	size_t patterns = 0, rules = 0;
	bool *on, *every;

	if (argc < 2 || read_corpus(&corpus, argv[1]) < 0 ||
	    ruleset_load(&set, (const char *const *)argv + 2,
			 (size_t)argc - 2) < 0) {
		fprintf(stderr, "filter_engine: %s\n", err_text());
		return 1;
	}
	on = calloc(set.n + 1, 1);
	every = calloc(set.n + 1, 1);
	for (size_t r = 0; r < set.n; r++) {
		every[r] = !set.rule[r].off;
		on[r] = every[r] && !set.rule[r].check.kind;
		rules += on[r];
		patterns += on[r] ? set.rule[r].matches : 0;
	}
	printf("%zu pairs, %.1f MB; %zu rules, of which %zu have %zu "
	       "patterns\n",
	       corpus.pair.n, (double)corpus.bytes / 1e6, set.n, rules,
	       patterns);
	run_judge("with checks", &corpus, &set, every);
	run_judge("itdata", &corpus, &set, on);
	forget_keywords(&set);
	run_judge("one by one", &corpus, &set, on);
#ifdef HAVE_VECTORSCAN
	run_vectorscan(&corpus, &set, on);
#endif
	return 0;
}
