/* cmd_export.c - kept pairs as balanced shards */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "cli/command.h"
#include "cli/export_report.h"
#include "export/consumer.h"
#include "export/export.h"
#include "shard/manifest.h"

extern const struct command cmd_export;

static const char *folder, *format = "messages", *balance_by = "";
static const char *split_text = "train=1", *compress = "none";
static const char *template = "plain", *tokenizer_path, *overlong = "drop";
static uint64_t max_tokens, shards = 1, memory = UINT64_C(1) << 30;
static struct balance shares = { .repeat = 1 };
static double alpha = 1;
static const char *share_text = "";
static struct quotas quotas;
static const char *consumer = "any", *license_allow;
static struct grouping grouping;
static uint64_t shard_size;
static double leak = 0.5, leak_cosine = 0.9;
static struct cap_ask caps = { .opening = 1, .refusal = 1 };
static bool stale, leak_check, resplit, redact;

static const struct opt opts[] = {
	OPT_TEXT('o', "output", &folder, "DIR",
		 "folder of the shards; - writes the lines to stdout"),
	OPT_CHOICE(0, "format", &format, "messages|alpaca|sharegpt|prompt|"
						"text|tokens|parquet",
		   "what a line looks like"),
	OPT_UINT(0, "shards", &shards, "N", "shards of the largest split"),
	OPT_SIZE(0, "shard-size", &shard_size, "SIZE",
		 "instead: tokens in a shard, or bytes without --tokenizer"),
	OPT_TEXT(0, "split", &split_text, "NAME=SHARE,...",
		 "splits; what hangs together stays together"),
	OPT_REAL(0, "leak", &leak, "SIMILARITY",
		 "pairs as alike as this stay in one split (0: do not look)"),
	OPT_REAL(0, "leak-cosine", &leak_cosine, "COSINE",
		 "pairs whose vectors are as alike stay in one split (0: do "
		 "not look)"),
	OPT_FLAG(0, "leak-check", &leak_check,
		 "count, by another way, what is alike in different splits"),
	OPT_FLAG(0, "resplit", &resplit,
		 "draw splits anew, whatever earlier exports did"),
	OPT_TEXT(0, "balance", &balance_by, "FIELD,...",
		 "groups: lang, lang_response, category, source, turns, "
		 "length, or a measure[/step]"),
	OPT_REAL(0, "alpha", &alpha, "A",
		 "groups weigh n^A: 1 as they are, 0 equal"),
	OPT_TEXT(0, "share", &share_text, "VALUE=PERCENT,...",
		 "what values of the --balance fields get: ja=60,en=40"),
	OPT_UINT(0, "cap", &shares.cap, "N", "at most N rows of a group"),
	OPT_UINT(0, "total", &shares.total, "N",
		 "N rows in all (0: as many as the shares allow)"),
	OPT_UINT(0, "repeat", &shares.repeat, "N",
		 "a pair may be used N times in the first split"),
	OPT_CHOICE(0, "template", &template, "plain|shiji|chatml|llama3",
		   "chat template of text and tokens"),
	OPT_TEXT(0, "tokenizer", &tokenizer_path, "DIR",
		 "tokenizer.json, or the folder of a model, to count tokens"),
	OPT_UINT(0, "max-tokens", &max_tokens, "N",
		 "no row of more than N tokens (0: no limit)"),
	OPT_CHOICE(0, "overlong", &overlong, "drop|cut",
		   "what becomes of longer rows; cut: tokens only"),
	OPT_REAL(0, "cap-opening", &caps.opening, "SHARE",
		 "no opening phrase in more of a category's answers"),
	OPT_REAL(0, "cap-refusal", &caps.refusal, "SHARE",
		 "no more refusals among a category's answers"),
	OPT_CHOICE(0, "for", &consumer,
		   "any|trl|axolotl|llama-factory|torchtune|openai",
		   "leave out, and name, what this trainer would skip"),
	OPT_TEXT(0, "license-allow", &license_allow, "LICENSE,...",
		 "only sources with these licences"),
	OPT_FLAG(0, "redact", &redact,
		 "replace what rules found of personal data and secrets"),
	OPT_CHOICE(0, "compress", &compress, "none|gzip|zstd",
		   "how shards are packed"),
	OPT_SIZE(0, "memory", &memory, "SIZE",
		 "memory for lines; beyond it, TMPDIR"),
	OPT_FLAG(0, "stale", &stale, "export although a stage is stale"),
	OPT_END,
};

