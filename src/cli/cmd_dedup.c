/* cmd_dedup.c - decide on exact and near duplicates */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "cli/command.h"
#include "dedup/dedup.h"
#include "dedup/semantic.h"
#include "near/lsh.h"
#include "near/minhash.h"

extern const struct command cmd_dedup;

static double threshold = 0.8;
static const char *method = "minhash", *on = "pair", *unit = "auto";
static const char *numbers = "equal", *keep = "first", *name, *model;
static uint64_t ngram = 5, memory = UINT64_C(2) << 30;
static double cosine;
static bool curve, replace;

static const struct opt opts[] = {
	OPT_REAL('t', "threshold", &threshold, "SIMILARITY",
		 "lowest similarity that counts"),
	OPT_CHOICE(0, "method", &method, "minhash|exact|join",
		   "how candidates are found; join misses none"),
	OPT_CHOICE(0, "on", &on, "pair|instruction|text",
		   "what is compared; text: all fields as one"),
	OPT_CHOICE(0, "unit", &unit, "auto|word|char",
		   "units; auto: characters of Han and kana, else words"),
	OPT_UINT('n', "ngram", &ngram, "N", "units in a shingle"),
	OPT_CHOICE(0, "numbers", &numbers, "equal|ignore",
		   "whether numbers must be equal"),
	OPT_CHOICE(0, "keep", &keep, "first|longest|best",
		   "which of a cluster stays; best needs score"),
	OPT_SIZE(0, "memory", &memory, "SIZE",
		 "memory for sets and keys; beyond it, TMPDIR"),
	OPT_REAL(0, "semantic", &cosine, "COSINE",
		 "compare vectors instead, of what dedup left; 0.9 is careful"),
	OPT_TEXT(0, "model", &model, "MODEL",
		 "whose vectors (what most pairs have)"),
	OPT_FLAG(0, "curve", &curve,
		 "print how likely a pair of each similarity is found"),
	OPT_TEXT(0, "name", &name, "NAME",
		 "name of this stage (dedup, or semantic)"),
	OPT_FLAG(0, "replace", &replace, "forget another command's stage"),
	OPT_END,
};

static int index_of(const char *word, const char *const *choice)
{
	int i = 0;

	while (strcmp(word, choice[i]) != 0)
		i++;
	return i;
}

static enum keep which_stays(void)
{
	static const char *const keeps[] = { "first", "longest", "best" };

	return (enum keep)index_of(keep, keeps);
}

static int read_options(struct dedup_options *options)
{
	static const char *const methods[] = { "exact", "minhash", "join" };
	static const char *const ons[] = { "pair", "instruction", "text" };
	static const char *const units[] = { "auto", "word", "char" };
	struct lsh_plan plan;

	if (!(threshold > 0 && threshold <= 1))
		return err_set(ERR_USAGE, "--threshold: %g is not above 0 and "
					  "at most 1", threshold);
	if (ngram < 1 || ngram > 64)
		return err_set(ERR_USAGE, "--ngram: %llu is not in 1 to 64",
			       (unsigned long long)ngram);
	*options = (struct dedup_options){
		.method = (enum dedup_method)index_of(method, methods),
		.keep = which_stays(),
		.rule = {
			.threshold = threshold,
			.on = (enum match_on)index_of(on, ons),
			.unit = (enum unit)index_of(unit, units),
			.n = (uint32_t)ngram,
			.numbers = strcmp(numbers, "equal") == 0,
		},
		.memory = memory,
		.name = name ? name : "dedup",
		.replace = replace,
	};
	if (options->method == DEDUP_MINHASH)
		return lsh_plan(threshold, &plan);
	return 0;
}

/* P(candidate) over the similarity, as numbers and as a picture. */
static void print_curve(const struct dedup_options *options, struct buf *out)
{
	enum { WIDTH = 40 };
	struct lsh_plan plan;

	if (options->method != DEDUP_MINHASH) {
		buf_print(out, "method %s finds every pair at or above %g\n",
			  method, threshold);
		return;
	}
	lsh_plan(threshold, &plan);
	buf_print(out, "%u bands of %u slots: P(J) = 1 - (1 - J^%u)^%u\n",
		  plan.bands, plan.rows, plan.rows, plan.bands);
	for (int i = 0; i <= 20; i++) {
		double p = lsh_recall(&plan, i / 20.0);

		buf_print(out, "%4.2f %8.6f ", i / 20.0, p);
		for (int x = 0; x < (int)(p * WIDTH + 0.5); x++)
			buf_byte(out, '#');
		if (i / 20.0 <= threshold && threshold < (i + 1) / 20.0)
			buf_text(out, " <- threshold");
		buf_byte(out, '\n');
	}
	buf_text(out, "every pair that is found is then compared exactly\n");
}

