/* cmd_embed.c - a vector for every kept pair */
#include <string.h>

#include "base/err.h"
#include "cli/command.h"
#include "cli/choose.h"
#include "embed/embed.h"

extern const struct command cmd_embed;

static struct choice options = CHOOSE_DEFAULTS;
static const char *on = "instruction";

static const struct opt opts[] = {
	OPT_CHOICE(0, "on", &on, "instruction|pair|response",
		   "what is embedded; instruction: with its input"),
	CHOOSE_OPTS(options),
	OPT_END,
};

static enum embed_on on_of(void)
{
	if (strcmp(on, "pair") == 0)
		return EMBED_PAIR;
	return strcmp(on, "response") == 0 ? EMBED_RESPONSE
					   : EMBED_INSTRUCTION;
}

static void report(const struct embed_summary *s, double seconds,
		   struct buf *out)
{
	if (cli.json) {
		embed_json(s, seconds, out);
		buf_byte(out, '\n');
		return;
	}
	buf_print(out, "%llu pairs got a vector of %zu numbers by %s, of: %s\n",
		  (unsigned long long)s->pairs, s->dimension, s->model, on);
}

static int run(int argc, char **argv)
{
	struct embed_summary summary;
	struct encoder *encoder;
	struct buf out = { 0 };
	struct session session;
	int rc;

	(void)argc;
	if ((rc = choose_encoder(&options, &encoder)) < 0)
		return rc;
	if ((rc = session_open(&session, &cmd_embed, argv[0], DB_WRITE)) < 0)
		goto done;
	rc = embed_run(&session.db, session.par, &session.run, encoder,
		       on_of(), &summary);
	session_close(&session);
	if (rc == 0) {
		report(&summary, run_seconds(&session.run), &out);
		rc = command_print(&out);
	}
done:
	encoder_free(encoder);
	buf_free(&out);
	return rc;
}

const struct command cmd_embed = {
	.name = "embed",
	.summary = "a vector for every kept pair",
	.operands = "DATABASE",
	.least = 1,
	.most = 1,
	.about =
		"Only pairs without a vector of this model are embedded, so "
		"a run that was\nended goes on, and new pairs cost only "
		"themselves.  search, conflicts, score\nand select use the "
		"vectors.",
	.examples = "  itdata embed pairs.db\n"
		    "  itdata embed pairs.db --on pair --json\n"
		    "  itdata embed pairs.db --model multilingual-e5-small/ "
		    "--prefix 'query: '\n",
	.opts = opts,
	.run = run,
};
