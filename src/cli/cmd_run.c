/* cmd_run.c - all of it, from one file */
#include <cjson/cJSON.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/json.h"
#include "base/log.h"
#include "cli/command.h"
#include "cli/recipe.h"

static struct opt_list settings;
static const char *report_path;
static bool dry_run, again;

static const struct opt opts[] = {
	OPT_LIST(0, "set", &settings, "NAME=VALUE",
		 "a value of the recipe; may be given again"),
	OPT_FLAG(0, "dry-run", &dry_run, "print the plan and do nothing"),
	OPT_FLAG(0, "again", &again,
		 "begin at the first step, also after an interruption"),
	OPT_TEXT(0, "report", &report_path, "FILE",
		 "where the report goes (DATABASE.run.json)"),
	OPT_END,
};

/* What became of a step, by this run or by an earlier one. */
struct outcome {
	bool done, earlier;
	int status;
	double seconds;
	struct buf printed; /* its JSON summary, or what else it printed */
};

struct job {
	struct recipe recipe;
	struct outcome *outcome; /* (steps) */
	struct buf path;         /* of the report */
};

/* -- the plan -- */

static void command_line(const struct recipe_step *step, struct buf *out)
{
	static const char plain[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		"0123456789_./,=:@%+-";

	buf_text(out, "itdata");
	for (size_t i = 0; i < step->word.n; i++) {
		const char *word = step->word.at[i];

		if (*word && word[strspn(word, plain)] == '\0') {
			buf_print(out, " %s", word);
			continue;
		}
		buf_text(out, " '");
		for (; *word; word++)
			buf_text(out, *word == '\'' ? "'\\''"
						    : (char[]){ *word, 0 });
		buf_byte(out, '\'');
	}
}

static void plan(const struct job *job, struct buf *out)
{
	const struct recipe *recipe = &job->recipe;

	buf_print(out, "%s: %s\n", recipe->name, recipe->about);
	for (size_t i = 0; i < recipe->step.n; i++) {
		buf_print(out, "  %zu. ", i + 1);
		command_line(&recipe->step.at[i], out);
		buf_text(out, job->outcome[i].done ? "   (done)\n" : "\n");
	}
}

/* -- the report -- */

static void step_json(struct json *json, const struct recipe_step *step,
		      const struct outcome *outcome)
{
	cJSON *summary = cJSON_Parse(outcome->printed.n ? outcome->printed.at
							: "");

	json_open(json, '{');
	json_key(json, "words");
	json_open(json, '[');
	for (size_t i = 0; i < step->word.n; i++)
		json_text(json, step->word.at[i]);
	json_close(json, ']');
	json_key(json, "done");
	json_bool(json, outcome->done);
	json_key(json, "status");
	json_int(json, outcome->status);
	json_key(json, "seconds");
	json_real(json, outcome->seconds);
	json_key(json, "summary");
	if (cJSON_IsObject(summary)) {
		char *text = cJSON_PrintUnformatted(summary);

		json_raw(json, str_of(text));
		free(text);
	} else {
		json_null(json);
	}
	json_close(json, '}');
	cJSON_Delete(summary);
}

static void report_json(const struct job *job, bool finished, struct buf *out)
{
	struct json json = { .out = out };

	json_open(&json, '{');
	json_key(&json, "recipe");
	json_text(&json, job->recipe.name);
	json_key(&json, "finished");
	json_bool(&json, finished);
	json_key(&json, "steps");
	json_open(&json, '[');
	for (size_t i = 0; i < job->recipe.step.n; i++)
		step_json(&json, &job->recipe.step.at[i], &job->outcome[i]);
	json_close(&json, ']');
	json_close(&json, '}');
	buf_byte(out, '\n');
}

static int save_report(const struct job *job, bool finished)
{
	struct buf out = { 0 };
	int rc;

	report_json(job, finished, &out);
	rc = file_save(job->path.at, buf_view(&out));
	buf_free(&out);
	return rc;
}

static bool same_words(const cJSON *words, const struct recipe_step *step)
{
	if (cJSON_GetArraySize(words) != (int)step->word.n)
		return false;
	for (size_t i = 0; i < step->word.n; i++) {
		const cJSON *word = cJSON_GetArrayItem(words, (int)i);

		if (!cJSON_IsString(word) ||
		    strcmp(word->valuestring, step->word.at[i]) != 0)
			return false;
	}
	return true;
}

/* Steps that an interrupted run of the same plan has done. */
static void take_earlier(struct job *job, const cJSON *report)
{
	const cJSON *steps = cJSON_GetObjectItem(report, "steps"), *step;
	size_t i = 0;

	if (!cJSON_IsFalse(cJSON_GetObjectItem(report, "finished")) ||
	    cJSON_GetArraySize(steps) != (int)job->recipe.step.n)
		return;
	cJSON_ArrayForEach(step, steps) {
		if (!same_words(cJSON_GetObjectItem(step, "words"),
				&job->recipe.step.at[i++]))
			return;
	}
	i = 0;
	cJSON_ArrayForEach(step, steps) {
		struct outcome *outcome = &job->outcome[i++];
		char *text;

		if (!cJSON_IsTrue(cJSON_GetObjectItem(step, "done")))
			return;
		outcome->done = outcome->earlier = true;
		outcome->seconds = cJSON_GetNumberValue(
			cJSON_GetObjectItem(step, "seconds"));
		text = cJSON_PrintUnformatted(
			cJSON_GetObjectItem(step, "summary"));
		buf_text(&outcome->printed, text ? text : "");
		free(text);
	}
}

static void read_earlier(struct job *job)
{
	enum { LARGEST = 64 << 20 };
	struct buf text = { 0 };
	cJSON *report = NULL;

	if (access(job->path.at, R_OK) == 0 &&
	    file_load(job->path.at, LARGEST, &text) == 0)
		report = cJSON_Parse(text.n ? text.at : "");
	if (report)
		take_earlier(job, report);
	cJSON_Delete(report);
	buf_free(&text);
	err_clear();
}

/* -- one step: this program, once -- */

static void become(const struct recipe_step *step, int out)
{
	char **argv = mem_array(step->word.n + 5, sizeof *argv);
	size_t n = 0;

	argv[n++] = "itdata";
	for (size_t i = 0; i < step->word.n; i++)
		argv[n++] = step->word.at[i];
	if (strcmp(step->word.at[0], "stats") != 0)
		argv[n++] = "--json"; /* its page goes without */
	if (cli.quiet)
		argv[n++] = "--quiet";
	dup2(out, STDOUT_FILENO);
	close(out);
	execv("/proc/self/exe", argv);
	fprintf(stderr, "itdata: run: /proc/self/exe: %s\n", strerror(errno));
	_exit(127);
}

static void read_all(int fd, struct buf *out)
{
	ssize_t n;

	do {
		buf_room(out, 1 << 16);
		n = read(fd, out->at + out->n, 1 << 16);
		if (n > 0)
			out->n += (size_t)n;
	} while (n > 0 || (n < 0 && errno == EINTR));
	buf_text(out, "");
}

static int run_step(const struct recipe_step *step, struct outcome *outcome)
{
	double begun = seconds_now();
	int pipes[2], status;
	pid_t child;

	fflush(stdout);
	if (pipe(pipes) < 0 || (child = fork()) < 0)
		return err_sys(ERR_IO, "starting a step");
	if (child == 0) {
		close(pipes[0]);
		become(step, pipes[1]);
	}
	close(pipes[1]);
	read_all(pipes[0], &outcome->printed);
	close(pipes[0]);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	outcome->seconds = seconds_now() - begun;
	outcome->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
	outcome->done = outcome->status == 0;
	return 0;
}

/* "pairs 120, kept 90": the first numbers of a summary. */
static void say_figures(const struct outcome *outcome)
{
	cJSON *summary = cJSON_Parse(outcome->printed.n ? outcome->printed.at
							: "");
	const cJSON *item;
	int n = 0;

	cJSON_ArrayForEach(item, summary) {
		if (!cJSON_IsNumber(item) || n == 6 ||
		    strcmp(item->string, "seconds") == 0)
			continue;
		printf("%s %s %.6g", n++ ? "," : ":", item->string,
		       item->valuedouble);
	}
	cJSON_Delete(summary);
}

static int failed(const struct recipe_step *step, size_t i,
		  const struct outcome *outcome)
{
	return err_set(outcome->status == 3 ? ERR_ANSWER : ERR_IO,
		       "step %zu (%s) ended with status %d; put it right and "
		       "give the same command again: it goes on from here",
		       i + 1, step->word.at[0], outcome->status);
}

static int run_steps(struct job *job)
{
	size_t n = job->recipe.step.n;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < n; i++) {
		const struct recipe_step *step = &job->recipe.step.at[i];
		struct outcome *outcome = &job->outcome[i];

		if (outcome->done)
			continue;
		if ((rc = run_step(step, outcome)) < 0)
			break;
		if (!cli.json) {
			printf("%zu/%zu %s", i + 1, n, step->word.at[0]);
			say_figures(outcome);
			printf(" (%.1f s)\n", outcome->seconds);
		}
		rc = save_report(job, i + 1 == n && outcome->done);
		if (rc == 0 && !outcome->done)
			rc = failed(step, i, outcome);
	}
	return rc;
}

