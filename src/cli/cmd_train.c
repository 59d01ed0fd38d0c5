/* cmd_train.c - pre-train a model on text, or tune it on pairs */
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/json.h"
#include "base/log.h"
#include "cli/command.h"
#include "train/checkpoint.h"
#include "train/folder.h"

extern const struct command cmd_train;

static const char *output, *init, *config = "tiny", *tokenizer, *template;
static const char *schedule = "cosine", *log_path;
static struct opt_list text;
static uint64_t steps, epochs, batch = 8, tokens = 256;
static uint64_t warm_up, validate_every, save_every = 200, patience, lora;
static double rate, decay = 0.1, clip = 1, prompt, replay = 0.25, kl, neftune;
static double alpha = 16, beta2 = 0.95;
static bool resume, alone;

static const struct opt opts[] = {
	OPT_TEXT('o', "output", &output, "FOLDER",
		 "where the model goes; required"),
	OPT_LIST(0, "text", &text, "FILE",
		 "plain text to pre-train on, or to replay beside pairs; may "
		 "be given again"),
	OPT_TEXT(0, "init", &init, "MODEL", "start from this model"),
	OPT_TEXT(0, "config", &config, "SIZE",
		 "a new model: tiny, small, medium, gpt2-tiny, ..., or a "
		 "config.json"),
	OPT_TEXT(0, "tokenizer", &tokenizer, "FILE",
		 "tokenizer.json of a new model"),
	OPT_TEXT(0, "template", &template, "NAME",
		 "chat template: plain, shiji, chatml, llama3 (the model's)"),
	OPT_UINT(0, "steps", &steps, "N", "steps to take (by --epochs)"),
	OPT_UINT(0, "epochs", &epochs, "N",
		 "times to see the data (text 1, pairs 3)"),
	OPT_UINT(0, "batch", &batch, "ROWS",
		 "rows a step; memory does not grow with it"),
	OPT_UINT(0, "tokens", &tokens, "N", "tokens a row"),
	OPT_FLAG(0, "no-pack", &alone,
		 "a pair a row and padding behind it: slower, to compare"),
	OPT_REAL(0, "lr", &rate, "RATE",
		 "highest learning rate; 0: 0.002 for text, 0.0005 for pairs"),
	OPT_CHOICE(0, "schedule", &schedule, "cosine|wsd|constant",
		   "how the rate goes down"),
	OPT_UINT(0, "warm-up", &warm_up, "STEPS",
		 "steps of rising rate (a twentieth of all)"),
	OPT_REAL(0, "decay", &decay, "RATE", "weight decay of matrices"),
	OPT_REAL(0, "beta2", &beta2, "SHARE", "memory of squared gradients"),
	OPT_REAL(0, "clip", &clip, "NORM", "largest gradient; 0: any"),
	OPT_REAL(0, "prompt-loss", &prompt, "WEIGHT",
		 "what prompt tokens count, answers being 1"),
	OPT_REAL(0, "replay", &replay, "RATIO",
		 "share of rows from --text while tuning"),
	OPT_REAL(0, "kl", &kl, "BETA",
		 "pull towards the model at the start; costs a third more "
		 "time"),
	OPT_REAL(0, "neftune", &neftune, "ALPHA",
		 "noise on embeddings, 5 to 15"),
	OPT_UINT(0, "lora", &lora, "RANK", "train a change of this rank only"),
	OPT_REAL(0, "lora-alpha", &alpha, "ALPHA", "its scale, times 1/RANK"),
	OPT_UINT(0, "validate-every", &validate_every, "STEPS",
		 "measure the loss on the split val (a tenth of all)"),
	OPT_UINT(0, "patience", &patience, "N",
		 "stop after N validations without gain, keep the best model"),
	OPT_UINT(0, "save-every", &save_every, "STEPS",
		 "checkpoint; 0: none"),
	OPT_FLAG(0, "resume", &resume, "go on from the last checkpoint"),
	OPT_TEXT(0, "log", &log_path, "FILE", "CSV of every step"),
	OPT_END,
};

