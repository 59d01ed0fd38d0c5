/* cmd_remove.c - erase pairs for good */
#include <stdio.h>

#include "base/err.h"
#include "cli/command.h"
#include "db/remove.h"

extern const struct command cmd_remove;

static const char *source;
static struct opt_list ids;

static const struct opt opts[] = {
	OPT_TEXT(0, "source", &source, "NAME",
		 "all pairs of this source: its name, path or SHA-256"),
	OPT_LIST(0, "ids", &ids, "LIST",
		 "these pairs: 17,20-30, or @FILE with ids in it"),
	OPT_END,
};

static int read_options(struct removal *removal)
{
	int rc = 0;

	if (!source == !ids.n)
		return err_set(ERR_USAGE, "say what: either --source NAME or "
					  "--ids LIST");
	removal->source = source;
	for (size_t i = 0; rc == 0 && i < ids.n; i++)
		rc = removal_ids(removal, ids.at[i]);
	if (rc == 0 && !source && !removal->range.n)
		rc = err_set(ERR_USAGE, "--ids: there is no id in it");
	return rc;
}

static void report(const struct removed *removed, double seconds,
		   struct buf *out)
{
	if (cli.json) {
		removed_json(removed, seconds, out);
		buf_byte(out, '\n');
		return;
	}
	buf_print(out, "%lld pairs are erased for good; ingest will not take "
		       "them again\n",
		  (long long)removed->pairs);
	if (removed->again)
		buf_print(out, "%lld pairs had fallen for one of them and are "
			       "kept again; run 'itdata dedup' again\n",
			  (long long)removed->again);
}

static int erase(const char *path, const struct removal *removal)
{
	struct removed removed;
	struct buf out = { 0 };
	struct run record;
	struct db db;
	int rc = db_open(&db, path, DB_WRITE);

	if (rc < 0)
		return rc;
	command_run_init(&record, &cmd_remove);
	rc = remove_pairs(&db, &record, removal, &removed);
	db_close(&db);
	if (rc == 0) {
		report(&removed, run_seconds(&record), &out);
		rc = command_print(&out);
	}
	buf_free(&out);
	return rc;
}

static int run(int argc, char **argv)
{
	struct removal removal = { 0 };
	int rc = read_options(&removal);

	(void)argc;
	if (rc == 0)
		rc = erase(argv[0], &removal);
	removal_free(&removal);
	return rc;
}

const struct command cmd_remove = {
	.name = "remove",
	.summary = "erase pairs for good",
	.operands = "DATABASE",
	.least = 1,
	.most = 1,
	.about =
		"For a takedown: text, vectors and all that was said about the "
		"pairs go from every\ntable, and the file is rewritten (which "
		"needs as much free disk).  A digest of each\nstays, so that "
		"ingest does not take it again.  There is no way back.  To "
		"drop a\npair, use 'itdata judge'.",
	.examples = "  itdata remove pairs.db --source withdrawn.jsonl\n"
		    "  itdata remove pairs.db --ids 17,20-30\n",
	.opts = opts,
	.run = run,
};
