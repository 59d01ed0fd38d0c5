/* cmd_select.c - the pairs that teach most, of a given number */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/file.h"
#include "base/vec.h"
#include "cli/command.h"
#include "db/metric.h"
#include "score/select.h"

extern const struct command cmd_select;

static uint64_t count, tokens;
static const char *method = "facility", *by, *must, *model, *on;
static const char *name = "select";
static double alike = 0.9;
static struct opt_list quota;
static bool replace;

static const struct opt opts[] = {
	OPT_UINT('n', "count", &count, "N", "how many pairs stay"),
	OPT_UINT(0, "tokens", &tokens, "N",
		 "or how many tokens, estimated as bytes / 4"),
	OPT_CHOICE(0, "method", &method,
		   "facility|kcenter|score-diverse|top|random",
		   "how they are chosen"),
	OPT_TEXT(0, "by", &by, "METRIC",
		 "measure for top and score-diverse; itdata metrics lists them"),
	OPT_REAL(0, "alike", &alike, "COSINE",
		 "score-diverse: what is this alike to a chosen one stays out"),
	OPT_LIST(0, "quota", &quota, "FIELD:VALUE=N",
		 "at most N pairs of lang:VALUE or category:VALUE"),
	OPT_TEXT(0, "must", &must, "FILE",
		 "ids, one a line, that stay in any case"),
	OPT_TEXT(0, "model", &model, "MODEL",
		 "whose vectors to use (what most pairs have)"),
	OPT_TEXT(0, "on", &on, "FIELD",
		 "what was embedded: instruction, pair, response (the same)"),
	OPT_TEXT(0, "name", &name, "NAME", "name of this stage"),
	OPT_FLAG(0, "replace", &replace, "forget another command's stage"),
	OPT_END,
};

typedef VEC(int64_t) id_list;
typedef VEC(struct select_quota) quota_list;

static int read_must(id_list *ids)
{
	struct buf text = { 0 };
	int rc = must ? file_load(must, (size_t)1 << 30, &text) : 0;

	for (char *at = text.at; rc == 0 && at && *at;) {
		char *end;
		long long id;

		at += strspn(at, " \t\r\n,");
		if (!*at)
			break;
		errno = 0;
		id = strtoll(at, &end, 10);
		if (end == at || errno || id <= 0)
			rc = err_set(ERR_USAGE, "%s: '%.20s' is no id", must,
				     at);
		else
			vec_push(ids, id);
		at = end;
	}
	buf_free(&text);
	return rc;
}

/* FIELD:VALUE=N; the caller frees q->value */
static int read_quota(const char *text, struct select_quota *q)
{
	const char *value = strchr(text, ':');
	const char *most = value ? strrchr(value, '=') : NULL;
	char *end = NULL;

	*q = (struct select_quota){ 0 };
	if (most) {
		q->category = strncmp(text, "category:", 9) == 0;
		q->most = strtoull(most + 1, &end, 10);
	}
	if (!most || end == most + 1 || *end ||
	    (!q->category && strncmp(text, "lang:", 5) != 0))
		return err_set(ERR_USAGE,
			       "--quota: '%s' is not like lang:ja=5000 "
			       "or category:maths=2000",
			       text);
	value++;
	q->value = mem_copy(value, (size_t)(most - value));
	return 0;
}

static int read_quotas(quota_list *quotas)
{
	struct select_quota q;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < quota.n; i++)
		if ((rc = read_quota(quota.at[i], &q)) == 0)
			vec_push(quotas, q);
	return rc;
}

static void quotas_free(quota_list *quotas)
{
	for (size_t i = 0; i < quotas->n; i++)
		free((char *)quotas->at[i].value);
	vec_free(quotas);
}

static enum select_method method_of(void)
{
	int m = SELECT_FACILITY;

	while (strcmp(method, select_method_name((enum select_method)m)) != 0)
		m++;
	return (enum select_method)m;
}

