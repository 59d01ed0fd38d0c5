/*
 * redact.h - spans that rules found are replaced before a row is made
 *
 * Findings of the categories pii and secret name spans of stored text; in what
 * is exported each becomes the name of its rule: pii.email is [EMAIL].  The
 * database keeps the author's text.
 *
 *     redact_pair(&pair, span, n, &arena);
 *
 * Ownership  new texts are the arena's
 */
#ifndef EXPORT_REDACT_H
#define EXPORT_REDACT_H

#include "base/arena.h"
#include "db/pair.h"

struct finding_span {
	size_t pair;            /* number in its batch */
	uint32_t turn;          /* message of a conversation, else 0 */
	struct str field, rule; /* "response", "pii.email" */
	size_t start, length;   /* characters */
};

/* Replace the n spans of one pair; they are sorted on the way. */
void redact_pair(struct pair *pair, struct finding_span *span, size_t n,
		 struct arena *arena);

#endif
