/* refuse.c - schemas that are known, and why they are not taken */
#include "base/err.h"
#include "ingest/fill.h"

static bool fits_preference(const struct value *v, const struct value *around)
{
	(void)around;
	return has(v, "chosen") && has(v, "rejected");
}

/* The path to the text of an answer: "chosen", "chosen.value", ... */
static const char *answer_path(const struct value *chosen)
{
	if (chosen->type != VALUE_OBJECT)
		return "chosen";
	return has(chosen, "value") ? "chosen.value"
	       : has(chosen, "content") ? "chosen.content"
					: "chosen.text";
}

static const char *first_of(const struct value *v, const char *const *keys)
{
	for (; *keys; keys++)
		if (has(v, *keys))
			return *keys;
	return NULL;
}

static int refuse_preference(const struct value *v)
{
	static const char *const lists[] = { "conversations", "messages",
					     "conversation", "history", NULL };
	static const char *const texts[] = { "instruction", "prompt",
					     "question", "input", "query",
					     NULL };
	const struct value *chosen = value_get(v, "chosen");
	const char *list = first_of(v, lists), *text = first_of(v, texts);
	const char *why = "a preference set has two answers to choose from; "
			  "take the chosen one with";

	if (chosen->type == VALUE_ARRAY)
		return err_set(ERR_FORMAT, "%s: --map messages=chosen", why);
	if (list && has_list(v, list))
		return err_set(ERR_FORMAT,
			       "%s: --map messages=%s,response=%s", why, list,
			       answer_path(chosen));
	if (text && has_list(v, text))
		return err_set(ERR_FORMAT,
			       "%s: --map messages=%s,response=%s", why, text,
			       answer_path(chosen));
	if (text)
		return err_set(ERR_FORMAT,
			       "%s: --map instruction=%s%s,response=%s", why,
			       text,
			       has(v, "input") && strcmp(text, "input") != 0
				       ? ",input=input"
				       : "",
			       answer_path(chosen));
	return err_set(ERR_FORMAT,
		       "a preference set whose question is inside its answers; "
		       "split them, then take the chosen one with: --map "
		       "instruction=...,response=chosen");
}

const struct schema schema_preference = {
	.name = "preference",
	.keys = "chosen, rejected",
	.fits = fits_preference,
	.refuse = refuse_preference,
};

static bool fits_text(const struct value *v, const struct value *around)
{
	static const char *const other[] = {
		"instruction", "prompt", "question", "messages", "role",
		"conversations", "response", "completion", "message_id",
		"label", NULL,
	};

	(void)around;
	return value_text(v, "text").at && !first_of(v, other);
}

static int refuse_text(const struct value *v)
{
	(void)v;
	return err_set(ERR_FORMAT,
		       "plain text without instruction and response; a model "
		       "is trained on it with 'itdata train --text'");
}

const struct schema schema_text = {
	.name = "text",
	.keys = "text",
	.fits = fits_text,
	.refuse = refuse_text,
};
