/*
 * npy.h - a matrix in NumPy's file format, mapped
 *
 *     offset  size
 *     0       6     "\x93NUMPY"
 *     6       2     version, 1.0 to 3.0
 *     8       2, 4  N, the length of the header (4 bytes from version 2)
 *     ...     N     "{'descr': '<f4', 'fortran_order': False,
 *                   'shape': (rows, columns), }", spaces, a line end
 *     ...           rows * columns numbers
 *
 * '<f4' and '<f2' are read.
 *
 * Ownership  the struct owns the mapping
 * Errors     ERR_IO, ERR_FORMAT
 * Threads    read-only after npy_open()
 * Source     NumPy enhancement proposal 1
 */
#ifndef TRAIN_NPY_H
#define TRAIN_NPY_H

#include <stdbool.h>
#include <stddef.h>

struct npy {
	size_t rows, columns;
	bool half; /* 16 bits a number */
	const char *at; /* the first number */
	void *map;
	size_t size;
};

int npy_open(struct npy *npy, const char *path);
void npy_close(struct npy *npy);

/* Row i as floats, into out (columns). */
void npy_row(const struct npy *npy, size_t i, float *out);

#endif
