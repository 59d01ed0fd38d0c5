/*
 * reader.h - a file as records, whatever its format
 *
 * reader_next() cuts the stream into chunks of whole records, serially and
 * fast; reader_parse() turns one record into a value and can run on any
 * thread.  A CSV row becomes an object with the header's names as keys, so
 * what follows sees one kind of thing.
 *
 *   jsonl  a value a line; blank lines do not count.  Rows of a message tree
 *          (message_tree_id) that follow each other are one record, an array
 *   json   an array of values; an object with a list of records (nested.h); or
 *          one object
 *   csv    RFC 4180; quoted fields hold commas, quotes and line ends; LF or
 *          CRLF.  Without a header columns are called "1", "2", ...
 *   tsv    the same with tabs
 *   parquet  its rows as JSON (parquet.h): as jsonl
 *
 *     rc = reader_open(&reader, path, FORMAT_AUTO);
 *     while ((rc = reader_next(&reader, &chunk)) > 0)
 *         for (size_t i = 0; i < chunk.records; i++)
 *             reader_parse(&reader, &chunk.record[i], &arena, &value, &error);
 *
 * A new format is a new struct reader_format.
 *
 * Limits     a record of more than 64 MiB is one with `why` set and no text;
 *            memory is bounded by that
 * Ownership  a chunk owns its bytes until it is filled again
 * Errors     ERR_IO, ERR_FORMAT (input.h); what came before has been given out
 */
#ifndef READ_READER_H
#define READ_READER_H

#include "base/buf.h"
#include "read/input.h"
#include "read/scan.h"
#include "text/encoding.h"

enum format {
	FORMAT_AUTO,
	FORMAT_JSONL,
	FORMAT_JSON,
	FORMAT_CSV,
	FORMAT_TSV,
	FORMAT_PARQUET,
};

const char *format_name(enum format format);

struct record {
	struct str text;
	struct str around; /* the object whose list it is in, without the list */
	int64_t number; /* ordinal in the file, from 0 */
	int64_t line;   /* where it starts, from 1 */
	int64_t byte;   /* of the unpacked text in UTF-8, from 0 */
	const char *why; /* not NULL: it cannot be read, for this reason */
};

struct chunk {
	struct buf bytes;
	struct record *record; /* (records) */
	size_t records, room;
	size_t around, around_n; /* in bytes, of the last object */
	uint64_t arounds;        /* which one that is */
};

struct reader_options {
	enum format format;     /* FORMAT_AUTO: find out */
	enum encoding encoding; /* ENCODING_AUTO: find out */
	bool headerless;        /* CSV and TSV */
	const char *name;       /* for messages and its ending; NULL: the path */
	struct input_part part; /* of the file; of size 0: all of it */
};

struct reader_format;

struct reader {
	struct input input;
	enum format format;
	enum encoding encoding;
	struct decoder decoder;
	const struct reader_format *how;
	struct buf raw;      /* read, not decoded; not used for UTF-8 */
	struct buf held;     /* read, not given out yet */
	size_t at;           /* how far held has been looked at */
	size_t start;        /* of the record in held */
	int64_t byte, line;  /* of held.at[0]; of held.at[at] */
	int64_t start_line;
	int64_t records;
	bool at_end, started, skipping;
	bool quoted, escaped, opened, closed; /* where `at` stands */
	unsigned depth;

	struct str *column; /* (columns) of a CSV header */
	size_t columns;
	bool headerless;

	/* nested.h: the key of the list; what is around it and behind it */
	struct str list;
	struct buf outer, around, after;
	uint64_t arounds;
	int place;
	bool outer_cut, listed;
	bool grouped; /* jsonl: rows of trees */
	struct arena arena;
};

int reader_open(struct reader *reader, const char *path, enum format format);
int reader_open_with(struct reader *reader, const char *path,
		     const struct reader_options *options);
int reader_next(struct reader *reader, struct chunk *chunk);
int reader_parse(const struct reader *reader, const struct record *record,
		 struct arena *arena, struct value *value,
		 struct scan_error *error);
void reader_close(struct reader *reader);
void chunk_free(struct chunk *chunk);

#endif
