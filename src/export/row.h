/*
 * row.h - a pair as the row that a trainer reads
 *
 *   messages  {"messages":[{"role":"user","content":".."},..]}
 *   alpaca    {"instruction":"..","input":"..","output":".."}
 *   sharegpt  {"conversations":[{"from":"human","value":".."},..]}
 *   prompt    {"prompt":"..","completion":".."}
 *   text      {"text":".."} by a chat template (template.h)
 *   parquet   as messages; columns.h turns the lines into columns
 *   tokens    ids (n) uint32, then mask (n) bytes: what tokens.h stores
 *
 * Every line of a format has the same keys with the same types, strings all.
 * Where instruction and input become one message, the input follows after an
 * empty line.
 *
 *     struct row_maker maker = { .style = &style };
 *     if ((why = row_make(&maker, &pair, &buf, &size)))
 *         skip(pair.id, why);
 *     row_maker_free(&maker);
 *
 * With a tokenizer every format counts tokens, those of the rendered template.
 *
 * Threads    a maker each; they share a style
 */
#ifndef EXPORT_ROW_H
#define EXPORT_ROW_H

#include "base/buf.h"
#include "base/vec.h"
#include "db/pair.h"
#include "model/template.h"

enum row_format {
	ROW_MESSAGES,
	ROW_ALPACA,
	ROW_SHAREGPT,
	ROW_PROMPT,
	ROW_TEXT,
	ROW_TOKENS,
	ROW_PARQUET,
	ROW_FORMATS,
};

const char *row_format_name(enum row_format format);
int row_format_find(const char *name); /* -1: none */

struct row_style {
	enum row_format format;
	enum template template;
	const struct tokenizer *tokenizer; /* NULL: none, tokens are 0 */
	uint32_t most; /* tokens in a row; 0: no limit */
	bool cut;      /* cut what is longer (ROW_TOKENS), else leave it out */
	int consumer;  /* enum consumer: who must take it */
};

struct row_maker {
	const struct row_style *style;
	VEC(struct chat_message) message; /* of the pair made last */
	struct buf question;
	struct rendering rendering;
};

struct row_size {
	uint32_t tokens, trained;
	bool cut;
};

/*
 * Append the line and its LF, or the tokens.  NULL, or why the pair cannot be
 * a row; then nothing was appended.
 */
const char *row_make(struct row_maker *maker, const struct pair *pair,
		     struct buf *out, struct row_size *size);
void row_maker_free(struct row_maker *maker);

#endif
