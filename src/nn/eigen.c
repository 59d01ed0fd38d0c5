/* eigen.c - eigenvalues and eigenvectors of a symmetric matrix */
#include "nn/eigen.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "nn/gemm.h"

/* Fortran: everything by address, lengths of strings behind. */
void dsyev_(const char *jobz, const char *uplo, const int *n, double *a,
	    const int *lda, double *w, double *work, const int *lwork,
	    int *info, size_t jobz_length, size_t uplo_length);

int eigen_symmetric(double *matrix, size_t c, double *value, double *vector)
{
	const int n = (int)c, room = 40 * n + 1;
	double *work = mem_array((size_t)room, sizeof *work);
	int info = 0;

	gemm_one_thread();
	dsyev_(vector ? "V" : "N", "U", &n, matrix, &n, value, work, &room,
	       &info, 1, 1);
	free(work);
	if (info)
		return err_set(ERR_LIMIT, "the eigenvalues of a %d x %d matrix "
					  "cannot be found",
			       n, n);
	/* it leaves them the smallest first, vectors in the matrix's place */
	for (size_t i = 0; i < c / 2; i++) {
		double other = value[c - 1 - i];

		value[c - 1 - i] = value[i];
		value[i] = other;
	}
	for (size_t i = 0; vector && i < c; i++)
		memcpy(vector + i * c, matrix + (c - 1 - i) * c,
		       c * sizeof *vector);
	return 0;
}
