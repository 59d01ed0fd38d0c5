/* cmd_eval.c - what a model gained by tuning, and what it paid */
#include <math.h>
#include <stdio.h>

#include "base/err.h"
#include "base/json.h"
#include "cli/command.h"
#include "train/eval.h"

extern const struct command cmd_eval;

static const char *base, *template, *split, *unknown;
static const char *refusal = "わかりません";
static struct opt_list text;
static uint64_t max_tokens = 64, tokens = 256, limit = 1000;
static double tolerance = 0.05;
static bool strict;

static const struct opt opts[] = {
	OPT_TEXT(0, "base", &base, "MODEL",
		 "the model before tuning, to compare with"),
	OPT_TEXT(0, "split", &split, "NAME",
		 "split to measure (test, val or train, the first there)"),
	OPT_LIST(0, "text", &text, "FILE",
		 "plain text that neither model was trained on"),
	OPT_TEXT(0, "unknown", &unknown, "FILE",
		 "pairs whose prompts have no answer"),
	OPT_TEXT(0, "refusal", &refusal, "TEXT",
		 "an answer that holds this refuses"),
	OPT_TEXT(0, "template", &template, "NAME",
		 "chat template of JSON lines (the model's)"),
	OPT_UINT(0, "max-tokens", &max_tokens, "N", "longest answer"),
	OPT_UINT(0, "tokens", &tokens, "N", "tokens a row of text"),
	OPT_UINT(0, "limit", &limit, "N",
		 "pairs to write answers for; 0: all"),
	OPT_FLAG(0, "strict", &strict,
		 "exit 3 when the model is worse than --base"),
	OPT_REAL(0, "tolerance", &tolerance, "NATS",
		 "loss of plain text that --strict lets pass"),
	OPT_END,
};

struct side {
	const char *path;
	struct model model;
	struct corpus pairs, text, unknown;
	struct eval eval;
};

static int read_pairs(struct side *s, const char *folder,
		      const struct corpus_how *how)
{
	static const char *const usual[] = { "test", "val", "train" };
	int n = 0;

	if (split)
		n = corpus_add_folder(&s->pairs, folder, split, how);
	for (size_t i = 0; !split && n == 0 && i < 3; i++)
		n = corpus_add_folder(&s->pairs, folder, usual[i], how);
	if (n < 0)
		return n;
	if (!n)
		return err_set(ERR_ABSENT, "%s: no shard of the split %s here",
			       folder, split ? split : "test, val or train");
	if (!s->pairs.documents)
		return err_set(ERR_FORMAT, "%s: the split is empty", folder);
	return 0;
}

static int read_side(struct side *s, const char *folder)
{
	struct corpus_how how;
	int rc;

	if ((rc = model_open(&s->model, s->path, template)) < 0)
		return rc;
	how = (struct corpus_how){
		.tokenizer = s->model.tokenizer,
		.tokenizer_path = s->model.tokenizer_path.at,
		.template = s->model.template,
		.vocabulary = s->model.causal.config.vocabulary,
		.stop = s->model.text_stop,
	};
	if (s->model.causal.config.kind == CAUSAL_GPT2)
		how.most = s->model.causal.config.context;
	rc = read_pairs(s, folder, &how);
	for (size_t i = 0; i < text.n && rc == 0; i++)
		rc = corpus_add_text(&s->text, text.at[i], &how);
	if (rc == 0 && unknown)
		rc = corpus_add_text(&s->unknown, unknown, &how);
	return rc;
}

static int measure_side(struct side *s, const char *folder, struct par *par)
{
	struct eval_options options = {
		.max_tokens = max_tokens,
		.tokens = tokens,
		.limit = limit,
		.refusal = refusal,
	};
	struct eval_data data = { .pairs = &s->pairs };
	int rc = read_side(s, folder);

	data.text = s->text.documents ? &s->text : NULL;
	data.unknown = s->unknown.documents ? &s->unknown : NULL;
	return rc < 0 ? rc :
			eval_model(&s->model, &data, &options, par, &s->eval);
}

