/*
 * job.h - one export on its way, for the files that share it
 *
 *     plan.c      which rows go where: splits, groups, sequences
 *     layout.c    shards, papers and manifest, in the folder or on stdout
 *     report.c    arguments and summary as JSON
 */
#ifndef EXPORT_JOB_H
#define EXPORT_JOB_H

#include "export/columns.h"
#include "export/export.h"
#include "export/order.h"
#include "shard/manifest.h"

/* Everything between reading and the manifest. */
struct exporting {
	const struct export_options *options;
	struct export_summary *summary;
	struct db *db;
	struct run *run;
	struct par *par;
	struct set *set;
	struct manifest *manifest;
	struct sequence *sequence; /* (splits) */
	uint64_t *weight;          /* (splits) */
	size_t *shards;            /* (splits) */
	struct duck duck;          /* opened for Parquet only */
};

/* Fills in splits and groups of the manifest, and the sequences. */
int plan_rows(struct exporting *e);

int layout_folder(struct exporting *e);
int layout_stdout(struct exporting *e);

/* Options that matter to what comes out, in a fixed order. */
void report_arguments(const struct export_options *options, struct buf *out);

#endif
