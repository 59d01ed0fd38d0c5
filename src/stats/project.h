/*
 * project.h - vectors of pairs on a plane, to look at
 *
 * A sample of the vectors, drawn by rng_keyed() of pair ids, on the two
 * directions in which they spread most: principal components by orthogonal
 * iteration from a fixed start.  The sign of a direction is the one that makes
 * its largest entry positive, so the map does not flip from run to run.  From
 * there neighbours are brought together (layout.h).
 *
 *     rc = project_read(&project, &db, 2000);     n = 0: there are no vectors
 *     project_free(&project);
 *
 * Cost       about 50 passes over n x d numbers, n x n x d for the neighbours,
 *            and that of layout_refine()
 * Source     Golub and Van Loan, "Matrix Computations", section 8.2.4
 */
#ifndef STATS_PROJECT_H
#define STATS_PROJECT_H

#include "db/db.h"

/* What there is to know of a point. */
struct spot {
	int64_t id;
	struct str lang, category, source;
	struct str instruction, response; /* how they begin */
	bool kept;
};

struct project {
	struct arena arena;
	double *x, *y;     /* (n) */
	struct spot *spot; /* (n) */
	size_t n;
	double plain, refined; /* of 10 neighbours, share that stay neighbours:
				  on the two directions, and in the end */
};

int project_read(struct project *project, struct db *db, size_t most);
void project_free(struct project *project);

#endif