struct job {
	struct model model;
	struct corpus pairs, text, valid;
	struct train_options options;
	bool tuning;
};

static bool exists(const char *folder, const char *name)
{
	struct buf path = { 0 };
	bool found;

	buf_print(&path, "%s/%s", folder, name);
	found = access(path.at, F_OK) == 0;
	buf_free(&path);
	return found;
}

static int check_options(int argc)
{
	if (!output)
		return err_set(ERR_USAGE, "-o FOLDER says where the model "
					  "goes; it is missing");
	if (!argc && !text.n)
		return err_set(ERR_USAGE, "nothing to train on: name a folder "
					  "of shards, or --text FILE");
	if (!init && !tokenizer)
		return err_set(ERR_USAGE,
			       "a new model needs --tokenizer FILE ('itdata "
			       "tokenizer train' makes one); or --init MODEL");
	if (!batch || !tokens || tokens > 1 << 16 || batch > 1 << 20)
		return err_set(ERR_USAGE, "--batch and --tokens are at least "
					  "1, --tokens at most 65536");
	if (replay < 0 || replay >= 1)
		return err_set(ERR_USAGE, "--replay is at least 0 and below "
					  "1");
	if (rate < 0 || prompt < 0 || kl < 0 || neftune < 0 || decay < 0 ||
	    beta2 <= 0 || beta2 >= 1)
		return err_set(ERR_USAGE, "rates and weights are not below 0, "
					  "and --beta2 is within 0 and 1");
	if (exists(output, "model.safetensors") && !resume)
		return err_set(ERR_USAGE,
			       "%s holds a model already; name another folder",
			       output);
	if (exists(output, "checkpoint.safetensors") && !resume)
		return err_set(ERR_USAGE,
			       "%s holds a checkpoint: --resume goes on from "
			       "it, removing it starts anew",
			       output);
	return 0;
}

/* A size by name, or the text of a config.json with the tokenizer's V. */
static int read_config(struct causal_config *c, uint32_t vocabulary)
{
	struct buf file = { 0 };
	int rc;

	if (access(config, F_OK) != 0) {
		rc = causal_preset(c, config);
	} else {
		rc = file_load(config, 1 << 20, &file);
		if (rc == 0)
			rc = causal_config_read(c, buf_view(&file));
		if (rc < 0)
			rc = err_wrap(rc, "%s", config);
		buf_free(&file);
	}
	if (rc < 0)
		return rc;
	if (c->vocabulary < vocabulary)
		c->vocabulary = vocabulary;
	return 0;
}

static int check_positions(const struct causal_config *c)
{
	if (c->kind == CAUSAL_GPT2 && c->context < tokens)
		return err_set(ERR_USAGE,
			       "rows of %llu tokens, but the model has %u "
			       "positions: --tokens %u",
			       (unsigned long long)tokens, c->context,
			       c->context);
	return 0;
}

static int make_model(struct model *m)
{
	struct causal_config c;
	int rc;

	if (init)
		return model_open(m, init, template);
	*m = (struct model){ .stop = -1, .text_stop = -1 };
	if ((rc = model_tokenizer(m, tokenizer)) < 0 ||
	    (rc = model_template(m, template ? template : "chatml")) < 0 ||
	    (rc = read_config(&c, tokenizer_size(m->tokenizer))) < 0)
		return rc;
	return causal_init(&m->causal, &c, cli.seed);
}

static int read_split(struct job *job, const char *folder,
		      const struct corpus_how *how)
{
	static const char *const valid[] = { "val", "valid", "validation",
					     "dev" };
	int n = corpus_add_folder(&job->pairs, folder, "train", how);

	if (n < 0)
		return n;
	if (!n)
		return err_set(ERR_ABSENT,
			       "%s: no shard of the split train here (.tokens "
			       "or .jsonl)",
			       folder);
	for (size_t i = 0; i < sizeof valid / sizeof *valid; i++)
		if ((n = corpus_add_folder(&job->valid, folder, valid[i],
					   how)) < 0)
			return n;
	return 0;
}

static size_t trained_tokens(const struct corpus *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++)
		n += c->mask[i] == 1;
	return n;
}

