/*
 * coarse.h - vectors in bytes: cosines nearly right, at a quarter of the reading
 *
 * A search that jumps about in memory waits for rows, not for products.  A row
 * becomes whole numbers of -127 to 127 and a scale; the cosine of two is then
 * off by less than COARSE_ERROR, so what is further below a bound than that need
 * not be looked at in floats.
 *
 *     coarse_make(&coarse, x, N, C, par);
 *     coarse_gather(&coarse, i, id, n, cosine);
 *     coarse_free(&coarse);
 *
 * Shapes     x (N, C) unit vectors, or zero; id, cosine (n)
 * Error      each number is off by at most scale / 2, the product of two rows
 *            by scale sqrt(C / 6) as a standard error: 0.001 for C = 256
 * Memory     N (C + 4) bytes, C rounded up to 32
 * Errors     ERR_NOMEM
 * Speed      whole numbers: every processor gives the same
 */
#ifndef NEAR_COARSE_H
#define NEAR_COARSE_H

#include <stddef.h>
#include <stdint.h>

#include "base/par.h"

#define COARSE_ERROR 0.01f

struct coarse {
	int8_t *at; /* (n, width) */
	float *scale;
	size_t n, c, width;
};

int coarse_make(struct coarse *coarse, const float *x, size_t n, size_t c,
		struct par *par);
void coarse_free(struct coarse *coarse);

/* cosine[j] = about that of rows i and id[j]. */
void coarse_gather(const struct coarse *coarse, size_t i, const uint32_t *id,
		   size_t n, float *cosine);

#endif
