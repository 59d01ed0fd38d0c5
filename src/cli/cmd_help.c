/* cmd_help.c - the list of commands, and completions made from their tables */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "cli/command.h"

static const char *shell;

static const struct opt opts[] = {
	OPT_CHOICE(0, "completions", &shell, "bash|zsh|fish",
		   "print completions for this shell"),
	OPT_END,
};

static void list_names(const struct opt *o, struct buf *out)
{
	for (; o->type != OPT_TYPE_END; o++)
		buf_print(out, " --%s", o->name);
}

static void complete_bash(struct buf *out)
{
	buf_text(out, "# bash completions of itdata\n_itdata() {\n"
		      "\tlocal word=${COMP_WORDS[COMP_CWORD]} words=\n"
		      "\tif [ \"$COMP_CWORD\" = 1 ]; then\n\t\twords=\"");
	for (const struct command *const *c = commands; *c; c++)
		buf_print(out, "%s%s", c == commands ? "" : " ", (*c)->name);
	buf_text(out, "\"\n\telse case ${COMP_WORDS[1]} in\n");
	for (const struct command *const *c = commands; *c; c++) {
		buf_print(out, "\t%s) words=\"", (*c)->name);
		list_names((*c)->opts, out);
		list_names(cli_opts, out);
		buf_text(out, "\" ;;\n");
	}
	buf_text(out,
		 "\tesac; fi\n"
		 "\tcase $word in\n"
		 "\t-*) COMPREPLY=($(compgen -W \"$words\" -- \"$word\")) ;;\n"
		 "\t*) if [ \"$COMP_CWORD\" = 1 ]; then\n"
		 "\t\tCOMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
		 "\telse\n\t\tCOMPREPLY=($(compgen -f -- \"$word\"))\n"
		 "\tfi ;;\n\tesac\n}\n"
		 "complete -o filenames -F _itdata itdata\n");
}

/* In single quotes for a shell. */
static void quote(const char *text, struct buf *out)
{
	for (; *text; text++)
		if (*text == '\'')
			buf_text(out, "'\\''");
		else
			buf_byte(out, *text);
}

/* As quote(); zsh also gives [ ] and : a meaning in _arguments. */
static void zsh_option(const struct opt *o, struct buf *out)
{
	buf_print(out, " '--%s%s[", o->name,
		  o->type == OPT_TYPE_FLAG ? "" : "=");
	for (const char *c = o->help; *c; c++)
		if (*c == '\'')
			buf_text(out, "'\\''");
		else if (strchr("[]:\\", *c))
			buf_print(out, "\\%c", *c);
		else
			buf_byte(out, *c);
	buf_print(out, "]%s'", o->type == OPT_TYPE_FLAG ? "" : ":value:_files");
}

static void complete_zsh(struct buf *out)
{
	buf_text(out, "#compdef itdata\n_itdata() {\n\tif (( CURRENT == 2 )); "
		      "then\n\t\tlocal -a names=(");
	for (const struct command *const *c = commands; *c; c++) {
		buf_print(out, "\n\t\t\t'%s:", (*c)->name);
		quote((*c)->summary, out);
		buf_byte(out, '\'');
	}
	buf_text(out, ")\n\t\t_describe command names\n\t\treturn\n\tfi\n"
		      "\tcase $words[2] in\n");
	for (const struct command *const *c = commands; *c; c++) {
		buf_print(out, "\t%s) _arguments", (*c)->name);
		for (const struct opt *o = (*c)->opts; o->type; o++)
			zsh_option(o, out);
		for (const struct opt *o = cli_opts; o->type; o++)
			zsh_option(o, out);
		buf_text(out, " '*:file:_files' ;;\n");
	}
	buf_text(out, "\tesac\n}\n_itdata \"$@\"\n");
}

static void fish_options(const char *command, const struct opt *o,
			 struct buf *out)
{
	for (; o->type != OPT_TYPE_END; o++) {
		buf_print(out,
			  "complete -c itdata -n '__fish_seen_subcommand_from "
			  "%s' -l %s%s -d '",
			  command, o->name,
			  o->type == OPT_TYPE_FLAG ? "" : " -r");
		quote(o->help, out);
		buf_text(out, "'\n");
	}
}

static void complete_fish(struct buf *out)
{
	buf_text(out, "# fish completions of itdata\n");
	for (const struct command *const *c = commands; *c; c++) {
		buf_print(out,
			  "complete -c itdata -n __fish_use_subcommand -f -a "
			  "%s -d '",
			  (*c)->name);
		quote((*c)->summary, out);
		buf_text(out, "'\n");
		fish_options((*c)->name, (*c)->opts, out);
		fish_options((*c)->name, cli_opts, out);
	}
}

static void list_commands(struct buf *out)
{
	buf_text(out,
		 "itdata makes instruction-response pairs fit for training\n\n"
		 "usage: itdata COMMAND DATABASE [OPERANDS] [OPTIONS]\n\n");
	for (const struct command *const *c = commands; *c; c++)
		buf_print(out, "  %-14s %s\n", (*c)->name, (*c)->summary);
	buf_text(out, "\n'itdata COMMAND --help' shows options and examples.\n");
}

static int run(int argc, char **argv)
{
	struct buf out = { 0 };
	int rc;

	if (shell && strcmp(shell, "bash") == 0) {
		complete_bash(&out);
	} else if (shell && strcmp(shell, "zsh") == 0) {
		complete_zsh(&out);
	} else if (shell) {
		complete_fish(&out);
	} else if (argc) {
		const struct command *command = command_find(argv[0]);

		if (!command)
			return err_set(ERR_USAGE, "no command '%s'", argv[0]);
		command_help(command, &out);
	} else {
		list_commands(&out);
	}
	rc = command_print(&out);
	buf_free(&out);
	return rc;
}

const struct command cmd_help = {
	.name = "help",
	.summary = "list the commands, or show the page of one",
	.operands = "[COMMAND]",
	.most = 1,
	.examples = "  itdata help dedup\n"
		    "  itdata help --completions bash\n",
	.opts = opts,
	.run = run,
};
