/* reader.c - a file as records, whatever its format */
#include "read/reader.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "read/format.h"

enum {
	CHUNK = 1 << 20,   /* bytes given out at a time, about */
	LARGEST = 1 << 26, /* bytes of a record */
	FILL = 1 << 18,    /* bytes read at a time */
};

static const struct reader_format *const formats[] = {
	[FORMAT_JSONL] = &format_jsonl,
	[FORMAT_JSON] = &format_json,
	[FORMAT_CSV] = &format_csv,
	[FORMAT_TSV] = &format_tsv,
};

const char *format_name(enum format format)
{
	static const char *const name[] = { "auto", "jsonl", "json", "csv",
					    "tsv" };

	return name[format];
}

static int fill(struct reader *r)
{
	ssize_t n;

	buf_room(&r->held, FILL);
	n = input_read(&r->input, r->held.at + r->held.n, FILL);
	if (n < 0)
		return (int)n;
	r->held.n += (size_t)n;
	r->held.at[r->held.n] = '\0';
	r->at_end = n == 0;
	return 0;
}

/* -- opening: what is it? -- */

static bool ends_with(const char *path, const char *ending)
{
	size_t n = strlen(path), m = strlen(ending);

	return n >= m && strcmp(path + n - m, ending) == 0;
}

/* The name's ending, without .gz and .zst: for CSV there is no better sign. */
static enum format by_name(const char *path)
{
	char *name = mem_copy(path, strlen(path));
	enum format format = FORMAT_AUTO;

	if (ends_with(name, ".gz"))
		name[strlen(name) - 3] = '\0';
	else if (ends_with(name, ".zst"))
		name[strlen(name) - 4] = '\0';
	if (ends_with(name, ".csv"))
		format = FORMAT_CSV;
	else if (ends_with(name, ".tsv"))
		format = FORMAT_TSV;
	free(name);
	return format;
}

/* An object on the first line alone is JSONL; over several lines it is JSON. */
static enum format object_format(const struct reader *r, size_t from)
{
	const char *end = memchr(r->held.at + from, '\n', r->held.n - from);
	struct str line = { r->held.at + from,
			    end ? (size_t)(end - r->held.at) - from
				: r->held.n - from };
	struct arena arena = { 0 };
	struct scan_error error;
	struct value value;
	int rc = scan_value(&arena, line, &value, &error);

	arena_free(&arena);
	if (rc == 0 || line.n >= FILL / 2)
		return FORMAT_JSONL;
	/* a broken first line is JSONL too, unless it may go on below */
	return error.byte + 1 >= line.n || line.n <= 2 ? FORMAT_JSON
						       : FORMAT_JSONL;
}

static enum format sniff(const struct reader *r)
{
	enum format named = by_name(r->input.path);
	size_t from = r->at;

	if (named != FORMAT_AUTO)
		return named;
	while (from < r->held.n && strchr(" \t\r\n", r->held.at[from]) &&
	       r->held.at[from])
		from++;
	if (from == r->held.n)
		return FORMAT_JSONL; /* empty, which has no records either */
	if (r->held.at[from] == '[')
		return FORMAT_JSON;
	if (r->held.at[from] == '{')
		return object_format(r, from);
	return FORMAT_AUTO;
}

static int check_start(struct reader *r)
{
	static const char bom[] = "\xef\xbb\xbf";
	const unsigned char *at = (const unsigned char *)r->held.at;

	if (r->held.n >= 3 && memcmp(at, bom, 3) == 0) {
		r->at = r->start = 3;
		return 0;
	}
	if (r->held.n >= 2 && ((at[0] == 0xff && at[1] == 0xfe) ||
			       (at[0] == 0xfe && at[1] == 0xff)))
		return err_set(ERR_FORMAT,
			       "%s: UTF-16; convert it with 'iconv -f UTF-16 "
			       "-t UTF-8'",
			       r->input.path);
	return 0;
}

