/* row.c - a pair as the row that a trainer reads */
#include "export/row.h"

#include <stdlib.h>

#include "base/json.h"
#include "export/consumer.h"

static const char *const format_name[ROW_FORMATS] = {
	"messages", "alpaca", "sharegpt", "prompt", "text", "tokens",
	"parquet",
};

const char *row_format_name(enum row_format format)
{
	return format_name[format];
}

int row_format_find(const char *name)
{
	for (int f = 0; f < ROW_FORMATS; f++)
		if (strcmp(name, format_name[f]) == 0)
			return f;
	return -1;
}

/* -- a pair as messages -- */

static void add(struct row_maker *maker, struct str role, struct str content)
{
	vec_push(&maker->message, ((struct chat_message){ role, content }));
}

static struct str question_of(struct row_maker *maker, const struct pair *pair)
{
	if (!pair->input.n)
		return pair->instruction;
	buf_clear(&maker->question);
	buf_str(&maker->question, pair->instruction);
	buf_text(&maker->question, "\n\n");
	buf_str(&maker->question, pair->input);
	return buf_view(&maker->question);
}

static void list_messages(struct row_maker *maker, const struct pair *pair)
{
	maker->message.n = 0;
	for (size_t i = 0; i < pair->messages; i++)
		add(maker, pair->message[i].role, pair->message[i].content);
	if (pair->messages)
		return;
	if (pair->system.at)
		add(maker, STR("system"), pair->system);
	add(maker, STR("user"), question_of(maker, pair));
	add(maker, STR("assistant"), pair->response);
}

/* -- lines -- */

static void put_text(struct buf *out, const char *before, struct str text,
		     const char *after)
{
	buf_text(out, before);
	json_escape(out, text);
	buf_text(out, after);
}

static void put_messages(const struct row_maker *maker, struct buf *out)
{
	buf_text(out, "{\"messages\":[");
	for (size_t i = 0; i < maker->message.n; i++) {
		const struct chat_message *m = &maker->message.at[i];

		put_text(out, i ? ",{\"role\":\"" : "{\"role\":\"", m->role,
			 "\"");
		put_text(out, ",\"content\":\"", m->content, "\"}");
	}
	buf_text(out, "]}\n");
}

static struct str speaker(struct str role)
{
	if (str_is(role, "user"))
		return STR("human");
	if (str_is(role, "assistant"))
		return STR("gpt");
	return role;
}

static void put_sharegpt(const struct row_maker *maker, struct buf *out)
{
	buf_text(out, "{\"conversations\":[");
	for (size_t i = 0; i < maker->message.n; i++) {
		const struct chat_message *m = &maker->message.at[i];

		put_text(out, i ? ",{\"from\":\"" : "{\"from\":\"",
			 speaker(m->role), "\"");
		put_text(out, ",\"value\":\"", m->content, "\"}");
	}
	buf_text(out, "]}\n");
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

static const char *put_prompt(const struct row_maker *maker,
			      const struct pair *pair, struct buf *out)
{
	const struct chat_message *last = maker->message.at +
					  maker->message.n - 1;

	if (pair->messages)
		return "prompt holds no conversation of several turns";
	buf_text(out, "{\"prompt\":\"");
	if (pair->system.n)
		put_text(out, "", pair->system, "\\n\\n");
	put_text(out, "", last[-1].content, "\"");
	put_text(out, ",\"completion\":\"", last->content, "\"}\n");
	return NULL;
}

/* A loader puts its tokenizer's begin token itself: it is not written. */
static void put_rendered(struct row_maker *maker, struct buf *out)
{
	const struct rendering *r = &maker->rendering;

	buf_text(out, "{\"text\":\"");
	for (size_t i = 0; i < r->n; i++)
		if (!(i == 0 && maker->style->template == TEMPLATE_LLAMA3))
			json_escape(out, r->piece[i].text);
	buf_text(out, "\"}\n");
}

/* -- tokens -- */

static const char *count_tokens(struct row_maker *maker, struct row_size *size)
{
	const struct row_style *style = maker->style;
	struct rendering *r = &maker->rendering;

	rendering_tokens(r, style->tokenizer);
	if (style->most && r->tokens > style->most) {
		if (!style->cut)
			return "longer than --max-tokens";
		r->tokens = style->most;
		size->cut = true;
	}
	size->tokens = (uint32_t)r->tokens;
	for (size_t i = 0; i < r->tokens; i++)
		size->trained += r->mask[i];
	return size->trained ? NULL
	       : size->cut   ? "its answer starts behind --max-tokens"
			     : "no token of it would be trained";
}

static void put_tokens(const struct row_maker *maker, struct buf *out)
{
	const struct rendering *r = &maker->rendering;

	buf_put(out, r->id, r->tokens * sizeof *r->id);
	buf_put(out, r->mask, r->tokens);
}

const char *row_make(struct row_maker *maker, const struct pair *pair,
		     struct buf *out, struct row_size *size)
{
	const struct row_style *style = maker->style;
	const char *why = NULL;

	*size = (struct row_size){ 0 };
	list_messages(maker, pair);
	why = consumer_refuses((enum consumer)style->consumer,
			       maker->message.at, maker->message.n);
	if (why)
		return why;
	if (style->tokenizer || style->format == ROW_TEXT) {
		if (template_render(style->template, maker->message.at,
				    maker->message.n, false,
				    &maker->rendering) < 0)
			return "a role that the template cannot place";
	}
	if (style->tokenizer && (why = count_tokens(maker, size)))
		return why;
	switch (style->format) {
	case ROW_MESSAGES:
	case ROW_PARQUET:
		put_messages(maker, out);
		break;
	case ROW_ALPACA:
		return put_alpaca(pair, out);
	case ROW_SHAREGPT:
		put_sharegpt(maker, out);
		break;
	case ROW_PROMPT:
		return put_prompt(maker, pair, out);
	case ROW_TEXT:
		put_rendered(maker, out);
		break;
	case ROW_TOKENS:
		put_tokens(maker, out);
		break;
	case ROW_FORMATS:
		break;
	}
	return NULL;
}

void row_maker_free(struct row_maker *maker)
{
	vec_free(&maker->message);
	buf_free(&maker->question);
	rendering_free(&maker->rendering);
}