/* -- the command -- */

static int work(struct job *job, struct buf *out)
{
	int rc;

	if (!again)
		read_earlier(job);
	if (dry_run || !cli.json) {
		plan(job, out);
		if ((rc = command_print(out)) < 0 || dry_run)
			return rc;
		buf_clear(out);
	}
	if ((rc = run_steps(job)) < 0)
		return rc;
	if (cli.json)
		report_json(job, true, out);
	else
		buf_print(out, "done; the report is in %s\n", job->path.at);
	return command_print(out);
}

static int run(int argc, char **argv)
{
	struct job job = { 0 };
	struct buf out = { 0 };
	int rc = recipe_load(&job.recipe, argv[0]);

	(void)argc;
	for (size_t i = 0; rc == 0 && i < settings.n; i++)
		rc = recipe_set(&job.recipe, settings.at[i]);
	if (rc == 0 && (rc = recipe_expand(&job.recipe, argv[1])) == 0) {
		if (report_path)
			buf_text(&job.path, report_path);
		else
			buf_print(&job.path, "%s.run.json", argv[1]);
		job.outcome = mem_array(job.recipe.step.n,
					sizeof *job.outcome);
		rc = work(&job, &out);
		for (size_t i = 0; i < job.recipe.step.n; i++)
			buf_free(&job.outcome[i].printed);
		free(job.outcome);
	}
	recipe_free(&job.recipe);
	buf_free(&job.path);
	buf_free(&out);
	return rc;
}

const struct command cmd_run = {
	.name = "run",
	.summary = "all of it, from one file",
	.operands = "RECIPE DATABASE",
	.least = 2,
	.most = 2,
	.about =
		"Runs the command lines of a recipe, each once, and writes a "
		"report after every step.\nAfter an interruption the same "
		"command goes on where it stood.  Recipes that come\nalong: "
		"ja-sft, en-sft, mixed-small, decontaminate-only.",
	.examples = "  itdata run ja-sft pairs.db --set data=a.jsonl --dry-run\n"
		    "  itdata run ja-sft pairs.db --set data=a.jsonl --set "
		    "data=b.csv --set out=shards\n"
		    "  itdata run mine.json pairs.db --json\n",
	.opts = opts,
	.run = run,
};
