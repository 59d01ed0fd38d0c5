/*
 * consumer.h - what a trainer would skip, found before it is written
 *
 * Each trainer has rules of its own that it applies in silence, with a warning
 * among thousands of lines, or by stopping the run.  Rows that one would not
 * train on are left out here and named.
 *
 *   trl            The template decides: those of Llama 2, Mistral and Gemma
 *                  stop at roles that do not take turns.  assistant_only_loss
 *                  stops at a row without an answer.  max_length is 1024, and
 *                  a row that is all prompt then is dropped.
 *   axolotl        The template as for trl.  Answers that are empty are not
 *                  trained on, and a row without any other is dropped.
 *                  sequence_len is 512, and longer rows are dropped.
 *   llama-factory  user and assistant in strict turns that end with an answer;
 *                  any other row is skipped.  No packed file is read.
 *                  cutoff_len is 2048, and longer rows are cut.
 *   torchtune      Stops at an answer that follows no question, at two
 *                  questions in a row, at a system message that is not first.
 *   openai         Any order of roles, but an answer at the end, and no empty
 *                  message.  At least 10 rows, in a plain file.
 *
 *     rc = consumer_check(CONSUMER_TRL, ROW_ALPACA, PACK_NONE);
 *     why = consumer_refuses(CONSUMER_TRL, message, n);   NULL: it takes it
 *
 * Errors     ERR_USAGE: the trainer does not read this format, or it packed
 * Source     the code of trl 1.16.0, axolotl 0.19.0, llamafactory 0.9.5 and
 *            torchtune 0.6.1, whose loaders tests/long/export.sh runs; OpenAI's
 *            guide to fine-tuning
 */
#ifndef EXPORT_CONSUMER_H
#define EXPORT_CONSUMER_H

#include "export/row.h"
#include "shard/pack.h"

enum consumer {
	CONSUMER_ANY, /* none in particular: nothing is refused */
	CONSUMER_TRL,
	CONSUMER_AXOLOTL,
	CONSUMER_LLAMA_FACTORY,
	CONSUMER_TORCHTUNE,
	CONSUMER_OPENAI,
	CONSUMERS,
};

const char *consumer_name(enum consumer consumer);
int consumer_find(const char *name); /* -1: none */

int consumer_check(enum consumer consumer, enum row_format format,
		   enum pack pack);
const char *consumer_refuses(enum consumer consumer,
			     const struct chat_message *message, size_t n);

/* What it does by default with rows of more tokens than that; NULL: nothing. */
struct consumer_limit {
	uint32_t tokens;
	const char *option, *does; /* "max_length", "cuts" */
};

const struct consumer_limit *consumer_limit(enum consumer consumer);

/* The fewest rows that it takes. */
uint64_t consumer_least(enum consumer consumer);

#endif
