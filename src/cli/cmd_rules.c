/* cmd_rules.c - check, measure and tune rule packs */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "cli/command.h"
#include "filter/drift.h"
#include "filter/filter.h"
#include "filter/fit.h"
#include "filter/prove.h"
#include "filter/rules_json.h"

extern const struct command cmd_rules;

enum { EXIT_NO = 3 };

static const char *label = "label", *positive, *where, *text;
static struct opt_list only;

static const struct opt opts[] = {
	OPT_TEXT(0, "label", &label, "KEY", "mass, fit: key of the label"),
	OPT_TEXT(0, "positive", &positive, "VALUE",
		 "mass, fit: the label that is true (true, 1, yes)"),
	OPT_TEXT(0, "where", &where, "KEY=VALUE",
		 "mass, fit: only records that have this"),
	OPT_TEXT(0, "text", &text, "FILE",
		 "test: pairs on which keywords must hide no match"),
	OPT_LIST(0, "only", &only, "RULE",
		 "mass, fit: only this rule or category; may be given again"),
	OPT_END,
};

/* What an action works with: packs that are loaded, and its operands. */
struct work {
	struct ruleset *set;
	const char *file; /* labels or database, when the action has one */
	const char *const *table; /* (tables) of terms */
	size_t tables;
	struct buf *out;
};

/* -- test -- */

static void proof_json(const struct ruleset *set, const struct proof *proof,
		       struct str problems, struct buf *out)
{
	struct json json = { .out = out };

	json_open(&json, '{');
	json_key(&json, "rules");
	json_int(&json, (int64_t)proof->rules);
	json_key(&json, "examples");
	json_int(&json, (int64_t)proof->examples);
	json_key(&json, "errors");
	json_int(&json, (int64_t)proof->errors);
	json_key(&json, "warnings");
	json_int(&json, (int64_t)proof->warnings);
	json_key(&json, "slowest");
	json_text(&json, proof->slow ? proof->slow->id.at : NULL);
	json_key(&json, "slowest_seconds");
	json_real(&json, proof->slowest);
	json_key(&json, "problems");
	json_open(&json, '[');
	for (const char *at = problems.at; *at;) {
		const char *end = strchr(at, '\n');

		json_str(&json, (struct str){ at, (size_t)(end - at) });
		at = end + 1;
	}
	json_close(&json, ']');
	json_key(&json, "rules_sha256");
	json_text(&json, set->sha256);
	json_close(&json, '}');
	buf_byte(out, '\n');
}

static int test(const struct work *work)
{
	const struct ruleset *set = work->set;
	struct buf *out = work->out;
	struct buf problems = { 0 };
	struct proof proof;
	int rc = prove(set, &proof, &problems);

	if (text && (rc == 0 || rc == ERR_ANSWER))
		rc = prove_keywords(set, text, &proof, &problems);
	if (rc < 0 && rc != ERR_ANSWER) {
		proof_free(&proof);
		buf_free(&problems);
		return rc;
	}

	if (cli.json) {
		proof_json(set, &proof, buf_view(&problems), out);
	} else {
		buf_str(out, buf_view(&problems));
		buf_print(out, "%zu rules, %zu examples: %zu errors, %zu "
			       "warnings",
			  proof.rules, proof.examples, proof.errors,
			  proof.warnings);
		if (proof.slow)
			buf_print(out, "; slowest %s, %.1f ms on 64 KiB",
				  proof.slow->id.at, proof.slowest * 1e3);
		buf_byte(out, '\n');
	}
	proof_free(&proof);
	buf_free(&problems);
	return rc == ERR_ANSWER ? EXIT_NO : rc;
}

/* -- list -- */

static int list(const struct work *work)
{
	const struct ruleset *set = work->set;

	if (cli.json) {
		rules_json(set, work->out);
		return 0;
	}
	for (size_t r = 0; r < set->n; r++) {
		const struct rule *rule = &set->rule[r];
		char weight[16] = "";

		if (rule->action == ACTION_SCORE)
			snprintf(weight, sizeof weight, " %.2g", rule->weight);
		buf_print(work->out, "%-34s %-18s %-4s %5s%-5s %-4s%s%s\n",
			  rule->id.at, rule->category.at,
			  rule->lang.at ? rule->lang.at : "any",
			  action_name(rule->action), weight,
			  rule->off ? "off" : "on",
			  rule->message.at ? " " : "",
			  rule->message.at ? rule->message.at : "");
	}
	return 0;
}

static int export(const struct work *work)
{
	rules_json(work->set, work->out);
	return 0;
}

/* -- mass, fit -- */

