/*
 * nibble.h - rows of numbers at four bits each
 *
 * A row is cut into groups of 32; a group has a scale s in half precision and
 * 32 values q in [1, 15]:
 *
 *     x = (q - 8) s
 *
 * Byte j of a group's 16 holds q of elements j (low half) and j + 16.  s is the
 * one of several that errs least, in squares.
 *
 *     nibble_pack(row, D, q, scale);
 *     nibble_sum(&table, id, n, weight, out);
 *
 * Shapes     D a multiple of 32; q (rows, D / 2), scale (rows, D / 32)
 * Ownership  the caller owns every array
 * Speed      AVX2, or the plain loop, which differs by rounding
 */
#ifndef MODEL_NIBBLE_H
#define MODEL_NIBBLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/cpu.h"

enum { NIBBLE_GROUP = 32 };

struct nibbles {
	size_t rows, d;
	const uint8_t *q;      /* (rows, d / 2) */
	const uint16_t *scale; /* (rows, d / 32) */
};

void nibble_pack(const float *row, size_t d, uint8_t *q, uint16_t *scale);

/* out (d) = row i */
void nibble_row(const struct nibbles *table, size_t i, float *out);

/* out (d) += weight * (the sum of n rows) */
void nibble_sum(const struct nibbles *table, const uint32_t *row, size_t n,
		float weight, float *out);

/* The same on an instruction set that this processor has, for tests. */
void nibble_sum_of(enum isa isa, const struct nibbles *table,
		   const uint32_t *row, size_t n, float weight, float *out);

#endif
