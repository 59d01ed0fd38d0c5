/* fill.c - what the schemas share: texts out of values, the rest kept */
#include "ingest/fill.h"

#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"

int wrong(const char **why, const char *text)
{
	*why = text;
	return ERR_FORMAT;
}

bool has(const struct value *v, const char *key)
{
	return value_get(v, key) != NULL;
}

bool has_list(const struct value *v, const char *key)
{
	const struct value *list = value_get(v, key);

	return list && list->type == VALUE_ARRAY;
}

bool scalar(const struct value *v, struct str *text)
{
	*text = (struct str){ NULL, 0 };
	if (!v)
		return true;
	switch (v->type) {
	case VALUE_NULL:
		return true;
	case VALUE_FALSE:
	case VALUE_TRUE:
	case VALUE_NUMBER:
		*text = v->raw;
		return true;
	case VALUE_STRING:
		*text = v->text;
		return true;
	case VALUE_ARRAY:
	case VALUE_OBJECT:
		break;
	}
	return false;
}

bool first_scalar(const struct value *v, struct str *text)
{
	if (v && v->type == VALUE_OBJECT && has(v, "text"))
		v = value_get(v, "text");
	if (v && v->type == VALUE_ARRAY)
		v = v->child; /* NULL: absent */
	if (v && v->type == VALUE_OBJECT && has(v, "text"))
		v = value_get(v, "text");
	return scalar(v, text);
}

struct str extra_of(const struct value *object, const char *const *used,
		    struct arena *arena)
{
	struct buf out = { 0 };
	struct json json = { .out = &out };
	struct str extra = { NULL, 0 };

	for (const struct value *v = object->child; v; v = v->next) {
		const char *const *u = used;

		while (*u && !str_is(v->key, *u))
			u++;
		if (*u)
			continue;
		if (!out.n)
			json_open(&json, '{');
		json_str(&json, v->key);
		buf_byte(&out, ':');
		json.comma = false;
		if (v->raw.at)
			json_raw(&json, v->raw);
		else
			json_str(&json, v->text);
	}
	if (out.n) {
		json_close(&json, '}');
		extra = arena_str(arena, buf_view(&out));
	}
	buf_free(&out);
	return extra;
}

struct taken *takings_add(struct takings *out)
{
	mem_grow(&out->at, &out->room, out->n + 1, sizeof *out->at);
	out->at[out->n] = (struct taken){ .why = NULL };
	return &out->at[out->n++];
}

void takings_refuse(struct takings *out, const char *why, struct str raw)
{
	struct taken *taken = takings_add(out);

	taken->why = why;
	taken->raw = raw;
}
