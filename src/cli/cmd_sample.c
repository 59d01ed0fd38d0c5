/* cmd_sample.c - random pairs with reasons, for a person to read */
#include "base/err.h"
#include "cli/command.h"
#include "stats/report.h"
#include "stats/sample.h"

static const char *stage, *rule;
static bool kept, dropped, csv;
static uint64_t count = 20;

static const struct opt opts[] = {
	OPT_UINT('n', "count", &count, "N", "how many"),
	OPT_TEXT(0, "stage", &stage, "NAME", "only pairs this stage decided on"),
	OPT_TEXT(0, "rule", &rule, "ID",
		 "only pairs in which this rule found something; ja.* for all "
		 "of them"),
	OPT_FLAG(0, "kept", &kept, "only pairs that are kept"),
	OPT_FLAG(0, "dropped", &dropped, "only pairs that are not kept"),
	OPT_FLAG(0, "csv", &csv,
		 "as CSV for a spreadsheet and 'itdata judge'"),
	OPT_END,
};

static int read_options(struct sample_want *want)
{
	if (kept && dropped)
		return err_set(ERR_USAGE, "--kept and --dropped exclude each "
					  "other");
	if (csv && cli.json)
		return err_set(ERR_USAGE, "--csv and --json exclude each "
					  "other");
	if (count > 1000000)
		return err_set(ERR_USAGE, "--count: at most 1000000");
	*want = (struct sample_want){
		.stage = stage,
		.rule = rule,
		.fate = kept ? SAMPLE_KEPT
			     : dropped ? SAMPLE_DROPPED : SAMPLE_ALL,
		.count = count,
	};
	return 0;
}

static int report(const struct sample *sample, struct db *db, struct buf *out)
{
	struct json json = { .out = out };
	int rc;

	if (csv)
		return sample_csv(sample, db, out);
	if (cli.json) {
		rc = sample_json(sample, db, &json);
		buf_byte(out, '\n');
		return rc;
	}
	buf_print(out, "%zu of ", sample->id.n);
	report_number(out, sample->of);
	buf_text(out, " pairs\n\n");
	return sample_text(sample, db, out);
}

static int run(int argc, char **argv)
{
	struct sample sample = { 0 };
	struct sample_want want;
	struct buf out = { 0 };
	struct db db;
	int rc;

	(void)argc;
	if ((rc = read_options(&want)) < 0 ||
	    (rc = db_open(&db, argv[0], DB_READ)) < 0)
		return rc;
	if ((rc = db_exec(&db, "BEGIN")) == 0) {
		rc = sample_draw(&sample, &db, &want, cli.seed);
		if (rc == 0)
			rc = report(&sample, &db, &out);
		rc = db_end(&db, rc);
	}
	db_close(&db);
	if (rc == 0)
		rc = command_print(&out);
	sample_free(&sample);
	buf_free(&out);
	return rc;
}

const struct command cmd_sample = {
	.name = "sample",
	.summary = "random pairs with reasons, for a person to read",
	.operands = "DATABASE",
	.least = 1,
	.most = 1,
	.about =
		"Read twenty pairs that a stage dropped before you believe "
		"it.  --csv makes a table\nfor a spreadsheet: fill its column "
		"'verdict' with keep or drop and hand it to\n'itdata judge'.",
	.examples = "  itdata sample pairs.db --stage dedup\n"
		    "  itdata sample pairs.db --rule 'ja.vague.*' --kept\n"
		    "  itdata sample pairs.db --dropped --csv >read.csv\n",
	.opts = opts,
	.run = run,
};
