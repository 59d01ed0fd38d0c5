/* verify.c - is an export folder what its manifest says? */
#include "export/verify.h"

#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/err.h"
#include "read/reader.h"
#include "shard/tokens.h"

struct checking {
	const char *folder;
	const struct manifest *manifest;
	struct verdict *each; /* (shards) */
};

static void problem(struct verdict *verdict, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void problem(struct verdict *verdict, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	vec_push(&verdict->problem, mem_copy(text, strlen(text)));
}

/* -- files -- */

static bool check_file(const struct checking *c,
		       const struct manifest_file *file, struct buf *path,
		       struct verdict *verdict)
{
	char sha256[SHA256_HEX];
	uint64_t size;
	struct stat st;

	buf_clear(path);
	buf_print(path, "%s/%s", c->folder, file->path);
	if (lstat(path->at, &st) < 0) {
		problem(verdict, "%s: not there", file->path);
	} else if (!S_ISREG(st.st_mode)) {
		problem(verdict, "%s: not a regular file", file->path);
	} else if ((uint64_t)st.st_size != file->bytes) {
		problem(verdict, "%s: %lld bytes, the manifest says %llu",
			file->path, (long long)st.st_size,
			(unsigned long long)file->bytes);
	} else if (sha256_file(path->at, sha256, &size) < 0) {
		problem(verdict, "%s", err_text());
	} else if (strcmp(sha256, file->sha256) != 0) {
		problem(verdict, "%s: its SHA-256 is not the manifest's",
			file->path);
	} else {
		verdict->bytes += size;
		return true;
	}
	return false;
}

/* -- lines -- */

/* An object of exactly these string members. */
static bool has_texts(const struct value *value, const char *const *key,
		      size_t n)
{
	if (value->type != VALUE_OBJECT || value->n != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		const struct value *member = value_get(value, key[i]);

		if (!member || member->type != VALUE_STRING)
			return false;
	}
	return true;
}

static bool is_list_of(const struct value *line, const char *list,
		       const char *const *key)
{
	const struct value *array;

	if (line->type != VALUE_OBJECT || line->n != 1 ||
	    !(array = value_get(line, list)) || array->type != VALUE_ARRAY ||
	    !array->n)
		return false;
	for (const struct value *v = array->child; v; v = v->next)
		if (!has_texts(v, key, 2))
			return false;
	return true;
}

static bool is_parquet(const char *format)
{
	return strcmp(format, "parquet") == 0;
}

static bool is_row(const struct value *line, const char *format)
{
	static const char *const messages[] = { "role", "content" };
	static const char *const sharegpt[] = { "from", "value" };
	static const char *const alpaca[] = { "instruction", "input",
					      "output" };
	static const char *const prompt[] = { "prompt", "completion" };
	static const char *const text[] = { "text" };

	if (strcmp(format, "messages") == 0 || is_parquet(format))
		return is_list_of(line, "messages", messages);
	if (strcmp(format, "sharegpt") == 0)
		return is_list_of(line, "conversations", sharegpt);
	if (strcmp(format, "alpaca") == 0)
		return has_texts(line, alpaca, 3);
	if (strcmp(format, "prompt") == 0)
		return has_texts(line, prompt, 2);
	return has_texts(line, text, 1);
}

static bool is_meta(const struct value *line, const char *format)
{
	static const struct {
		const char *key;
		enum value_type type;
	} keys[] = {
		{ "id", VALUE_NUMBER },     { "source", VALUE_STRING },
		{ "record", VALUE_NUMBER }, { "lang", VALUE_STRING },
		{ "category", VALUE_STRING }, { "license", VALUE_STRING },
		{ "scores", VALUE_OBJECT }, { "copy", VALUE_NUMBER },
	};

	(void)format;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		const struct value *value = value_get(line, keys[i].key);

		if (!value || value->type != keys[i].type)
			return false;
	}
	return line->type == VALUE_OBJECT;
}

/* Count the lines that are as they should be; the first that is not ends it. */
static void check_lines(const char *path, const char *name,
			const char *format,
			bool (*is_right)(const struct value *, const char *),
			uint64_t rows, struct verdict *verdict)
{
	struct reader reader;
	struct chunk chunk = { 0 };
	struct arena arena = { 0 };
	uint64_t seen = 0;
	int rc = reader_open(&reader, path,
			     is_parquet(format) ? FORMAT_PARQUET
						: FORMAT_JSONL);

	if (rc < 0) {
		problem(verdict, "%s", err_text());
		return;
	}
	while ((rc = reader_next(&reader, &chunk)) > 0)
		for (size_t i = 0; i < chunk.records; i++) {
			struct value value;
			struct scan_error error;

			arena_reset(&arena);
			seen++;
			if (reader_parse(&reader, &chunk.record[i], &arena,
					 &value, &error) < 0 ||
			    !is_right(&value, format)) {
				problem(verdict, "%s:%lld: not a line of "
						 "format %s", name,
					(long long)chunk.record[i].line,
					format);
				goto done;
			}
		}
	if (rc < 0)
		problem(verdict, "%s", err_text());
	else if (seen != rows)
		problem(verdict, "%s: %llu lines, the manifest says %llu",
			name, (unsigned long long)seen,
			(unsigned long long)rows);
done:
	arena_free(&arena);
	chunk_free(&chunk);
	reader_close(&reader);
}

