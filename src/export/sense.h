/*
 * sense.h - rows that mean the same: kept together, or found in two splits
 *
 * Where pairs have vectors (itdata-embed(1)), two rows are alike when the cosine
 * of theirs is at least the threshold, whatever their words.  Up to
 * SENSE_EXACT rows every two are compared.  Above, sense_join() looks at the
 * nearest SENSE_NEAR of each, found through cells that hold at least 99 of 100
 * of a sample's; sense_count() always compares every two.
 *
 *     rc = sense_read(&sense, set, db);        n is 0: there are no vectors
 *     rc = sense_join(&sense, &dsu, par, 0.9, seed);
 *     rc = sense_count(&sense, set, par, 0.9, &found);
 *     sense_free(&sense);
 *
 * Shapes     x (n, c), row (n): its number in the set
 * Memory     4 n c bytes, above SENSE_EXACT twice
 * Errors     ERR_DB, ERR_NOMEM
 */
#ifndef EXPORT_SENSE_H
#define EXPORT_SENSE_H

#include "db/vectors.h"
#include "export/gather.h"
#include "export/leak.h"

enum { SENSE_EXACT = 100 * 1000, SENSE_NEAR = 32 };

struct sense {
	struct vectors vectors;
	uint32_t *row; /* (n) in the order of the set */
	size_t n;
};

int sense_read(struct sense *sense, const struct set *set, struct db *db);
int sense_join(const struct sense *sense, struct dsu *dsu,
		 struct par *par, double threshold, uint64_t seed);
int sense_count(const struct sense *sense, const struct set *set,
		  struct par *par, double threshold, struct leaks *found);
void sense_free(struct sense *sense);

#endif
