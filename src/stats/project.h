/*
 * project.h - vectors of pairs on a plane, to look at
 *
 * A sample of the vectors, drawn by rng_keyed() of pair ids, on the two
 * directions in which they spread most: principal components by orthogonal
 * iteration from a fixed start.  The sign of a direction is the one that makes
 * its largest entry positive, so the map does not flip from run to run.
 *
 *     rc = project_read(&project, &db, 3000);     n = 0: there are no vectors
 *     project_free(&project);
 *
 * Cost       about 50 passes over n x d numbers
 * Source     Golub and Van Loan, "Matrix Computations", section 8.2.4
 */
#ifndef STATS_PROJECT_H
#define STATS_PROJECT_H

#include "db/db.h"

struct project {
	struct arena arena;
	double *x, *y;    /* (n) */
	struct str *lang; /* (n) of the instruction */
	size_t n;
	double share; /* of the spread that the plane shows */
};

int project_read(struct project *project, struct db *db, size_t most);
void project_free(struct project *project);

#endif