static void report(const struct dedup_options *options,
		   const struct dedup_summary *s, double seconds,
		   struct buf *out)
{
	if (cli.json) {
		dedup_json(s, options, seconds, out);
		buf_byte(out, '\n');
		return;
	}
	buf_print(out,
		  "%llu pairs: %llu exact and %llu near duplicates fell, %llu "
		  "stay\n%llu clusters",
		  (unsigned long long)s->pairs, (unsigned long long)s->exact,
		  (unsigned long long)s->near, (unsigned long long)s->kept,
		  (unsigned long long)s->clusters);
	if (s->known)
		buf_print(out, "; %llu pairs are new since the last run",
			  (unsigned long long)(s->pairs - s->known));
	if (options->method == DEDUP_EXACT)
		buf_text(out, "; equal but for case, width and space\n");
	else
		buf_print(out,
			  "; similarity >= %g, recall at that similarity "
			  "%.5f\n",
			  threshold, s->recall);
	if (options->method != DEDUP_EXACT) {
		shingle_describe(out, options->rule.unit, options->rule.n);
		buf_byte(out, '\n');
	}
}

static int by_text(struct session *session,
		   const struct dedup_options *options, struct buf *out)
{
	struct dedup_summary summary;
	int rc;

	rc = dedup_run(&session->db, session->par, &session->run, options,
		       &summary);
	if (rc == 0)
		report(options, &summary, run_seconds(&session->run), out);
	return rc;
}

static void report_semantic(const struct semantic_options *options,
			    const struct semantic_summary *s, double seconds,
			    struct buf *out)
{
	if (cli.json) {
		semantic_json(s, options, seconds, out);
		buf_byte(out, '\n');
		return;
	}
	buf_print(out,
		  "%llu vectors (%s): %llu pairs say the same as %llu others "
		  "and fell, %llu stay\ncosine >= %g, with equal input, "
		  "numbers and protected words; of %llu alike pairs the "
		  "answers contradict each other\n",
		  (unsigned long long)s->pairs, s->field,
		  (unsigned long long)s->fell, (unsigned long long)s->clusters,
		  (unsigned long long)s->kept, options->cosine,
		  (unsigned long long)s->contradicting);
}

static int by_vectors(struct session *session, struct buf *out)
{
	const struct semantic_options options = {
		.cosine = cosine,
		.model = model,
		.keep = which_stays(),
		.name = name ? name : "semantic",
		.replace = replace,
	};
	struct semantic_summary summary;
	int rc;

	rc = semantic_run(&session->db, session->par, &session->run, &options,
			  &summary);
	if (rc == 0)
		report_semantic(&options, &summary,
				run_seconds(&session->run), out);
	return rc;
}

static int run(int argc, char **argv)
{
	struct dedup_options options;
	struct buf out = { 0 };
	struct session session;
	int rc;

	if ((rc = read_options(&options)) < 0)
		return rc;
	if (!(cosine >= 0 && cosine <= 1))
		return err_set(ERR_USAGE, "--semantic: %g is not above 0 and "
					  "at most 1", cosine);
	if (curve) {
		print_curve(&options, &out);
		rc = command_print(&out);
		buf_free(&out);
		return rc;
	}
	if (argc < 1)
		return err_set(ERR_USAGE, "operands are missing: DATABASE");
	if ((rc = session_open(&session, &cmd_dedup, argv[0], DB_WRITE)) < 0)
		return rc;
	rc = cosine > 0 ? by_vectors(&session, &out)
			: by_text(&session, &options, &out);
	session_close(&session);
	if (rc == 0)
		rc = command_print(&out);
	buf_free(&out);
	return rc;
}

const struct command cmd_dedup = {
	.name = "dedup",
	.summary = "decide on exact and near duplicates",
	.operands = "DATABASE",
	.least = 0, /* --curve needs none */
	.most = 1,
	.about =
		"A pair falls when a pair that stays is alike in every field: "
		"similarity of\nat least the threshold, the same numbers, the "
		"same roles and system text.\nShort fields must be equal but "
		"for case, width, space and punctuation.\nNothing is deleted; "
		"'itdata undo' takes the decisions back.",
	.examples = "  itdata dedup pairs.db\n"
		    "  itdata dedup pairs.db --method exact\n"
		    "  itdata dedup pairs.db -t 0.7 --keep longest --json\n"
		    "  itdata dedup pairs.db --semantic 0.9\n"
		    "  itdata dedup --curve -t 0.9\n",
	.opts = opts,
	.run = run,
};
