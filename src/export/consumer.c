/* consumer.c - what a trainer would skip, found before it is written */
#include "export/consumer.h"

#include "base/err.h"
#include "text/script.h"
#include "text/utf8.h"

struct rules {
	const char *name;
	unsigned formats;  /* bits of enum row_format */
	const char *reads; /* the same in words */
};

#define BIT(format) (1u << (format))

static const struct rules rules[CONSUMERS] = {
	[CONSUMER_ANY] = { .name = "any", .formats = ~0u },
	[CONSUMER_TRL] = {
		.name = "trl",
		.formats = BIT(ROW_MESSAGES) | BIT(ROW_PROMPT) | BIT(ROW_TEXT),
		.reads = "messages, prompt and text",
	},
	[CONSUMER_AXOLOTL] = {
		.name = "axolotl",
		.formats = BIT(ROW_MESSAGES) | BIT(ROW_SHAREGPT) |
			   BIT(ROW_ALPACA) | BIT(ROW_TEXT),
		.reads = "messages, sharegpt, alpaca and text",
	},
	[CONSUMER_LLAMA_FACTORY] = {
		.name = "llama-factory",
		.formats = BIT(ROW_MESSAGES) | BIT(ROW_SHAREGPT) |
			   BIT(ROW_ALPACA) | BIT(ROW_PROMPT),
		.reads = "messages, sharegpt, alpaca and prompt",
	},
	[CONSUMER_TORCHTUNE] = {
		.name = "torchtune",
		.formats = BIT(ROW_MESSAGES) | BIT(ROW_SHAREGPT) |
			   BIT(ROW_ALPACA) | BIT(ROW_TEXT),
		.reads = "messages, sharegpt, alpaca and text",
	},
	[CONSUMER_OPENAI] = {
		.name = "openai",
		.formats = BIT(ROW_MESSAGES),
		.reads = "messages",
	},
};

const char *consumer_name(enum consumer consumer)
{
	return rules[consumer].name;
}

int consumer_find(const char *name)
{
	for (int c = 0; c < CONSUMERS; c++)
		if (strcmp(rules[c].name, name) == 0)
			return c;
	return -1;
}

int consumer_check_format(enum consumer consumer, enum row_format format)
{
	if (rules[consumer].formats & BIT(format))
		return 0;
	return err_set(ERR_USAGE, "--for %s: it reads %s, not %s",
		       rules[consumer].name, rules[consumer].reads,
		       row_format_name(format));
}

static bool is_blank(struct str text)
{
	const char *at = text.at, *end = text.at + text.n;

	while (at < end)
		if (char_kind(utf8_next(&at)) != CHAR_SPACE)
			return false;
	return true;
}

/*
 * The form that all of them take: a system message at most at the start, then
 * user and assistant in turn, an answer at the end.
 */
const char *consumer_refuses(enum consumer consumer,
			     const struct chat_message *message, size_t n)
{
	size_t first;

	if (consumer == CONSUMER_ANY)
		return NULL;
	first = n > 0 && str_is(message[0].role, "system");
	if (n <= first)
		return "no turn but a system message";
	for (size_t i = 0; i < n; i++) {
		if (str_is(message[i].role, "tool"))
			return "a tool's message, which needs its call";
		if (is_blank(message[i].content))
			return "an empty turn";
	}
	for (size_t i = first; i < n; i++)
		if (!str_is(message[i].role,
			    (i - first) % 2 ? "assistant" : "user"))
			return "user and assistant do not take turns";
	if ((n - first) % 2)
		return "the last turn is no answer";
	return NULL;
}
