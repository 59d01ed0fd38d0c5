/*
 * reject.h - rejected records, written so that they can be mended and taken
 *
 * One JSON object a line: path, line, byte, reason, and the record itself:
 *
 *   raw         the JSON value, when it can be read as one; of a row of a
 *               table an object; else the text it was, as a string
 *   raw_base64  bytes that are not UTF-8
 *
 * `itdata ingest` knows such lines and takes the record in `raw`.
 */
#ifndef INGEST_REJECT_H
#define INGEST_REJECT_H

#include "ingest/ingest.h"

int reject_save(struct file *out, const struct ingest_file *file,
		const struct reader *reader, const struct record *record,
		const struct taken *taken);

#endif
