/*
 * card.h - README.md and dataset_info.json of an export
 *
 * The YAML at the head of README.md is what `datasets.load_dataset("DIR")`
 * reads: which files belong to which split, and that meta/ belongs to none.
 * dataset_info.json is what LLaMA-Factory reads.
 *
 * Source     https://huggingface.co/docs/hub/datasets-manual-configuration;
 *            LLaMA-Factory, data/README.md
 */
#ifndef EXPORT_CARD_H
#define EXPORT_CARD_H

#include "export/gather.h"
#include "shard/manifest.h"

/* languages, licenses: of what is exported. */
void card_readme(const struct manifest *manifest, const struct set *set,
		 struct buf *out);
void card_info(const struct manifest *manifest, struct buf *out);

/* "train-*-of-00004.jsonl": the shards of a split. */
void card_pattern(const struct manifest *manifest, const char *split,
		  struct buf *out);

#endif
