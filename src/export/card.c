/* card.c - README.md and dataset_info.json of an export */
#include "export/card.h"

#include <stdlib.h>

#include "base/json.h"

static const struct manifest_shard *first_of(const struct manifest *m,
					     const char *split)
{
	for (size_t i = 0; i < m->shards; i++)
		if (strcmp(m->shard[i].split, split) == 0)
			return &m->shard[i];
	return NULL;
}

void card_pattern(const struct manifest *m, const char *split, struct buf *out)
{
	const struct manifest_shard *shard = first_of(m, split);
	const char *of = shard ? strstr(shard->file.path, "-of-") : NULL;

	buf_print(out, "%s-*%s", split, of ? of : "");
}

/* A YAML string that nothing in it can break out of: JSON is YAML. */
static void put_quoted(struct buf *out, struct str text)
{
	struct json json = { .out = out };

	json_str(&json, text);
}

static const char *size_category(uint64_t rows)
{
	static const struct {
		uint64_t below;
		const char *name;
	} sizes[] = {
		{ 1000, "n<1K" },          { 10000, "1K<n<10K" },
		{ 100000, "10K<n<100K" },  { 1000000, "100K<n<1M" },
		{ 10000000, "1M<n<10M" },  { 100000000, "10M<n<100M" },
		{ 1000000000, "100M<n<1B" },
	};

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		if (rows < sizes[i].below)
			return sizes[i].name;
	return "n>1B";
}

static int by_text(const void *left, const void *right)
{
	const struct str *a = left, *b = right;
	size_t n = a->n < b->n ? a->n : b->n;
	int order = memcmp(a->at, b->at, n);

	return order ? order : a->n < b->n ? -1 : a->n > b->n;
}

static void put_languages(const struct set *set, struct buf *out)
{
	struct str *lang = mem_array(set->lang.map.n, sizeof *lang);

	for (uint32_t i = 0; i < set->lang.map.n; i++)
		lang[i] = map_key(&set->lang.map, i);
	qsort(lang, set->lang.map.n, sizeof *lang, by_text);
	buf_text(out, "language:\n");
	for (uint32_t i = 0; i < set->lang.map.n; i++)
		if (!str_is(lang[i], "und")) {
			buf_text(out, "- ");
			put_quoted(out, lang[i]);
			buf_byte(out, '\n');
		}
	free(lang);
}

static uint64_t rows_of(const struct manifest *m)
{
	uint64_t rows = 0;

	for (size_t i = 0; i < m->splits; i++)
		rows += m->split[i].rows;
	return rows;
}

static bool is_tokens(const struct manifest *m)
{
	return strcmp(m->format, "tokens") == 0;
}

/* Which files belong to which split; all others belong to none. */
static void put_configs(const struct manifest *m, struct buf *out)
{
	buf_text(out, "configs:\n- config_name: default\n  data_files:\n");
	for (size_t i = 0; i < m->splits; i++) {
		if (!first_of(m, m->split[i].name))
			continue;
		buf_print(out, "  - split: %s\n    path: ", m->split[i].name);
		buf_byte(out, '"');
		card_pattern(m, m->split[i].name, out);
		buf_text(out, "\"\n");
	}
}

static void put_header(const struct manifest *m, const struct set *set,
		       struct buf *out)
{
	buf_text(out, "---\n");
	put_languages(set, out);
	if (set->licenses) {
		buf_text(out, "license: other\nlicense_name: ");
		put_quoted(out, str_of(set->licenses == 1 ? set->license[0]
							  : "several"));
		buf_byte(out, '\n');
	}
	buf_print(out, "size_categories:\n- %s\n", size_category(rows_of(m)));
	buf_text(out, "task_categories:\n- text-generation\n");
	if (!is_tokens(m))
		put_configs(m, out);
	buf_text(out, "---\n\n");
}

static void put_percent(struct buf *out, uint64_t part, uint64_t whole)
{
	buf_print(out, "%.1f %%", whole ? 100.0 * (double)part / (double)whole
					: 0.0);
}

static void put_tables(const struct manifest *m, struct buf *out)
{
	uint64_t rows = rows_of(m);

	buf_text(out, "| split | asked | rows | share |\n|---|---|---|---|\n");
	for (size_t i = 0; i < m->splits; i++) {
		buf_print(out, "| %s | %.1f %% | %llu | ", m->split[i].name,
			  100 * m->split[i].asked,
			  (unsigned long long)m->split[i].rows);
		put_percent(out, m->split[i].rows, rows);
		buf_text(out, " |\n");
	}
	buf_text(out, "\n| group | pairs there | rows | asked | share |\n"
		      "|---|---|---|---|---|\n");
	for (size_t i = 0; i < m->groups; i++) {
		buf_print(out, "| %s | %llu | %llu | %.1f %% | ",
			  m->group[i].name,
			  (unsigned long long)m->group[i].pairs,
			  (unsigned long long)m->group[i].rows,
			  100 * m->group[i].asked);
		put_percent(out, m->group[i].rows, rows);
		buf_text(out, " |\n");
	}
}