static void side_free(struct side *s)
{
	eval_free(&s->eval);
	corpus_free(&s->pairs);
	corpus_free(&s->text);
	corpus_free(&s->unknown);
	model_close(&s->model);
}

/* -- the report -- */

static double share(uint64_t k, uint64_t n)
{
	return n ? (double)k / (double)n : NAN;
}

static double mean(double sum, uint64_t n)
{
	return n ? sum / (double)n : NAN;
}

static void rate_json(struct json *json, const char *key, uint64_t k,
		      uint64_t n)
{
	double low, high;

	rate_interval(k, n, &low, &high);
	json_key(json, key);
	json_open(json, '{');
	json_key(json, "count");
	json_int(json, (int64_t)k);
	json_key(json, "of");
	json_int(json, (int64_t)n);
	json_key(json, "percent");
	json_real(json, 100 * share(k, n));
	json_key(json, "low");
	json_real(json, 100 * low);
	json_key(json, "high");
	json_real(json, 100 * high);
	json_close(json, '}');
}

static void tally_json(struct json *json, const struct eval_tally *t)
{
	double loss = mean(t->loss, t->tokens);

	json_key(json, "loss");
	json_real(json, loss);
	json_key(json, "perplexity");
	json_real(json, exp(loss));
	rate_json(json, "exact_match", t->exact, t->n);
	json_key(json, "chrf");
	json_real(json, chrf_score(&t->chrf));
	rate_json(json, "over_refusal", t->refused, t->n);
}

static void side_json(struct json *json, const struct side *s)
{
	const struct eval *e = &s->eval;

	json_open(json, '{');
	json_key(json, "model");
	json_text(json, s->path);
	tally_json(json, &e->all);
	json_key(json, "instruction_use");
	json_real(json, e->swapped / e->all.loss);
	if (e->text_tokens) {
		json_key(json, "general_loss");
		json_real(json, mean(e->text_loss, e->text_tokens));
		rate_json(json, "plain_text_leak", e->leaks, e->prefixes);
	}
	if (e->unknowns)
		rate_json(json, "false_answers", e->false_answers,
			  e->unknowns);
	json_key(json, "groups");
	json_open(json, '{');
	for (uint32_t g = 0; g < e->groups; g++) {
		struct str name = map_key(&s->pairs.groups, g);

		json_key(json, name.n ? name.at : "other");
		json_open(json, '{');
		tally_json(json, &e->group[g]);
		json_close(json, '}');
	}
	json_close(json, '}');
	json_close(json, '}');
}

static void line(struct buf *out, const char *what, const char *format,
		 double before, double after)
{
	char cell[2][32] = { "", "" };

	if (base)
		snprintf(cell[0], sizeof cell[0], format, before);
	snprintf(cell[1], sizeof cell[1], format, after);
	buf_print(out, "%-32s %10s %10s\n", what, cell[0], cell[1]);
}

static void rate_line(struct buf *out, const char *what, uint64_t k0,
		      uint64_t n0, uint64_t k, uint64_t n)
{
	double low, high;
	char name[80];

	rate_interval(k, n, &low, &high);
	snprintf(name, sizeof name, "%s, %%", what);
	line(out, name, "%.1f", 100 * share(k0, n0), 100 * share(k, n));
	buf_print(out, "  %-30s %10s [%.1f, %.1f] of %llu\n", "", "",
		  100 * low, 100 * high, (unsigned long long)n);
}

static void report_text(const struct side *b, const struct side *m,
			struct buf *out)
{
	const struct eval *x = &b->eval, *y = &m->eval;