/* Judge the labelled pairs by all rules, or those of --only. */
static int read_labels(const struct work *work, struct labelled *set)
{
	struct labelled_options options = { label, positive, where };
	struct names names = { only.at, only.n };
	bool *on = mem_array(work->set->n + 1, sizeof *on);
	struct par *par;
	int rc = 0;

	for (size_t r = 0; r < work->set->n; r++)
		on[r] = only.n == 0;
	if ((rc = ruleset_choose(work->set, "only", names, true, on)) == 0) {
		par = par_new((unsigned)cli.threads);
		rc = labelled_read(set, work->file, &options, work->set, on,
				   par);
		par_free(par);
	}
	free(on);
	return rc;
}

static int mass(const struct work *work)
{
	struct labelled set = { 0 };
	struct mass result = { 0 };
	int rc = read_labels(work, &set);

	if (rc == 0) {
		mass_measure(&result, &set, work->set, cli.seed);
		if (cli.json)
			mass_json(&result, &set, work->set, work->out);
		else
			mass_text(&result, &set, work->set, work->out);
	}
	mass_free(&result);
	labelled_free(&set);
	return rc;
}

static int fit(const struct work *work)
{
	struct labelled set = { 0 };
	struct fit result = { 0 };
	int rc = read_labels(work, &set);

	if (rc == 0) {
		fit_learn(&result, &set, work->set);
		if (cli.json)
			fit_json(&result, work->set, work->out);
		else
			fit_text(&result, work->set, work->out);
	}
	fit_free(&result);
	labelled_free(&set);
	return rc;
}

/* -- drift -- */

static int drift(const struct work *work)
{
	struct drift result;
	struct par *par;
	struct db db;
	int rc = drift_load(&result, work->table, work->tables);

	if (rc == 0 && (rc = db_open(&db, work->file, DB_READ)) == 0) {
		par = par_new((unsigned)cli.threads);
		rc = drift_search(&result, &db, par);
		par_free(par);
		db_close(&db);
	}
	if (rc == 0 && cli.json)
		drift_json(&result, work->out);
	else if (rc == 0)
		drift_text(&result, work->out);
	drift_free(&result);
	return rc;
}

/* -- the command -- */

static const struct {
	const char *name;
	bool file, packs; /* a file comes first; the rest are packs */
	int (*run)(const struct work *work);
} actions[] = {
	{ "test", false, true, test },
	{ "list", false, true, list },
	{ "export", false, true, export },
	{ "mass", true, true, mass },
	{ "fit", true, true, fit },
	{ "drift", true, false, drift },
};

static int act(size_t action, int argc, char **argv)
{
	size_t skip = actions[action].file ? 2 : 1;
	const char *const *names = (const char *const *)argv + skip;
	size_t n = (size_t)argc - skip;
	struct ruleset set = { 0 };
	struct buf out = { 0 };
	struct work work = { &set, argv[1], names, n, &out };
	int rc = 0, status;

	if (actions[action].packs)
		rc = ruleset_load(&set, names, n);
	status = rc < 0 ? rc : actions[action].run(&work);
	if (status >= 0)
		rc = command_print(&out);
	ruleset_free(&set);
	buf_free(&out);
	return status < 0 || rc == 0 ? status : rc;
}

static int run(int argc, char **argv)
{
	for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
		if (strcmp(argv[0], actions[i].name) != 0)
			continue;
		if (actions[i].file && argc < 2)
			return err_set(ERR_USAGE, "%s needs a file",
				       actions[i].name);
		return act(i, argc, argv);
	}
	return err_set(ERR_USAGE,
		       "'%s' is none of: test list export mass fit drift",
		       argv[0]);
}

const struct command cmd_rules = {
	.name = "rules",
	.summary = "check, measure and tune rule packs",
	.operands = "test|list|export|mass FILE|fit FILE|drift DATABASE "
		    "[PACK...]",
	.least = 1,
	.most = -1,
	.about =
		"test proves the examples of every rule, that its keywords "
		"hide no match, and\nthat it is fast on hostile text; list and "
		"export show what there is.  mass\nmeasures rules on labelled "
		"pairs, fit learns their weights.  drift counts\nterms that "
		"are written in several ways; its operands are term tables.\n"
		"Without a PACK (name or file) all shipped ones are meant.",
	.examples = "  itdata rules test\n"
		    "  itdata rules test mine.rules --json\n"
		    "  itdata rules list defects\n"
		    "  itdata rules mass labelled.jsonl --label vague\n"
		    "  itdata rules fit labelled.jsonl --where half=tune\n"
		    "  itdata rules drift pairs.db\n",
	.opts = opts,
	.run = run,
};
