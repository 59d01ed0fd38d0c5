/* cmd_search.c - find pairs by their text */
#include <stdio.h>

#include "base/err.h"
#include "base/log.h"
#include "cli/choose.h"
#include "cli/command.h"
#include "stats/meaning.h"

static uint64_t limit = 20;
static bool dropped, rebuild, semantic;
static const char *model;

static const struct opt opts[] = {
	OPT_UINT('n', "limit", &limit, "N", "show at most so many"),
	OPT_FLAG(0, "dropped", &dropped, "only pairs that are not kept"),
	OPT_FLAG(0, "semantic", &semantic,
		 "by what the words mean, best first; needs embed"),
	OPT_TEXT(0, "model", &model, "FOLDER",
		 "where the model of the vectors is now"),
	OPT_FLAG(0, "rebuild", &rebuild, "build the index again"),
	OPT_END,
};

static void read_words(int argc, char **argv, struct buf *words)
{
	for (int i = 1; i < argc; i++)
		buf_print(words, "%s%s", i > 1 ? " " : "", argv[i]);
	if (dropped)
		buf_text(words, " dropped:*");
}

static int open_index(struct index *index, struct db *db,
		      const struct query *query)
{
	struct par *par;
	int rc;

	if (semantic || (!query->match.n && !rebuild))
		return 0;
	par = par_new((unsigned)cli.threads);
	rc = index_open(index, db, par, rebuild);
	par_free(par);
	return rc;
}

static int report(const struct found *found, struct db *db,
		  const struct query *query, double seconds, struct buf *out)
{
	struct json json = { .out = out };
	int rc;

	if (cli.json) {
		json_open(&json, '{');
		rc = search_json(found, db, query, &json);
		json_key(&json, "seconds");
		json_real(&json, seconds);
		json_close(&json, '}');
		buf_byte(out, '\n');
		return rc;
	}
	rc = search_text(found, db, query, command_colour(), out);
	if (rc == 0 && !found->id.n)
		log_note("nothing found");
	if (rc == 0 && found->more)
		log_note("there are more; --limit N shows them");
	return rc;
}

static int find(const char *path, const struct query *query, struct buf *out)
{
	struct index index = { 0 };
	struct encoder *encoder = NULL;
	struct found found = { 0 };
	struct db db;
	double begun;
	int rc = db_open(&db, path, DB_READ);

	if (rc < 0)
		return rc;
	if ((rc = open_index(&index, &db, query)) == 0 && semantic)
		rc = choose_stored(&db, model, &encoder);
	if (rc == 0) {
		begun = seconds_now();
		rc = semantic ? meaning_run(&found, &db, encoder, query, limit)
			      : search_run(&found, &db, &index, query, 0,
					   limit);
		if (rc == 0)
			rc = report(&found, &db, query, seconds_now() - begun,
				    out);
	}
	search_free(&found);
	encoder_free(encoder);
	index_close(&index);
	db_close(&db);
	return rc;
}

static int run(int argc, char **argv)
{
	struct buf words = { 0 }, out = { 0 };
	struct query query;
	int rc;

	read_words(argc, argv, &words);
	rc = query_read(&query, words.at);
	if (rc == 0 && (rc = find(argv[0], &query, &out)) == 0)
		rc = command_print(&out);
	query_free(&query);
	buf_free(&words);
	buf_free(&out);
	return rc;
}

const struct command cmd_search = {
	.name = "search",
	.summary = "find pairs by their text",
	.operands = "DATABASE QUERY...",
	.least = 2,
	.most = -1,
	.about =
		"Words, \"phrases in quotes\" and start* of words, in any "
		"script: two characters\nsuffice.  -word excludes.  Filters: "
		"lang: category: source: license: dropped:STAGE\nrule: "
		"judged:keep score:NAME>X and kept; * stands for anything.  "
		"Behind -- a query\nmay start with -.  The first search builds "
		"an index beside the database.",
	.examples = "  itdata search pairs.db 英訳\n"
		    "  itdata search pairs.db '\"as an AI\" lang:en kept'\n"
		    "  itdata search pairs.db 'rule:ja.vague.* score:ambiguity>0.8'\n"
		    "  itdata search pairs.db --semantic 'a poem about the sea' "
		    "lang:ja\n"
		    "  itdata search pairs.db 猫 --dropped --json | jq .pairs[].fate\n",
	.opts = opts,
	.run = run,
};
