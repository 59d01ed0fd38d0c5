/* chat.c - conversations: lists of messages in several dialects */
#include "base/err.h"
#include "base/json.h"
#include "ingest/category.h"
#include "ingest/fill.h"

/* What the wild calls the four roles. */
static bool role_of(struct str name, struct str *role)
{
	static const char *const word[][2] = {
		{ "user", "user" }, { "human", "user" },
		{ "prompter", "user" }, { "assistant", "assistant" },
		{ "gpt", "assistant" }, { "bot", "assistant" },
		{ "model", "assistant" }, { "chatgpt", "assistant" },
		{ "agent", "assistant" }, { "system", "system" },
		{ "developer", "system" }, { "tool", "tool" },
		{ "function", "tool" }, { "observation", "tool" },
		{ "function_response", "tool" },
		{ "function_call", "assistant" },
		{ "customer", "user" }, { "ai", "assistant" },
		{ "operator", "assistant" },
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

/* Who spoke, in the data's own word, when ours says less. */
static struct str role_extra(struct str role)
{
	if (str_is(role, "function_call"))
		return STR("{\"from\":\"function_call\"}");
	return (struct str){ NULL, 0 };
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
	if (!message->extra.at)
		message->extra = role_extra(role);
	return 0;
}

int fill_columns(struct pair *pair, const char **why)
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

const struct chat_words *chat_words_of(const struct value *list)
{
	static const struct chat_words words[] = {
		{ "role", "content" }, { "from", "value" },
		{ "name", "text" }, { "role", "text" },
		{ "speaker", "text" }, { "role", "value" },
	};
	const struct value *first = list ? list->child : NULL;

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (has(first, words[i].role) && has(first, words[i].content))
			return &words[i];
	/* a tool call has no content */
	return has(first, "from") ? &words[1] : &words[0];
}

int fill_messages(const struct value *list, const struct chat_words *words,
		  struct str system, struct arena *arena, struct pair *pair,
		  const char **why)
{
	size_t n = 0;
	int rc;

	if (!list || list->type != VALUE_ARRAY || list->n == 0)
		return wrong(why, "the conversation is empty");
	/* one more for an answer that is kept elsewhere, see mapping.c */
	pair->message = arena_array(arena, list->n + 2, sizeof *pair->message);
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
	return 0;
}

static int fill_chat(const struct value *value, const char *key,
		     struct arena *arena, struct pair *pair, const char **why)
{
	const struct value *list = value_get(value, key);
	struct str word = value_text(value, "category");
	struct str known = category_known(word, false);
	const char *used[] = { key, "system", NULL, NULL };
	int rc;

	if (has(value, "system") && !value_text(value, "system").at)
		used[1] = key; /* not a text: it stays in extra */
	if (known.at == word.at)
		used[2] = "category";
	if ((rc = fill_messages(list, chat_words_of(list),
				value_text(value, "system"), arena, pair,
				why)) < 0)
		return rc;
	pair->category = known;
	pair->extra = extra_of(value, used, arena);
	return fill_columns(pair, why);
}

static bool fits_messages(const struct value *v, const struct value *around)
{
	(void)around;
	return has_list(v, "messages") && !has(v, "chosen");
}

static int fill_openai(const struct value *v, struct arena *arena,
		       struct pair *pair, const char **why)
{
	return fill_chat(v, "messages", arena, pair, why);
}

const struct schema schema_messages = {
	.name = "messages",
	.keys = "messages",
	.mapping = "{\"messages\":\"messages[].role,content\"}",
	.fits = fits_messages,
	.fill = fill_openai,
};

static const char *conversation_key(const struct value *v)
{
	return has_list(v, "conversations") ? "conversations" : "conversation";
}

static bool fits_sharegpt(const struct value *v, const struct value *around)
{
	(void)around;
	return has_list(v, conversation_key(v)) && !has(v, "chosen");
}

static int fill_sharegpt(const struct value *v, struct arena *arena,
			 struct pair *pair, const char **why)
{
	return fill_chat(v, conversation_key(v), arena, pair, why);
}

const struct schema schema_sharegpt = {
	.name = "sharegpt",
	.keys = "conversations",
	.mapping = "{\"messages\":\"conversations[].from,value\"}",
	.fits = fits_sharegpt,
	.fill = fill_sharegpt,
};

static bool fits_utterances(const struct value *v, const struct value *around)
{
	(void)around;
	return has_list(v, "utterances");
}

static int fill_utterances(const struct value *v, struct arena *arena,
			   struct pair *pair, const char **why)
{
	return fill_chat(v, "utterances", arena, pair, why);
}

const struct schema schema_utterances = {
	.name = "utterances",
	.keys = "utterances",
	.mapping = "{\"messages\":\"utterances[].name,text\"}",
	.fits = fits_utterances,
	.fill = fill_utterances,
};
