/*
 * command.h - a command is a value
 *
 * main.c holds the table; each cmd_NAME.c defines one.  run() gets the operands
 * and returns the exit status, or a negative enum err whose message main()
 * prints: ERR_USAGE is 2, ERR_ANSWER is 3, everything else 1.
 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include "base/par.h"
#include "cli/opt.h"
#include "db/run.h"

struct command {
	const char *name;
	const char *summary;  /* one line for `itdata help` */
	const char *operands; /* "DATABASE FILE..." */
	int least, most;      /* number of operands; most < 0: no limit */
	const char *about;    /* a paragraph for --help, or NULL */
	const char *examples; /* lines that run as they are */
	const struct opt *opts;
	int (*run)(int argc, char **argv);
};

/* What every command has: -j, -q, --json, --seed, -h. */
struct cli {
	uint64_t threads, seed;
	bool quiet, json, help;
	const char *const *arguments; /* the command line, for `run` */
};

extern struct cli cli;
extern const struct opt cli_opts[];

/* Every command, in the order of the pipeline; ends with NULL. */
extern const struct command *const commands[];

const struct command *command_find(const char *name);
void command_help(const struct command *command, struct buf *out);

/* Start the run of this command, with the arguments and seed as typed. */
void command_run_init(struct run *run, const struct command *command);

/* What a command on a database works with. */
struct session {
	struct db db;
	struct run run; /* goes on after session_close(), for run_seconds() */
	struct par *par;
};

int session_open(struct session *session, const struct command *command,
		 const char *path, enum db_mode mode);
void session_close(struct session *session);

/* stdout is a terminal, and NO_COLOR does not forbid it. */
bool command_colour(void);

/* Print a finished buf to stdout: 0, or ERR_IO when nobody can read it. */
int command_print(const struct buf *out);

#endif
