/* cmd_metrics.c - the measures, defined */
#include <math.h>
#include <stdio.h>

#include "base/json.h"
#include "cli/command.h"
#include "db/metric.h"

static const struct opt opts[] = { OPT_END };

static const char *const of_name[] = { "pair", "set" };
static const char *const better_name[] = { "higher", "lower", "neither" };

static void range(const struct metric *metric, struct buf *out)
{
	if (isinf(metric->most))
		buf_print(out, "%g and above", metric->least);
	else
		buf_print(out, "%g to %g", metric->least, metric->most);
}

static void text(const struct metric *metric, struct buf *out)
{
	buf_print(out, "%s\n    of a %s, by %s; %s, ", metric->name,
		  of_name[metric->of], metric->command, metric->unit);
	range(metric, out);
	if (metric->better != METRIC_NEITHER)
		buf_print(out, "; %s is better", better_name[metric->better]);
	buf_print(out, "\n    %s\n", metric->definition);
}

static void one_json(const struct metric *metric, struct json *json)
{
	json_open(json, '{');
	json_key(json, "name");
	json_text(json, metric->name);
	json_key(json, "of");
	json_text(json, of_name[metric->of]);
	json_key(json, "unit");
	json_text(json, metric->unit);
	json_key(json, "least");
	json_real(json, metric->least);
	json_key(json, "most"); /* null: no end */
	json_real(json, metric->most);
	json_key(json, "better");
	json_text(json, better_name[metric->better]);
	json_key(json, "command");
	json_text(json, metric->command);
	json_key(json, "definition");
	json_text(json, metric->definition);
	json_close(json, '}');
}

static int run(int argc, char **argv)
{
	struct buf out = { 0 };
	struct json json = { .out = &out };
	int rc;

	(void)argc;
	(void)argv;
	if (cli.json) {
		json_open(&json, '{');
		json_key(&json, "metrics");
		json_open(&json, '[');
	}
	for (size_t i = 0; i < metric_count; i++)
		if (cli.json)
			one_json(&metric_table[i], &json);
		else
			text(&metric_table[i], &out);
	if (cli.json) {
		json_close(&json, ']');
		json_close(&json, '}');
		buf_byte(&out, '\n');
	}
	rc = command_print(&out);
	buf_free(&out);
	return rc;
}

const struct command cmd_metrics = {
	.name = "metrics",
	.summary = "the measures, defined",
	.operands = "",
	.about = "Name, unit, range and definition of every measure of a pair "
		 "and of the set.",
	.examples = "  itdata metrics\n"
		    "  itdata metrics --json | jq -r .metrics[].name\n",
	.opts = opts,
	.run = run,
};
