/*
 * nested.h - objects whose records are the members of one list in them
 *
 *     {"version": 1, "data": [RECORD, RECORD, ...], "license": "..."}
 *
 * as SQuAD, natural-instructions and many exports have it: one object may be
 * gigabytes on one line.  The list is streamed; what stands before it is given
 * to each record as `around`, what stands behind it is in reader->after.
 * Several such objects may follow each other.
 */
#ifndef READ_NESTED_H
#define READ_NESTED_H

#include "read/reader.h"

/* What the start of a file that begins with '{' says about its first object. */
struct outline {
	struct str list; /* the key of the list, absent: it is itself a record */
	bool grouped;    /* a row of a message tree: rows of a tree together */
	bool whole;      /* it ends within these bytes */
	bool one_line;   /* no line end stands in it, as far as it is there */
};

struct outline nested_outline(struct str head);

#endif
