/* cmd_score.c - measures of pairs, and how diverse the set is */
#include "base/err.h"
#include "cli/command.h"
#include "score/score.h"

extern const struct command cmd_score;

static const char *model, *on;
static uint64_t neighbours = 10;

static const struct opt opts[] = {
	OPT_TEXT(0, "model", &model, "MODEL",
		 "whose vectors to use (what most pairs have)"),
	OPT_TEXT(0, "on", &on, "FIELD",
		 "what was embedded: instruction, pair, response (the same)"),
	OPT_UINT('k', "neighbours", &neighbours, "N",
		 "neighbours that density is the mean of"),
	OPT_END,
};

static void report(const struct score_summary *s, struct buf *out)
{
	buf_print(out, "%llu pairs measured, mean quality %.3f\n",
		  (unsigned long long)s->pairs, s->quality);
	if (!s->vectors)
		return;
	buf_print(out,
		  "vectors of %s, %s: %zu pairs in %zu cells; neighbours with "
		  "recall %.4f\n"
		  "  Vendi score     %10.2f  different directions\n"
		  "  cell coverage   %10.4f  1: all cells equally full\n"
		  "  mean nearest    %10.4f  distance to the nearest pair\n"
		  "  NovelSum        %10.4f\n",
		  s->model.at ? s->model.at : "", s->field.at ? s->field.at : "",
		  s->spread.pairs, s->cells, s->recall, s->spread.vendi,
		  s->spread.coverage, s->spread.nearest, s->spread.novelsum);
	if (s->group.n)
		buf_text(out, "  by language and category      pairs    Vendi  "
			      "nearest\n");
	for (size_t i = 0; i < s->group.n; i++) {
		const struct score_group *group = &s->group.at[i];

		buf_print(out, "    %-24s %10llu %8.2f %8.4f\n", group->name,
			  (unsigned long long)group->pairs, group->vendi,
			  group->nearest);
	}
}

static int run(int argc, char **argv)
{
	struct score_summary summary = { 0 };
	struct score_options options;
	struct buf out = { 0 };
	struct session session;
	int rc;

	(void)argc;
	if (!neighbours || neighbours > 256)
		return err_set(ERR_USAGE, "--neighbours: %llu is not in 1 to "
					  "256",
			       (unsigned long long)neighbours);
	options = (struct score_options){ { model, on, false }, neighbours };
	if ((rc = session_open(&session, &cmd_score, argv[0], DB_WRITE)) < 0)
		return rc;
	rc = score_run(&session.db, session.par, &session.run, &options,
		       &summary);
	session_close(&session);
	if (rc == 0 && cli.json) {
		score_json(&summary, run_seconds(&session.run), &out);
		buf_byte(&out, '\n');
	} else if (rc == 0) {
		report(&summary, &out);
	}
	if (rc == 0)
		rc = command_print(&out);
	score_summary_free(&summary);
	buf_free(&out);
	return rc;
}

const struct command cmd_score = {
	.name = "score",
	.summary = "measure pairs, and how diverse the set is",
	.operands = "DATABASE",
	.least = 1,
	.most = 1,
	.about =
		"Quality without a model for every pair that earlier stages "
		"left; with vectors\n(itdata embed) also how new a pair is "
		"beside its nearest neighbours, and figures\nof the whole "
		"set.  'itdata metrics' defines all of them.",
	.examples = "  itdata score pairs.db\n"
		    "  itdata score pairs.db --json | jq .diversity\n"
		    "  itdata score pairs.db -k 5\n",
	.opts = opts,
	.run = run,
};
