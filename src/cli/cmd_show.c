/* cmd_show.c - a pair, and why it is where it is */
#include <errno.h>
#include <stdlib.h>

#include "base/err.h"
#include "cli/command.h"
#include "filter/explain.h"
#include "stats/show.h"

static const struct opt opts[] = { OPT_END };

static int read_id(const char *text, int64_t *id)
{
	char *end;

	errno = 0;
	*id = strtoll(text, &end, 10);
	if (end == text || *end || errno || *id < 1)
		return err_set(ERR_USAGE, "'%s' is not the id of a pair", text);
	return 0;
}

static int check_ids(int argc, char **argv)
{
	int64_t id;
	int rc = 0;

	for (int i = 1; rc == 0 && i < argc; i++)
		rc = read_id(argv[i], &id);
	return rc;
}

static void words_of_finding(void *explainer, const struct pair *pair,
			     const struct about_finding *finding,
			     struct buf *out)
{
	explain_finding(explainer, pair, finding->rule, finding->turn,
			finding->start, out);
}

static int show_all(struct db *db, int argc, char **argv, struct buf *out)
{
	struct explainer explainer = { 0 };
	struct show_words words = { words_of_finding, &explainer };
	struct json json = { .out = out };
	int rc = 0;

	if (cli.json) {
		json_open(&json, '{');
		json_key(&json, "pairs");
		json_open(&json, '[');
	}
	for (int i = 1; rc == 0 && i < argc; i++) {
		int64_t id;

		read_id(argv[i], &id);
		if (i > 1 && !cli.json)
			buf_text(out, "\n\n");
		rc = cli.json ? show_json(db, id, &words, &json)
			      : show_text(db, id, &words, command_colour(),
					  out);
	}
	if (cli.json) {
		json_close(&json, ']');
		json_close(&json, '}');
		buf_byte(out, '\n');
	}
	explainer_free(&explainer);
	return rc;
}

static int run(int argc, char **argv)
{
	struct buf out = { 0 };
	struct db db;
	int rc;

	if ((rc = check_ids(argc, argv)) < 0 ||
	    (rc = db_open(&db, argv[0], DB_READ)) < 0)
		return rc;
	rc = show_all(&db, argc, argv, &out);
	db_close(&db);
	if (rc == 0)
		rc = command_print(&out);
	buf_free(&out);
	return rc;
}

const struct command cmd_show = {
	.name = "show",
	.summary = "a pair, and why it is where it is",
	.operands = "DATABASE ID...",
	.least = 2,
	.most = -1,
	.about =
		"The text as stored, every decision in words, findings with "
		"their spans, scores,\nand beside a pair that fell for another "
		"one where the two differ:\n[-only in this one-]{+only in the "
		"other+}.  Control and direction characters\nare shown, not "
		"obeyed.",
	.examples = "  itdata show pairs.db 17\n"
		    "  itdata show pairs.db 17 18 --json | jq .pairs[].scores\n"
		    "  itdata show pairs.db $(sqlite3 pairs.db \"SELECT id "
		    "FROM dropped LIMIT 20\") | less\n",
	.opts = opts,
	.run = run,
};
