/* cmd_distill.c - make a small encoder from text and a large one's vectors */
#include <math.h>

#include "base/err.h"
#include "base/json.h"
#include "base/log.h"
#include "cli/command.h"
#include "train/curve.h"
#include "train/distill.h"

extern const struct command cmd_distill;

static const char *teacher, *tokenizer = "tokenizer.json", *pieces, *target;
static const char *output, *curve_path;
static struct opt_list dev;
static uint64_t dimension = 256, buckets = 16384, epochs = 4, batch = 512;
static const char *table;
static uint64_t leaf = 8, layers, heads = 4, hidden = 512;
static uint64_t layer_epochs = 4, layer_batch = 256;
static double layer_rate = 1e-3, layer_drop;
static double rate = 2e-3, drop, ngram_weight = 1.6;
static double similarity = 10, alike = 10;

static const struct opt opts[] = {
	OPT_TEXT('o', "output", &output, "DIR", "folder for the model"),
	OPT_TEXT(0, "teacher", &teacher, "FILE.npy",
		 "a large encoder's vectors of the lines"),
	OPT_TEXT(0, "tokenizer", &tokenizer, "FILE",
		 "made by itdata tokenizer train"),
	OPT_TEXT(0, "pieces", &pieces, "FILE.npy",
		 "the large encoder's vectors of all tokens: a head start"),
	OPT_TEXT(0, "target", &target, "FILE",
		 "what an earlier run wrote as target.safetensors: the same "
		 "space"),
	OPT_LIST(0, "dev", &dev, "FILE",
		 "lines of text, text, score: measured after each epoch"),
	OPT_TEXT(0, "curve", &curve_path, "FILE.svg",
		 "draw what was measured"),
	OPT_UINT(0, "dimension", &dimension, "D",
		 "numbers of a vector, a multiple of 32"),
	OPT_UINT(0, "buckets", &buckets, "N",
		 "rows for hashed n-grams, a power of two"),
	OPT_UINT(0, "epochs", &epochs, "N", "times that each text is seen"),
	OPT_UINT(0, "batch", &batch, "N", "texts of a step"),
	OPT_REAL(0, "rate", &rate, "RATE", "learning rate at its highest"),
	OPT_REAL(0, "drop", &drop, "SHARE",
		 "share of its rows that a text does without each time"),
	OPT_REAL(0, "similarity", &similarity, "W",
		 "what likeness to each other counts beside that to targets"),
	OPT_REAL(0, "alike", &alike, "W",
		 "how much more pairs count that should be alike"),
	OPT_UINT(0, "leaf", &leaf, "N",
		 "neighbours that come in one batch"),
	OPT_REAL(0, "ngram-weight", &ngram_weight, "W",
		 "what n-grams count beside tokens, when all is trained"),
	OPT_UINT(0, "layers", &layers, "N",
		 "transformer layers above the table; 0: the table alone"),
	OPT_UINT(0, "heads", &heads, "N", "of attention, in a layer"),
	OPT_UINT(0, "hidden", &hidden, "N", "numbers inside a layer"),
	OPT_UINT(0, "layer-epochs", &layer_epochs, "N",
		 "times that each text is seen by the layers"),
	OPT_UINT(0, "layer-batch", &layer_batch, "N",
		 "texts of a step of the layers"),
	OPT_REAL(0, "layer-rate", &layer_rate, "RATE",
		 "learning rate of the layers at its highest"),
	OPT_REAL(0, "layer-drop", &layer_drop, "SHARE",
		 "share of its n-grams that a text does without each time"),
	OPT_TEXT(0, "table", &table, "DIR",
		 "a model to take the table from, as it is"),
	OPT_END,
};

static int check_layers(void)
{
	if (!(similarity >= 0 && similarity <= 1000) ||
	    !(alike >= 0 && alike <= 1000) || leaf < 1 || leaf > 1024)
		return err_set(ERR_USAGE, "--similarity and --alike are 0 to "
			       "1000, --leaf 1 to 1024");
	if (layers > 64 || heads < 1 || heads > 256 ||
	    dimension % (2 * heads))
		return err_set(ERR_USAGE, "--layers is at most 64, and --heads "
			       "times an even number is --dimension");
	if (hidden < 1 || hidden > 1 << 16)
		return err_set(ERR_USAGE, "--hidden is 1 to %d", 1 << 16);
	if (layer_epochs < 1 || layer_epochs > 1000 || layer_batch < 2 ||
	    layer_batch > 8192)
		return err_set(ERR_USAGE, "--layer-epochs is 1 to 1000, "
					  "--layer-batch 2 to 8192");
	if (!(layer_rate > 0 && layer_rate < 1) ||
	    !(layer_drop >= 0 && layer_drop < 1))
		return err_set(ERR_USAGE, "--layer-rate is between 0 and 1, "
					  "--layer-drop 0 or more and below 1");
	return 0;
}

static int check_options(void)
{
	if (!teacher || !output)
		return err_set(ERR_USAGE, "%s is needed",
			       teacher ? "-o DIR" : "--teacher FILE.npy");
	if (dimension < 32 || dimension > 4096 || dimension % 32)
		return err_set(ERR_USAGE, "--dimension: %llu is not a multiple "
			       "of 32 up to 4096",
			       (unsigned long long)dimension);
	if (buckets < 64 || buckets > 1 << 24 || (buckets & (buckets - 1)))
		return err_set(ERR_USAGE, "--buckets: %llu is not a power of "
			       "two from 64 to %d",
			       (unsigned long long)buckets, 1 << 24);
	if (epochs < 1 || epochs > 1000 || batch < 2 || batch > 8192)
		return err_set(ERR_USAGE, "--epochs is 1 to 1000, --batch 2 to "
					  "8192");
	if (!(rate > 0 && rate < 1) || !(drop >= 0 && drop < 1))
		return err_set(ERR_USAGE, "--rate is between 0 and 1, --drop 0 "
					  "or more and below 1");
	if (!(ngram_weight > 0 && ngram_weight <= 100))
		return err_set(ERR_USAGE, "--ngram-weight: %g is not above 0 "
			       "and at most 100", ngram_weight);
	return check_layers();
}