void card_readme(const struct manifest *m, const struct set *set,
		 struct buf *out)
{
	put_header(m, set, out);
	buf_print(out,
		  "# Instruction-response pairs\n\n"
		  "%llu rows of %llu pairs in %zu shards, format `%s`, written "
		  "by itdata %s.\n\n",
		  (unsigned long long)rows_of(m), (unsigned long long)m->kept,
		  m->shards, m->format, m->itdata);
	put_tables(m, out);
	buf_text(out, "\nLicences of the sources:");
	for (size_t i = 0; i < set->licenses; i++)
		buf_print(out, "%s %s", i ? "," : "", set->license[i]);
	buf_text(out, set->licenses ? ".\n" : " not known.\n");
	buf_text(out, "\n## How to read it\n\n");
	if (is_tokens(m))
		buf_print(out, "`itdata train PATH/OF/THIS/FOLDER` reads the "
			       "tokens; itdata-shard(5) draws them byte by "
			       "byte.  Chat template `%s`, tokenizer with "
			       "SHA-256 %s.\n\n", m->template, m->tokenizer);
	else
		buf_print(out,
			  "```python\nfrom datasets import load_dataset\n"
			  "ds = load_dataset(\"PATH/OF/THIS/FOLDER\")\n```\n\n"
			  "LLaMA-Factory: `dataset_dir: PATH/OF/THIS/FOLDER`, "
			  "`dataset:` one or more names of dataset_info.json, "
			  "with commas.\n\n");
	buf_print(out,
		  "`meta/` tells where each row comes from, line by line: pair, "
		  "source, record, language, category, licence, scores.  "
		  "`manifest.json` lists all files with their SHA-256; "
		  "`itdata verify PATH/OF/THIS/FOLDER` checks them.\n\n"
		  "## How it was made\n\n"
		  "```json\n%s\n```\n\n"
		  "Seed %llu; digest of the pairs %s.  The same database, "
		  "options and seed give the same bytes.\n",
		  m->arguments, (unsigned long long)m->seed,
		  m->database);
}

/* -- dataset_info.json -- */

static void put_key(struct json *json, const char *key, const char *value)
{
	json_key(json, key);
	json_text(json, value);
}

static void put_tags(struct json *json, bool messages)
{
	json_key(json, "tags");
	json_open(json, '{');
	put_key(json, "role_tag", messages ? "role" : "from");
	put_key(json, "content_tag", messages ? "content" : "value");
	put_key(json, "user_tag", messages ? "user" : "human");
	put_key(json, "assistant_tag", messages ? "assistant" : "gpt");
	put_key(json, "system_tag", "system");
	json_close(json, '}');
}

/* Naming any column unsets the others, so all are named. */
static void put_columns(struct json *json, const char *format)
{
	bool messages = strcmp(format, "messages") == 0 ||
			strcmp(format, "parquet") == 0;
	bool sharegpt = strcmp(format, "sharegpt") == 0;

	put_key(json, "formatting", messages || sharegpt ? "sharegpt"
							 : "alpaca");
	json_key(json, "columns");
	json_open(json, '{');
	if (messages || sharegpt) {
		put_key(json, "messages",
			messages ? "messages" : "conversations");
	} else if (strcmp(format, "prompt") == 0) {
		put_key(json, "prompt", "prompt");
		put_key(json, "response", "completion");
	} else if (strcmp(format, "text") == 0) {
		put_key(json, "prompt", "text");
	} else {
		put_key(json, "prompt", "instruction");
		put_key(json, "query", "input");
		put_key(json, "response", "output");
	}
	json_close(json, '}');
	if (messages || sharegpt)
		put_tags(json, messages);
}

void card_info(const struct manifest *m, struct buf *out)
{
	struct json json = { .out = out };
	struct buf name = { 0 };

	json_open(&json, '{');
	for (size_t i = 0; i < m->shards; i++) {
		const struct manifest_shard *shard = &m->shard[i];
		bool only = shard == first_of(m, shard->split) &&
			    (i + 1 == m->shards ||
			     strcmp(m->shard[i + 1].split, shard->split) != 0);

		buf_clear(&name);
		buf_text(&name, shard->split);
		if (!only)
			buf_put(&name, shard->file.path + strlen(shard->split),
				6); /* -00000 */
		json_key(&json, name.at);
		json_open(&json, '{');
		put_key(&json, "file_name", shard->file.path);
		put_columns(&json, m->format);
		json_close(&json, '}');
	}
	json_close(&json, '}');
	buf_byte(out, '\n');
	buf_free(&name);
}
