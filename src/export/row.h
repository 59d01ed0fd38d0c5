/*
 * row.h - a pair as the line that a trainer reads
 *
 *   messages  {"messages":[{"role":"user","content":".."},..]}
 *   alpaca    {"instruction":"..","input":"..","output":".."}
 *   sharegpt  {"conversations":[{"from":"human","value":".."},..]}
 *   prompt    {"prompt":"..","completion":".."}
 *
 * Every line of a format has the same keys with the same types, strings all.
 * In messages, sharegpt and prompt an input follows its instruction after an
 * empty line.
 *
 *     if ((why = row_put(ROW_ALPACA, &pair, &buf)))
 *         skip(pair.id, why);
 *
 * Threads    pure functions
 */
#ifndef EXPORT_ROW_H
#define EXPORT_ROW_H

#include "base/buf.h"
#include "db/pair.h"

enum row_format { ROW_MESSAGES, ROW_ALPACA, ROW_SHAREGPT, ROW_PROMPT };

const char *row_format_name(enum row_format format);

/*
 * Append the line and its LF.  NULL, or why the format cannot hold the pair;
 * then nothing was appended.
 */
const char *row_put(enum row_format format, const struct pair *pair,
		    struct buf *out);

#endif
