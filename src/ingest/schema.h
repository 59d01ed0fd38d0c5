/*
 * schema.h - from a record's value to a pair
 *
 * A schema knows by its keys whether a value is one of its own, and fills a
 * pair from it.  Keys that it does not use stay in `extra`, as JSON.  The
 * schema of a file is the one that fits most of its first records.
 *
 *   alpaca      instruction, input, output or response
 *   dolly       instruction, context, response, category
 *   completion  prompt, completion (or response)
 *   qa          question, answer
 *   messages    messages [{role, content}], as OpenAI has it
 *   sharegpt    conversations [{from, value}]
 *
 * Ownership  texts of the pair are slices of the value or in the arena
 */
#ifndef INGEST_SCHEMA_H
#define INGEST_SCHEMA_H

#include "base/buf.h"
#include "db/pair.h"
#include "read/scan.h"

struct schema {
	const char *name;
	const char *keys;    /* what it looks for, for people */
	const char *mapping; /* field to key, a JSON object */
	bool (*fits)(const struct value *value);
	/* 0, or ERR_FORMAT with *why said */
	int (*fill)(const struct value *value, struct arena *arena,
		    struct pair *pair, const char **why);
};

extern const struct schema *const schemas[]; /* ends with NULL */

const struct schema *schema_by_name(const char *name);

/*
 * The schema that fits most of n values.  ERR_USAGE when two fit equally,
 * ERR_FORMAT when none fits; the message names them or the keys that are
 * there.
 */
int schema_detect(const struct value *value, size_t n,
		  const struct schema **schema);

#endif
