/* rules_json.c - packs as JSON, for programs that do not read .rules files */
#include "filter/rules_json.h"

#include "base/json.h"
#include "filter/check.h"

const char *action_name(enum action action)
{
	switch (action) {
	case ACTION_FLAG:
		return "flag";
	case ACTION_DROP:
		return "drop";
	case ACTION_SCORE:
		return "score";
	}
	return "";
}

static void put_text(struct json *json, const char *key, struct str text)
{
	json_key(json, key);
	if (text.at)
		json_str(json, text);
	else
		json_null(json);
}

static void put_list(struct json *json, const char *key,
		     const struct str *text, size_t n)
{
	json_key(json, key);
	json_open(json, '[');
	for (size_t i = 0; i < n; i++)
		json_str(json, text[i]);
	json_close(json, ']');
}

static void put_count(struct json *json, const char *key, uint64_t count)
{
	json_key(json, key);
	if (count)
		json_int(json, (int64_t)count);
	else
		json_null(json);
}

static void put_when(struct json *json, const struct condition *when)
{
	static const char *const input[] = { NULL, "empty", "present" };

	json_key(json, "when");
	json_open(json, '{');
	json_key(json, "input");
	json_text(json, input[when->input]);
	json_key(json, "single_turn");
	json_bool(json, when->single_turn);
	json_key(json, "first_turn");
	json_bool(json, when->first_turn);
	put_count(json, "min_chars", when->min_chars);
	put_count(json, "max_chars", when->max_chars);
	put_count(json, "digits", when->digits);
	put_count(json, "window_head", when->head);
	put_count(json, "window_tail", when->tail);
	put_list(json, "category", when->category, when->categories);
	json_close(json, '}');
}

static void put_guards(struct json *json, const struct rule *rule)
{
	json_key(json, "guards");
	json_open(json, '[');
	for (size_t g = 0; g < rule->guards; g++) {
		const struct guard *guard = &rule->guard[g];

		json_open(json, '{');
		json_key(json, "kind");
		json_text(json, guard->need ? "with" : "unless");
		json_key(json, "field");
		json_text(json,
			  guard->own ? NULL : field_name[guard->field]);
		put_text(json, "pattern", rule->guard_text[g]);
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void put_check(struct json *json, const struct check *check)
{
	json_key(json, "check");
	if (!check->kind) {
		json_null(json);
		return;
	}
	json_open(json, '[');
	json_text(json, check->kind->name);
	for (size_t i = 0; i < check->n; i++)
		json_str(json, check->word[i]);
	json_close(json, ']');
}

static void put_examples(struct json *json, const struct rule *rule, bool hit)
{
	json_key(json, hit ? "hit" : "miss");
	json_open(json, '[');
	for (size_t e = 0; e < rule->examples; e++)
		if (rule->example[e].hit == hit)
			json_str(json, rule->example[e].raw);
	json_close(json, ']');
}

static void put_rule(struct json *json, const struct ruleset *set,
		     const struct rule *rule)
{
	static const char *const valid[] = { NULL, "luhn", "my-number" };

	json_open(json, '{');
	put_text(json, "rule", rule->id);
	put_text(json, "pack", set->pack[rule->pack].name);
	put_text(json, "category", rule->category);
	json_key(json, "fields");
	json_open(json, '[');
	for (unsigned f = 0; f < FIELDS; f++)
		if (rule->fields >> f & 1)
			json_text(json, field_name[f]);
	json_close(json, ']');
	put_text(json, "lang", rule->lang);
	json_key(json, "action");
	json_text(json, action_name(rule->action));
	json_key(json, "weight");
	if (rule->action == ACTION_SCORE)
		json_real(json, rule->weight);
	else
		json_null(json);
	json_key(json, "on");
	json_bool(json, !rule->off);
	json_key(json, "all");
	json_bool(json, rule->all);
	put_text(json, "message", rule->message);
	put_text(json, "source", rule->source);
	put_text(json, "measured", rule->measured);
	put_list(json, "keyword", rule->keyword_text, rule->keyword_texts);
	put_list(json, "match", rule->match_text, rule->matches);
	put_check(json, &rule->check);
	json_key(json, "valid");
	json_text(json, valid[rule->valid]);
	put_guards(json, rule);
	put_when(json, &rule->when);
	put_examples(json, rule, true);
	put_examples(json, rule, false);
	json_close(json, '}');
}

void rules_json(const struct ruleset *set, struct buf *out)
{
	struct json json = { .out = out };

	json_open(&json, '{');
	json_key(&json, "packs");
	json_open(&json, '[');
	for (size_t p = 0; p < set->packs; p++) {
		json_open(&json, '{');
		put_text(&json, "name", set->pack[p].name);
		put_text(&json, "version", set->pack[p].version);
		put_text(&json, "extends", set->pack[p].extends);
		json_key(&json, "sha256");
		json_text(&json, set->pack[p].sha256);
		json_close(&json, '}');
	}
	json_close(&json, ']');
	json_key(&json, "rules");
	json_open(&json, '[');
	for (size_t r = 0; r < set->n; r++)
		put_rule(&json, set, &set->rule[r]);
	json_close(&json, ']');
	json_close(&json, '}');
	buf_byte(out, '\n');
}
