/* reader.c - a file as records, whatever its format */
#define _GNU_SOURCE /* memmem */
#include "read/reader.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "read/format.h"
#include "read/nested.h"

enum {
	CHUNK = 1 << 20,   /* bytes given out at a time, about */
	RECORDS = 1 << 13, /* records given out at a time */
	LARGEST = 1 << 26, /* bytes of a record */
	FILL = 1 << 18,    /* bytes read at a time */
};

static const struct reader_format *const formats[] = {
	[FORMAT_JSONL] = &format_jsonl,
	[FORMAT_JSON] = &format_json,
	[FORMAT_CSV] = &format_csv,
	[FORMAT_TSV] = &format_tsv,
	[FORMAT_PARQUET] = &format_jsonl,
};

const char *format_name(enum format format)
{
	static const char *const name[] = { "auto", "jsonl", "json", "csv",
					    "tsv", "parquet" };

	return name[format];
}

static int fill_decoded(struct reader *r)
{
	ssize_t n;

	if (!r->raw.n) {
		buf_room(&r->raw, FILL);
		n = input_read(&r->input, r->raw.at, FILL);
		if (n < 0)
			return (int)n;
		r->raw.n = (size_t)n;
		r->at_end = n == 0;
	}
	decoder_put(&r->decoder, r->raw.at, r->raw.n, &r->held);
	if (r->at_end)
		decoder_end(&r->decoder, &r->held);
	r->raw.n = 0;
	return 0;
}

