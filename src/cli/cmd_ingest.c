/* cmd_ingest.c - files into pairs */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/json.h"
#include "base/log.h"
#include "cli/command.h"
#include "ingest/ingest.h"
#include "ingest/mapping.h"

static struct ingest_options options;
static struct mapping mapping;
static const char *format = "auto", *schema = "auto", *lang = "auto";
static const char *encoding = "auto", *map, *rejects;
static const char *max_rejects = "5%";
static bool probe;

static const struct opt opts[] = {
	OPT_CHOICE(0, "format", &format, "auto|jsonl|json|csv|tsv|parquet",
		   "format of the files"),
	OPT_TEXT(0, "schema", &schema, "NAME",
		 "alpaca, dolly, completion, io, qa, messages, sharegpt, "
		 "utterances, squad, natural, instances or oasst"),
	OPT_TEXT(0, "map", &map, "FIELD=PATH,...",
		 "keys of any other schema: instruction=a.b[0],response=c; "
		 "column numbers for a table without a header"),
	OPT_FLAG(0, "probe", &probe,
		 "show what was detected and three pairs of each file, and "
		 "write nothing; no DATABASE"),
	OPT_TEXT(0, "source", &options.source, "NAME",
		 "name of the source (the file's name)"),
	OPT_TEXT(0, "license", &options.license, "LICENSE",
		 "licence of the files, for export --license-allow"),
	OPT_TEXT(0, "lang", &lang, "LANG",
		 "language of all pairs, such as ja"),
	OPT_TEXT(0, "category", &options.category, "NAME",
		 "kind of task of all pairs (the data's own, else by rules)"),
	OPT_TEXT(0, "encoding", &encoding, "NAME",
		 "utf-8, utf-16, cp932, euc-jp, iso-2022-jp, gb18030 or "
		 "latin-1"),
	OPT_UINT(0, "part", &options.part, "N",
		 "number of this database among those of one corpus, 0 to "
		 "8191"),
	OPT_UINT(0, "limit", &options.limit, "N",
		 "no more than N pairs and rejects of a file"),
	OPT_TEXT(0, "max-rejects", &max_rejects, "N|N%",
		 "more rejects than this in a file: exit 3"),
	OPT_TEXT(0, "rejects", &rejects, "FILE",
		 "write rejected records there, to be mended and taken again"),
	OPT_FLAG(0, "strict", &options.strict,
		 "end with 3 at the first reject; the file leaves nothing"),
	OPT_END,
};

static int read_schema(void)
{
	struct buf names = { 0 };
	int rc;

	options.schema = schema_by_name(schema);
	if (options.schema)
		return 0;
	schema_names(&names);
	rc = err_set(ERR_USAGE, "--schema: '%s' is not one of %s", schema,
		     names.at);
	buf_free(&names);
	return rc;
}

static int read_options(void)
{
	int rc;

	for (int i = FORMAT_AUTO; i <= FORMAT_PARQUET; i++)
		if (strcmp(format, format_name(i)) == 0)
			options.format = (enum format)i;
	if (!encoding_by_name(encoding, &options.encoding))
		return err_set(ERR_USAGE,
			       "--encoding: '%s' is not one of auto, utf-8, "
			       "utf-16le, utf-16be, utf-32le, utf-32be, cp932, "
			       "euc-jp, iso-2022-jp, gb18030, latin-1",
			       encoding);
	if (strcmp(schema, "auto") != 0 && (rc = read_schema()) < 0)
		return rc;
	if (map && options.schema)
		return err_set(ERR_USAGE, "--map and --schema exclude each "
					  "other");
	if (map && (rc = mapping_init(&mapping, map)) < 0)
		return rc;
	if (map) {
		options.schema = &mapping.schema;
		options.headerless = mapping_is_numbered(&mapping);
	}
	if (strcmp(lang, "auto") != 0)
		options.lang = lang;
	if (options.part > 8191)
		return err_set(ERR_USAGE, "--part: between 0 and 8191");
	return 0;
}

/* Is this more than --max-rejects allows? */
static int too_many(uint64_t rejected, uint64_t read, bool *answer)
{
	char *end;
	double most = strtod(max_rejects, &end);

	if (end == max_rejects || !(most >= 0) ||
	    (*end && strcmp(end, "%") != 0))
		return err_set(ERR_USAGE,
			       "--max-rejects: '%s' is not a number or a "
			       "percentage",
			       max_rejects);
	if (*end == '%')
		most = most / 100 * (double)read;
	*answer = (double)rejected > most;
	return 0;
}

