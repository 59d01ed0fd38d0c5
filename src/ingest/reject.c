/* reject.c - rejected records, written so that they can be mended and taken */
#include "ingest/reject.h"

#include "base/err.h"
#include "base/json.h"
#include "text/utf8.h"

static void put_base64(struct buf *out, struct str bytes)
{
	static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < bytes.n; i += 3) {
		uint32_t three = 0;

		for (size_t j = 0; j < 3; j++)
			three = three << 8 |
				(i + j < bytes.n
					 ? (unsigned char)bytes.at[i + j]
					 : 0u);
		for (size_t j = 0; j < 4; j++)
			buf_byte(out, i + j > bytes.n
					      ? '='
					      : digit[three >> (18 - 6 * j) &
						      63]);
	}
}

/* A JSON value on one line: line ends stand only between its parts. */
static void put_value(struct json *json, struct str raw)
{
	size_t from = json->out->n;

	json_raw(json, raw);
	for (size_t i = from; i < json->out->n; i++)
		if (json->out->at[i] == '\n' || json->out->at[i] == '\r')
			json->out->at[i] = ' ';
}

static void put_row(struct json *json, const struct value *row)
{
	json_open(json, '{');
	for (const struct value *v = row->child; v; v = v->next) {
		json_str(json, v->key);
		buf_byte(json->out, ':');
		json->comma = false;
		json_str(json, v->text);
	}
	json_close(json, '}');
}

static void put_raw(struct json *json, const struct reader *reader,
		    const struct record *record, const struct taken *taken)
{
	struct str raw = taken->raw.at ? taken->raw : record->text;
	bool table = reader->format == FORMAT_CSV ||
		     reader->format == FORMAT_TSV;
	struct arena arena = { 0 };
	struct scan_error error;
	struct value value;

	if (utf8_check(raw.at, raw.n) < raw.n || memchr(raw.at, '\0', raw.n)) {
		json_key(json, "raw_base64");
		buf_byte(json->out, '"');
		put_base64(json->out, raw);
		buf_byte(json->out, '"');
		json->comma = true;
		return;
	}
	json_key(json, "raw");
	if (table && reader_parse(reader, record, &arena, &value, &error) == 0)
		put_row(json, &value);
	else if (!table && scan_value(&arena, raw, &value, &error) == 0)
		put_value(json, raw);
	else
		json_str(json, raw);
	arena_free(&arena);
}

int reject_save(struct file *out, const struct ingest_file *file,
		const struct reader *reader, const struct record *record,
		const struct taken *taken)
{
	struct buf line = { 0 };
	struct json json = { .out = &line };
	int rc;

	json_open(&json, '{');
	json_key(&json, "path");
	json_text(&json, file->path);
	json_key(&json, "line");
	json_int(&json, taken->pair.line);
	json_key(&json, "byte");
	json_int(&json, taken->pair.byte);
	json_key(&json, "reason");
	json_text(&json, taken->why);
	if (record->text.n || taken->raw.at)
		put_raw(&json, reader, record, taken);
	json_close(&json, '}');
	buf_byte(&line, '\n');
	rc = file_write(out, line.at, line.n);
	buf_free(&line);
	return rc;
}
