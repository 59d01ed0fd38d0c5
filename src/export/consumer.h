/*
 * consumer.h - what a trainer would skip, found before it is written
 *
 * Each trainer has rules that it applies in silence, or with a warning among
 * thousands of lines: roles that do not alternate, empty turns, tool calls.
 * Rows that it would skip are left out here and named.
 *
 *     rc = consumer_check_format(CONSUMER_TRL, ROW_ALPACA);
 *     why = consumer_refuses(CONSUMER_TRL, message, n);   NULL: it takes it
 *
 * Errors     ERR_USAGE: the trainer does not read this format
 * Source     the documented formats of the consumers; their loaders were not
 *            run
 */
#ifndef EXPORT_CONSUMER_H
#define EXPORT_CONSUMER_H

#include "export/row.h"

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

int consumer_check_format(enum consumer consumer, enum row_format format);
const char *consumer_refuses(enum consumer consumer,
			     const struct chat_message *message, size_t n);

#endif