	buf_print(out, "%-32s %10s %10s\n", "", base ? "base" : "", "model");
	line(out, "loss of answers, nats a token", "%.4f",
	     mean(x->all.loss, x->all.tokens),
	     mean(y->all.loss, y->all.tokens));
	rate_line(out, "exact match", x->all.exact, x->all.n, y->all.exact,
		  y->all.n);
	line(out, "chrF2", "%.1f", chrf_score(&x->all.chrf),
	     chrf_score(&y->all.chrf));
	line(out, "instruction use", "%.2f", x->swapped / x->all.loss,
	     y->swapped / y->all.loss);
	rate_line(out, "over-refusal", x->all.refused, x->all.n,
		  y->all.refused, y->all.n);
	if (y->text_tokens) {
		line(out, "loss of plain text", "%.4f",
		     mean(x->text_loss, x->text_tokens),
		     mean(y->text_loss, y->text_tokens));
		rate_line(out, "plain text taken for a prompt", x->leaks,
			  x->prefixes, y->leaks, y->prefixes);
	}
	if (y->unknowns)
		rate_line(out, "answers to what has none", x->false_answers,
			  x->unknowns, y->false_answers, y->unknowns);
	for (uint32_t g = 0; g < y->groups && y->groups > 1; g++) {
		struct str name = map_key(&m->pairs.groups, g);
		uint32_t same = 0;
		bool found = base && map_find(&b->pairs.groups, name, &same);
		const struct eval_tally *t = found ? &x->group[same] :
						     &x->all;

		if (y->group[g].n)
			rate_line(out, name.n ? name.at : "other", t->exact,
				  t->n, y->group[g].exact, y->group[g].n);
	}
}

/* Answers no better, or plain text worse by more than the tolerance. */
static int verdict(const struct side *b, const struct side *m)
{
	const struct eval *x = &b->eval, *y = &m->eval;
	double before = mean(x->all.loss, x->all.tokens);
	double after = mean(y->all.loss, y->all.tokens);
	double tax = mean(y->text_loss, y->text_tokens) -
		     mean(x->text_loss, x->text_tokens);

	if (!(after < before))
		return err_set(ERR_ANSWER,
			       "the answers are not better than the base's: "
			       "loss %.4f, was %.4f",
			       after, before);
	if (share(y->all.exact, y->all.n) < share(x->all.exact, x->all.n))
		return err_set(ERR_ANSWER, "fewer answers are right than "
					   "the base's");
	if (y->text_tokens && tax > tolerance)
		return err_set(ERR_ANSWER,
			       "plain text lost %.4f nats, more than %.4f",
			       tax, tolerance);
	return 0;
}

static int report(const struct side *b, const struct side *m)
{
	struct buf out = { 0 };
	struct json json = { .out = &out };
	int rc;

	if (!cli.json) {
		report_text(b, m, &out);
	} else {
		json_open(&json, '{');
		json_key(&json, "pairs");
		json_int(&json, (int64_t)m->pairs.documents);
		json_key(&json, "after");
		side_json(&json, m);
		if (base) {
			json_key(&json, "before");
			side_json(&json, b);
		}
		json_close(&json, '}');
		buf_byte(&out, '\n');
	}
	rc = command_print(&out);
	buf_free(&out);
	return rc;
}

static int run(int argc, char **argv)
{
	struct side before = { .path = base }, after = { .path = argv[0] };
	struct par *par;
	int rc = 0;

	(void)argc;
	if (strict && !base)
		return err_set(ERR_USAGE, "--strict compares with --base "
					  "MODEL, which is missing");
	if (!tokens || !max_tokens)
		return err_set(ERR_USAGE, "--tokens and --max-tokens are at "
					  "least 1");
	par = par_new((unsigned)cli.threads);
	rc = measure_side(&after, argv[1], par);
	if (rc == 0 && base)
		rc = measure_side(&before, argv[1], par);
	if (rc == 0)
		rc = report(&before, &after);
	if (rc == 0 && strict)
		rc = verdict(&before, &after);
	side_free(&before);
	side_free(&after);
	par_free(par);
	return rc;
}

const struct command cmd_eval = {
	.name = "eval",
	.summary = "what a model gained by tuning, and what it paid",
	.operands = "MODEL SHARDS",
	.least = 2,
	.most = 2,
	.about = "Gain: loss, exact match and chrF2 of the answers, in all and "
		 "by language and\ncategory. Price: plain text that is "
		 "predicted worse or taken for a prompt, answers\nto what has "
		 "none, refusals. Shares come with their 95 % intervals.",
	.examples =
		"  itdata eval tuned shards --base base --text heldout.txt\n"
		"  itdata eval tuned shards --base base --text heldout.txt "
		"--strict --json\n",
	.opts = opts,
	.run = run,
};
