/* cmd_filter.c - run rule packs and thresholds over all pairs */
#include "base/err.h"
#include "cli/command.h"
#include "filter/filter.h"

extern const struct command cmd_filter;

static struct opt_list rules, drop, drop_if, keep_if, enable, disable;
static const char *name = "filter";
static bool replace;

static const struct opt opts[] = {
	OPT_LIST(0, "rules", &rules, "PACK",
		 "a shipped pack by name, or a file; may be given again (all "
		 "shipped packs)"),
	OPT_LIST(0, "drop", &drop, "RULE",
		 "pairs that this rule or category hits fall too"),
	OPT_LIST(0, "drop-if", &drop_if, "CONDITION",
		 "pairs fall that meet it, such as 'ambiguity >= 0.8'"),
	OPT_LIST(0, "keep-if", &keep_if, "CONDITION",
		 "pairs that meet it stay, whatever else is said"),
	OPT_LIST(0, "enable", &enable, "RULE",
		 "run a rule or category that is off by default"),
	OPT_LIST(0, "disable", &disable, "RULE",
		 "do not run this rule or category"),
	OPT_TEXT(0, "name", &name, "NAME", "name of this stage"),
	OPT_FLAG(0, "replace", &replace,
		 "forget what a run with other packs decided"),
	OPT_END,
};

static struct names names_of(const struct opt_list *list)
{
	return (struct names){ list->at, list->n };
}

static void list_counts(const char *title, const struct map *map,
			const uint64_t *count, struct buf *out)
{
	bool any = false;

	for (uint32_t i = 0; i < map->n; i++) {
		if (!count[i])
			continue;
		if (!any)
			buf_print(out, "%s\n", title);
		any = true;
		buf_print(out, "  %8llu  %s\n", (unsigned long long)count[i],
			  map_key(map, i).at);
	}
}

static void report(const struct filter_summary *s, double seconds,
		   struct buf *out)
{
	if (cli.json) {
		filter_json(s, seconds, out);
		buf_byte(out, '\n');
		return;
	}
	buf_print(out, "%llu pairs: %llu flagged, %llu dropped",
		  (unsigned long long)s->pairs,
		  (unsigned long long)s->flagged,
		  (unsigned long long)s->dropped);
	if (s->spared)
		buf_print(out, ", %llu spared by --keep-if",
			  (unsigned long long)s->spared);
	buf_byte(out, '\n');
	list_counts("flagged, pairs by category:", &s->category,
		    s->by_category, out);
	list_counts("dropped, pairs by reason:", &s->reason, s->by_reason,
		    out);
	buf_print(out, "strong ambiguity (0.8 or more): %llu\n",
		  (unsigned long long)s->strong);
	if (s->errors)
		buf_print(out, "%llu times a rule gave up on a text: findings "
			       "of category rule-error\n",
			  (unsigned long long)s->errors);
}

static int run(int argc, char **argv)
{
	struct filter_options options = {
		.rules = names_of(&rules),
		.drop = names_of(&drop),
		.enable = names_of(&enable),
		.disable = names_of(&disable),
		.drop_if = names_of(&drop_if),
		.keep_if = names_of(&keep_if),
		.name = name,
		.replace = replace,
	};
	struct filter_summary summary = { 0 };
	struct buf out = { 0 };
	struct session session;
	int rc;

	(void)argc;
	if ((rc = session_open(&session, &cmd_filter, argv[0], DB_WRITE)) < 0)
		return rc;
	rc = filter_run(&session.db, session.par, &session.run, &options,
			&summary);
	session_close(&session);
	if (rc == 0) {
		report(&summary, run_seconds(&session.run), &out);
		rc = command_print(&out);
	}
	filter_summary_free(&summary);
	buf_free(&out);
	return rc;
}

const struct command cmd_filter = {
	.name = "filter",
	.summary = "find ambiguity and defects by rules, and decide",
	.operands = "DATABASE",
	.least = 1,
	.most = 1,
	.about =
		"What rules find is kept as findings that explain; hard "
		"defects drop the pair.\nAmbiguity is a score from 0 to 1: "
		"ask for more with --drop-if.\nNothing is deleted; 'itdata "
		"undo' takes the decisions back.",
	.examples =
		"  itdata filter pairs.db\n"
		"  itdata filter pairs.db --drop-if 'ambiguity >= 0.8'\n"
		"  itdata filter pairs.db --drop missing-input --json\n"
		"  itdata filter pairs.db --rules defects --rules mine.rules\n",
	.opts = opts,
	.run = run,
};
