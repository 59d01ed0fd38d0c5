/* consumer.c - what a trainer would skip, found before it is written */
#include "export/consumer.h"

#include "base/err.h"
#include "text/script.h"
#include "text/utf8.h"

/* What a row must be. */
enum demand {
	TURNS = 1,       /* user and assistant one after the other */
	LAST_ANSWER = 2, /* an answer at the end */
	NO_EMPTY = 4,    /* something in every message */
	SOME_ANSWER = 8, /* an answer that is not empty */
};

struct rules {
	const char *name;
	unsigned demands;
	unsigned formats;  /* bits of enum row_format */
	const char *reads; /* the same in words */
	bool plain;        /* no packed file */
	uint64_t least;    /* rows */
	struct consumer_limit limit;
};

#define BIT(format) (1u << (format))

static const struct rules rules[CONSUMERS] = {
	[CONSUMER_ANY] = { .name = "any", .formats = ~0u },
	[CONSUMER_TRL] = {
		.name = "trl",
		.demands = TURNS,
		.limit = { 1024, "max_length", "cuts" },
		.formats = BIT(ROW_MESSAGES) | BIT(ROW_PROMPT) | BIT(ROW_TEXT) |
			   BIT(ROW_PARQUET),
		.reads = "messages, prompt, text and parquet",
	},
	[CONSUMER_AXOLOTL] = {
		.name = "axolotl",
		.demands = TURNS | SOME_ANSWER,
		.limit = { 512, "sequence_len", "drops" },
		.formats = BIT(ROW_MESSAGES) | BIT(ROW_SHAREGPT) |
			   BIT(ROW_ALPACA) | BIT(ROW_TEXT) | BIT(ROW_PARQUET),
		.reads = "messages, sharegpt, alpaca, text and parquet",
	},
	[CONSUMER_LLAMA_FACTORY] = {
		.name = "llama-factory",
		.demands = TURNS | LAST_ANSWER,
		.plain = true,
		.limit = { 2048, "cutoff_len", "cuts" },
		.formats = BIT(ROW_MESSAGES) | BIT(ROW_SHAREGPT) |
			   BIT(ROW_ALPACA) | BIT(ROW_PROMPT) | BIT(ROW_PARQUET),
		.reads = "messages, sharegpt, alpaca, prompt and parquet",
	},
	[CONSUMER_TORCHTUNE] = {
		.name = "torchtune",
		.demands = TURNS,
		.formats = BIT(ROW_MESSAGES) | BIT(ROW_SHAREGPT) |
			   BIT(ROW_ALPACA) | BIT(ROW_TEXT) | BIT(ROW_PARQUET),
		.reads = "messages, sharegpt, alpaca, text and parquet",
	},
	[CONSUMER_OPENAI] = {
		.name = "openai",
		.demands = LAST_ANSWER | NO_EMPTY,
		.plain = true,
		.least = 10,
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

int consumer_check(enum consumer consumer, enum row_format format,
		   enum pack pack)
{
	const struct rules *rule = &rules[consumer];

	if (!(rule->formats & BIT(format)))
		return err_set(ERR_USAGE, "--for %s: it reads %s, not %s",
			       rule->name, rule->reads,
			       row_format_name(format));
	if (rule->plain && pack != PACK_NONE)
		return err_set(ERR_USAGE, "--for %s: it reads no packed file, "
					  "so --compress none", rule->name);
	return 0;
}

const struct consumer_limit *consumer_limit(enum consumer consumer)
{
	return rules[consumer].limit.tokens ? &rules[consumer].limit : NULL;
}

uint64_t consumer_least(enum consumer consumer)
{
	return rules[consumer].least;
}

static bool is_blank(struct str text)
{
	const char *at = text.at, *end = text.at + text.n;

	while (at < end)
		if (char_kind(utf8_next(&at)) != CHAR_SPACE)
			return false;
	return true;
}

static bool is_answer(const struct chat_message *message)
{
	return str_is(message->role, "assistant");
}

/* What no trainer takes: exported rows hold no calls of tools. */
static const char *refuse_roles(const struct chat_message *message, size_t n)
{
	size_t answers = 0;

	for (size_t i = 0; i < n; i++) {
		if (str_is(message[i].role, "system") && i > 0)
			return "a system message behind others";
		if (!is_answer(&message[i]) &&
		    !str_is(message[i].role, "user") &&
		    !str_is(message[i].role, "system"))
			return "a tool's message, which needs its call";
		answers += is_answer(&message[i]);
	}
	return answers ? NULL : "no answer to train on";
}

static bool takes_turns(const struct chat_message *message, size_t n)
{
	size_t first = n > 0 && str_is(message[0].role, "system");

	for (size_t i = first; i < n; i++)
		if (is_answer(&message[i]) != ((i - first) % 2 == 1))
			return false;
	return true;
}

static const char *refuse_empty(unsigned demands,
				const struct chat_message *message, size_t n)
{
	bool answered = false;

	for (size_t i = 0; i < n; i++) {
		bool blank = is_blank(message[i].content);

		if (blank && (demands & NO_EMPTY))
			return "an empty message";
		answered |= !blank && is_answer(&message[i]);
	}
	return answered || !(demands & SOME_ANSWER) ? NULL
						    : "all answers are empty";
}

const char *consumer_refuses(enum consumer consumer,
			     const struct chat_message *message, size_t n)
{
	unsigned demands = rules[consumer].demands;
	const char *why;

	if (consumer == CONSUMER_ANY)
		return NULL;
	if ((why = refuse_roles(message, n)))
		return why;
	if ((demands & TURNS) && !takes_turns(message, n))
		return "user and assistant do not take turns";
	if ((demands & LAST_ANSWER) && !is_answer(&message[n - 1]))
		return "the last message is no answer";
	return refuse_empty(demands, message, n);
}
