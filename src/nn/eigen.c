/* eigen.c - eigenvalues of a symmetric matrix */
#include "nn/eigen.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "nn/gemm.h"

/* Fortran: everything by address, lengths of strings behind. */
void dsyev_(const char *jobz, const char *uplo, const int *n, double *a,
	    const int *lda, double *w, double *work, const int *lwork,
	    int *info, size_t jobz_length, size_t uplo_length);

int eigen_values(double *a, size_t c, double *value)
{
	const int n = (int)c, room = 40 * n + 1;
	double *work = mem_array((size_t)room, sizeof *work);
	int info = 0;

	gemm_one_thread();
	dsyev_("N", "U", &n, a, &n, value, work, &room, &info, 1, 1);
	free(work);
	if (info)
		return err_set(ERR_LIMIT, "the eigenvalues of a %d x %d matrix "
					  "cannot be found",
			       n, n);
	return 0;
}
