/*
 * export.h - kept pairs as a folder of shards, balanced and split
 *
 *     rc = export_run(db, par, run, &options, &summary);
 *     export_json(&summary, seconds, &out);
 *     export_summary_free(&summary);
 *
 * Reading (gather.h), splitting (split.h), balancing (balance.h), ordering
 * (order.h) and writing (shards.h, folder.h) follow each other.  The same
 * database, options and seed give the same bytes, whatever the threads.
 *
 * Errors     ERR_USAGE, ERR_DB, ERR_NOMEM, ERR_IO, ERR_BUSY; ERR_ABSENT:
 *            nothing to export, or a stage is stale.  The folder is as before
 */
#ifndef EXPORT_EXPORT_H
#define EXPORT_EXPORT_H

#include "db/run.h"
#include "export/balance.h"
#include "export/cap.h"
#include "export/gather.h"
#include "export/leak.h"
#include "export/quota.h"
#include "export/split.h"
#include "shard/pack.h"
#include "shard/tokens.h"

struct export_options {
	const char *folder; /* "-": to stdout */
	enum pack pack;
	uint32_t shards;     /* of the largest split, or */
	uint64_t shard_size; /* tokens, or bytes without a tokenizer, in one */
	const char *tokenizer_sha256; /* NULL: none */
	struct token_header tokens;   /* what all token shards say */
	struct gather_options gather;
	double alpha;
	struct quotas *quotas;
	struct balance balance;
	struct cap_ask cap;
	struct split_ask split;
	bool leak_check; /* count what is alike in different splits */
	bool stale;      /* a stale set will do */
};

struct export_summary {
	uint64_t pairs; /* that could be exported */
	struct manifest *manifest;
	uint64_t recalled; /* whose split was known from earlier exports */
	struct leaks leaks, meant; /* alike in text, in meaning */
	size_t vectors;            /* rows whose meaning was compared */
	struct cap_report caps;
	struct set set;
};

/* run: recorded when the database is changed, that is for several splits. */
int export_run(struct db *db, struct par *par, struct run *run,
	       const struct export_options *options,
	       struct export_summary *summary);

/* The summary as --json prints it. */
void export_json(const struct export_summary *summary, double seconds,
		 struct buf *out);
void export_summary_free(struct export_summary *summary);

#endif
