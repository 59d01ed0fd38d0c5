/* cmd_decontaminate.c - decide on pairs that contain benchmark items */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "cli/command.h"
#include "dedup/decontaminate.h"

extern const struct command cmd_decontaminate;

static struct opt_list against;
static const char *ngram, *preset = "half", *field, *name = "decontaminate";
static double threshold = NAN;
static bool replace;

static const struct opt opts[] = {
	OPT_LIST(0, "against", &against, "FILE",
		 "a benchmark, in any format that ingest reads; may be given "
		 "again"),
	OPT_TEXT(0, "ngram", &ngram, "W,C",
		 "units in a run: words, characters (8w,20c)"),
	OPT_REAL('t', "threshold", &threshold, "SHARE",
		 "share of an item's runs that stand in one pair (0.5)"),
	OPT_CHOICE(0, "preset", &preset, "half|any13|tulu",
		   "any13: one run of 13; tulu: 8w that cover half"),
	OPT_TEXT(0, "field", &field, "KEY",
		 "key of the question in the benchmark"),
	OPT_TEXT(0, "name", &name, "NAME",
		 "name of this stage, to keep several runs apart"),
	OPT_FLAG(0, "replace", &replace,
		 "forget what a run against other files decided"),
	OPT_END,
};

/* "8w,20c", "13w" or "20c": what is not named stays. */
static int read_ngram(const char *text, struct decontaminate_options *options)
{
	const char *at = text;

	do {
		char *end;
		unsigned long n = strtoul(at, &end, 10);

		if (end == at || n < 1 || n > 64 || !strchr("wc", *end) ||
		    !*end || (end[1] && end[1] != ','))
			return err_set(ERR_USAGE,
				       "--ngram: '%s' is not like 8w,20c "
				       "(1 to 64)",
				       text);
		if (*end == 'w')
			options->words = (uint32_t)n;
		else
			options->characters = (uint32_t)n;
		at = end[1] ? end + 2 : end + 1;
	} while (*at);
	return 0;
}

static int read_options(struct decontaminate_options *options)
{
	*options = (struct decontaminate_options){
		.field = field,
		.words = 8,
		.characters = 20,
		.threshold = 0.5,
		.name = name,
		.replace = replace,
	};
	if (strcmp(preset, "any13") == 0) {
		options->words = options->characters = 13;
		options->threshold = 0;
	} else if (strcmp(preset, "tulu") == 0) {
		options->cover = true;
	}
	if (!isnan(threshold)) {
		if (!(threshold >= 0 && threshold <= 1))
			return err_set(ERR_USAGE,
				       "--threshold: %g is not in 0 to 1",
				       threshold);
		options->threshold = threshold;
	}
	return ngram ? read_ngram(ngram, options) : 0;
}

/* Files named by --against, then those that stand behind the database. */
static void list_files(struct decontaminate_options *options, int files,
		       char **file)
{
	options->path = mem_array(against.n + (size_t)files,
				  sizeof *options->path);
	for (size_t i = 0; i < against.n; i++)
		options->path[options->paths++] = against.at[i];
	for (int i = 0; i < files; i++)
		options->path[options->paths++] = file[i];
}

static void report(const struct decontaminate_options *options,
		   const struct decontaminate_summary *s, double seconds,
		   struct buf *out)
{
	if (cli.json) {
		decontaminate_json(s, options, seconds, out);
		buf_byte(out, '\n');
		return;
	}
	buf_print(out, "%llu of %llu pairs contain %llu benchmark items\n",
		  (unsigned long long)s->contaminated,
		  (unsigned long long)s->pairs, (unsigned long long)s->items);
	for (size_t i = 0; i < options->paths; i++)
		buf_print(out, "%s: %llu of %llu items found\n",
			  options->path[i],
			  (unsigned long long)s->benchmark[i].found,
			  (unsigned long long)s->benchmark[i].items);
}

static int work(const char *path, const struct decontaminate_options *options)
{
	struct decontaminate_summary summary = { 0 };
	struct buf out = { 0 };
	struct session session;
	int rc = session_open(&session, &cmd_decontaminate, path, DB_WRITE);

	if (rc < 0)
		return rc;
	rc = decontaminate_run(&session.db, session.par, &session.run, options,
			       &summary);
	session_close(&session);
	if (rc == 0) {
		report(options, &summary, run_seconds(&session.run), &out);
		rc = command_print(&out);
	}
	free(summary.benchmark);
	buf_free(&out);
	return rc;
}

static int run(int argc, char **argv)
{
	struct decontaminate_options options;
	int rc = read_options(&options);

	if (rc < 0)
		return rc;
	list_files(&options, argc - 1, argv + 1);
	rc = options.paths ? work(argv[0], &options)
			   : err_set(ERR_USAGE, "name a benchmark with "
						"--against FILE");
	free(options.path);
	return rc;
}

const struct command cmd_decontaminate = {
	.name = "decontaminate",
	.summary = "decide on pairs that contain benchmark items",
	.operands = "DATABASE --against FILE...",
	.least = 1,
	.most = -1,
	.about =
		"A pair falls when half of the runs of 8 words (20 characters "
		"of Han and kana)\nof a benchmark's question stand in it; a "
		"shorter question when a field equals it.\nEach decision "
		"names the item, and a finding shows where it stands.",
	.examples =
		"  itdata decontaminate pairs.db --against test.jsonl\n"
		"  itdata decontaminate pairs.db --against a.csv --name a\n"
		"  itdata decontaminate pairs.db --against a.jsonl --preset "
		"tulu --json\n",
	.opts = opts,
	.run = run,
};