/* -- token shards -- */

static bool same_hash(const unsigned char hash[32], const char *hex)
{
	char digits[SHA256_HEX];

	for (int i = 0; i < 32; i++)
		snprintf(digits + 2 * i, 3, "%02x", hash[i]);
	return hex && strcmp(digits, hex) == 0;
}

static void check_tokens(const struct manifest *m, const char *path,
			 const struct manifest_shard *entry,
			 struct verdict *verdict)
{
	struct token_shard shard;

	if (token_shard_open(&shard, path) < 0) {
		problem(verdict, "%s", err_text());
		return;
	}
	if (token_shard_check(&shard) < 0)
		problem(verdict, "%s: %s", entry->file.path, err_text());
	if (shard.header.documents != entry->rows ||
	    shard.header.tokens != entry->tokens)
		problem(verdict, "%s: not as many rows or tokens as the "
				 "manifest says", entry->file.path);
	if (!same_hash(shard.header.tokenizer, m->tokenizer))
		problem(verdict, "%s: of another tokenizer than the manifest "
				 "says", entry->file.path);
	token_shard_close(&shard);
}

/* -- the whole -- */

static int check_shard(void *context, size_t i)
{
	const struct checking *c = context;
	const struct manifest *m = c->manifest;
	const struct manifest_shard *shard = &m->shard[i];
	struct verdict *verdict = &c->each[i];
	struct buf path = { 0 };

	if (check_file(c, &shard->file, &path, verdict)) {
		if (strcmp(m->format, "tokens") == 0)
			check_tokens(m, path.at, shard, verdict);
		else
			check_lines(path.at, shard->file.path, m->format,
				    is_row, shard->rows, verdict);
		verdict->rows += shard->rows;
	}
	if (check_file(c, &shard->meta, &path, verdict))
		check_lines(path.at, shard->meta.path, "meta", is_meta,
			    shard->rows, verdict);
	buf_free(&path);
	return 0;
}

static bool is_shard_of(const struct manifest *m, const char *name)
{
	for (size_t s = 0; s < m->splits; s++) {
		size_t n = strlen(m->split[s].name);

		if (strncmp(name, m->split[s].name, n) == 0 &&
		    name[n] == '-' && strstr(name + n, "-of-"))
			return true;
	}
	return false;
}

static bool is_known(const struct manifest *m, const char *name)
{
	for (size_t i = 0; i < m->shards; i++)
		if (strcmp(m->shard[i].file.path, name) == 0)
			return true;
	return false;
}

static int by_text(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

static void check_strays(const struct checking *c, struct verdict *verdict)
{
	DIR *dir = opendir(c->folder);
	struct dirent *entry;
	size_t from = verdict->problem.n;

	while (dir && (entry = readdir(dir))) {
		if (is_shard_of(c->manifest, entry->d_name) &&
		    !is_known(c->manifest, entry->d_name))
			problem(verdict, "%s: a shard that the manifest does "
					 "not know", entry->d_name);
		if (strcmp(entry->d_name, ".itdata.tmp") == 0)
			problem(verdict, "an export was interrupted here; run "
					 "it again");
	}
	if (dir)
		closedir(dir);
	if (verdict->problem.n > from)
		qsort(verdict->problem.at + from, verdict->problem.n - from,
		      sizeof *verdict->problem.at, by_text);
}

static void check_rows(const struct manifest *m, struct verdict *verdict)
{
	for (size_t s = 0; s < m->splits; s++) {
		uint64_t rows = 0;

		for (size_t i = 0; i < m->shards; i++)
			if (strcmp(m->shard[i].split, m->split[s].name) == 0)
				rows += m->shard[i].rows;
		if (rows != m->split[s].rows)
			problem(verdict, "split '%s': its shards have %llu "
					 "rows, the manifest says %llu",
				m->split[s].name, (unsigned long long)rows,
				(unsigned long long)m->split[s].rows);
	}
}

static void add_verdict(struct verdict *sum, struct verdict *part)
{
	sum->rows += part->rows;
	sum->bytes += part->bytes;
	for (size_t i = 0; i < part->problem.n; i++)
		vec_push(&sum->problem, part->problem.at[i]);
	vec_free(&part->problem);
}

int verify_folder(const char *folder, struct par *par,
		  struct verdict *verdict)
{
	struct manifest manifest;
	struct checking c = { .folder = folder, .manifest = &manifest };
	struct buf path = { 0 };
	int rc;

	*verdict = (struct verdict){ 0 };
	if ((rc = manifest_read(&manifest, folder)) < 0)
		return rc;
	c.each = mem_array(manifest.shards, sizeof *c.each);
	rc = par_for(par, manifest.shards, check_shard, &c);
	for (size_t i = 0; i < manifest.shards; i++)
		add_verdict(verdict, &c.each[i]);
	free(c.each);
	for (size_t i = 0; i < manifest.files; i++)
		check_file(&c, &manifest.file[i], &path, verdict);
	check_rows(&manifest, verdict);
	check_strays(&c, verdict);
	verdict->shards = manifest.shards;
	manifest_free(&manifest);
	buf_free(&path);
	return rc;
}

void verdict_free(struct verdict *verdict)
{
	for (size_t i = 0; i < verdict->problem.n; i++)
		free(verdict->problem.at[i]);
	vec_free(&verdict->problem);
}
