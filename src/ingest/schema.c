/* schema.c - the table of schemas; which one fits, and what it makes */
#include "ingest/schema.h"

#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "base/json.h"
#include "ingest/fill.h"
#include "ingest/mapping.h"

const struct schema *const schemas[] = {
	&schema_alpaca, &schema_dolly, &schema_completion, &schema_io,
	&schema_qa, &schema_messages, &schema_sharegpt, &schema_utterances,
	&schema_squad, &schema_natural, &schema_instances, &schema_oasst,
	&schema_preference, &schema_text, NULL,
};

const struct schema *schema_by_name(const char *name)
{
	for (const struct schema *const *s = schemas; *s; s++)
		if (strcmp((*s)->name, name) == 0 && !(*s)->refuse)
			return *s;
	return NULL;
}

void schema_names(struct buf *out)
{
	for (const struct schema *const *s = schemas; *s; s++)
		if (!(*s)->refuse)
			buf_print(out, "%s%s", s == schemas ? "" : ", ",
				  (*s)->name);
}

/* -- detection -- */

/* Its first bytes, no character cut. */
static int key_n(struct str key)
{
	size_t n = key.n < 40 ? key.n : 40;

	while (n < key.n && n && (key.at[n] & 0xc0) == 0x80)
		n--;
	return (int)n;
}

static void print_keys(const struct value *v, struct buf *out)
{
	if (v && v->type == VALUE_ARRAY)
		v = v->child;
	if (v && v->type == VALUE_OBJECT)
		for (v = v->child; v && out->n < 400; v = v->next)
			buf_print(out, "%s%.*s", out->n ? ", " : "",
				  key_n(v->key), v->key.at);
	if (!out->n)
		buf_text(out, "none");
}

/* The first of the words that is a key, in any case. */
static struct str key_like(const struct value *v, const char *const *word)
{
	for (; *word; word++) {
		size_t n = strlen(*word);

		for (const struct value *c = v->child; c; c = c->next)
			if (c->key.n == n &&
			    strncasecmp(c->key.at, *word, n) == 0)
				return c->key;
	}
	return STR("KEY");
}

/* A guess at a --map line, when two keys look like question and answer. */
static void print_hint(const struct value *v, bool table, struct buf *out)
{
	static const char *const asks[] = {
		"instruction", "prompt", "question", "query", "input", "task",
		"指示", "質問", "問題", "問", NULL,
	};
	static const char *const answers[] = {
		"response", "output", "answer", "completion", "reply", "text",
		"canonical_solution", "target", "label", "応答", "回答",
		"出力", "解答", "答え", NULL,
	};
	struct str ask = key_like(v, asks), answer = key_like(v, answers);

	buf_print(out, "; name the keys with --map instruction=%.*s,"
		       "response=%.*s",
		  (int)ask.n, ask.at, (int)answer.n, answer.at);
	if (table)
		buf_text(out, ", or, if they are a record themselves, the "
			      "numbers of the columns");
}

static int none_fits(const struct value *value)
{
	struct buf keys = { 0 }, hint = { 0 };
	int rc;

	print_keys(value, &keys);
	/* a row of a table has no JSON of its own */
	print_hint(value, value->type == VALUE_OBJECT && !value->raw.at,
		   &hint);
	rc = err_set(ERR_FORMAT, "no known schema; its records have the keys: "
				 "%s%s", keys.at, hint.at);
	buf_free(&keys);
	buf_free(&hint);
	return rc;
}

int schema_detect(const struct value *value, const struct value *const *around,
		  size_t n, const struct schema **schema)
{
	const struct schema *second = NULL;
	size_t best = 0, at = 0;

	*schema = NULL;
	for (const struct schema *const *s = schemas; *s; s++) {
		size_t fits = 0, first = 0;

		for (size_t i = n; i-- > 0;)
			if ((*s)->fits(&value[i], around[i])) {
				fits++;
				first = i;
			}
		if (fits > best) {
			best = fits;
			at = first;
			*schema = *s;
			second = NULL;
		} else if (fits && fits == best) {
			second = *s;
		}
	}
	if (!*schema)
		return none_fits(value);
	if (second)
		return err_set(ERR_USAGE,
			       "the schemas %s (%s) and %s (%s) fit equally; "
			       "choose with --schema",
			       (*schema)->name, (*schema)->keys, second->name,
			       second->keys);
	return (*schema)->refuse ? (*schema)->refuse(&value[at]) : 0;
}

/* -- taking -- */

void schema_take(const struct schema *schema, const struct value *value,
		 const struct value *around, struct takings *out)
{
	struct taken *taken;

	if (schema->each) {
		if (schema->fits(value, around))
			schema->each(value, around, out);
		else
			takings_refuse(out, "it has not the keys of the schema",
				       (struct str){ NULL, 0 });
		return;
	}
	taken = takings_add(out);
	if (value->type != VALUE_OBJECT)
		taken->why = "not an object";
	else if (schema->map)
		mapping_fill(schema->map, value, out->arena, &taken->pair,
			     &taken->why);
	else
		schema->fill(value, out->arena, &taken->pair, &taken->why);
}

int schema_unwrap(const struct value *value, struct arena *arena,
		  struct value *inner, const char **why)
{
	const struct value *raw = value_get(value, "raw");
	struct scan_error error;

	*inner = *value;
	if (!raw || !has(value, "reason") || !has(value, "line"))
		return 0;
	if (raw->type != VALUE_STRING) {
		*inner = *raw;
		return 0;
	}
	if (scan_value(arena, raw->text, inner, &error) < 0)
		return wrong(why, error.why);
	return 0;
}
