/* flat.c - schemas of one exchange: which key is which field */
#include "base/err.h"
#include "ingest/category.h"
#include "ingest/fill.h"

struct flat {
	const char *system, *instruction, *input, *response, *category;
	bool several; /* the response may be a list: the first is taken */
};

/*
 * The data's own word for the kind of task.  When we know it under another
 * name, the word itself stays in extra.
 */
static int fill_category(const struct value *value, const char *key,
			 struct pair *pair, bool *kept, const char **why)
{
	struct str word;

	*kept = true;
	if (!key)
		return 0;
	if (!scalar(value_get(value, key), &word))
		return wrong(why, "the category is not a text");
	pair->category = category_known(word, pair->input.n > 0);
	*kept = pair->category.at == word.at;
	return 0;
}

static int fill_flat(const struct value *value, const struct flat *flat,
		     struct arena *arena, struct pair *pair, const char **why)
{
	const char *used[6];
	const struct value *response = value_get(value, flat->response);
	bool whole = true, kept;
	size_t n = 0;

	if (!scalar(value_get(value, flat->instruction), &pair->instruction) ||
	    !pair->instruction.at)
		return wrong(why, "the instruction is not a text");
	if (flat->several && response && response->type >= VALUE_ARRAY)
		whole = false;
	if (!(flat->several ? first_scalar : scalar)(response,
						     &pair->response) ||
	    !pair->response.at)
		return wrong(why, "the response is not a text");
	if (flat->input && !scalar(value_get(value, flat->input), &pair->input))
		return wrong(why, "the input is not a text");
	if (flat->system &&
	    !scalar(value_get(value, flat->system), &pair->system))
		return wrong(why, "the system text is not a text");
	if (pair->instruction.n == 0 && pair->input.n == 0)
		return wrong(why, "the instruction is empty");
	pair->input = or_absent(pair->input);
	pair->system = or_absent(pair->system);
	if (fill_category(value, flat->category, pair, &kept, why) < 0)
		return ERR_FORMAT;
	pair->turns = 1;
	used[n++] = flat->instruction;
	if (whole)
		used[n++] = flat->response;
	if (flat->input)
		used[n++] = flat->input;
	if (flat->system)
		used[n++] = flat->system;
	if (flat->category && kept)
		used[n++] = flat->category;
	used[n] = NULL;
	pair->extra = extra_of(value, used, arena);
	return 0;
}

static bool fits_alpaca(const struct value *v, const struct value *around)
{
	(void)around;
	return has(v, "instruction") && !has(v, "context") &&
	       (has(v, "output") || has(v, "response"));
}

static int fill_alpaca(const struct value *v, struct arena *arena,
		       struct pair *pair, const char **why)
{
	struct flat flat = { "system", "instruction", "input",
			     has(v, "output") ? "output" : "response",
			     "category", false };

	return fill_flat(v, &flat, arena, pair, why);
}

const struct schema schema_alpaca = {
	.name = "alpaca",
	.keys = "instruction, input, output",
	.mapping = "{\"instruction\":\"instruction\",\"input\":\"input\","
		   "\"response\":\"output|response\"}",
	.fits = fits_alpaca,
	.fill = fill_alpaca,
};

static bool fits_dolly(const struct value *v, const struct value *around)
{
	(void)around;
	return has(v, "instruction") && has(v, "context") &&
	       has(v, "response");
}

static int fill_dolly(const struct value *v, struct arena *arena,
		      struct pair *pair, const char **why)
{
	static const struct flat flat = { "system", "instruction", "context",
					  "response", "category", false };

	return fill_flat(v, &flat, arena, pair, why);
}

const struct schema schema_dolly = {
	.name = "dolly",
	.keys = "instruction, context, response",
	.mapping = "{\"instruction\":\"instruction\",\"input\":\"context\","
		   "\"response\":\"response\",\"category\":\"category\"}",
	.fits = fits_dolly,
	.fill = fill_dolly,
};

static bool fits_completion(const struct value *v, const struct value *around)
{
	(void)around;
	return has(v, "prompt") && !has_list(v, "prompt") &&
	       (has(v, "completion") || has(v, "response"));
}

static int fill_completion(const struct value *v, struct arena *arena,
			   struct pair *pair, const char **why)
{
	struct flat flat = { "system", "prompt", NULL,
			     has(v, "completion") ? "completion" : "response",
			     "category", false };

	return fill_flat(v, &flat, arena, pair, why);
}

const struct schema schema_completion = {
	.name = "completion",
	.keys = "prompt, completion",
	.mapping = "{\"instruction\":\"prompt\","
		   "\"response\":\"completion|response\"}",
	.fits = fits_completion,
	.fill = fill_completion,
};

static bool fits_io(const struct value *v, const struct value *around)
{
	return has(v, "input") && (has(v, "output") || has(v, "target")) &&
	       !has(v, "instruction") && !has(around, "Definition");
}

static int fill_io(const struct value *v, struct arena *arena,
		   struct pair *pair, const char **why)
{
	struct flat flat = { "system", "input", NULL,
			     has(v, "output") ? "output" : "target",
			     "category", false };

	return fill_flat(v, &flat, arena, pair, why);
}

const struct schema schema_io = {
	.name = "io",
	.keys = "input, output",
	.mapping = "{\"instruction\":\"input\","
		   "\"response\":\"output|target\"}",
	.fits = fits_io,
	.fill = fill_io,
};

/* The first of the keys that is there, or NULL. */
static const char *key_of(const struct value *v, const char *const *key)
{
	for (; *key; key++)
		if (has(v, *key))
			return *key;
	return NULL;
}

static const char *const asks[] = { "question", "query", "problem", NULL };
static const char *const answers[] = { "answer", "answers", "response",
				       "solution", NULL };

static bool fits_qa(const struct value *v, const struct value *around)
{
	(void)around;
	return key_of(v, asks) && key_of(v, answers) &&
	       !has(v, "instruction") && !has(v, "prompt") &&
	       !has_list(v, "messages") && !has_list(v, "conversations");
}

static int fill_qa(const struct value *v, struct arena *arena,
		   struct pair *pair, const char **why)
{
	const char *ask = key_of(v, asks), *answer = key_of(v, answers);
	struct flat flat = { has(v, "system_prompt") ? "system_prompt"
						     : "system",
			     ask ? ask : asks[0], "context",
			     answer ? answer : answers[0], "category", true };

	return fill_flat(v, &flat, arena, pair, why);
}

const struct schema schema_qa = {
	.name = "qa",
	.keys = "question, answer",
	.mapping = "{\"instruction\":\"question|query|problem\","
		   "\"input\":\"context\","
		   "\"response\":\"answer|answers[0]|response|solution\"}",
	.fits = fits_qa,
	.fill = fill_qa,
};
