/*
 * fill.h - what the schemas share: texts out of values, the rest kept
 *
 * Ownership  texts are slices of the value or in the arena
 */
#ifndef INGEST_FILL_H
#define INGEST_FILL_H

#include "ingest/schema.h"

/* Says why, and is ERR_FORMAT. */
int wrong(const char **why, const char *text);

bool has(const struct value *v, const char *key);
bool has_list(const struct value *v, const char *key);

/* Text, or a number or truth value as it was written; null is absent. */
bool scalar(const struct value *v, struct str *text);

/* The same; or the first of a list, or of an object's list `text` (SQuAD), or
 * the `text` of the first of a list. */
bool first_scalar(const struct value *v, struct str *text);

/* Keys that no field took, as a JSON object; absent when there are none. */
struct str extra_of(const struct value *object, const char *const *used,
		    struct arena *arena);

/* An empty input or system text is none. */
static inline struct str or_absent(struct str text)
{
	return text.n ? text : (struct str){ NULL, 0 };
}

/* The next thing that a record becomes. */
struct taken *takings_add(struct takings *out);
void takings_refuse(struct takings *out, const char *why, struct str raw);

/* A list of messages, and the words it is written in. */
struct chat_words {
	const char *role, *content;
};

/* The usual pairs of words, by the first message: role, content and so on. */
const struct chat_words *chat_words_of(const struct value *list);

/* system: absent, or what goes in front. */
int fill_messages(const struct value *list, const struct chat_words *words,
		  struct str system, struct arena *arena, struct pair *pair,
		  const char **why);

/* The columns from pair->message, which goes when they say it all. */
int fill_columns(struct pair *pair, const char **why);

extern const struct schema schema_alpaca, schema_dolly, schema_completion,
	schema_io, schema_qa, schema_messages, schema_sharegpt,
	schema_utterances, schema_squad, schema_natural, schema_instances,
	schema_oasst, schema_preference, schema_text;

#endif
