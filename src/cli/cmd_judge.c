/* cmd_judge.c - keep or drop pairs by hand */
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "cli/command.h"
#include "stats/judge.h"

extern const struct command cmd_judge;

static const char *author;

static const struct opt opts[] = {
	OPT_TEXT(0, "author", &author, "NAME", "who judged (the user's name)"),
	OPT_END,
};

static const char *who(void)
{
	const char *name = author ? author : getenv("USER");

	if (!name)
		name = getenv("LOGNAME");
	return name ? name : "";
}

static void report(const struct judged *judged, double seconds,
		   struct buf *out)
{
	if (cli.json) {
		judged_json(judged, seconds, out);
		buf_byte(out, '\n');
		return;
	}
	buf_print(out, "%llu rows: %llu keep, %llu drop, %llu taken back, "
		       "%llu without a verdict\n",
		  (unsigned long long)judged->rows,
		  (unsigned long long)judged->keep,
		  (unsigned long long)judged->drop,
		  (unsigned long long)judged->none,
		  (unsigned long long)judged->empty);
	if (judged->stale)
		buf_print(out, "%llu pairs fell for a pair that is dropped "
			       "today; 'itdata stats' says which stage to run "
			       "again\n",
			  (unsigned long long)judged->stale);
}

static int run(int argc, char **argv)
{
	struct judged judged;
	struct buf out = { 0 };
	struct run record;
	struct db db;
	int rc;

	(void)argc;
	if ((rc = db_open(&db, argv[0], DB_WRITE)) < 0)
		return rc;
	command_run_init(&record, &cmd_judge);
	rc = judge_file(&db, &record, argv[1], who(), &judged);
	db_close(&db);
	if (rc == 0) {
		report(&judged, run_seconds(&record), &out);
		rc = command_print(&out);
	}
	buf_free(&out);
	return rc;
}

const struct command cmd_judge = {
	.name = "judge",
	.summary = "keep or drop pairs by hand",
	.operands = "DATABASE FILE.csv",
	.least = 2,
	.most = 2,
	.about =
		"The file's first row names its columns: id, verdict (keep, "
		"drop, none; empty: no\nverdict) and perhaps note; others do "
		"not matter.  What a person says outranks every\nstage and "
		"survives re-runs.  One wrong row, and nothing changes.",
	.examples = "  itdata sample pairs.db --dropped --csv >read.csv\n"
		    "  itdata judge pairs.db read.csv --author mika\n"
		    "  printf 'id,verdict\\n17,keep\\n' | itdata judge pairs.db -\n",
	.opts = opts,
	.run = run,
};
