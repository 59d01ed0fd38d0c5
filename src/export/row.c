/* row.c - a pair as the line that a trainer reads */
#include "export/row.h"

#include "base/json.h"

const char *row_format_name(enum row_format format)
{
	static const char *const name[] = {
		"messages", "alpaca", "sharegpt", "prompt",
	};

	return name[format];
}

static void put_text(struct buf *out, const char *before, struct str text,
		     const char *after)
{
	buf_text(out, before);
	json_escape(out, text);
	buf_text(out, after);
}

/* Instruction and input in one string. */
static void put_question(struct buf *out, const char *before,
			 const struct pair *pair, const char *after)
{
	put_text(out, before, pair->instruction, "");
	if (pair->input.n)
		put_text(out, "\\n\\n", pair->input, "");
	buf_text(out, after);
}

static const char *put_messages(const struct pair *pair, struct buf *out)
{
	buf_text(out, "{\"messages\":[");
	for (size_t i = 0; i < pair->messages; i++) {
		put_text(out, i ? ",{\"role\":\"" : "{\"role\":\"",
			 pair->message[i].role, "\"");
		put_text(out, ",\"content\":\"", pair->message[i].content,
			 "\"}");
	}
	if (!pair->messages) {
		if (pair->system.at)
			put_text(out, "{\"role\":\"system\",\"content\":\"",
				 pair->system, "\"},");
		put_question(out, "{\"role\":\"user\",\"content\":\"", pair,
			     "\"}");
		put_text(out, ",{\"role\":\"assistant\",\"content\":\"",
			 pair->response, "\"}");
	}
	buf_text(out, "]}\n");
	return NULL;
}

static const char *put_alpaca(const struct pair *pair, struct buf *out)
{
	if (pair->messages)
		return "alpaca holds no conversation of several turns";
	if (pair->system.n)
		return "alpaca holds no system text";
	put_text(out, "{\"instruction\":\"", pair->instruction, "\"");
	put_text(out, ",\"input\":\"", pair->input, "\"");
	put_text(out, ",\"output\":\"", pair->response, "\"}\n");
	return NULL;
}

static struct str speaker(struct str role)
{
	if (str_is(role, "user"))
		return STR("human");
	if (str_is(role, "assistant"))
		return STR("gpt");
	return role;
}

static const char *put_sharegpt(const struct pair *pair, struct buf *out)
{
	buf_text(out, "{\"conversations\":[");
	for (size_t i = 0; i < pair->messages; i++) {
		put_text(out, i ? ",{\"from\":\"" : "{\"from\":\"",
			 speaker(pair->message[i].role), "\"");
		put_text(out, ",\"value\":\"", pair->message[i].content,
			 "\"}");
	}
	if (!pair->messages) {
		if (pair->system.at)
			put_text(out, "{\"from\":\"system\",\"value\":\"",
				 pair->system, "\"},");
		put_question(out, "{\"from\":\"human\",\"value\":\"", pair,
			     "\"}");
		put_text(out, ",{\"from\":\"gpt\",\"value\":\"",
			 pair->response, "\"}");
	}
	buf_text(out, "]}\n");
	return NULL;
}

static const char *put_prompt(const struct pair *pair, struct buf *out)
{
	if (pair->messages)
		return "prompt holds no conversation of several turns";
	buf_text(out, "{\"prompt\":\"");
	if (pair->system.n)
		put_text(out, "", pair->system, "\\n\\n");
	put_question(out, "", pair, "\"");
	put_text(out, ",\"completion\":\"", pair->response, "\"}\n");
	return NULL;
}

const char *row_put(enum row_format format, const struct pair *pair,
		    struct buf *out)
{
	switch (format) {
	case ROW_MESSAGES:
		return put_messages(pair, out);
	case ROW_ALPACA:
		return put_alpaca(pair, out);
	case ROW_SHAREGPT:
		return put_sharegpt(pair, out);
	case ROW_PROMPT:
		return put_prompt(pair, out);
	}
	return NULL;
}
