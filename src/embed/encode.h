/*
 * encode.h - lines of text to a .npy file of vectors
 *
 *     offset  size
 *     0       8     "\x93NUMPY", 1, 0
 *     8       2     H, so that 10 + H is a multiple of 64
 *     10      H     {'descr': '<f4', 'fortran_order': False, 'shape': (N, D), }
 *                   spaces, and a line feed
 *     10 + H  4 N D float32, little-endian, row by row
 *
 * Row i is line i; an empty line has a row too.  Standard input is kept in an
 * unnamed file first, so that N is known before the first row is written.
 *
 * Errors     ERR_FORMAT: a line is not UTF-8; ERR_IO.  OUT appears whole or
 *            not at all
 * Source     the format description of NumPy, version 1.0
 */
#ifndef EMBED_ENCODE_H
#define EMBED_ENCODE_H

#include "embed/pool.h"

/* path: a file of lines, "-" is standard input.  Returns the lines. */
int64_t encode_file(const char *path, const char *out,
		    const struct encoder *encoder, struct par *par);

#endif