/* 3 when a file gave no pair, or too many rejects; says so. */
static int judge(const struct ingest_file *file, size_t files)
{
	int status = 0;

	for (size_t i = 0; i < files; i++) {
		const struct ingest_file *f = &file[i];
		bool many = false;
		int rc = too_many(f->rejected, f->read, &many);

		if (rc < 0)
			return rc;
		if (f->skipped) {
			log_warn("ingest: skipped %s", f->damage.at);
			status = options.strict ? 3 : status;
			continue;
		}
		if (f->damage.n)
			log_warn("ingest: %s; what came before is kept",
				 f->damage.at);
		if (f->read == f->rejected)
			log_warn("ingest: %s: no pair in %llu records; most "
				 "often: %s",
				 f->path, (unsigned long long)f->read,
				 f->reason.n ? f->reason.at : "no records");
		else if (many)
			log_warn("ingest: %s: %llu of %llu records rejected; "
				 "most often: %s",
				 f->path, (unsigned long long)f->rejected,
				 (unsigned long long)f->read, f->reason.at);
		if (f->read == f->rejected || many)
			status = 3;
		if (f->damage.n && status == 0)
			status = 1;
	}
	return status;
}

static void print_files(const struct ingest_file *file, size_t files,
			struct buf *out)
{
	for (size_t i = 0; i < files; i++) {
		const struct ingest_file *f = &file[i];

		if (f->skipped)
			continue;
		buf_print(out, "%s: %s, %s, %s: %llu read = %llu added + %llu "
			       "known + %llu rejected\n",
			  f->path, format_name(f->format),
			  encoding_name(f->encoding), f->schema->name,
			  (unsigned long long)f->read,
			  (unsigned long long)f->added,
			  (unsigned long long)f->known,
			  (unsigned long long)f->rejected);
		buf_print(out, "    mapped: %s\n", f->schema->mapping);
		if (f->first.n)
			buf_print(out, "    first: %s\n", f->first.at);
		if (f->rejected)
			buf_print(out, "    rejected most often: %s\n",
				  f->reason.at);
	}
}

static void summary(const struct ingest_file *file, size_t files,
		    double seconds, struct buf *out)
{
	struct json json = { .out = out };
	uint64_t sum[4] = { 0 };

	for (size_t i = 0; i < files; i++) {
		sum[0] += file[i].read;
		sum[1] += file[i].added;
		sum[2] += file[i].known;
		sum[3] += file[i].rejected;
	}
	json_open(&json, '{');
	json_key(&json, "read");
	json_int(&json, (int64_t)sum[0]);
	json_key(&json, "added");
	json_int(&json, (int64_t)sum[1]);
	json_key(&json, "known");
	json_int(&json, (int64_t)sum[2]);
	json_key(&json, "rejected");
	json_int(&json, (int64_t)sum[3]);
	json_key(&json, "seconds");
	json_real(&json, seconds);
	json_key(&json, "files");
	json_open(&json, '[');
	for (size_t i = 0; i < files; i++) {
		if (file[i].skipped)
			continue;
		json_open(&json, '{');
		json_key(&json, "path");
		json_text(&json, file[i].path);
		json_key(&json, "format");
		json_text(&json, format_name(file[i].format));
		json_key(&json, "schema");
		json_text(&json, file[i].schema->name);
		json_key(&json, "encoding");
		json_text(&json, encoding_name(file[i].encoding));
		json_key(&json, "read");
		json_int(&json, (int64_t)file[i].read);
		json_key(&json, "added");
		json_int(&json, (int64_t)file[i].added);
		json_key(&json, "known");
		json_int(&json, (int64_t)file[i].known);
		json_key(&json, "rejected");
		json_int(&json, (int64_t)file[i].rejected);
		json_close(&json, '}');
	}
	json_close(&json, ']');
	json_key(&json, "skipped");
	json_open(&json, '[');
	for (size_t i = 0; i < files; i++)
		if (file[i].skipped)
			json_text(&json, file[i].path);
	json_close(&json, ']');
	json_close(&json, '}');
}

static int finish(struct db *db, struct run *run, struct str text)
{
	int rc;

	if (!run->id) /* nothing was written */
		return 0;
	if ((rc = db_exec(db, "PRAGMA synchronous = FULL")) < 0 ||
	    (rc = db_begin(db)) < 0)
		return rc;
	return db_end(db, run_finish(run, db, text));
}

static int take_all(const char *path, struct ingest_file *file, size_t files,
		    struct run *record, struct buf *report)
{
	struct par *par = par_new((unsigned)cli.threads);
	struct checkpoint checkpoint = { 0 };
	struct db db;
	int rc = db_open(&db, path, DB_CREATE);

