/* cmd_encode.c - vectors of lines of text, without a database */
#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "base/log.h"
#include "cli/command.h"
#include "cli/choose.h"
#include "embed/encode.h"

extern const struct command cmd_encode;

static struct choice options = CHOOSE_DEFAULTS;
static const char *output;

static const struct opt opts[] = {
	OPT_TEXT('o', "output", &output, "OUT.npy", "where the vectors go"),
	CHOOSE_OPTS(options),
	OPT_END,
};

static void report(const struct encoder *encoder, int64_t lines,
		   double seconds, struct buf *out)
{
	struct json json = { .out = out };

	if (!cli.json) {
		buf_print(out, "%lld lines, %zu numbers each, by %s\n",
			  (long long)lines, encoder_dimension(encoder),
			  encoder_name(encoder));
		return;
	}
	json_open(&json, '{');
	json_key(&json, "lines");
	json_int(&json, lines);
	json_key(&json, "model");
	json_text(&json, encoder_name(encoder));
	json_key(&json, "dimension");
	json_int(&json, (int64_t)encoder_dimension(encoder));
	json_key(&json, "seconds");
	json_real(&json, seconds);
	json_close(&json, '}');
	buf_byte(out, '\n');
}

static int run(int argc, char **argv)
{
	double begun = seconds_now();
	struct encoder *encoder;
	struct buf out = { 0 };
	struct par *par;
	int64_t lines;
	int rc;

	if (!output)
		return err_set(ERR_USAGE, "-o OUT.npy is missing: where the "
					  "vectors go");
	if ((rc = choose_encoder(&options, &encoder)) < 0)
		return rc;
	par = par_new((unsigned)cli.threads);
	lines = encode_file(argc > 0 ? argv[0] : "-", output, encoder, par);
	par_free(par);
	if (lines >= 0)
		report(encoder, lines, seconds_now() - begun, &out);
	encoder_free(encoder);
	rc = lines < 0 ? (int)lines : command_print(&out);
	buf_free(&out);
	return rc;
}

const struct command cmd_encode = {
	.name = "encode",
	.summary = "vectors of lines of text, without a database",
	.operands = "[FILE]",
	.least = 0,
	.most = 1,
	.about =
		"Row i of OUT.npy (float32, as NumPy reads it) is the vector "
		"of line i.\nWithout FILE, lines come from standard input.",
	.examples = "  itdata encode sentences.txt -o sentences.npy\n"
		    "  itdata encode sentences.txt -o s.npy --model "
		    "all-MiniLM-L6-v2/\n",
	.opts = opts,
	.run = run,
};
