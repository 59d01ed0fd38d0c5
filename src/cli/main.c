/* main.c - the table of commands, and what they have in common */
#include <config.h>

#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/fault.h"
#include "base/log.h"
#include "cli/command.h"

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_NO = 3 };

extern const struct command cmd_ingest, cmd_filter, cmd_decontaminate,
	cmd_dedup, cmd_stats, cmd_show, cmd_sample, cmd_search, cmd_serve,
	cmd_judge, cmd_metrics,
	cmd_undo, cmd_remove, cmd_run, cmd_digest, cmd_rules, cmd_help, cmd_version;
extern const struct command cmd_export, cmd_verify;
extern const struct command cmd_embed, cmd_encode;
extern const struct command cmd_score, cmd_conflicts, cmd_select;
extern const struct command cmd_train, cmd_generate, cmd_eval,
	cmd_convert;
extern const struct command cmd_tokenizer, cmd_distill;

const struct command *const commands[] = {
	&cmd_ingest,
	&cmd_filter,
	&cmd_decontaminate,
	&cmd_dedup,
	&cmd_embed,
	&cmd_encode,
	&cmd_score,
	&cmd_conflicts,
	&cmd_select,
	&cmd_stats,
	&cmd_show,
	&cmd_sample,
	&cmd_search,
	&cmd_serve,
	&cmd_judge,
	&cmd_metrics,
	&cmd_export,
	&cmd_verify,
	&cmd_train,
	&cmd_generate,
	&cmd_eval,
	&cmd_convert,
	&cmd_undo,
	&cmd_remove,
	&cmd_run,
	&cmd_digest,
	&cmd_rules,
	&cmd_tokenizer,
	&cmd_distill,
	&cmd_help,
	&cmd_version,
	NULL,
};

struct cli cli = { .seed = 1 };

const struct opt cli_opts[] = {
	OPT_UINT('j', "threads", &cli.threads, "N",
		 "threads to use; the result is the same (all processors)"),
	OPT_FLAG('q', "quiet", &cli.quiet, "no progress, no notes"),
	OPT_FLAG(0, "json", &cli.json, "report as one JSON object on stdout"),
	OPT_UINT(0, "seed", &cli.seed, "N", "seed of what is drawn by chance"),
	OPT_FLAG('h', "help", &cli.help, "show this page"),
	OPT_END,
};

const struct command *command_find(const char *name)
{
	for (const struct command *const *c = commands; *c; c++)
		if (strcmp((*c)->name, name) == 0)
			return *c;
	return NULL;
}

void command_help(const struct command *command, struct buf *out)
{
	buf_print(out, "usage: itdata %s%s%s [OPTIONS]\n\n%s\n", command->name,
		  *command->operands ? " " : "", command->operands,
		  command->summary);
	if (command->about)
		buf_print(out, "\n%s\n", command->about);
	buf_text(out, "\noptions:\n");
	opt_help(command->opts, out);
	opt_help(cli_opts, out);
	if (command->examples)
		buf_print(out, "\nexamples:\n%s", command->examples);
	buf_print(out, "\nmore: man itdata-%s\n", command->name);
}

void command_run_init(struct run *run, const struct command *command)
{
	run_init(run, command->name, cli.arguments, cli.seed);
}

int session_open(struct session *session, const struct command *command,
		 const char *path, enum db_mode mode)
{
	int rc = db_open(&session->db, path, mode);

	if (rc < 0)
		return rc;
	command_run_init(&session->run, command);
	session->par = par_new((unsigned)cli.threads);
	return 0;
}

void session_close(struct session *session)
{
	par_free(session->par);
	db_close(&session->db);
}

bool command_colour(void)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && !(no && *no) && term &&
	       strcmp(term, "dumb") != 0;
}

int command_print(const struct buf *out)
{
	if (fwrite(out->at, 1, out->n, stdout) != out->n || fflush(stdout))
		return err_sys(ERR_IO, "writing to stdout");
	return 0;
}

static int unknown_command(const char *name)
{
	const char *names[64];
	const char *nearest;
	size_t n = 0;

	for (const struct command *const *c = commands; *c; c++)
		names[n++] = (*c)->name;
	nearest = opt_nearest(name, names, n);
	if (nearest)
		log_warn("unknown command '%s'; did you mean '%s'?", name,
			 nearest);
	else
		log_warn("unknown command '%s'; 'itdata help' lists them",
			 name);
	return EXIT_USAGE;
}

static int wrong_usage(const struct command *command)
{
	log_warn("%s: %s", command->name, err_text());
	fprintf(stderr, "usage: itdata %s%s%s [OPTIONS]   (itdata %s --help)\n",
		command->name, *command->operands ? " " : "",
		command->operands, command->name);
	return EXIT_USAGE;
}

static int check_operands(const struct command *command, int operands)
{
	if (operands < command->least)
		return err_set(ERR_USAGE, "operands are missing: %s",
			       command->operands);
	if (command->most >= 0 && operands > command->most)
		return err_set(ERR_USAGE, "too many operands");
	return 0;
}

static int finish(const struct command *command, int rc)
{
	if (rc == ERR_USAGE)
		return wrong_usage(command);
	if (rc >= 0)
		return rc;
	if (rc == ERR_IO && errno == EPIPE) /* the reader has seen enough */
		return EXIT_FAILED;
	log_warn("%s: %s", command->name, err_text());
	return rc == ERR_ANSWER ? EXIT_NO : EXIT_FAILED;
}

static int run_command(const struct command *command, int argc, char **argv)
{
	int operands = opt_parse(command->opts, cli_opts, argc, argv);
	struct buf help = { 0 };
	int rc;

	if (operands < 0)
		return wrong_usage(command);
	if (cli.help) {
		command_help(command, &help);
		rc = command_print(&help);
		buf_free(&help);
		return rc < 0 ? EXIT_FAILED : EXIT_DONE;
	}
	if (check_operands(command, operands) < 0)
		return wrong_usage(command);
	log_quiet(cli.quiet);
	argv[operands] = NULL;
	return finish(command, command->run(operands, argv));
}

int main(int argc, char **argv)
{
	const char **arguments;
	const struct command *command;
	const char *name = argc > 1 ? argv[1] : "help";
	int status;

	setlocale(LC_CTYPE, "C.UTF-8");
	signal(SIGPIPE, SIG_IGN);
	fault_init();
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
		name = "help";
	if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0)
		name = "version";
	command = command_find(name);
	if (!command)
		return unknown_command(name);

	/* opt_parse() reorders argv; `run` wants it as typed */
	arguments = calloc((size_t)argc + 1, sizeof *arguments);
	if (!arguments)
		return EXIT_FAILED;
	for (int i = 1; i < argc; i++)
		arguments[i - 1] = argv[i];
	cli.arguments = arguments;
	status = run_command(command, argc > 2 ? argc - 2 : 0,
			     argc > 2 ? argv + 2 : argv + argc);
	free(arguments);
	return status;
}
