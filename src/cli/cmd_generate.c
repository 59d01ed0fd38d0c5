/* cmd_generate.c - answer a prompt */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/command.h"
#include "text/utf8.h"
#include "train/answer.h"

extern const struct command cmd_generate;

static uint64_t most = 128, top_k;
static double temperature, top_p = 1;
static const char *template, *system_text;
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

static int report(const struct answer *a, struct str prompt, double seconds)
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
	json_real(&json, (double)a->n / seconds);
	json_close(&json, '}');
	buf_byte(&out, '\n');
	rc = command_print(&out);
	buf_free(&out);
	return rc;
}

struct job {
	struct model model;
	struct writer writer;
	struct rendering rendering;
	struct answer answer;
	struct answer_how how;
};

/* Room for this prompt and its answer. */
static int make_room(struct job *job, size_t need)
{
	size_t most_room = job->model.causal.config.context;

	if (job->model.causal.config.kind == CAUSAL_GPT2 && need > most_room)
		need = most_room;
	if (job->writer.room >= need)
		return 0;
	writer_free(&job->writer);
	return writer_init(&job->writer, &job->model.causal, need);
}

static int answer_one(struct job *job, struct str prompt)
{
	double started = seconds_now();
	int rc;

	if (utf8_check(prompt.at, prompt.n) != prompt.n)
		return err_set(ERR_FORMAT, "the prompt is not UTF-8");
	if (!prompt.n)
		return err_set(ERR_FORMAT, "the prompt is empty");
	if ((rc = prompt_tokens(&job->model, prompt, &job->rendering)) < 0)
		return rc;
	if ((rc = make_room(job, job->rendering.tokens + most)) < 0)
		return rc;
	rc = answer(&job->model, &job->writer, job->rendering.id,
		    job->rendering.tokens, &job->how, &job->answer);
	if (rc < 0)
		return rc;
	if (cli.json)
		return report(&job->answer, prompt, seconds_now() - started);
	show_piece(NULL, STR("\n"));
	return ferror(stdout) ? err_sys(ERR_IO, "writing to stdout") : 0;
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
			rc = answer_one(job, (struct str){ line, (size_t)n });
	}
	free(line);
	return rc;
}

static int run(int argc, char **argv)
{
	struct job job = { 0 };
	int rc;

	if (temperature < 0 || top_p <= 0 || top_p > 1)
		return err_set(ERR_USAGE, "--temperature is not below 0, and "
					  "--top-p above 0 and at most 1");
	job.how = (struct answer_how){
		.most = most,
		.temperature = temperature,
		.top_k = top_k,
		.top_p = top_p,
		.seed = cli.seed,
		.stop = stops.at,
		.stops = stops.n,
		.piece = cli.json ? NULL : show_piece,
	};
	rc = model_open(&job.model, argv[0], template);
	for (int i = 1; i < argc && rc == 0; i++)
		rc = answer_one(&job, str_of(argv[i]));
	if (rc == 0 && argc == 1)
		rc = answer_lines(&job);
	writer_free(&job.writer);
	rendering_free(&job.rendering);
	answer_free(&job.answer);
	model_close(&job.model);
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
		    "  itdata generate tuned --json <prompts.txt\n",
	.opts = opts,
	.run = run,
};
