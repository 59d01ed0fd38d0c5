/*
 * eigen.h - eigenvalues and eigenvectors of a symmetric matrix
 *
 * Source     LAPACK's dsyev, as OpenBLAS brings it
 * Threads    any; one thread works
 */
#ifndef NN_EIGEN_H
#define NN_EIGEN_H

#include <stddef.h>

/*
 * The eigenvalues of matrix (C, C) into value (C), largest first, and its
 * eigenvectors into the rows of vector (C, C), unless that is NULL.  matrix is
 * destroyed.  ERR_LIMIT when it does not converge, as with numbers that are not
 * finite.
 */
int eigen_symmetric(double *matrix, size_t c, double *value, double *vector);

#endif
