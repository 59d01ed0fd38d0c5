/*
 * eigen.h - eigenvalues of a symmetric matrix
 *
 * Source     LAPACK's dsyev, as OpenBLAS brings it
 * Threads    any; one thread works
 */
#ifndef NN_EIGEN_H
#define NN_EIGEN_H

#include <stddef.h>

/*
 * The eigenvalues of a (C, C), ascending, into value (C).  a is destroyed.
 * ERR_LIMIT when it does not converge, as with numbers that are not finite.
 */
int eigen_values(double *a, size_t c, double *value);

#endif
