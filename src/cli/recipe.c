/* recipe.c - a file of command lines, and the values that go into them */
#include "cli/recipe.h"

#include <cjson/cJSON.h>
#include <stdio.h>

#include "base/err.h"
#include "base/file.h"
#include "cli/command.h"

enum { LARGEST = 1 << 20 }; /* bytes of a recipe */

static char *keep(struct recipe *recipe, const char *text)
{
	return arena_copy(&recipe->arena, text, strlen(text));
}

/* -- reading -- */

static int wrong(const struct recipe *recipe, const char *why)
{
	return err_set(ERR_FORMAT, "%s: %s", recipe->path, why);
}

static int read_settings(struct recipe *recipe, const cJSON *set)
{
	const cJSON *item;

	if (!set)
		return 0;
	if (!cJSON_IsObject(set))
		return wrong(recipe, "'set' is not an object");
	cJSON_ArrayForEach(item, set) {
		struct recipe_value value = { .name = keep(recipe,
							   item->string) };

		if (cJSON_IsString(item))
			vec_push(&value.value,
				 keep(recipe, item->valuestring));
		else if (!cJSON_IsNull(item))
			return wrong(recipe, "a value in 'set' is neither "
					     "text nor null");
		vec_push(&recipe->set, value);
	}
	return 0;
}

static int read_step(struct recipe *recipe, const cJSON *words)
{
	struct recipe_step step = { 0 };
	const cJSON *word;
	int rc = 0;

	cJSON_ArrayForEach(word, words) {
		if (!cJSON_IsString(word)) {
			rc = wrong(recipe, "a word of a step is not text");
			break;
		}
		vec_push(&step.word, keep(recipe, word->valuestring));
	}
	vec_push(&recipe->pattern, step);
	if (rc < 0)
		return rc;
	if (!step.word.n || !command_find(step.word.at[0]) ||
	    strcmp(step.word.at[0], "run") == 0)
		return err_set(ERR_FORMAT, "%s: step %zu: '%s' is not a "
					   "command for a recipe",
			       recipe->path, recipe->pattern.n,
			       step.word.n ? step.word.at[0] : "");
	return 0;
}

static int read_json(struct recipe *recipe, const cJSON *json)
{
	const cJSON *name = cJSON_GetObjectItem(json, "name");
	const cJSON *about = cJSON_GetObjectItem(json, "about");
	const cJSON *steps = cJSON_GetObjectItem(json, "steps"), *step;
	int rc;

	if (!cJSON_IsArray(steps) || !cJSON_GetArraySize(steps))
		return wrong(recipe, "there is no array 'steps'");
	recipe->name = keep(recipe, cJSON_IsString(name) ? name->valuestring
							 : recipe->path);
	recipe->about = keep(recipe, cJSON_IsString(about)
					     ? about->valuestring
					     : "");
	rc = read_settings(recipe, cJSON_GetObjectItem(json, "set"));
	cJSON_ArrayForEach(step, steps) {
		if (rc < 0)
			break;
		rc = cJSON_IsArray(step) ? read_step(recipe, step)
					 : wrong(recipe, "a step is not an "
							 "array of words");
	}
	return rc;
}

/* A name without a folder is looked up among those that come along. */
static void find(const char *name, struct buf *path)
{
	if (strchr(name, '/') || strstr(name, ".json")) {
		buf_text(path, name);
		return;
	}
	file_shipped("ITDATA_RECIPES", "recipes", PKGDATADIR "/recipes", path);
	buf_print(path, "/%s.json", name);
}

int recipe_load(struct recipe *recipe, const char *name)
{
	struct buf path = { 0 }, text = { 0 };
	cJSON *json = NULL;
	int rc;

	*recipe = (struct recipe){ 0 };
	find(name, &path);
	recipe->path = keep(recipe, path.at);
	if ((rc = file_load(recipe->path, LARGEST, &text)) < 0)
		goto done;
	json = cJSON_ParseWithOpts(text.n ? text.at : "", NULL, 1);
	rc = json ? read_json(recipe, json)
		  : wrong(recipe, "it is not JSON");
done:
	cJSON_Delete(json);
	buf_free(&path);
	buf_free(&text);
	return rc;
}

/* -- values -- */

static struct recipe_value *value_of(struct recipe *recipe, struct str name)
{
	for (size_t i = 0; i < recipe->set.n; i++)
		if (str_is(name, recipe->set.at[i].name))
			return &recipe->set.at[i];
	return NULL;
}