static int fill(struct reader *r)
{
	ssize_t n;

	if (r->encoding != ENCODING_UTF8)
		return fill_decoded(r);
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

/* The name's ending, without that of a packer: CSV has no better sign. */
static enum format by_name(const char *path)
{
	static const char *const packed[] = { ".gz", ".zst", ".xz" };
	char *name = mem_copy(path, strlen(path));
	enum format format = FORMAT_AUTO;

	for (size_t i = 0; i < sizeof packed / sizeof *packed; i++)
		if (str_ends(str_of(name), str_of(packed[i])))
			name[strlen(name) - strlen(packed[i])] = '\0';
	if (str_ends(str_of(name), STR(".csv")))
		format = FORMAT_CSV;
	else if (str_ends(str_of(name), STR(".tsv")))
		format = FORMAT_TSV;
	free(name);
	return format;
}

/* An object on the first line alone is JSONL; over several lines it is JSON. */
static enum format object_format(struct reader *r, size_t from)
{
	struct str head = { r->held.at + from, r->held.n - from };
	struct outline outline = nested_outline(head);

	r->list = arena_str(&r->arena, outline.list);
	r->grouped = outline.grouped && outline.one_line;
	if (r->list.at)
		return FORMAT_JSON;
	return outline.one_line || !outline.whole ? FORMAT_JSONL : FORMAT_JSON;
}

/* A first line with the names of fields, between tabs or commas. */
static enum format table_format(const struct reader *r, size_t from)
{
	static const char *const field[] = {
		"instruction", "prompt", "question", "output", "response",
		"completion", "answer",
	};
	const char *at = r->held.at + from;
	const char *end = memchr(at, '\n', r->held.n - from);
	size_t found = 0, n = end ? (size_t)(end - at) : r->held.n - from;

	for (size_t i = 0; i < sizeof field / sizeof *field; i++)
		found += memmem(at, n, field[i], strlen(field[i])) != NULL;
	if (found < 2 || n > 1024)
		return FORMAT_AUTO;
	return memchr(at, '\t', n) ? FORMAT_TSV : FORMAT_CSV;
}

/* The rows of Parquet are JSONL whatever they hold: a list in a row is not
 * the list of records. */
static enum format parquet_format(struct reader *r)
{
	struct str head = { r->held.at, r->held.n };

	r->grouped = nested_outline(head).grouped;
	return FORMAT_PARQUET;
}

static enum format sniff(struct reader *r)
{
	enum format named = by_name(r->input.path);
	size_t from = r->at;
	char c;

	if (r->input.packing == PACKING_PARQUET)
		return parquet_format(r);
	while (from < r->held.n && strchr(" \t\r\n", r->held.at[from]) &&
	       r->held.at[from])
		from++;
	c = from < r->held.n ? r->held.at[from] : '\0';
	if (named != FORMAT_AUTO)
		return named;
	if (from == r->held.n)
		return FORMAT_JSONL; /* empty, which has no records either */
	if (c == '[')
		return FORMAT_JSON;
	if (c == '{')
		return object_format(r, from);
	return table_format(r, from);
}

static int find_format(struct reader *r, enum format wanted)
{
	enum format found = sniff(r);

	if (wanted && (wanted == FORMAT_PARQUET) != (found == FORMAT_PARQUET))
		return err_set(ERR_FORMAT, found == FORMAT_PARQUET
						   ? "it is a Parquet file"
						   : "not a Parquet file");
	r->format = wanted ? wanted : found;
	if (r->format == FORMAT_AUTO)
		return err_set(ERR_FORMAT,
			       "neither JSON nor a table; say what it is with "
			       "--format, or train on plain text with 'itdata "
			       "train --text'");
	r->grouped &= r->format == FORMAT_JSONL || r->format == FORMAT_PARQUET;
	r->how = r->format == FORMAT_JSON && r->list.at ? &format_nested
							: formats[r->format];
	return 0;
}

/* A byte order mark outranks what was asked for, in the same family. */
static int find_encoding(struct reader *r, enum encoding wanted)
{
	size_t mark;
	enum encoding found = encoding_detect(r->raw.at, r->raw.n, &mark);

	r->encoding = wanted && !(mark && wanted >= ENCODING_UTF16LE &&
				  wanted <= ENCODING_UTF32BE)
			      ? wanted
			      : found;
	if (r->encoding != found)
		mark = 0;
	memmove(r->raw.at, r->raw.at + mark, r->raw.n - mark);
	r->raw.n -= mark;
	if (r->encoding == ENCODING_UTF8) {
		r->held = r->raw;
		r->raw = (struct buf){ 0 };
		r->byte = (int64_t)mark; /* it is part of the text in UTF-8 */
		return 0;
	}
	return decoder_open(&r->decoder, r->encoding);
}

/* The first bytes: FILL of them, or all there are. */
static int read_head(struct reader *r, enum encoding encoding)
{
	ssize_t n = 1;
	int rc;

	buf_room(&r->raw, FILL);
	while (n > 0 && r->raw.n < FILL) {
		n = input_read(&r->input, r->raw.at + r->raw.n,
			       FILL - r->raw.n);
		/* what is damaged further on still has a beginning */
		if (n < 0 && r->raw.n == 0)
			return (int)n;
		if (n > 0)
			r->raw.n += (size_t)n;
	}
	r->raw.at[r->raw.n] = '\0';
	if ((rc = find_encoding(r, encoding)) < 0)
		return rc;
	r->at_end = n == 0;
	return r->encoding == ENCODING_UTF8 ? 0 : fill_decoded(r);
}

int reader_open_with(struct reader *reader, const char *path,
		     const struct reader_options *options)
{
	int rc;

	*reader = (struct reader){ .line = 1, .start_line = 1 };
	reader->headerless = options->headerless;
	if ((rc = input_open_part(&reader->input, path,
				  options->name ? options->name : path,
				  options->part)) < 0)
		return rc;
	if ((rc = read_head(reader, options->encoding)) == 0)
		rc = find_format(reader, options->format);
	if (rc < 0)
		reader_close(reader);
	return rc;
}

int reader_open(struct reader *reader, const char *path, enum format format)
{
	struct reader_options options = { .format = format };
	int rc = reader_open_with(reader, path, &options);

	return rc == ERR_FORMAT ? err_wrap(rc, "%s", path) : rc;
}

void reader_close(struct reader *reader)
{
	input_close(&reader->input);
	decoder_close(&reader->decoder);
	buf_free(&reader->raw);
	buf_free(&reader->held);
	buf_free(&reader->outer);
	buf_free(&reader->around);
	buf_free(&reader->after);
	arena_free(&reader->arena);
}

/* -- reading -- */

/* What is around the list goes into a chunk once. */
static struct str put_around(struct reader *r, struct chunk *chunk)
{
	if (!r->around.n)
		return (struct str){ NULL, 0 };
	if (chunk->arounds != r->arounds) {
		chunk->arounds = r->arounds;
		chunk->around = chunk->bytes.n;
		chunk->around_n = r->around.n;
		buf_str(&chunk->bytes, buf_view(&r->around));
	}
	return (struct str){ (const char *)(uintptr_t)chunk->around,
			     chunk->around_n };
}

static void add_record(struct reader *r, struct chunk *chunk, size_t end,
		       const char *why)
{
	struct record record = {
		.text = { NULL, 0 },
		.around = put_around(r, chunk),
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

	while (chunk->bytes.n < CHUNK && chunk->records < RECORDS &&
	       r->how->next(r, &found)) {
		if (r->skipping)
			r->skipping = false;
		else
			add_record(r, chunk, found.end, found.why);
		r->started = false;
	}
	return chunk->bytes.n >= CHUNK || chunk->records >= RECORDS;
}

int reader_next(struct reader *r, struct chunk *chunk)
{
	int rc = 0;

	buf_clear(&chunk->bytes);
	chunk->records = 0;
	chunk->arounds = 0;
	while (!take_records(r, chunk)) {
		if (r->at_end)
			break;
		skip_large(r, chunk);
		drop_used(r);
		if ((rc = fill(r)) < 0)
			break;
	}
	for (size_t i = 0; i < chunk->records; i++) {
		struct record *record = &chunk->record[i];

		record->text.at =
			chunk->bytes.at + (uintptr_t)record->text.at;
		if (record->around.n)
			record->around.at =
				chunk->bytes.at + (uintptr_t)record->around.at;
	}
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
