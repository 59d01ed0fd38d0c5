/* cmd_generate.c - answer a prompt */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/par.h"
#include "cli/command.h"
#include "text/utf8.h"
#include "train/answer.h"

extern const struct command cmd_generate;

static uint64_t most = 128, top_k, batch = 1;
static double temperature, top_p = 1;
static const char *template, *system_text, *type = "f32";
static struct opt_list stops;
static bool plain;

static const struct opt opts[] = {
	OPT_UINT(0, "max-tokens", &most, "N", "longest answer"),
	OPT_REAL(0, "temperature", &temperature, "T",
		 "0: always the likeliest token; 1: as the model has it"),
	OPT_UINT(0, "top-k", &top_k, "N",
		 "choose among the N likeliest; 0: all"),
	OPT_REAL(0, "top-p", &top_p, "P",
		 "choose among the likeliest that sum to P"),
	OPT_TEXT(0, "template", &template, "NAME",
		 "chat template: plain, shiji, chatml, llama3 (the model's)"),
	OPT_TEXT(0, "system", &system_text, "TEXT", "system message"),
	OPT_FLAG(0, "continue", &plain,
		 "no template: write on where the prompt ends"),
	OPT_LIST(0, "stop", &stops, "TEXT",
		 "end the answer before this; may be given again"),
	OPT_CHOICE(0, "type", &type, "f32|bf16|int8",
		   "numbers of the weights: bf16 and int8 are faster where "
		   "the model is larger than the cache, int8 is coarser"),
	OPT_UINT(0, "batch", &batch, "N",
		 "prompts of stdin to answer side by side: faster, and the "
		 "answers are the same, but come together"),
	OPT_END,
};

static int prompt_tokens(const struct model *m, struct str text,
			 struct rendering *r)
{
	struct chat_message message[2];
	size_t n = 0;
	int rc;

	if (plain) {
		tokenizer_encode(m->tokenizer, text, false, 0, &r->part);
		mem_grow(&r->id, &r->id_room, r->part.n, sizeof *r->id);
		memcpy(r->id, r->part.id, r->part.n * sizeof *r->id);
		r->tokens = r->part.n;
		return 0;
	}
	if (system_text)
		message[n++] = (struct chat_message){ STR("system"),
						      str_of(system_text) };
	message[n++] = (struct chat_message){ STR("user"), text };
	if ((rc = template_render(m->template, message, n, true, r)) < 0)
		return rc;
	rendering_tokens(r, m->tokenizer);
	return 0;
}

static void show_piece(void *context, struct str text)
{
	(void)context;
	fwrite(text.at, 1, text.n, stdout);
	fflush(stdout);
}

static int report(const struct answer *a, struct str prompt, double rate)
{
	struct buf out = { 0 };
	struct json json = { .out = &out };
	int rc;

	json_open(&json, '{');
	json_key(&json, "prompt");
	json_str(&json, prompt);
	json_key(&json, "response");
	json_str(&json, (struct str){ a->text.at,
				      utf8_check(a->text.at, a->text.n) });
	json_key(&json, "tokens");
	json_int(&json, (int64_t)a->n);
	json_key(&json, "ended");
	json_bool(&json, a->ended);
	json_key(&json, "tokens_per_second");
	json_real(&json, rate);
	json_close(&json, '}');
	buf_byte(&out, '\n');
	rc = command_print(&out);
	buf_free(&out);
	return rc;
}

/* A prompt, and what becomes of it. */
struct asked {
	struct buf text;
	struct rendering rendering;
};

struct job {
	struct model model;
	struct frozen frozen;
	struct answer_how how;
	struct par *par;
	size_t room; /* of the writers */
	/* (n) of (WRITERS_MOST) of this batch */
	struct asked asked[WRITERS_MOST];
	struct prompt prompt[WRITERS_MOST];
	struct writer writer[WRITERS_MOST];
	struct answer answer[WRITERS_MOST];
	size_t n, share; /* prompts of a thread */
};

static int add_prompt(struct job *job, struct str text)
{
	struct asked *a = &job->asked[job->n];
	int rc;

	if (utf8_check(text.at, text.n) != text.n)
		return err_set(ERR_FORMAT, "the prompt is not UTF-8");
	if (!text.n)
		return err_set(ERR_FORMAT, "the prompt is empty");
	buf_clear(&a->text);
	buf_str(&a->text, text);
	if ((rc = prompt_tokens(&job->model, text, &a->rendering)) < 0)
		return rc;
	job->prompt[job->n++] = (struct prompt){ a->rendering.id,
						 a->rendering.tokens };
	return 0;
}