static int read_data(struct job *job, const char *folder)
{
	struct model *m = &job->model;
	struct corpus_how how = {
		.tokenizer = m->tokenizer,
		.tokenizer_path = m->tokenizer_path.at,
		.template = m->template,
		.vocabulary = m->causal.config.vocabulary,
		.stop = m->text_stop,
		.most = tokens + 1,
	};
	struct corpus *plain = folder ? &job->text : &job->pairs;
	int rc = folder ? read_split(job, folder, &how) : 0;

	for (size_t i = 0; i < text.n && rc == 0; i++)
		rc = corpus_add_text(plain, text.at[i], &how);
	if (rc < 0)
		return rc;
	if (!trained_tokens(&job->pairs) || (text.n && !plain->documents))
		return err_set(ERR_FORMAT, "nothing to learn from: the data "
					   "is empty");
	if (folder && job->pairs.template >= 0 && !template)
		rc = model_template(m, template_name((enum template)
						     job->pairs.template));
	if (job->pairs.cut)
		log_warn("train: %zu pairs are longer than %llu tokens and "
			 "were cut; --tokens makes room",
			 job->pairs.cut, (unsigned long long)tokens);
	return rc;
}

static int count_steps(struct job *job)
{
	uint64_t times = epochs ? epochs : job->tuning ? 3 : 1;
	struct rows rows;
	int64_t n;
	int rc;

	if (steps)
		return 0;
	rc = rows_init(&rows, &job->pairs, tokens, cli.seed, "pairs",
		       ROWS_SHUFFLED | (alone ? ROWS_ALONE : 0));
	n = rc < 0 ? rc : rows_in_epochs(&rows, times);
	rows_free(&rows);
	if (n < 0)
		return (int)n;
	if (job->options.replay > 0)
		n = (int64_t)ceil((double)n / (1 - job->options.replay));
	steps = ((uint64_t)n + batch - 1) / batch;
	return 0;
}

static int fill_options(struct job *job)
{
	struct train_options *o = &job->options;
	int rc;

	*o = (struct train_options){
		.batch = batch,
		.tokens = tokens,
		.alone = alone,
		.adamw = ADAMW,
		.clip = clip,
		.prompt = prompt,
		.replay = job->tuning && text.n ? replay : 0,
		.kl = job->tuning ? kl : 0,
		.neftune = job->tuning ? neftune : 0,
		.rank = lora,
		.alpha = alpha,
		.seed = cli.seed,
		.patience = patience,
		.save_every = save_every,
		.log = log_path,
	};
	if ((rc = count_steps(job)) < 0)
		return rc;
	o->adamw.decay = decay;
	o->adamw.beta2 = beta2;
	o->validate_every = validate_every ? validate_every :
			    steps >= 10	   ? steps / 10 :
					     1;
	o->schedule = (struct schedule){
		.kind = strcmp(schedule, "wsd") == 0	  ? SCHEDULE_WSD :
			strcmp(schedule, "constant") == 0 ? SCHEDULE_CONSTANT :
							    SCHEDULE_COSINE,
		.rate = rate > 0 ? rate : job->tuning ? 5e-4 : 2e-3,
		.floor = 0.1,
		.decay = 0.2,
		.warm_up = warm_up ? warm_up : steps / 20,
		.steps = steps,
	};
	if (patience && !job->valid.documents)
		return err_set(ERR_USAGE, "--patience needs a split val in "
					  "the shards");
	return 0;
}

static void report_json(const struct job *job, const struct train_report *r,
			struct buf *out)
{
	struct json json = { .out = out };

