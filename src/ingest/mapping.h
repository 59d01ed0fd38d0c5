/*
 * mapping.h - what --map says: FIELD=PATH, several with commas
 *
 *     instruction=task.text,input=passages[0],response=answers[-1].value
 *     messages=conversations,response=chosen.value     the answer goes behind
 *     instruction=1,response=6                         columns without header
 *
 * A field is system, instruction, input, response, category or messages.  A
 * path is keys with dots between them; [N] is a member of a list, from its end
 * when N is negative; "a key" stands in quotes when it holds . [ , or =.
 *
 * Ownership  mapping_free(); the schema is part of the mapping
 */
#ifndef INGEST_MAPPING_H
#define INGEST_MAPPING_H

#include "ingest/schema.h"

enum field {
	FIELD_SYSTEM,
	FIELD_INSTRUCTION,
	FIELD_INPUT,
	FIELD_RESPONSE,
	FIELD_CATEGORY,
	FIELD_MESSAGES,
	FIELDS,
};

struct path_step {
	struct str key; /* absent: index */
	long index;
};

struct path {
	struct path_step *step; /* (n) */
	size_t n, room;
	struct str text;
};

struct mapping {
	struct path field[FIELDS]; /* n = 0: not mapped */
	struct schema schema;
	struct arena arena;
	struct buf json;
};

/* ERR_USAGE with a message when text cannot be read. */
int mapping_init(struct mapping *mapping, const char *text);
void mapping_free(struct mapping *mapping);

/* Columns are named by number: the file has no header. */
bool mapping_is_numbered(const struct mapping *mapping);

int mapping_fill(const struct mapping *mapping, const struct value *value,
		 struct arena *arena, struct pair *pair, const char **why);

#endif
