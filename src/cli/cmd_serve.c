/* cmd_serve.c - review in the browser */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/log.h"
#include "cli/choose.h"
#include "cli/command.h"
#include "serve/http.h"

extern const struct command cmd_serve;

static uint64_t port = 8417;
static const char *author;

static const struct opt opts[] = {
	OPT_UINT('p', "port", &port, "N", "of 127.0.0.1; 0: any that is free"),
	OPT_TEXT(0, "author", &author, "NAME",
		 "who judges (the user's name)"),
	OPT_END,
};

static const char *who(void)
{
	const char *name = author ? author : getenv("USER");

	if (!name)
		name = getenv("LOGNAME");
	return name ? name : "";
}

static int print_address(const struct serve *serve)
{
	struct buf out = { 0 };
	int rc;

	if (cli.json)
		buf_print(&out, "{\"url\":\"http://127.0.0.1:%d/?token=%s\","
				"\"port\":%d}\n",
			  serve->port, serve->token, serve->port);
	else
		buf_print(&out, "http://127.0.0.1:%d/?token=%s\n", serve->port,
			  serve->token);
	rc = command_print(&out);
	buf_free(&out);
	return rc;
}

/* Until somebody ends it; the threads of the server inherit the mask. */
static int serve_until_ended(struct serve *serve)
{
	struct http http;
	sigset_t ends;
	int rc, signal;

	sigemptyset(&ends);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &ends, NULL);
	if ((rc = http_start(&http, serve, (int)port)) < 0)
		return rc;
	if ((rc = print_address(serve)) == 0) {
		log_note("open this address in a browser; Ctrl-C ends it");
		sigwait(&ends, &signal);
	}
	http_stop(&http);
	return rc;
}

static void report(const struct serve_said *said)
{
	if (said->keep || said->drop || said->edit || said->undo)
		log_note("%lld kept, %lld dropped, %lld edited, %lld taken "
			 "back",
			 (long long)said->keep, (long long)said->drop,
			 (long long)said->edit, (long long)said->undo);
}

/* The index is there before the first search waits for it. */
static int make_index(struct serve *serve)
{
	struct index index = { 0 };
	int rc = index_open(&index, &serve->db, serve->par, false);

	index_close(&index);
	if (rc == ERR_IO) { /* a folder that cannot be written: no search */
		log_warn("%s; words cannot be searched for", err_text());
		rc = 0;
	}
	return rc;
}

/* Without vectors, or their model, all but the search by meaning works. */
static struct encoder *open_encoder(struct serve *serve)
{
	struct encoder *encoder;

	if (choose_stored(&serve->db, NULL, &encoder) < 0)
		return NULL;
	serve->encoder = encoder;
	return encoder;
}

static int run(int argc, char **argv)
{
	struct encoder *encoder = NULL;
	struct serve serve;
	struct run record;
	struct par *par;
	int rc;

	(void)argc;
	if (port > 65535)
		return err_set(ERR_USAGE, "--port: %llu is above 65535",
			       (unsigned long long)port);
	command_run_init(&record, &cmd_serve);
	par = par_new((unsigned)cli.threads);
	if ((rc = serve_open(&serve, argv[0], who(), &record, par)) == 0 &&
	    (rc = make_index(&serve)) == 0) {
		encoder = open_encoder(&serve);
		if ((rc = serve_until_ended(&serve)) == 0)
			report(&serve.said);
	}
	serve_close(&serve);
	encoder_free(encoder);
	par_free(par);
	return rc;
}

const struct command cmd_serve = {
	.name = "serve",
	.summary = "review in the browser",
	.operands = "DATABASE",
	.least = 1,
	.most = 1,
	.about =
		"Prints an address to open in a browser of this machine: find "
		"pairs as search does,\nsee why they are kept or not, keep, "
		"drop and edit them.  Verdicts are those of\njudge.  Nobody "
		"without the token in the address is answered.",
	.examples = "  itdata serve pairs.db\n"
		    "  itdata serve pairs.db --port 0 --author mika\n",
	.opts = opts,
	.run = run,
};
