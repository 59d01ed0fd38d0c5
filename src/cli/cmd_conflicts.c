/* cmd_conflicts.c - one question, answers that disagree */
#include <string.h>

#include "base/err.h"
#include "cli/command.h"
#include "dedup/conflicts.h"
#include "stats/visible.h"

extern const struct command cmd_conflicts;

static double threshold = 0.8, semantic;
static const char *drop = "none", *model, *name = "conflicts";
static uint64_t limit = 20, memory = UINT64_C(2) << 30;
static bool replace;

static const struct opt opts[] = {
	OPT_REAL('t', "threshold", &threshold, "SIMILARITY",
		 "lowest similarity of instructions that ask the same"),
	OPT_REAL(0, "semantic", &semantic, "COSINE",
		 "by vectors instead: least cosine of instructions (0: off)"),
	OPT_TEXT(0, "model", &model, "MODEL",
		 "whose vectors to use (what most pairs have)"),
	OPT_UINT('n', "limit", &limit, "N", "conflicts to list"),
	OPT_CHOICE(0, "drop", &drop, "none|minority|all",
		   "decide on answers in hard conflict"),
	OPT_SIZE(0, "memory", &memory, "SIZE",
		 "memory for sets and keys; beyond it, TMPDIR"),
	OPT_TEXT(0, "name", &name, "NAME", "name of this stage"),
	OPT_FLAG(0, "replace", &replace, "forget another command's stage"),
	OPT_END,
};

static void list(const struct conflicts *c, const struct question *question,
		 struct buf *out)
{
	enum { SHOWN = 6 };

	buf_print(out, "\n%-7s ", conflict_name(question->kind));
	visible_cut(out, question->instruction, 70);
	if (question->input.n) {
		buf_text(out, "\n        | ");
		visible_cut(out, question->input, 68);
	}
	for (size_t i = 0; i < question->n && i < SHOWN; i++) {
		const struct question_member *member =
			&c->member.at[question->first + i];

		buf_print(out, "\n    %10lld  ", (long long)member->id);
		visible_cut(out, member->response, 64);
	}
	if (question->n > SHOWN)
		buf_print(out, "\n                (%zu more)",
			  question->n - SHOWN);
	buf_byte(out, '\n');
}

static void report(const struct conflicts *c, struct buf *out)
{
	buf_print(out,
		  "%llu pairs; %llu questions have several answers: %llu in "
		  "hard conflict, %llu soft\n"
		  "consistency %.4f of pairs of answers; %.2f questions in "
		  "hard conflict for 1,000 pairs\n",
		  (unsigned long long)c->pairs,
		  (unsigned long long)c->questions,
		  (unsigned long long)c->hard, (unsigned long long)c->soft,
		  conflicts_consistency(c), conflicts_rate(c));
	if (c->dropped)
		buf_print(out, "%llu pairs are out\n",
			  (unsigned long long)c->dropped);
	for (size_t i = 0; i < c->phrasing.n; i++) {
		const struct phrasing *p = &c->phrasing.at[i];
		double mean = (double)p->forms / (double)p->questions;

		if (!i)
			buf_text(out, "phrasings of a question, by category\n");
		buf_text(out, "    ");
		if (p->category.n)
			visible_fit(out, p->category, 20);
		else
			buf_print(out, "%-20s", "(none)");
		buf_print(out, " %6.2f of %llu%s\n", mean,
			  (unsigned long long)p->questions,
			  mean < 2 ? "  thin" : "");
	}
	for (size_t i = 0; i < c->question.n && i < limit; i++)
		list(c, &c->question.at[i], out);
}

static int run(int argc, char **argv)
{
	struct conflicts_options options = {
		.threshold = threshold,
		.semantic = semantic,
		.model = model,
		.drop = strcmp(drop, "none") == 0       ? DROP_NONE
			: strcmp(drop, "minority") == 0 ? DROP_MINORITY
							: DROP_ALL,
		.memory = memory,
		.name = name,
		.replace = replace,
	};
	struct conflicts conflicts = { 0 };
	struct buf out = { 0 };
	struct session session;
	int rc;

	(void)argc;
	if (!(threshold > 0 && threshold <= 1))
		return err_set(ERR_USAGE, "--threshold: %g is not above 0 and "
					  "at most 1", threshold);
	if (!(semantic >= 0 && semantic <= 1))
		return err_set(ERR_USAGE, "--semantic: %g is not above 0 and "
					  "at most 1", semantic);
	if ((rc = session_open(&session, &cmd_conflicts, argv[0], DB_WRITE)) < 0)
		return rc;
	rc = conflicts_find(&conflicts, &session.db, session.par,
			    &session.run, &options);
	if (rc == 0)
		rc = conflicts_record(&conflicts, &session.db, &session.run,
				      &options);
	session_close(&session);
	if (rc == 0 && cli.json) {
		conflicts_json(&conflicts, limit, run_seconds(&session.run),
			       &out);
		buf_byte(&out, '\n');
	} else if (rc == 0) {
		report(&conflicts, &out);
	}
	if (rc == 0)
		rc = command_print(&out);
	conflicts_free(&conflicts);
	buf_free(&out);
	return rc;
}

const struct command cmd_conflicts = {
	.name = "conflicts",
	.summary = "the same instruction, answers that disagree",
	.operands = "DATABASE",
	.least = 1,
	.most = 1,
	.about =
		"Pairs with equal system and input and the same or nearly the "
		"same instruction\nare compared by their answers.  Hard: at "
		"most one can be right (yes and no,\nother numbers, other "
		"short answers).  Open tasks have none.  What is found is\n"
		"kept as findings, to search and to show; --drop decides.",
	.examples = "  itdata conflicts pairs.db\n"
		    "  itdata conflicts pairs.db --limit 100 --json\n"
		    "  itdata conflicts pairs.db --drop minority\n"
		    "  itdata conflicts pairs.db --semantic 0.92\n",
	.opts = opts,
	.run = run,
};
