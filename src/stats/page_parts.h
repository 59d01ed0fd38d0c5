/*
 * page_parts.h - what the sections of the page are made of
 *
 *     page_section(out, "sources", "Sources");
 *     page_table(out, "t-sources", column, 3, true);
 *     page_row(out); page_text_cell(out, name); page_number_cell(out, n);
 *     page_table_end(out);
 *     page_section_end(out);
 */
#ifndef STATS_PAGE_PARTS_H
#define STATS_PAGE_PARTS_H

#include "stats/about.h"
#include "stats/stats.h"

/* Text of the data: controls made visible, then escaped. */
void page_text(struct buf *out, struct str text);

void page_section(struct buf *out, const char *id, const char *title);
void page_section_end(struct buf *out);

struct page_column {
	const char *title;
	bool number;
};

/* filter: a box above it that hides rows. */
void page_table(struct buf *out, const char *id,
		const struct page_column *column, size_t columns, bool filter);
void page_row(struct buf *out);
void page_text_cell(struct buf *out, struct str text);
void page_number_cell(struct buf *out, uint64_t number);
void page_percent_cell(struct buf *out, uint64_t part, uint64_t whole);
void page_real_cell(struct buf *out, double value);
void page_table_end(struct buf *out);

/* Up to `most` characters of a text of the pair, its findings marked. */
void page_marked(struct buf *out, const struct about *about,
		 const struct about_text *text, uint64_t most);

/* The attribute lang="..." of an element, where the language is known. */
void page_language(struct buf *out, struct str lang);

/*
 * A pair with why it is where it is; findings and differences to the pair that
 * stays are marked.  other: that pair, or NULL.
 */
void page_pair(struct buf *out, const struct about *about,
	       const struct about *other);

/* The sections, in the order of the page. */
void page_funnel(struct stats *stats, struct buf *out);
void page_sources(struct stats *stats, struct buf *out);
void page_languages(struct stats *stats, struct buf *out);
void page_lengths(struct stats *stats, struct buf *out);
int page_duplicates(struct stats *stats, struct db *db, struct buf *out);
int page_findings(struct stats *stats, struct db *db, struct buf *out);
int page_scores(struct stats *stats, struct db *db, struct buf *out);
/* Part of the section on diversity: a map of the pairs that have vectors. */
int page_map(struct db *db, struct buf *out);
int page_diversity(struct stats *stats, struct db *db, struct buf *out);
int page_conflicts(struct stats *stats, struct db *db, struct buf *out);
void page_splits(struct stats *stats, struct buf *out);
int page_samples(struct stats *stats, struct db *db, struct buf *out);
int page_history(struct stats *stats, struct db *db, struct buf *out);

#endif
