/* cmd_rules.c - check and list rule packs */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "cli/command.h"
#include "filter/prove.h"

extern const struct command cmd_rules;

enum { EXIT_NO = 3 };

static const struct opt opts[] = {
	OPT_END,
};

static const char *action_name(const struct rule *rule)
{
	switch (rule->action) {
	case ACTION_FLAG:
		return "flag";
	case ACTION_DROP:
		return "drop";
	case ACTION_SCORE:
		return "score";
	}
	return "";
}

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

static int test(const struct ruleset *set, struct buf *out)
{
	struct buf problems = { 0 };
	struct proof proof;
	int rc = prove(set, &proof, &problems);

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

static void list_json(const struct ruleset *set, struct buf *out)
{
	struct json json = { .out = out };

	json_open(&json, '[');
	for (size_t r = 0; r < set->n; r++) {
		const struct rule *rule = &set->rule[r];

		json_open(&json, '{');
		json_key(&json, "rule");
		json_str(&json, rule->id);
		json_key(&json, "pack");
		json_str(&json, set->pack[rule->pack].name);
		json_key(&json, "category");
		json_str(&json, rule->category);
		json_key(&json, "lang");
		json_text(&json, rule->lang.at ? rule->lang.at : "any");
		json_key(&json, "action");
		json_text(&json, action_name(rule));
		json_key(&json, "weight");
		if (rule->action == ACTION_SCORE)
			json_real(&json, rule->weight);
		else
			json_null(&json);
		json_key(&json, "on");
		json_bool(&json, !rule->off);
		json_key(&json, "message");
		json_text(&json, rule->message.at);
		json_close(&json, '}');
	}
	json_close(&json, ']');
	buf_byte(out, '\n');
}

static int list(const struct ruleset *set, struct buf *out)
{
	if (cli.json) {
		list_json(set, out);
		return 0;
	}
	for (size_t r = 0; r < set->n; r++) {
		const struct rule *rule = &set->rule[r];
		char action[32];

		if (rule->action == ACTION_SCORE)
			snprintf(action, sizeof action, "score %.2g",
				 rule->weight);
		else
			snprintf(action, sizeof action, "%s",
				 action_name(rule));
		buf_print(out, "%-32s %-18s %-4s %-10s %-4s%s%s\n",
			  rule->id.at, rule->category.at,
			  rule->lang.at ? rule->lang.at : "any", action,
			  rule->off ? "off" : "on",
			  rule->message.at ? " " : "",
			  rule->message.at ? rule->message.at : "");
	}
	return 0;
}

/* -- the command -- */

static const struct {
	const char *name;
	int (*run)(const struct ruleset *set, struct buf *out);
} actions[] = {
	{ "test", test },
	{ "list", list },
};

static int run(int argc, char **argv)
{
	int (*action)(const struct ruleset *, struct buf *) = NULL;
	struct ruleset set = { 0 };
	struct buf out = { 0 };
	int rc, status;

	for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
		if (strcmp(argv[0], actions[i].name) == 0)
			action = actions[i].run;
	if (!action)
		return err_set(ERR_USAGE, "'%s' is none of: test list",
			       argv[0]);
	if ((rc = ruleset_load(&set, (const char *const *)argv + 1,
			       (size_t)argc - 1)) < 0) {
		ruleset_free(&set);
		return rc;
	}
	status = action(&set, &out);
	rc = status < 0 ? status : command_print(&out);
	ruleset_free(&set);
	buf_free(&out);
	return rc < 0 ? rc : status;
}

const struct command cmd_rules = {
	.name = "rules",
	.summary = "check, measure and tune rule packs",
	.operands = "test|list [PACK...]",
	.least = 1,
	.most = -1,
	.about =
		"test proves the examples of every rule, that its keywords "
		"hide no match, and\nthat it is fast on hostile text; list "
		"shows what there is.  Without a PACK\n(name or file) all "
		"shipped packs are meant.",
	.examples = "  itdata rules test\n"
		    "  itdata rules test mine.rules --json\n"
		    "  itdata rules list defects\n",
	.opts = opts,
	.run = run,
};
