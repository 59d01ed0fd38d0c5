/*
 * format.h - what a format has to say to a reader
 */
#ifndef READ_FORMAT_H
#define READ_FORMAT_H

#include "read/reader.h"

struct found {
	size_t end;      /* of the record in held; it starts at reader->start */
	const char *why; /* not NULL: broken, for this reason */
};

struct reader_format {
	/*
	 * Go on from reader->at.  True when a record has ended: reader->start
	 * and start_line are where it began, reader->at is behind it.  False
	 * when more bytes are needed, or, at the end, when there is no more.
	 * reader->started says whether a record has begun.
	 */
	bool (*next)(struct reader *reader, struct found *found);

	int (*parse)(const struct reader *reader, struct str text,
		     struct arena *arena, struct value *value,
		     struct scan_error *error);
};

extern const struct reader_format format_jsonl, format_json, format_nested,
	format_csv, format_tsv;

/* A record begins at reader->at. */
static inline void reader_begin(struct reader *reader)
{
	reader->started = true;
	reader->start = reader->at;
	reader->start_line = reader->line;
}

#endif