int reader_open(struct reader *reader, const char *path, enum format format)
{
	int rc;

	*reader = (struct reader){ .line = 1, .start_line = 1 };
	if ((rc = input_open(&reader->input, path)) < 0)
		return rc;
	while (reader->held.n < FILL && !reader->at_end)
		if ((rc = fill(reader)) < 0)
			goto done;
	if ((rc = check_start(reader)) < 0)
		goto done;
	reader->format = format ? format : sniff(reader);
	if (reader->format == FORMAT_AUTO) {
		rc = err_set(ERR_FORMAT,
			     "%s: neither JSON nor a .csv or .tsv file; say "
			     "what it is with --format",
			     path);
		goto done;
	}
	reader->how = formats[reader->format];
done:
	if (rc < 0)
		reader_close(reader);
	return rc;
}

void reader_close(struct reader *reader)
{
	input_close(&reader->input);
	buf_free(&reader->held);
	arena_free(&reader->arena);
}

/* -- reading -- */

static void add_record(struct reader *r, struct chunk *chunk, size_t end,
		       const char *why)
{
	struct record record = {
		.text = { NULL, 0 },
		.number = r->records++,
		.line = r->start_line,
		.byte = r->byte + (int64_t)r->start,
		.why = why,
	};

	/* offsets for now: the bytes move when the chunk grows */
	if (!why || end - r->start <= LARGEST) {
		record.text.n = end - r->start;
		record.text.at = (const char *)(uintptr_t)chunk->bytes.n;
		buf_put(&chunk->bytes, r->held.at + r->start, record.text.n);
	}
	mem_grow(&chunk->record, &chunk->room, chunk->records + 1,
		 sizeof *chunk->record);
	chunk->record[chunk->records++] = record;
}

/* Forget what has been given out or skipped. */
static void drop_used(struct reader *r)
{
	size_t used = r->started ? r->start : r->at;

	memmove(r->held.at, r->held.at + used, r->held.n - used);
	r->held.n -= used;
	r->at -= used;
	r->start -= r->started ? used : r->start;
	r->byte += (int64_t)used;
}

/* A record beyond the limit is a reject; its bytes are not kept. */
static void skip_large(struct reader *r, struct chunk *chunk)
{
	if (!r->started || r->at - r->start <= LARGEST)
		return;
	if (!r->skipping)
		add_record(r, chunk, r->at, "longer than 64 MiB");
	r->skipping = true;
	r->start = r->at;
}

/* Records in what is held, until the chunk is full.  1: it is. */
static bool take_records(struct reader *r, struct chunk *chunk)
{
	struct found found;

	while (chunk->bytes.n < CHUNK && r->how->next(r, &found)) {
		if (r->skipping)
			r->skipping = false;
		else
			add_record(r, chunk, found.end, found.why);
		r->started = false;
	}
	return chunk->bytes.n >= CHUNK;
}

int reader_next(struct reader *r, struct chunk *chunk)
{
	int rc = 0;

	buf_clear(&chunk->bytes);
	chunk->records = 0;
	while (!take_records(r, chunk)) {
		if (r->at_end)
			break;
		skip_large(r, chunk);
		drop_used(r);
		if ((rc = fill(r)) < 0)
			break;
	}
	for (size_t i = 0; i < chunk->records; i++)
		chunk->record[i].text.at =
			chunk->bytes.at +
			(uintptr_t)chunk->record[i].text.at;
	if (rc < 0 && chunk->records == 0)
		return rc;
	if (rc < 0) /* give out what came before; fail again next time */
		return 1;
	return chunk->records > 0;
}

int reader_parse(const struct reader *reader, const struct record *record,
		 struct arena *arena, struct value *value,
		 struct scan_error *error)
{
	if (record->why) {
		*error = (struct scan_error){ 0, record->why };
		return ERR_FORMAT;
	}
	return reader->how->parse(reader, record->text, arena, value, error);
}

void chunk_free(struct chunk *chunk)
{
	buf_free(&chunk->bytes);
	free(chunk->record);
	*chunk = (struct chunk){ 0 };
}