/* Room for the longest prompt and its answer, the same for all. */
static int make_room(struct job *job)
{
	const struct causal_config *c = &job->model.causal.config;
	size_t need = job->room;
	int rc = 0;

	for (size_t i = 0; i < job->n; i++)
		if (job->prompt[i].n + most > need)
			need = job->prompt[i].n + most;
	if (c->kind == CAUSAL_GPT2 && need > c->context)
		need = c->context;
	job->room = need;
	for (size_t i = 0; i < job->n && rc == 0; i++) {
		if (job->writer[i].room == need)
			continue;
		writer_free(&job->writer[i]);
		rc = writer_init(&job->writer[i], &job->frozen, need);
	}
	return rc;
}

static int each_share(void *context, size_t i)
{
	struct job *job = context;
	size_t first = i * job->share, left = job->n - first;

	return answers(&job->model, job->writer + first, job->prompt + first,
		       left < job->share ? left : job->share, &job->how,
		       job->answer + first);
}

/* All prompts that were added, in their order. */
static int answer_batch(struct job *job)
{
	size_t threads = par_threads(job->par), tokens = 0;
	double started = seconds_now(), rate;
	int rc = make_room(job);

	if (!job->n || rc < 0)
		return rc;
	job->share = (job->n + threads - 1) / threads;
	rc = par_for(job->par, (job->n + job->share - 1) / job->share,
		     each_share, job);
	for (size_t i = 0; i < job->n; i++)
		tokens += job->answer[i].n;
	rate = (double)tokens / (seconds_now() - started);
	for (size_t i = 0; i < job->n && rc == 0; i++) {
		if (cli.json) {
			rc = report(&job->answer[i],
				    buf_view(&job->asked[i].text), rate);
			continue;
		}
		if (!job->how.piece)
			show_piece(NULL, buf_view(&job->answer[i].text));
		show_piece(NULL, STR("\n"));
	}
	job->n = 0;
	if (rc == 0 && ferror(stdout))
		rc = err_sys(ERR_IO, "writing to stdout");
	return rc;
}

static int answer_prompt(struct job *job, struct str text)
{
	int rc = add_prompt(job, text);

	return rc < 0 || job->n < batch ? rc : answer_batch(job);
}

/* Each line of stdin is a prompt. */
static int answer_lines(struct job *job)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t n;
	int rc = 0;

	while (rc == 0 && (n = getline(&line, &room, stdin)) > 0) {
		if (line[n - 1] == '\n')
			n--;
		if (n)
			rc = answer_prompt(job,
					   (struct str){ line, (size_t)n });
	}
	free(line);
	return rc;
}

static void job_free(struct job *job)
{
	for (size_t i = 0; i < WRITERS_MOST; i++) {
		buf_free(&job->asked[i].text);
		rendering_free(&job->asked[i].rendering);
		writer_free(&job->writer[i]);
		answer_free(&job->answer[i]);
	}
	frozen_free(&job->frozen);
	model_close(&job->model);
	par_free(job->par);
	free(job);
}

static enum linear_type type_of(const char *name)
{
	return strcmp(name, "bf16") == 0 ? LINEAR_BF16 :
	       strcmp(name, "int8") == 0 ? LINEAR_INT8 :
					   LINEAR_FLOAT;
}

static int run(int argc, char **argv)
{
	struct job *job;
	int rc;

	if (temperature < 0 || top_p <= 0 || top_p > 1)
		return err_set(ERR_USAGE, "--temperature is not below 0, and "
					  "--top-p above 0 and at most 1");
	if (!batch || batch > WRITERS_MOST)
		return err_set(ERR_USAGE, "--batch is 1 to %d", WRITERS_MOST);
	job = mem_alloc(sizeof *job);
	job->par = par_new((unsigned)cli.threads);
	job->how = (struct answer_how){
		.most = most,
		.temperature = temperature,
		.top_k = top_k,
		.top_p = top_p,
		.seed = cli.seed,
		.stop = stops.at,
		.stops = stops.n,
		.piece = cli.json || batch > 1 ? NULL : show_piece,
	};
	rc = model_open(&job->model, argv[0], template);
	if (rc == 0)
		rc = frozen_init(&job->frozen, &job->model.causal,
				 type_of(type));
	for (int i = 1; i < argc && rc == 0; i++)
		rc = answer_prompt(job, str_of(argv[i]));
	if (rc == 0 && argc == 1)
		rc = answer_lines(job);
	if (rc == 0)
		rc = answer_batch(job);
	job_free(job);
	return rc;
}

const struct command cmd_generate = {
	.name = "generate",
	.summary = "answer a prompt",
	.operands = "MODEL [PROMPT...]",
	.least = 1,
	.most = -1,
	.about = "Each PROMPT, or each line of stdin, is put into the chat "
		 "template that the model\nwas tuned with, and the answer is "
		 "written as it comes.",
	.examples = "  itdata generate tuned 'ネコは何科ですか？'\n"
		    "  itdata generate base --continue 'ネコは' --temperature "
		    "0.8\n"
		    "  itdata generate tuned --json --batch 32 <prompts.txt\n",
	.opts = opts,
	.run = run,
};
