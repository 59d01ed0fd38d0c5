/*
 * fuzz_reader.c - a whole file: packing, encoding, format, records, schemas
 *
 * The first byte asks for a format.  Records are numbered, in order and in
 * place; what a schema makes of them is UTF-8 with nothing missing.
 */
#define _GNU_SOURCE /* memfd_create */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "ingest/schema.h"
#include "ingest/take.h"
#include "text/utf8.h"

static void check_text(struct str text)
{
	MUST(utf8_check(text.at, text.n) == text.n);
	MUST(text.n == 0 || !memchr(text.at, '\0', text.n));
}

static void check_pair(const struct pair *pair)
{
	struct arena arena = { 0 };
	struct scan_error error;
	struct value value;

	MUST(pair->instruction.at && pair->response.at && pair->turns > 0);
	MUST(pair->lang.n && pair->lang_response.n && pair->category.at);
	check_text(pair->system);
	check_text(pair->instruction);
	check_text(pair->input);
	check_text(pair->response);
	for (size_t i = 0; i < pair->messages; i++) {
		MUST(pair->message[i].role.n && pair->message[i].content.at);
		check_text(pair->message[i].content);
	}
	if (pair->extra.at) {
		/* keys of a table may be anything: only that it is JSON */
		MUST(scan_value(&arena, pair->extra, &value, &error) == 0 ||
		     strcmp(error.why, "a key stands twice") == 0 ||
		     strcmp(error.why, "nested more than 512 deep") == 0);
	}
	arena_free(&arena);
}

/* Made once: most of the time would go into it. */
static struct takes *takes_of(const struct schema *schema)
{
	static const struct ingest_options options = { .limit = 0 };
	static struct takes takes;

	if (!takes.options)
		takes_init(&takes, schema, &options);
	takes.schema = schema;
	return &takes;
}

static void check_record(const struct reader *reader,
			 const struct record *record)
{
	struct around around = { NULL, { 0 } };
	struct arena arena = { 0 };
	struct takings out = { .arena = &arena };

	for (const struct schema *const *s = schemas; *s; s++) {
		size_t before = out.n;

		if ((*s)->refuse)
			continue;
		take_record(takes_of(*s), reader, record, &around, &out);
		MUST(out.n > before);
	}
	for (size_t i = 0; i < out.n; i++)
		if (!out.at[i].why)
			check_pair(&out.at[i].pair);
	free(out.at);
	arena_free(&arena);
}

static void check_file(struct reader *reader)
{
	struct chunk chunk = { 0 };
	int64_t number = 0, line = 1, byte = 0;

	while (reader_next(reader, &chunk) > 0)
		for (size_t i = 0; i < chunk.records; i++) {
			const struct record *r = &chunk.record[i];

			MUST(r->number == number++);
			MUST(r->line >= line && r->byte >= byte);
			line = r->line;
			byte = r->byte;
			check_record(reader, r);
		}
	chunk_free(&chunk);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int fd = -1;
	struct reader_options options = { .headerless = false };
	struct reader reader;
	char path[32];

	if (size < 1)
		return 0;
	if (fd < 0) {
		setenv("ITDATA_DUCKDB", "/nowhere", 1); /* ours alone */
		fd = memfd_create("fuzz", 0);
	}
	MUST(fd >= 0 && ftruncate(fd, 0) == 0);
	MUST(pwrite(fd, data + 1, size - 1, 0) == (ssize_t)(size - 1));
	snprintf(path, sizeof path, "/dev/fd/%d", fd);
	options.format = (enum format)(data[0] % (FORMAT_TSV + 1));
	options.headerless = data[0] & 0x80;
	if (reader_open_with(&reader, path, &options) == 0) {
		check_file(&reader);
		reader_close(&reader);
	}
	return 0;
}