	if (rc == 0) {
		/* the last commit is made safe against power loss; what a loss
		 * takes from earlier ones is read again */
		rc = db_exec(&db, "PRAGMA synchronous = NORMAL;"
				  "PRAGMA cache_size = -16384");
		if (rc == 0 && par_threads(par) > 1)
			rc = checkpoint_start(&checkpoint, &db);
		options.checkpoint = &checkpoint;
		for (size_t i = 0; rc == 0 && i < files; i++)
			rc = ingest_file(&file[i], &db, par, &options, record);
		checkpoint_stop(&checkpoint);
		summary(file, files, run_seconds(record), report);
		if (rc == 0)
			rc = finish(&db, record, buf_view(report));
		db_close(&db);
	}
	par_free(par);
	return rc;
}

static int run(int argc, char **argv);

const struct command cmd_ingest = {
	.name = "ingest",
	.summary = "take files of pairs into a database",
	.operands = "DATABASE FILE...",
	.least = 1,
	.most = -1,
	.about = "JSONL, JSON arrays and objects with a list, CSV, TSV and "
		 "Parquet; plain, gzip, zstd or xz; tar\narchives and folders of these; "
		 "'-'.  Format, encoding and schema are found out and\nshown.  "
		 "A file that was taken before adds nothing.  A record that is "
		 "broken becomes\na row in 'reject' with file, line, byte and "
		 "reason.",
	.examples = "  itdata ingest --probe pairs.json\n"
		    "  itdata ingest pairs.db alpaca.jsonl dolly.csv.gz\n"
		    "  itdata ingest pairs.db dpo.json --map "
		    "messages=conversations,response=chosen.value\n"
		    "  zcat chats.jsonl.gz | itdata ingest pairs.db - "
		    "--source chats\n"
		    "  sqlite3 pairs.db 'SELECT * FROM rejects'\n",
	.opts = opts,
	.run = run,
};

/* A database may stand in front of the files of --probe: it is not needed. */
static bool is_database(const char *name)
{
	char magic[16] = "";
	FILE *file = fopen(name, "rb");
	size_t n = file ? fread(magic, 1, sizeof magic, file) : 0;

	if (file)
		fclose(file);
	return n == sizeof magic && memcmp(magic, "SQLite format 3", 16) == 0;
}

static int show_probes(int names, char **name)
{
	enum { SHOWN = 3 };
	struct ingest_file *file = NULL;
	struct buf out = { 0 };
	size_t files = 0;
	int rc;

	if (names > 1 && (is_database(name[0]) ||
			  access(name[0], F_OK) < 0)) {
		names--;
		name++;
	}
	rc = ingest_files(name, (size_t)names, &file, &files);
	for (size_t i = 0; rc == 0 && i < files; i++)
		rc = ingest_probe(&file[i], &options, SHOWN, &out);
	if (out.n) {
		int printed = command_print(&out);

		rc = rc < 0 ? rc : printed;
	}
	ingest_files_free(file, files);
	buf_free(&out);
	return rc;
}

static int take_files(const char *database, struct ingest_file *file,
		      size_t files)
{
	struct buf report = { 0 }, out = { 0 };
	struct file raw = { 0 };
	struct run record;
	int rc = 0;

	command_run_init(&record, &cmd_ingest);
	for (size_t i = 0; rc == 0 && i < files; i++)
		rc = ingest_check(&file[i], &options);
	if (rc == 0 && rejects && (rc = file_create(&raw, rejects)) == 0)
		options.rejects = &raw;
	if (rc == 0)
		rc = take_all(database, file, files, &record, &report);
	if (options.rejects)
		rc = file_commit(&raw, rc);
	if (rc == 0) {
		if (cli.json)
			buf_print(&out, "%s\n", report.at);
		else
			print_files(file, files, &out);
		rc = command_print(&out);
	}
	if (rc == 0)
		rc = judge(file, files);
	buf_free(&report);
	buf_free(&out);
	return rc;
}

static int run(int argc, char **argv)
{
	struct ingest_file *file = NULL;
	size_t files = 0;
	bool unused;
	int rc;

	if ((rc = read_options()) < 0 || (rc = too_many(0, 1, &unused)) < 0)
		goto done;
	if (probe) {
		rc = show_probes(argc, argv);
		goto done;
	}
	if (argc < 2) {
		rc = err_set(ERR_USAGE, "operands are missing: DATABASE "
					"FILE...");
		goto done;
	}
	rc = ingest_files(argv + 1, (size_t)argc - 1, &file, &files);
	if (rc == 0)
		rc = take_files(argv[0], file, files);
	ingest_files_free(file, files);
done:
	mapping_free(&mapping);
	return rc;
}