/* Options that need each other. */
static int check_tokens(const struct export_options *options)
{
	bool tokens = options->gather.style.format == ROW_TOKENS;
	bool columns = options->gather.style.format == ROW_PARQUET;

	if (tokens && !tokenizer_path)
		return err_set(ERR_USAGE, "--format tokens needs --tokenizer "
					  "DIR");
	if (tokens && options->pack != PACK_NONE)
		return err_set(ERR_USAGE, "--format tokens is mapped by its "
					  "reader and cannot be packed");
	if (tokens && strcmp(folder, "-") == 0)
		return err_set(ERR_USAGE, "--format tokens needs a folder");
	if (columns && options->pack != PACK_NONE)
		return err_set(ERR_USAGE, "--format parquet packs its columns "
					  "itself and cannot be packed");
	if (columns && strcmp(folder, "-") == 0)
		return err_set(ERR_USAGE, "--format parquet needs a folder");
	if (options->gather.style.cut && !tokens)
		return err_set(ERR_USAGE, "--overlong cut: only --format "
					  "tokens can be cut");
	if (max_tokens && !tokenizer_path)
		return err_set(ERR_USAGE, "--max-tokens needs --tokenizer DIR "
					  "to count with");
	if (max_tokens > UINT32_MAX)
		return err_set(ERR_USAGE, "--max-tokens: too large");
	return 0;
}

static int read_options(struct export_options *options, struct split **split)
{
	static const char *const packs[] = { "none", "gzip", "zstd" };
	size_t splits;
	int rc;

	*options = (struct export_options){
		.folder = folder,
		.shards = (uint32_t)shards,
		.alpha = alpha,
		.quotas = &quotas,
		.balance = shares,
		.stale = stale,
		.shard_size = shard_size,
		.gather = {
			.seed = cli.seed,
			.memory = memory,
			.licenses = license_allow,
			.redact = redact,
		},
	};
	options->gather.style = (struct row_style){
		.format = (enum row_format)row_format_find(format),
		.template = (enum template)template_find(template),
		.most = (uint32_t)max_tokens,
		.cut = strcmp(overlong, "cut") == 0,
		.consumer = consumer_find(consumer),
	};
	for (int i = 0; i < 3; i++)
		if (strcmp(compress, packs[i]) == 0)
			options->pack = (enum pack)i;
	if (!folder || !*folder)
		return err_set(ERR_USAGE, "-o DIR is missing");
	if (shards < 1 || shards > 99999)
		return err_set(ERR_USAGE, "--shards: %llu is not in 1 to 99999",
			       (unsigned long long)shards);
	if (!(alpha >= 0 && alpha <= 1))
		return err_set(ERR_USAGE, "--alpha: %g is not in 0 to 1",
			       alpha);
	if (*share_text && !*balance_by)
		return err_set(ERR_USAGE, "--share needs --balance FIELD,..., "
					  "whose values it names");
	if (!(caps.opening > 0 && caps.opening <= 1) ||
	    !(caps.refusal > 0 && caps.refusal <= 1))
		return err_set(ERR_USAGE, "--cap-opening, --cap-refusal: a "
					  "share is above 0 and at most 1");
	if (leak != 0 && !(leak >= 0.05 && leak <= 1))
		return err_set(ERR_USAGE, "--leak: %g is not 0, or in 0.05 to "
					  "1", leak);
	if (leak_cosine != 0 && !(leak_cosine > 0 && leak_cosine <= 1))
		return err_set(ERR_USAGE, "--leak-cosine: %g is not 0, or "
					  "above 0 and at most 1", leak_cosine);
	if (shares.repeat < 1 || shares.repeat > 1000)
		return err_set(ERR_USAGE, "--repeat: %llu is not in 1 to 1000",
			       (unsigned long long)shares.repeat);
	if ((rc = check_tokens(options)) < 0 ||
	    (rc = consumer_check(
		     (enum consumer)options->gather.style.consumer,
		     options->gather.style.format, options->pack)) < 0)
		return rc;
	rc = split_parse(split_text, split, &splits);
	options->split = (struct split_ask){
		.split = *split,
		.splits = splits,
		.leak = leak,
		.cosine = leak_cosine,
		.seed = cli.seed,
		.forget = resplit,
		.memory = memory,
	};
	options->cap = caps;
	options->gather.capped = caps.opening < 1 || caps.refusal < 1;
	options->leak_check = leak_check && splits > 1;
	options->gather.keyed = splits > 1;
	options->gather.grouping = &grouping;
	if (rc == 0)
		rc = quotas_parse(share_text, &quotas);
	return rc < 0 ? rc : group_parse(balance_by, &grouping);
}

