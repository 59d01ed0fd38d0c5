/* mapping.c - what --map says: FIELD=PATH, several with commas */
#include "ingest/mapping.h"

#include <ctype.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "ingest/category.h"
#include "ingest/fill.h"

static const char *const field_name[FIELDS] = {
	"system", "instruction", "input", "response", "category", "messages",
};

/* -- reading -- */

static int bad(const char *text, const char *at, const char *why)
{
	return err_set(ERR_USAGE,
		       "--map: %s at '%s' (it is FIELD=PATH,... as in "
		       "instruction=a.b[0],response=c)",
		       why, *at ? at : text);
}

static void add_step(struct path *path, struct path_step step)
{
	mem_grow(&path->step, &path->room, path->n + 1, sizeof *path->step);
	path->step[path->n++] = step;
}

/* A key, to the next . [ , or the end; quotes may stand around it. */
static bool take_key(const char **at, struct path *path)
{
	const char *from = *at;
	size_t n;

	if (*from == '"') {
		const char *close = strchr(++from, '"');

		if (!close)
			return false;
		n = (size_t)(close - from);
		*at = close + 1;
	} else {
		n = strcspn(from, ".[,");
		*at = from + n;
	}
	add_step(path, (struct path_step){ .key = { from, n } });
	return n > 0;
}

static bool take_index(const char **at, struct path *path)
{
	char *end;
	struct path_step step = { .index = strtol(*at + 1, &end, 10) };

	if (end == *at + 1 || *end != ']')
		return false;
	add_step(path, step);
	*at = end + 1;
	return true;
}

static int take_path(const char *text, const char **at, struct path *path)
{
	const char *from = *at;

	if (!take_key(at, path))
		return bad(text, from, "a path is missing");
	while (**at && **at != ',') {
		if (**at == '[') {
			if (!take_index(at, path))
				return bad(text, *at, "no number in []");
		} else if (*(*at)++ != '.' || !take_key(at, path)) {
			return bad(text, *at, "a key is missing");
		}
	}
	path->text = (struct str){ from, (size_t)(*at - from) };
	return 0;
}

static int take_field(const char *text, const char **at,
		      struct mapping *mapping)
{
	const char *equals = strchr(*at, '=');
	struct str name = { *at, equals ? (size_t)(equals - *at) : 0 };

	for (int i = 0; equals && i < FIELDS; i++) {
		if (!str_is(name, field_name[i]))
			continue;
		if (mapping->field[i].n)
			return bad(text, *at, "a field stands twice");
		*at = equals + 1;
		return take_path(text, at, &mapping->field[i]);
	}
	return err_set(ERR_USAGE,
		       "--map: '%s' does not begin with a field: system=, "
		       "instruction=, input=, response=, category= or "
		       "messages=",
		       *at);
}

static void describe(struct mapping *mapping)
{
	struct json json = { .out = &mapping->json };

	json_open(&json, '{');
	for (int i = 0; i < FIELDS; i++)
		if (mapping->field[i].n) {
			json_key(&json, field_name[i]);
			json_str(&json, mapping->field[i].text);
		}
	json_close(&json, '}');
}

int mapping_init(struct mapping *mapping, const char *text)
{
	const struct path *field = mapping->field;
	const char *at;
	int rc;

	*mapping = (struct mapping){ .json = { 0 } };
	at = text = arena_copy(&mapping->arena, text, strlen(text));
	for (;;) {
		if ((rc = take_field(text, &at, mapping)) < 0)
			return rc;
		if (!*at)
			break;
		at++;
	}
	if (!field[FIELD_MESSAGES].n &&
	    (!field[FIELD_INSTRUCTION].n || !field[FIELD_RESPONSE].n))
		return err_set(ERR_USAGE,
			       "--map: it needs instruction= and response=, or "
			       "messages=");
	if (field[FIELD_MESSAGES].n && field[FIELD_INSTRUCTION].n)
		return err_set(ERR_USAGE,
			       "--map: messages= holds the instruction; leave "
			       "instruction= out");
	describe(mapping);
	mapping->schema = (struct schema){
		.name = "map", .keys = text, .mapping = mapping->json.at,
		.map = mapping,
	};
	return 0;
}

void mapping_free(struct mapping *mapping)
{
	for (int i = 0; i < FIELDS; i++)
		free(mapping->field[i].step);
	arena_free(&mapping->arena);
	buf_free(&mapping->json);
}

