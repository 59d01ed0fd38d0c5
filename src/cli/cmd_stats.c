/* cmd_stats.c - the state of the data set */
#include <string.h>

#include "base/err.h"
#include "base/file.h"
#include "cli/command.h"
#include "stats/page.h"
#include "stats/report.h"

extern const struct command cmd_stats;

static const char *compare, *html;

static const struct opt opts[] = {
	OPT_TEXT(0, "compare", &compare, "DATABASE",
		 "show a second data set beside this one"),
	OPT_TEXT(0, "html", &html, "FILE",
		 "write a page with plots, tables and samples"),
	OPT_END,
};

static int read_figures(struct stats *stats, const char *path)
{
	struct db db;
	int rc;

	if ((rc = db_open(&db, path, DB_READ)) < 0)
		return rc;
	rc = stats_read(stats, &db);
	db_close(&db);
	return rc;
}

static int report_both(struct stats *stats, const char *path, struct buf *out)
{
	struct stats other = { 0 };
	int rc = read_figures(&other, compare);

	if (rc == 0 && cli.json)
		report_compare_json(stats, &other, out);
	else if (rc == 0)
		report_compare(stats, path, &other, compare, out);
	stats_free(&other);
	return rc;
}

/* "-" is stdout. */
static int write_page(const char *path, struct buf *out)
{
	struct stats stats = { 0 };
	struct db db;
	int rc;

	if ((rc = db_open(&db, path, DB_READ)) < 0)
		return rc;
	if ((rc = stats_read(&stats, &db)) == 0)
		rc = page_write(&stats, &db, path, out);
	db_close(&db);
	stats_free(&stats);
	if (rc < 0)
		return rc;
	return strcmp(html, "-") == 0 ? command_print(out)
				      : file_save(html, buf_view(out));
}

static int run(int argc, char **argv)
{
	struct stats stats = { 0 };
	struct buf out = { 0 };
	int rc;

	(void)argc;
	if (html) {
		if (compare || cli.json)
			return err_set(ERR_USAGE, "--html goes without "
						  "--compare and --json");
		rc = write_page(argv[0], &out);
		buf_free(&out);
		return rc;
	}
	rc = read_figures(&stats, argv[0]);
	if (rc == 0 && compare)
		rc = report_both(&stats, argv[0], &out);
	else if (rc == 0 && cli.json)
		report_json(&stats, &out);
	else if (rc == 0)
		report_text(&stats, argv[0], &out);
	if (rc == 0)
		rc = command_print(&out);
	stats_free(&stats);
	buf_free(&out);
	return rc;
}

const struct command cmd_stats = {
	.name = "stats",
	.summary = "the state of the data set",
	.operands = "DATABASE",
	.least = 1,
	.most = 1,
	.about =
		"How many pairs, from where, in which languages and "
		"categories, how long, what\nwas found in them, and what was "
		"dropped at which stage and why.",
	.examples = "  itdata stats pairs.db\n"
		    "  itdata stats pairs.db --json | jq .dropped\n"
		    "  itdata stats pairs.db --compare last-week.db\n"
		    "  itdata stats pairs.db --html pairs.html\n",
	.opts = opts,
	.run = run,
};
