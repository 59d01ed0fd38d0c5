/* meta.c - where a row comes from, as the line beside it in meta/ */
#include "export/meta.h"

#include <string.h>

#include "base/json.h"
#include "export/gather.h"

uint32_t words_add(struct words *words, struct arena *arena, const char *key,
		   struct str text)
{
	struct buf member = { 0 };
	struct json json = { .out = &member };

	if (words->map.n && str_equal(map_key(&words->map, words->last), text))
		return words->last;
	words->last = map_add(&words->map, text);
	if (words->last < words->json.n)
		return words->last;
	json_key(&json, key);
	json_str(&json, text);
	buf_byte(&member, ',');
	vec_push(&words->json, arena_str(arena, buf_view(&member)));
	buf_free(&member);
	return words->last;
}

void words_free(struct words *words)
{
	map_free(&words->map);
	vec_free(&words->json);
}

struct str meta_source(struct arena *arena, struct str name, struct str license)
{
	struct buf members = { 0 };
	struct json json = { .out = &members };
	struct str copy;

	json_key(&json, "source");
	json_str(&json, name);
	json_key(&json, "license");
	json_str(&json, license);
	buf_byte(&members, ',');
	copy = arena_str(arena, buf_view(&members));
	buf_free(&members);
	return copy;
}

void meta_line(const struct set *set, const struct row *row, uint64_t copy,
	       struct buf *out)
{
	struct json json = { .out = out };
	const char *at = row->text + row->text_n;

	buf_text(out, "{\"id\":");
	json_int(&json, row->id);
	buf_text(out, ",\"record\":");
	json.comma = false;
	json_int(&json, row->record);
	buf_byte(out, ',');
	buf_str(out, set->source.at[row->source]);
	buf_str(out, set->lang.json.at[row->lang]);
	buf_str(out, set->category.json.at[row->category]);
	buf_text(out, "\"scores\":{");
	json.comma = false;
	for (size_t m = 0; m < set->metric.n; m++) {
		double value;

		memcpy(&value, at + m * sizeof value, sizeof value);
		json_str(&json, set->metric.at[m]);
		buf_byte(out, ':');
		json.comma = false;
		json_real(&json, value);
	}
	buf_text(out, "},\"copy\":");
	json.comma = false;
	json_int(&json, (int64_t)copy);
	buf_text(out, "}\n");
}