static void parse_hex(const char *hex, unsigned char *out, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned byte;

		sscanf(hex + 2 * i, "%2x", &byte);
		out[i] = (unsigned char)byte;
	}
}

/* Open the tokenizer, and fill in what manifest and token shards say of it. */
static int open_tokenizer(struct export_options *options,
			  struct tokenizer **tokenizer, char sha256[SHA256_HEX])
{
	struct token_header *header = &options->tokens;
	struct buf path = { 0 };
	uint64_t size;
	uint32_t stop;
	int rc = tokenizer_open(tokenizer, tokenizer_path);

	if (rc < 0)
		return rc;
	buf_print(&path, "%s/tokenizer.json", tokenizer_path);
	if (access(path.at, F_OK) < 0) {
		buf_clear(&path);
		buf_text(&path, tokenizer_path);
	}
	if ((rc = sha256_file(path.at, sha256, &size)) == 0) {
		options->tokenizer_sha256 = sha256;
		parse_hex(sha256, header->tokenizer, sizeof header->tokenizer);
	}
	header->vocabulary = tokenizer_size(*tokenizer);
	header->stop = template_stop(options->gather.style.template,
				     *tokenizer, &stop)
			       ? (int64_t)stop
			       : TOKEN_NO_STOP;
	snprintf(header->template, sizeof header->template, "%s", template);
	options->gather.style.tokenizer = *tokenizer;
	buf_free(&path);
	return rc;
}

static int run_export(const char *database,
		      const struct export_options *options)
{
	struct export_summary summary = { 0 };
	struct buf out = { 0 };
	struct session session;
	int rc;

	if ((rc = session_open(&session, &cmd_export, database,
			       options->split.splits > 1 ? DB_WRITE
							 : DB_READ)) < 0)
		return rc;
	rc = export_run(&session.db, session.par, &session.run, options,
			&summary);
	session_close(&session);
	if (rc == 0)
		export_warn(&summary, options, database);
	if (rc == 0 && strcmp(folder, "-") != 0) {
		if (cli.json) {
			export_json(&summary, run_seconds(&session.run), &out);
			buf_byte(&out, '\n');
		} else {
			export_report(&summary, options, &out);
		}
		rc = command_print(&out);
	}
	export_summary_free(&summary);
	buf_free(&out);
	return rc;
}

static int run(int argc, char **argv)
{
	struct export_options options;
	struct split *split = NULL;
	struct tokenizer *tokenizer = NULL;
	char sha256[SHA256_HEX];
	int rc;

	(void)argc;
	rc = read_options(&options, &split);
	if (rc == 0 && tokenizer_path)
		rc = open_tokenizer(&options, &tokenizer, sha256);
	if (rc == 0)
		rc = run_export(argv[0], &options);
	tokenizer_free(tokenizer);
	grouping_free(&grouping);
	quotas_free(&quotas);
	split_free(split, options.split.splits);
	return rc;
}

const struct command cmd_export = {
	.name = "export",
	.summary = "write kept pairs as balanced shards",
	.operands = "DATABASE",
	.least = 1,
	.most = 1,
	.about =
		"Shards are stretches of one sequence in which every group "
		"stands in proportion,\nso each is a fair sample.  The same "
		"database, options and seed give the same\nbytes.  Pairs that "
		"are near duplicates, ask the same or ask about the same\n"
		"document never come into different splits.",
	.examples =
		"  itdata export pairs.db -o shards\n"
		"  itdata export pairs.db -o shards --shards 4 --split "
		"train=0.9,test=0.1\n"
		"  itdata export pairs.db -o shards --balance lang --alpha "
		"0.5\n"
		"  itdata export pairs.db -o - --format alpaca | head -n 3\n",
	.opts = opts,
	.run = run,
};