int recipe_set(struct recipe *recipe, const char *setting)
{
	const char *equals = strchr(setting, '=');
	struct recipe_value *value;

	if (!equals)
		return err_set(ERR_USAGE, "--set: '%s' is not like name=value",
			       setting);
	value = value_of(recipe, (struct str){ setting, (size_t)(equals -
								 setting) });
	if (!value) {
		struct buf names = { 0 };
		int rc;

		for (size_t i = 0; i < recipe->set.n; i++)
			buf_print(&names, " %s", recipe->set.at[i].name);
		rc = err_set(ERR_USAGE, "--set: '%s' is not in this recipe; "
					"it has:%s",
			     setting, names.n ? names.at : " nothing to set");
		buf_free(&names);
		return rc;
	}
	if (!value->given)
		value->value.n = 0;
	value->given = true;
	vec_push(&value->value, keep(recipe, equals + 1));
	return 0;
}

static int not_set(struct str name)
{
	return err_set(ERR_USAGE, "the recipe needs --set %.*s=VALUE",
		       (int)name.n, name.at);
}

/* The name of a {name} at text, empty when there is none. */
static struct str placeholder(const char *text)
{
	size_t n = 0;

	if (*text != '{')
		return (struct str){ text, 0 };
	while (text[1 + n] && text[1 + n] != '}' && text[1 + n] != '{')
		n++;
	return (struct str){ text + 1, text[1 + n] == '}' ? n : 0 };
}

/* A word with one value for each {name} in it. */
static int expand_inside(struct recipe *recipe, const char *word,
			 struct recipe_step *step)
{
	struct buf out = { 0 };
	int rc = 0;

	buf_text(&out, "");
	while (*word && rc == 0) {
		struct str name = placeholder(word);
		struct recipe_value *value = value_of(recipe, name);

		if (word[0] == '{' && word[1] == '{') {
			buf_byte(&out, '{');
			word += 2;
		} else if (!name.n) {
			buf_byte(&out, *word++);
		} else if (!value) {
			rc = err_set(ERR_FORMAT, "%s: {%.*s} is not in 'set'",
				     recipe->path, (int)name.n, name.at);
		} else if (value->value.n != 1) {
			rc = value->value.n
				     ? err_set(ERR_USAGE,
					       "--set %s: '%s' takes one value",
					       value->name, word)
				     : not_set(name);
		} else {
			buf_text(&out, value->value.at[0]);
			word += name.n + 2;
		}
	}
	if (rc == 0)
		vec_push(&step->word, keep(recipe, out.at));
	buf_free(&out);
	return rc;
}

static int expand_word(struct recipe *recipe, const char *word,
		       struct recipe_step *step)
{
	struct str name = placeholder(word);
	struct recipe_value *value = value_of(recipe, name);

	if (!value || name.n + 2 != strlen(word))
		return expand_inside(recipe, word, step);
	if (!value->value.n)
		return not_set(name);
	for (size_t i = 0; i < value->value.n; i++)
		vec_push(&step->word, keep(recipe, value->value.at[i]));
	return 0;
}

int recipe_expand(struct recipe *recipe, const char *database)
{
	struct recipe_value db = { .name = "db" };
	int rc = 0;

	vec_push(&db.value, keep(recipe, database));
	vec_push(&recipe->set, db);
	for (size_t i = 0; rc == 0 && i < recipe->pattern.n; i++) {
		const struct recipe_step *pattern = &recipe->pattern.at[i];
		struct recipe_step step = { 0 };

		for (size_t j = 0; rc == 0 && j < pattern->word.n; j++)
			rc = expand_word(recipe, pattern->word.at[j], &step);
		vec_push(&step.word, NULL);
		step.word.n--;
		vec_push(&recipe->step, step);
	}
	return rc;
}

static void steps_free(struct recipe_step *step, size_t n)
{
	for (size_t i = 0; i < n; i++)
		vec_free(&step[i].word);
}

void recipe_free(struct recipe *recipe)
{
	for (size_t i = 0; i < recipe->set.n; i++)
		vec_free(&recipe->set.at[i].value);
	steps_free(recipe->pattern.at, recipe->pattern.n);
	steps_free(recipe->step.at, recipe->step.n);
	vec_free(&recipe->set);
	vec_free(&recipe->pattern);
	vec_free(&recipe->step);
	arena_free(&recipe->arena);
	*recipe = (struct recipe){ 0 };
}