struct reporting {
	struct json json;
	struct curve curve;
};

/* A line an epoch, or an element of the JSON list; and a point. */
static void report(void *context, const struct distill_epoch *epoch)
{
	struct reporting *reporting = context;
	struct json *json = &reporting->json;

	curve_add(&reporting->curve, epoch);
	if (!cli.json) {
		buf_print(json->out, "%sepoch %g", epoch->layers ? "layers  " :
			  "", epoch->epoch);
		if (epoch->epoch > 0)
			buf_print(json->out, "  loss %.4f", epoch->loss);
		for (size_t i = 0; i < epoch->devs; i++)
			buf_print(json->out, "  %s %.2f", epoch->name[i],
				  epoch->dev[i]);
		buf_byte(json->out, '\n');
		command_print(json->out);
		buf_clear(json->out);
		return;
	}
	json_open(json, '{');
	json_key(json, "layers");
	json_bool(json, epoch->layers);
	json_key(json, "epoch");
	json_real(json, epoch->epoch);
	json_key(json, "loss");
	json_real(json, epoch->epoch > 0 ? epoch->loss : NAN);
	json_key(json, "dev");
	json_open(json, '{');
	for (size_t i = 0; i < epoch->devs; i++) {
		json_key(json, epoch->name[i]);
		json_real(json, epoch->dev[i]);
	}
	json_close(json, '}');
	json_close(json, '}');
}

static void conclude(const struct distill_summary *s, double seconds,
		     struct json *json)
{
	if (!cli.json) {
		buf_print(json->out, "%s: %zu texts, %zu vectors; %zu tokens "
			  "and %zu n-grams\n", output, s->texts, s->vectors,
			  s->tokens, s->buckets);
		return;
	}
	json_close(json, ']');
	json_key(json, "texts");
	json_int(json, (int64_t)s->texts);
	json_key(json, "vectors");
	json_int(json, (int64_t)s->vectors);
	json_key(json, "tokens");
	json_int(json, (int64_t)s->tokens);
	json_key(json, "buckets");
	json_int(json, (int64_t)s->buckets);
	json_key(json, "seconds");
	json_real(json, seconds);
	json_close(json, '}');
	buf_byte(json->out, '\n');
}

static int make(const char *text, struct reporting *reporting)
{
	struct json *json = &reporting->json;
	struct distill_options options = {
		.text = text, .teacher = teacher, .tokenizer = tokenizer,
		.output = output, .pieces = pieces, .target = target,
		.dev = dev.at, .devs = dev.n,
		.dimension = (uint32_t)dimension, .buckets = (uint32_t)buckets,
		.epochs = (unsigned)epochs, .batch = batch, .rate = rate,
		.drop = drop, .similarity = similarity, .alike = alike,
		.leaf = (size_t)leaf, .ngram_weight = ngram_weight, .seed = cli.seed,
		.table = table, .layers = (uint32_t)layers,
		.heads = (uint32_t)heads, .hidden = (uint32_t)hidden,
		.layer_epochs = (unsigned)layer_epochs,
		.layer_batch = (size_t)layer_batch, .layer_rate = layer_rate,
		.layer_drop = layer_drop,
		.report = report, .context = reporting,
	};
	struct par *par = par_new((unsigned)cli.threads);
	double start = seconds_now();
	struct distill_summary summary;
	int rc;

	if (cli.json) {
		json_open(json, '{');
		json_key(json, "epochs");
		json_open(json, '[');
	}
	rc = distill(&options, par, &summary);
	par_free(par);
	if (rc == 0 && curve_path)
		rc = curve_save(&reporting->curve, curve_path);
	if (rc < 0)
		return rc;
	conclude(&summary, seconds_now() - start, json);
	return command_print(json->out);
}

static int run(int argc, char **argv)
{
	struct buf out = { 0 };
	struct reporting reporting = { .json = { .out = &out } };
	int rc = check_options();

	(void)argc;
	if (rc == 0 && curve_path && !dev.n)
		rc = err_set(ERR_USAGE, "--curve draws what --dev measures");
	if (rc == 0)
		rc = make(argv[0], &reporting);
	curve_free(&reporting.curve);
	buf_free(&out);
	return rc;
}

const struct command cmd_distill = {
	.name = "distill",
	.summary = "make a small encoder from text and vectors",
	.operands = "TEXT --teacher FILE.npy -o DIR",
	.least = 1,
	.most = 1,
	.about = "Line i of TEXT and row i of FILE.npy, which a large encoder "
		 "made of it, belong\ntogether; what stands in a line behind a "
		 "tab, a translation say, is to get the\nsame vector.  DIR is a "
		 "model for itdata embed --model DIR.",
	.examples =
		"  itdata distill lines.txt --teacher lines.npy -o my-mini\n"
		"  itdata distill lines.txt --teacher lines.npy -o my-mini "
		"--dev sts-dev.tsv\n"
		"  itdata distill lines.txt --teacher lines.npy -o my-mini "
		"--layers 2\n",
	.opts = opts,
	.run = run,
};
