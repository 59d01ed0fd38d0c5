/* cmd_undo.c - take a stage's decisions back */
#include <stdio.h>

#include "base/err.h"
#include "cli/command.h"
#include "db/undo.h"

extern const struct command cmd_undo;

static const struct opt opts[] = { OPT_END };

static void report(const struct undone *undone, const char *name,
		   double seconds, struct buf *out)
{
	if (cli.json) {
		undone_json(undone, name, seconds, out);
		buf_byte(out, '\n');
		return;
	}
	buf_print(out,
		  "%s taken back: %lld decisions, %lld findings; %lld pairs "
		  "are kept again\n",
		  name, (long long)undone->decisions,
		  (long long)undone->findings, (long long)undone->again);
	if (!undone->stale.n)
		return;
	buf_text(out, "they were not there when");
	for (size_t i = 0; i < undone->stale.n; i++)
		buf_print(out, "%s '%s'", i ? "," : "", undone->stale.at[i]);
	buf_text(out, " looked at the set; run it again\n");
}

static int run(int argc, char **argv)
{
	struct undone undone = { 0 };
	struct buf out = { 0 };
	struct run record;
	struct db db;
	int rc;

	(void)argc;
	if ((rc = db_open(&db, argv[0], DB_WRITE)) < 0)
		return rc;
	command_run_init(&record, &cmd_undo);
	rc = undo_stage(&db, &record, argv[1], &undone);
	db_close(&db);
	if (rc == 0) {
		report(&undone, argv[1], run_seconds(&record), &out);
		rc = command_print(&out);
	}
	undone_free(&undone);
	buf_free(&out);
	return rc;
}

const struct command cmd_undo = {
	.name = "undo",
	.summary = "take a stage's decisions back",
	.operands = "DATABASE STAGE",
	.least = 2,
	.most = 2,
	.about =
		"Decisions and findings of the stage go, and its pairs are "
		"kept again unless another\nstage or a person dropped them.  "
		"'judge' takes back every verdict.  Says which later\nstages "
		"have not seen the pairs that come back.",
	.examples = "  itdata undo pairs.db dedup\n"
		    "  itdata undo pairs.db judge --json\n",
	.opts = opts,
	.run = run,
};
