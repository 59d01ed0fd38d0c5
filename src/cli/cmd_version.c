/* cmd_version.c - which itdata, built with what */
#include <config.h>
#define PCRE2_CODE_UNIT_WIDTH 8

#include <pcre2.h>
#include <sqlite3.h>
#include <utf8proc.h>
#include <zlib.h>
#include <zstd.h>

#include "cli/command.h"

static const struct opt opts[] = { OPT_END };

static int run(int argc, char **argv)
{
	char pcre[64];
	struct buf out = { 0 };
	int rc;

	(void)argc;
	(void)argv;
	pcre2_config(PCRE2_CONFIG_VERSION, pcre);
	buf_print(&out,
		  "itdata %s\nSQLite %s\nPCRE2 %s\nutf8proc %s (Unicode %s)\n"
		  "zlib %s\nzstd %s\n",
		  PACKAGE_VERSION, sqlite3_libversion(), pcre,
		  utf8proc_version(), utf8proc_unicode_version(),
		  zlibVersion(), ZSTD_versionString());
#ifdef HAVE_CLD2
	buf_text(&out, "CLD2\n");
#endif
	rc = command_print(&out);
	buf_free(&out);
	return rc;
}

const struct command cmd_version = {
	.name = "version",
	.summary = "say which version this is, and of which libraries",
	.operands = "",
	.opts = opts,
	.run = run,
};
