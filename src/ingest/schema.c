/* schema.c - from a record's value to a pair */
#include "ingest/schema.h"

#include <string.h>

#include "base/err.h"
#include "base/json.h"

/* -- pieces -- */

static bool has(const struct value *v, const char *key)
{
	return value_get(v, key) != NULL;
}

static bool has_list(const struct value *v, const char *key)
{
	const struct value *list = value_get(v, key);

	return list && list->type == VALUE_ARRAY;
}

static int wrong(const char **why, const char *text)
{
	*why = text;
	return ERR_FORMAT;
}

/* Text, or a number or truth value as it was written; null is absent. */
static bool scalar(const struct value *v, struct str *text)
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

/* Keys that no field took, as a JSON object; absent when there are none. */
static struct str extra_of(const struct value *object, const char *const *used,
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

/* An empty input or system text is none. */
static struct str or_absent(struct str text)
{
	return text.n ? text : (struct str){ NULL, 0 };
}

/* -- schemas of one exchange: which key is which field -- */

struct flat {
	const char *system, *instruction, *input, *response, *category;
};

static int fill_flat(const struct value *value, const struct flat *flat,
		     struct arena *arena, struct pair *pair, const char **why)
{
	const char *const used[] = { flat->instruction, flat->response,
				     flat->input, flat->system,
				     flat->category, NULL };
	/* an absent name must not end the list early */
	const char *names[6];
	size_t n = 0;

	for (size_t i = 0; i < 5; i++)
		if (used[i])
			names[n++] = used[i];
	names[n] = NULL;
	if (!scalar(value_get(value, flat->instruction), &pair->instruction) ||
	    !pair->instruction.at)
		return wrong(why, "the instruction is not a text");
	if (!scalar(value_get(value, flat->response), &pair->response) ||
	    !pair->response.at)
		return wrong(why, "the response is not a text");
	if (flat->input && !scalar(value_get(value, flat->input), &pair->input))
		return wrong(why, "the input is not a text");
	if (flat->system &&
	    !scalar(value_get(value, flat->system), &pair->system))
		return wrong(why, "the system text is not a text");
	if (flat->category &&
	    !scalar(value_get(value, flat->category), &pair->category))
		return wrong(why, "the category is not a text");
	if (pair->instruction.n == 0 && pair->input.n == 0)
		return wrong(why, "the instruction is empty");
	pair->input = or_absent(pair->input);
	pair->system = or_absent(pair->system);
	pair->turns = 1;
	pair->extra = extra_of(value, names, arena);
	return 0;
}

static bool fits_alpaca(const struct value *v)
{
	return has(v, "instruction") && !has(v, "context") &&
	       (has(v, "output") || has(v, "response"));
}

static int fill_alpaca(const struct value *v, struct arena *arena,
		       struct pair *pair, const char **why)
{
	struct flat flat = { "system", "instruction", "input",
			     has(v, "output") ? "output" : "response",
			     "category" };

	return fill_flat(v, &flat, arena, pair, why);
}

static bool fits_dolly(const struct value *v)
{
	return has(v, "instruction") && has(v, "context") &&
	       has(v, "response");
}

static int fill_dolly(const struct value *v, struct arena *arena,
		      struct pair *pair, const char **why)
{
	static const struct flat flat = { "system", "instruction", "context",
					  "response", "category" };

	return fill_flat(v, &flat, arena, pair, why);
}

static bool fits_completion(const struct value *v)
{
	return has(v, "prompt") && !has_list(v, "prompt") &&
	       (has(v, "completion") || has(v, "response"));
}

static int fill_completion(const struct value *v, struct arena *arena,
			   struct pair *pair, const char **why)
{
	struct flat flat = { "system", "prompt", NULL,
			     has(v, "completion") ? "completion" : "response",
			     "category" };

	return fill_flat(v, &flat, arena, pair, why);
}

static bool fits_qa(const struct value *v)
{
	return has(v, "question") && has(v, "answer");
}

static int fill_qa(const struct value *v, struct arena *arena,
		   struct pair *pair, const char **why)
{
	static const struct flat flat = { "system", "question", "context",
					  "answer", "category" };

	return fill_flat(v, &flat, arena, pair, why);
}

/* -- conversations -- */

struct chat_words {
	const char *list, *role, *content;
};

/* What the wild calls the four roles. */
static bool role_of(struct str name, struct str *role)
{
	static const char *const word[][2] = {
		{ "user", "user" }, { "human", "user" },
		{ "prompter", "user" }, { "assistant", "assistant" },
		{ "gpt", "assistant" }, { "bot", "assistant" },
		{ "model", "assistant" }, { "chatgpt", "assistant" },
		{ "system", "system" }, { "developer", "system" },
		{ "tool", "tool" }, { "function", "tool" },
		{ "observation", "tool" }, { "function_call", "assistant" },
	};

	for (size_t i = 0; i < sizeof word / sizeof *word; i++)
		if (str_is(name, word[i][0])) {
			*role = str_of(word[i][1]);
			return true;
		}
	return false;
}

/*
 * Content is a text, or a list of parts {type, text | value}: the texts are
 * put together.  What is not plain text stays in the message's extra.
 */
static bool content_of(const struct value *v, struct arena *arena,
		       struct str *text, bool *is_plain)
{
	struct buf out = { 0 };

	*is_plain = true;
	if (!v || v->type != VALUE_ARRAY) {
		bool ok = scalar(v, text);

		if (ok && !text->at) {
			*text = STR("");
			*is_plain = false;
		}
		return ok;
	}
	for (const struct value *part = v->child; part; part = part->next) {
		struct str piece = value_text(part, "text");

		if (!piece.at)
			piece = value_text(part, "value");
		if (part->type == VALUE_STRING)
			piece = part->text;
		if (piece.at && (part->type == VALUE_STRING ||
				 str_is(value_text(part, "type"), "text")))
			buf_str(&out, piece);
		else
			*is_plain = false;
	}
	*text = arena_str(arena, buf_view(&out));
	buf_free(&out);
	return true;
}

static int fill_message(const struct value *v, const struct chat_words *words,
			struct arena *arena, struct message *message,
			const char **why)
{
	const char *const used[] = { words->role, words->content, NULL };
	const char *const role_only[] = { words->role, NULL };
	struct str role = value_text(v, words->role);
	bool is_plain;

	if (v->type != VALUE_OBJECT)
		return wrong(why, "a message is not an object");
	if (!role.at)
		return wrong(why, "a message has no role");
	if (!role_of(role, &message->role))
		return wrong(why, "a message has an unknown role");
	if (!content_of(value_get(v, words->content), arena,
			&message->content, &is_plain))
		return wrong(why, "a message's content is not text");
	message->extra = extra_of(v, is_plain ? used : role_only, arena);
	if (is_plain && str_is(role, "function_call"))
		message->extra = STR("{\"from\":\"function_call\"}");
	return 0;
}

/* Fill the columns with the first exchange, and see whether that is all. */
static int fill_columns(struct pair *pair, const char **why)
{
	const struct message *m = pair->message;
	size_t n = pair->messages, i = 0, user = n;
	bool plain = true;

	for (i = 0; i < n; i++) {
		plain &= !m[i].extra.at;
		if (str_is(m[i].role, "system") && i == 0)
			pair->system = or_absent(m[i].content);
		else if (str_is(m[i].role, "user") && user == n)
			user = i;
		else if (str_is(m[i].role, "assistant") && user < n) {
			pair->turns++;
			if (!pair->response.at)
				pair->response = m[i].content;
		}
	}
	if (user == n)
		return wrong(why, "the conversation has no user message");
	if (!pair->response.at)
		return wrong(why, "the conversation has no answer");
	if (!str_is(m[n - 1].role, "assistant"))
		return wrong(why, "the conversation does not end with an "
				  "answer");
	pair->instruction = m[user].content;
	/* [system,] user, assistant and nothing else: the columns say it all */
	if (plain && n - user == 2 &&
	    (user == 0 || (user == 1 && str_is(m[0].role, "system") &&
			   pair->system.at))) {
		if (pair->instruction.n == 0)
			return wrong(why, "the instruction is empty");
		pair->message = NULL;
		pair->messages = 0;
	}
	return 0;
}

static int fill_chat(const struct value *value, const struct chat_words *words,
		     struct arena *arena, struct pair *pair, const char **why)
{
	const struct value *list = value_get(value, words->list);
	const char *const used[] = { words->list, "system", "category", NULL };
	struct str system = value_text(value, "system");
	size_t n = 0;
	int rc;

	if (!list || list->type != VALUE_ARRAY || list->n == 0)
		return wrong(why, "the conversation is empty");
	pair->message = arena_array(arena, list->n + 1, sizeof *pair->message);
	if (system.n)
		pair->message[n++] = (struct message){
			.role = STR("system"), .content = system
		};
	for (const struct value *v = list->child; v; v = v->next, n++) {
		pair->message[n] = (struct message){ 0 };
		if ((rc = fill_message(v, words, arena, &pair->message[n],
				       why)) < 0)
			return rc;
	}
	pair->messages = n;
	pair->turns = 0;
	pair->category = value_text(value, "category");
	pair->extra = extra_of(value, used, arena);
	return fill_columns(pair, why);
}

static bool fits_messages(const struct value *v)
{
	return has_list(v, "messages");
}

static int fill_messages(const struct value *v, struct arena *arena,
			 struct pair *pair, const char **why)
{
	static const struct chat_words words = { "messages", "role",
						 "content" };

	return fill_chat(v, &words, arena, pair, why);
}

static bool fits_sharegpt(const struct value *v)
{
	return has_list(v, "conversations") && !has(v, "chosen");
}

static int fill_sharegpt(const struct value *v, struct arena *arena,
			 struct pair *pair, const char **why)
{
	static const struct chat_words words = { "conversations", "from",
						 "value" };
	static const struct chat_words openai = { "conversations", "role",
						  "content" };
	const struct value *list = value_get(v, "conversations");

	if (list && list->child && has(list->child, "role"))
		return fill_chat(v, &openai, arena, pair, why);
	return fill_chat(v, &words, arena, pair, why);
}

/* -- the table -- */

static const struct schema alpaca = {
	"alpaca", "instruction, input, output",
	"{\"instruction\":\"instruction\",\"input\":\"input\","
	"\"response\":\"output|response\"}",
	fits_alpaca, fill_alpaca
};
static const struct schema dolly = {
	"dolly", "instruction, context, response",
	"{\"instruction\":\"instruction\",\"input\":\"context\","
	"\"response\":\"response\",\"category\":\"category\"}",
	fits_dolly, fill_dolly
};
static const struct schema completion = {
	"completion", "prompt, completion",
	"{\"instruction\":\"prompt\",\"response\":\"completion|response\"}",
	fits_completion, fill_completion
};
static const struct schema qa = {
	"qa", "question, answer",
	"{\"instruction\":\"question\",\"input\":\"context\","
	"\"response\":\"answer\"}",
	fits_qa, fill_qa
};
static const struct schema messages = {
	"messages", "messages",
	"{\"messages\":\"messages[].role,content\"}",
	fits_messages, fill_messages
};
static const struct schema sharegpt = {
	"sharegpt", "conversations",
	"{\"messages\":\"conversations[].from,value\"}",
	fits_sharegpt, fill_sharegpt
};

const struct schema *const schemas[] = {
	&alpaca, &dolly, &completion, &qa, &messages, &sharegpt, NULL,
};

const struct schema *schema_by_name(const char *name)
{
	for (const struct schema *const *s = schemas; *s; s++)
		if (strcmp((*s)->name, name) == 0)
			return *s;
	return NULL;
}

static int none_fits(const struct value *value, size_t n)
{
	struct buf keys = { 0 };
	int rc;

	for (const struct value *v = n ? value->child : NULL; v; v = v->next)
		buf_print(&keys, "%s%.*s", keys.n ? ", " : "",
			  (int)(v->key.n < 40 ? v->key.n : 40), v->key.at);
	rc = err_set(ERR_FORMAT,
		     "no known schema; its records have the keys: %s. Known "
		     "are alpaca, dolly, completion, qa, messages and sharegpt",
		     keys.n ? keys.at : "none");
	buf_free(&keys);
	return rc;
}

int schema_detect(const struct value *value, size_t n,
		  const struct schema **schema)
{
	const struct schema *second = NULL;
	size_t best = 0;

	*schema = NULL;
	for (const struct schema *const *s = schemas; *s; s++) {
		size_t fits = 0;

		for (size_t i = 0; i < n; i++)
			fits += (*s)->fits(&value[i]);
		if (fits > best) {
			best = fits;
			*schema = *s;
			second = NULL;
		} else if (fits && fits == best) {
			second = *s;
		}
	}
	if (!*schema)
		return none_fits(value, n);
	if (second)
		return err_set(ERR_USAGE,
			       "the schemas %s (%s) and %s (%s) fit equally; "
			       "choose with --schema",
			       (*schema)->name, (*schema)->keys, second->name,
			       second->keys);
	return 0;
}
