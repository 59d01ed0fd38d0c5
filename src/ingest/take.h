/*
 * take.h - a record of a file becomes pairs, complete but for their ids
 *
 * Parse, schema, language and category: all that needs no database, so it runs
 * on any thread.
 *
 *     takes_init(&takes, schema, options);
 *     take_record(&takes, &reader, &record, &around, &out);
 */
#ifndef INGEST_TAKE_H
#define INGEST_TAKE_H

#include "ingest/category.h"
#include "ingest/ingest.h"

struct takes {
	const struct schema *schema;
	const struct ingest_options *options;
	struct category_index categories;
};

/* The last `around` that was parsed: records of one list share it. */
struct around {
	const char *at; /* NULL: none yet */
	struct value value;
};

void takes_init(struct takes *takes, const struct schema *schema,
		const struct ingest_options *options);

/*
 * Parse a record for a schema to look at.  ERR_FORMAT with *error said.
 * *stands_in is what its list stands in, or NULL.
 */
int take_parse(const struct reader *reader, const struct record *record,
	       struct arena *arena, struct around *around,
	       struct value *value, const struct value **stands_in,
	       struct scan_error *error);

/* At least one thing is added to out; line and byte are set in all. */
void take_record(const struct takes *takes, const struct reader *reader,
		 const struct record *record, struct around *around,
		 struct takings *out);

/* The first characters, with what cannot be shown as '?'. */
struct str take_excerpt(struct arena *arena, struct str text, int characters);

#endif