static int check_options(struct select_options *o)
{
	bool ranked = o->method == SELECT_TOP || o->method == SELECT_DIVERSE;
	const struct metric *metric = by ? metric_find(str_of(by)) : NULL;

	if (!count == !tokens)
		return err_set(ERR_USAGE, "say how many: --count N or --tokens "
					  "N");
	if (ranked && !by)
		o->by = "quality";
	if (!ranked && by)
		return err_set(ERR_USAGE, "--by goes with --method top or "
					  "score-diverse");
	if (by && (!metric || metric->of != METRIC_PAIR))
		return err_set(ERR_USAGE, "--by: no measure of pairs is called "
					  "'%s'; 'itdata metrics' lists them",
			       by);
	if (!(alike > -1 && alike <= 1))
		return err_set(ERR_USAGE, "--alike: %g is not above -1 and at "
					  "most 1", alike);
	return 0;
}

static void report(const struct select_options *o,
		   const struct select_summary *s, struct buf *out)
{
	buf_print(out, "%llu of %llu pairs stay, chosen by %s",
		  (unsigned long long)s->kept, (unsigned long long)s->pairs,
		  select_method_name(o->method));
	if (o->by)
		buf_print(out, " of %s", o->by);
	if (o->tokens)
		buf_print(out, ": %llu tokens", (unsigned long long)s->tokens);
	buf_byte(out, '\n');
	if (isnan(s->value))
		return;
	if (o->method == SELECT_KCENTER)
		buf_print(out, "no other pair is farther than %.4f from them, "
			       "at most twice the least possible\n",
			  s->value);
	else
		buf_print(out,
			  "they serve all with a mean cosine of %.4f, at least "
			  "1 - 1/e of the best possible on the same graph\n",
			  s->pairs ? s->value / (double)s->pairs : 0);
}

static int run(int argc, char **argv)
{
	struct select_options o = {
		.method = method_of(),
		.choice = { model, on, false },
		.count = count,
		.tokens = tokens,
		.by = by,
		.alike = alike,
		.name = name,
		.replace = replace,
	};
	struct select_summary summary;
	quota_list quotas = { 0 };
	struct buf out = { 0 };
	id_list ids = { 0 };
	struct session session;
	int rc;

	(void)argc;
	if ((rc = check_options(&o)) < 0 || (rc = read_must(&ids)) < 0 ||
	    (rc = read_quotas(&quotas)) < 0 ||
	    (rc = session_open(&session, &cmd_select, argv[0], DB_WRITE)) < 0)
		goto done;
	o.must = ids.at;
	o.musts = ids.n;
	o.quota = quotas.at;
	o.quotas = quotas.n;
	rc = select_run(&session.db, session.par, &session.run, &o, &summary);
	session_close(&session);
	if (rc == 0 && cli.json) {
		select_json(&summary, &o, run_seconds(&session.run), &out);
		buf_byte(&out, '\n');
	} else if (rc == 0) {
		report(&o, &summary, &out);
	}
	if (rc == 0)
		rc = command_print(&out);
done:
	vec_free(&ids);
	quotas_free(&quotas);
	buf_free(&out);
	return rc;
}

const struct command cmd_select = {
	.name = "select",
	.summary = "keep the pairs that teach most, of a given number",
	.operands = "DATABASE",
	.least = 1,
	.most = 1,
	.about =
		"Decides on all pairs but the chosen ones, by their vectors "
		"(itdata embed).\nA smaller selection is part of a larger one "
		"by the same method.  'itdata undo\nDATABASE select' takes "
		"the decisions back.",
	.examples = "  itdata select pairs.db --count 100\n"
		    "  itdata select pairs.db -n 100 --quota lang:en=50\n"
		    "  itdata select pairs.db --tokens 5000 --method kcenter\n"
		    "  itdata select pairs.db -n 100 --method score-diverse "
		    "--by quality --alike 0.8\n",
	.opts = opts,
	.run = run,
};
