/* cmd_digest.c - one hash of all pairs and decisions */
#include "cli/command.h"

#include "base/json.h"
#include "db/digest.h"

static const struct opt opts[] = { OPT_END };

static int read_digest(const char *path, struct digest *digest)
{
	struct db db;
	int rc = db_open(&db, path, DB_READ);

	if (rc < 0)
		return rc;
	if ((rc = db_exec(&db, "BEGIN")) == 0)
		rc = db_end(&db, digest_read(digest, &db));
	db_close(&db);
	return rc;
}

static void report(const struct digest *digest, const char *path,
		   struct buf *out)
{
	struct json json = { .out = out };
	char hex[DIGEST_HEX];

	digest_hex(digest, hex);
	if (!cli.json) {
		buf_print(out, "%s  %s\n", hex, path);
		return;
	}
	json_open(&json, '{');
	json_key(&json, "digest");
	json_text(&json, hex);
	json_key(&json, "pairs");
	json_int(&json, (int64_t)digest->pairs);
	json_key(&json, "decisions");
	json_int(&json, (int64_t)digest->decisions);
	json_key(&json, "verdicts");
	json_int(&json, (int64_t)digest->verdicts);
	json_close(&json, '}');
	buf_byte(out, '\n');
}

static int run(int argc, char **argv)
{
	struct digest digest;
	struct buf out = { 0 };
	int rc;

	(void)argc;
	if ((rc = read_digest(argv[0], &digest)) < 0)
		return rc;
	report(&digest, argv[0], &out);
	rc = command_print(&out);
	buf_free(&out);
	return rc;
}

const struct command cmd_digest = {
	.name = "digest",
	.summary = "one hash of all pairs and decisions",
	.operands = "DATABASE",
	.least = 1,
	.most = 1,
	.about =
		"Two databases with the same pairs, decisions and verdicts "
		"have the same digest,\nwhatever the order in which files "
		"were ingested.",
	.examples = "  itdata digest pairs.db\n"
		    "  itdata digest pairs.db --json | jq -r .digest\n",
	.opts = opts,
	.run = run,
};