	json_open(&json, '{');
	json_key(&json, "steps");
	json_int(&json, (int64_t)r->steps);
	json_key(&json, "tokens");
	json_int(&json, (int64_t)r->tokens);
	json_key(&json, "documents");
	json_int(&json, (int64_t)r->pairs);
	json_key(&json, "loss");
	json_real(&json, r->loss);
	json_key(&json, "val_loss");
	json_real(&json, r->val_loss);
	json_key(&json, "best_step");
	json_int(&json, (int64_t)r->best);
	json_key(&json, "stopped_early");
	json_bool(&json, r->stopped);
	json_key(&json, "parameters");
	json_int(&json, (int64_t)causal_count(&job->model.causal.config));
	json_key(&json, "fill");
	json_real(&json, (double)r->tokens /
				 ((double)r->steps * (double)batch *
				  (double)tokens));
	json_key(&json, "seconds");
	json_real(&json, r->seconds);
	json_key(&json, "tokens_per_second");
	json_real(&json, (double)r->trained_here / r->seconds);
	json_close(&json, '}');
	buf_byte(out, '\n');
}

static void report_text(const struct train_report *r, struct buf *out)
{
	buf_print(out, "%llu steps, %llu tokens in %.1f s (%.0f a second), "
		       "loss %.4f",
		  (unsigned long long)r->steps, (unsigned long long)r->tokens,
		  r->seconds, (double)r->trained_here / r->seconds, r->loss);
	if (isfinite(r->val_loss))
		buf_print(out, ", validation %.4f", r->val_loss);
	if (r->best != r->steps)
		buf_print(out, "; step %llu is kept",
			  (unsigned long long)r->best);
	buf_print(out, "\n%s\n", output);
}

/* From the data to the saved model. */
static int train(struct job *job, struct train_report *report)
{
	struct train_data data = {
		.pairs = &job->pairs,
		.text = job->options.replay > 0 ? &job->text : NULL,
		.valid = job->valid.documents ? &job->valid : NULL,
	};
	struct causal_config *c = &job->model.causal.config;
	struct par *par = par_new((unsigned)cli.threads);
	int rc = train_run(&job->model.causal, &data, &job->options, par,
			   output, resume, report);

	par_free(par);
	if (rc < 0)
		return rc;
	c->stop = job->tuning ? job->model.stop : job->model.text_stop;
	if (job->tuning)
		strcpy(c->template, template_name(job->model.template));
	rc = model_save(&job->model, output);
	if (rc == 0)
		checkpoint_remove(output);
	return rc;
}

static int run(int argc, char **argv)
{
	struct job job = { .tuning = argc > 0 };
	struct train_report report = { 0 };
	struct buf out = { 0 };
	int rc;

	if ((rc = check_options(argc)) < 0)
		return rc;
	if (resume && exists(output, "model.safetensors") &&
	    !exists(output, "checkpoint.safetensors")) {
		log_note("%s is complete", output);
		return 0;
	}
	rc = make_model(&job.model);
	if (rc == 0)
		rc = check_positions(&job.model.causal.config);
	if (rc == 0)
		rc = read_data(&job, argc ? argv[0] : NULL);
	if (rc == 0)
		rc = fill_options(&job);
	if (rc == 0)
		rc = file_folder(output);
	if (rc == 0)
		rc = train(&job, &report);
	if (rc == 0 && cli.json)
		report_json(&job, &report, &out);
	else if (rc == 0)
		report_text(&report, &out);
	if (rc == 0)
		rc = command_print(&out);
	corpus_free(&job.pairs);
	corpus_free(&job.text);
	corpus_free(&job.valid);
	model_close(&job.model);
	buf_free(&out);
	return rc == ERR_ANSWER ? err_wrap(ERR_FORMAT, "stopped") : rc;
}

const struct command cmd_train = {
	.name = "train",
	.summary = "pre-train a model on text, or tune it on pairs",
	.operands = "[SHARDS]",
	.least = 0,
	.most = 1,
	.about =
		"Without SHARDS a model is pre-trained on --text. With SHARDS, a "
		"folder that\n'itdata export' wrote, it is tuned: the loss "
		"counts the answers only, and\n--text is replayed beside "
		"them, so that the model does not forget how to write.",
	.examples =
		"  itdata train --text wiki.txt --tokenizer tokenizer.json -o "
		"base\n"
		"  itdata train shards --init base --text wiki.txt -o tuned\n"
		"  itdata train shards --init base -o tuned --resume\n",
	.opts = opts,
	.run = run,
};
