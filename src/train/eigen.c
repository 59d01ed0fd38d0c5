/* eigen.c - eigenvalues of symmetric matrices, by Jacobi's rotations */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "train/target.h"

enum { SWEEPS = 30 }; /* it converges in less than ten */

static double outside(const double *a, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < i; j++)
			sum += a[i * n + j] * a[i * n + j];
	return sum;
}

/* x, y = cos x - sin y, sin x + cos y, over n numbers `step` apart */
static void turn(double *x, double *y, size_t n, size_t step, double cosine,
		 double sine)
{
	for (size_t i = 0; i < n * step; i += step) {
		double u = x[i], v = y[i];

		x[i] = cosine * u - sine * v;
		y[i] = sine * u + cosine * v;
	}
}

/* Rotate rows and columns p and q so that a[p][q] becomes 0. */
static void rotate(double *a, double *vector, size_t n, size_t p, size_t q)
{
	double off = a[p * n + q], slope, tangent, cosine;

	if (off == 0)
		return;
	slope = (a[q * n + q] - a[p * n + p]) / (2 * off);
	tangent = copysign(1 / (fabs(slope) + sqrt(1 + slope * slope)), slope);
	cosine = 1 / sqrt(1 + tangent * tangent);
	turn(a + p * n, a + q * n, n, 1, cosine, tangent * cosine);
	turn(a + p, a + q, n, n, cosine, tangent * cosine);
	turn(vector + p * n, vector + q * n, n, 1, cosine, tangent * cosine);
}

struct pair {
	double value;
	size_t row;
};

static int by_value(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	if (x->value != y->value)
		return x->value < y->value ? 1 : -1;
	return (x->row > y->row) - (x->row < y->row);
}

void eigen_symmetric(double *matrix, size_t n, double *value, double *vector)
{
	double *made = mem_array(n * n, sizeof *made), before;
	struct pair *order = mem_array(n, sizeof *order);

	for (size_t i = 0; i < n; i++)
		made[i * n + i] = 1;
	before = outside(matrix, n);
	for (int s = 0; s < SWEEPS && outside(matrix, n) > before * 1e-24; s++)
		for (size_t p = 0; p + 1 < n; p++)
			for (size_t q = p + 1; q < n; q++)
				rotate(matrix, made, n, p, q);
	for (size_t i = 0; i < n; i++)
		order[i] = (struct pair){ matrix[i * n + i], i };
	qsort(order, n, sizeof *order, by_value);
	for (size_t i = 0; i < n; i++) {
		value[i] = order[i].value;
		memcpy(vector + i * n, made + order[i].row * n,
		       n * sizeof *vector);
	}
	free(order);
	free(made);
}
