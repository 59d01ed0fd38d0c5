/*
 * schema.h - from a record's value to pairs
 *
 * A schema knows by its keys whether a value is one of its own, and makes pairs
 * of it: one for most, one a question for SQuAD, one a path for a message tree.
 * Keys that it does not use stay in `extra`, as JSON.  The schema of a file is
 * the one that fits most of its first records.
 *
 *   alpaca      instruction, input, output or response         flat.c
 *   dolly       instruction, context, response, category
 *   completion  prompt, completion (or response)
 *   io          input, output or target, and no instruction
 *   qa          question, query or problem; answer, answers, response or
 *               solution; context
 *   messages    messages [{role, content}], as OpenAI has it   chat.c
 *   sharegpt    conversations [{from, value}]
 *   utterances  utterances [{name, text}]
 *   squad       paragraphs [{context, qas [{question, answers}]}]  many.c
 *   natural     an instance; Definition stands around the list
 *   instances   instruction, instances [{input, output}]
 *   oasst       prompt or row {text, role, replies}, or rows    tree.c
 *   rejects     what --rejects has written, mended              schema.c
 *   map         what --map says                                 mapping.c
 *
 * Preference sets and plain text are known, too, and refused with the way out.
 *
 * Ownership  texts of a pair are slices of the value or in the arena
 */
#ifndef INGEST_SCHEMA_H
#define INGEST_SCHEMA_H

#include "base/buf.h"
#include "db/pair.h"
#include "read/scan.h"

/* A pair, or a part of a record that could not become one. */
struct taken {
	struct pair pair;
	const char *why; /* not NULL: no pair, for this reason */
	struct str raw;  /* of that part, as JSON; absent: the whole record */
};

struct takings {
	struct arena *arena;
	struct taken *at; /* (n) in order */
	size_t n, room;
};

struct mapping;

struct schema {
	const char *name;
	const char *keys;    /* what it looks for, for people */
	const char *mapping; /* field to key, a JSON object */

	/* around: what the record's list stands in (reader.h), or NULL */
	bool (*fits)(const struct value *value, const struct value *around);

	/* One of these.  fill(): 0, or ERR_FORMAT with *why said. */
	int (*fill)(const struct value *value, struct arena *arena,
		    struct pair *pair, const char **why);
	void (*each)(const struct value *value, const struct value *around,
		     struct takings *out);
	int (*refuse)(const struct value *value); /* says why, ERR_FORMAT */
	const struct mapping *map;
};

extern const struct schema *const schemas[]; /* ends with NULL */

const struct schema *schema_by_name(const char *name);

/* The names that --schema takes: "alpaca, dolly, ...". */
void schema_names(struct buf *out);

/*
 * The schema that fits most of n values, around[i] each.  ERR_USAGE when two
 * fit equally, ERR_FORMAT when none fits or it is one that is refused; the
 * message names them or the keys that are there.
 */
int schema_detect(const struct value *value, const struct value *const *around,
		  size_t n, const struct schema **schema);

/* Add what the value becomes: at least one thing. */
void schema_take(const struct schema *schema, const struct value *value,
		 const struct value *around, struct takings *out);

/*
 * What --rejects wrote is {reason, raw, ...}: the record that is in it, or the
 * value itself when it is no such thing.  ERR_FORMAT: raw is still broken.
 */
int schema_unwrap(const struct value *value, struct arena *arena,
		  struct value *inner, const char **why);

#endif