bool mapping_is_numbered(const struct mapping *mapping)
{
	for (int i = 0; i < FIELDS; i++)
		for (size_t j = 0; j < mapping->field[i].n; j++) {
			struct str key = mapping->field[i].step[j].key;

			for (size_t k = 0; k < key.n; k++)
				if (!isdigit((unsigned char)key.at[k]))
					return false;
		}
	return true;
}

/* -- following -- */

static const struct value *follow(const struct path *path,
				  const struct value *v)
{
	for (size_t i = 0; v && i < path->n; i++) {
		const struct path_step *step = &path->step[i];
		long index = step->index;

		if (step->key.at) {
			const struct value *object = v;

			if (v->type != VALUE_OBJECT)
				return NULL;
			for (v = object->child; v; v = v->next)
				if (str_equal(v->key, step->key))
					break;
			continue;
		}
		if (v->type != VALUE_ARRAY)
			return NULL;
		if (index < 0)
			index += (long)v->n;
		if (index < 0 || index >= (long)v->n)
			return NULL;
		for (v = v->child; index > 0; index--)
			v = v->next;
	}
	return v;
}

/* Keys that were taken whole are not in extra. */
static struct str rest_of(const struct mapping *mapping, bool category,
			  const struct value *value, struct arena *arena)
{
	const char *used[FIELDS + 1];
	size_t n = 0;

	for (int i = 0; i < FIELDS; i++)
		if (mapping->field[i].n == 1 &&
		    (i != FIELD_CATEGORY || category))
			used[n++] = arena_copy(arena,
					       mapping->field[i].step[0].key.at,
					       mapping->field[i].step[0].key.n);
	used[n] = NULL;
	return extra_of(value, used, arena);
}

/* The answer that stands beside the conversation goes behind it. */
static int add_answer(const struct value *answer, struct pair *pair,
		      const char **why)
{
	struct message *last = &pair->message[pair->messages];
	struct str text;

	if (!scalar(answer, &text) || !text.at)
		return wrong(why, "the response is not a text");
	*last = (struct message){ .role = STR("assistant"), .content = text };
	pair->messages++;
	return 0;
}

static int fill_conversation(const struct mapping *mapping,
			     const struct value *value, struct str system,
			     struct arena *arena, struct pair *pair,
			     const char **why)
{
	const struct path *field = mapping->field;
	const struct value *list = follow(&field[FIELD_MESSAGES], value);
	int rc;

	if (!list || list->type != VALUE_ARRAY)
		return wrong(why, "the messages are not a list");
	if ((rc = fill_messages(list, chat_words_of(list), system, arena, pair,
				why)) < 0)
		return rc;
	if (field[FIELD_RESPONSE].n &&
	    (rc = add_answer(follow(&field[FIELD_RESPONSE], value), pair,
			     why)) < 0)
		return rc;
	return fill_columns(pair, why);
}

int mapping_fill(const struct mapping *mapping, const struct value *value,
		 struct arena *arena, struct pair *pair, const char **why)
{
	const struct path *field = mapping->field;
	struct str text[FIELDS] = { { NULL, 0 } };

	for (int i = 0; i < FIELD_MESSAGES; i++)
		if (field[i].n && !(i == FIELD_RESPONSE ? first_scalar : scalar)(
					  follow(&field[i], value), &text[i]))
			return wrong(why, "a mapped value is not a text");
	pair->system = or_absent(text[FIELD_SYSTEM]);
	pair->input = or_absent(text[FIELD_INPUT]);
	pair->category = category_known(text[FIELD_CATEGORY], pair->input.n);
	pair->extra = rest_of(mapping,
			      pair->category.at == text[FIELD_CATEGORY].at,
			      value, arena);
	if (field[FIELD_MESSAGES].n)
		return fill_conversation(mapping, value,
					 text[FIELD_SYSTEM], arena, pair, why);
	pair->instruction = text[FIELD_INSTRUCTION];
	pair->response = text[FIELD_RESPONSE];
	pair->turns = 1;
	if (!pair->instruction.at)
		return wrong(why, "nothing at the mapped instruction");
	if (!pair->response.at)
		return wrong(why, "nothing at the mapped response");
	if (pair->instruction.n == 0 && pair->input.n == 0)
		return wrong(why, "the instruction is empty");
	return 0;
}
