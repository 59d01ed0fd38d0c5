/* cmd_verify.c - is an export folder what its manifest says? */
#include "base/err.h"
#include "base/json.h"
#include "cli/command.h"
#include "export/verify.h"

extern const struct command cmd_verify;

static const struct opt opts[] = {
	OPT_END,
};

static void put_json(const struct verdict *verdict, struct buf *out)
{
	struct json json = { .out = out };

	json_open(&json, '{');
	json_key(&json, "ok");
	json_bool(&json, verdict->problem.n == 0);
	json_key(&json, "shards");
	json_int(&json, (int64_t)verdict->shards);
	json_key(&json, "rows");
	json_int(&json, (int64_t)verdict->rows);
	json_key(&json, "bytes");
	json_int(&json, (int64_t)verdict->bytes);
	json_key(&json, "problems");
	json_open(&json, '[');
	for (size_t i = 0; i < verdict->problem.n; i++)
		json_text(&json, verdict->problem.at[i]);
	json_close(&json, ']');
	json_close(&json, '}');
	buf_byte(out, '\n');
}

static void put_text(const struct verdict *verdict, const char *folder,
		     struct buf *out)
{
	if (verdict->problem.n == 0)
		buf_print(out, "%s: %llu shards, %llu rows, %llu bytes: as "
			       "the manifest says\n", folder,
			  (unsigned long long)verdict->shards,
			  (unsigned long long)verdict->rows,
			  (unsigned long long)verdict->bytes);
	for (size_t i = 0; i < verdict->problem.n; i++)
		buf_print(out, "%s\n", verdict->problem.at[i]);
}

/* A folder whose manifest cannot be read is no export: that is an answer. */
static bool is_answer(int rc)
{
	return rc == ERR_ABSENT || rc == ERR_FORMAT;
}

static int run(int argc, char **argv)
{
	struct verdict verdict;
	struct buf out = { 0 };
	struct par *par = par_new((unsigned)cli.threads);
	int rc = verify_folder(argv[0], par, &verdict);

	(void)argc;
	if (is_answer(rc)) {
		const char *why = err_text();

		vec_push(&verdict.problem, mem_copy(why, strlen(why)));
		rc = 0;
	}
	if (rc == 0) {
		if (cli.json)
			put_json(&verdict, &out);
		else
			put_text(&verdict, argv[0], &out);
		rc = command_print(&out);
	}
	if (rc == 0 && verdict.problem.n)
		rc = err_set(ERR_ANSWER, "%s: %zu problem%s", argv[0],
			     verdict.problem.n,
			     verdict.problem.n == 1 ? "" : "s");
	verdict_free(&verdict);
	par_free(par);
	buf_free(&out);
	return rc;
}

const struct command cmd_verify = {
	.name = "verify",
	.summary = "check shards against their manifest",
	.operands = "DIR",
	.least = 1,
	.most = 1,
	.about =
		"Names, sizes, SHA-256, row counts and the form of every "
		"line.  Exit 3 when\nanything is not as the manifest says.",
	.examples = "  itdata verify shards\n"
		    "  itdata verify shards --json\n",
	.opts = opts,
	.run = run,
};
