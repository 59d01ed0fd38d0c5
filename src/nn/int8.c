/* int8.c - linear layers in bytes */
#include "nn/int8.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "nn/packed.h"
#include "nn/tile.h"

static size_t whole(size_t n, size_t step)
{
	return (n + step - 1) / step * step;
}

/* Row `row` of W into its place in a panel. */
static void pack_row(struct int8_linear *linear, size_t row, const float *w)
{
	size_t k4 = whole(linear->in, 4) / 4;
	int8_t *panel = linear->panel + row / PANEL * PANEL * 4 * k4 +
			row % PANEL * 4;
	float most = 0, factor;

	for (size_t i = 0; i < linear->in; i++)
		most = fmaxf(most, fabsf(w[i]));
	factor = most > 0 ? INT8_MOST / most : 0;
	linear->scale[row] = most / INT8_MOST;
	for (size_t i = 0; i < linear->in; i++) {
		int8_t q = (int8_t)lrintf(w[i] * factor);

		panel[i / 4 * 4 * PANEL + i % 4] = q;
		linear->sum[row] += q;
	}
}

int int8_init(struct int8_linear *linear, size_t out, size_t in,
	      const float *w, const float *bias)
{
	size_t rows = whole(out, PANEL);

	*linear = (struct int8_linear){ .in = in, .out = out };
	linear->panel = mem_try(rows * whole(in, 4), 1);
	if (!linear->panel)
		return ERR_NOMEM;
	linear->scale = mem_array(rows, sizeof *linear->scale);
	linear->sum = mem_array(rows, sizeof *linear->sum);
	linear->bias = mem_array(rows, sizeof *linear->bias);
	for (size_t i = 0; i < out; i++)
		pack_row(linear, i, w + i * in);
	if (bias)
		memcpy(linear->bias, bias, out * sizeof *bias);
	return 0;
}

void int8_free(struct int8_linear *linear)
{
	free(linear->panel);
	free(linear->scale);
	free(linear->sum);
	free(linear->bias);
	*linear = (struct int8_linear){ 0 };
}

/* -- the plain loops -- */

static void plain_tile(size_t rows, size_t k4, const uint8_t *a, size_t lda,
		       const int8_t *panel, int32_t *c)
{
	for (size_t i = 0; i < rows; i++)
		for (size_t j = 0; j < PANEL; j++) {
			int32_t sum = 0;

			for (size_t l = 0; l < 4 * k4; l++)
				sum += a[i * lda + l] *
				       panel[(l / 4 * PANEL + j) * 4 + l % 4];
			c[i * PANEL + j] = sum;
		}
}

static void plain_range(const float *x, size_t n, float *least, float *most)
{
	*least = *most = 0;
	for (size_t i = 0; i < n; i++) {
		*least = x[i] < *least ? x[i] : *least;
		*most = x[i] > *most ? x[i] : *most;
	}
}

static void plain_bytes(uint8_t *q, const float *x, size_t n, float factor,
			int32_t zero)
{
	for (size_t i = 0; i < n; i++) {
		long v = lrintf(x[i] * factor) + zero;

		q[i] = (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
	}
}

static void plain_unscale(float *y, const int32_t *c, int32_t zero,
			  const int32_t *sum, float scale, const float *column,
			  const float *bias)
{
	for (size_t i = 0; i < PANEL; i++) {
		float product = (float)(c[i] - zero * sum[i]) *
				(scale * column[i]);

		y[i] = product + bias[i];
	}
}

static const struct int8_kernel int8_plain = {
	.tile = plain_tile,
	.range = plain_range,
	.bytes = plain_bytes,
	.unscale = plain_unscale,
};

const struct int8_kernel *int8_kernel_of(enum isa isa, bool vnni)
{
#if defined __x86_64__
	if (vnni)
		return &int8_vnni;
	if (isa >= ISA_AVX2)
		return &int8_avx2;
#endif
	(void)isa;
	(void)vnni;
	return &int8_plain;
}

/* -- the product -- */

struct row {
	float scale;
	int32_t zero;
};

size_t int8_scratch(const struct int8_linear *linear, size_t n)
{
	return n * (sizeof(struct row) + whole(linear->in, 4));
}

/* A row of X in bytes: its least is 0, its most 255, and 0 is exact. */
static struct row to_bytes(const struct int8_kernel *kernel, const float *x,
			   size_t n, uint8_t *q)
{
	float least, most;
	struct row row = { 0 };

	kernel->range(x, n, &least, &most);
	row.scale = (most - least) / 255;
	if (!(row.scale > 0 && row.scale < INFINITY)) {
		row.scale = 0;
		memset(q, 0, n);
		return row;
	}
	row.zero = (int32_t)lrintf(-least / row.scale);
	kernel->bytes(q, x, n, 1 / row.scale, row.zero);
	return row;
}

/* Rows of the product with one panel, `width` columns of it. */
static void apply_panel(const struct int8_kernel *kernel,
			const struct int8_linear *linear, size_t column,
			const struct row *row, size_t n, const uint8_t *q,
			float *y, size_t ldy)
{
	size_t lda = whole(linear->in, 4), width = linear->out - column;
	const int8_t *panel = linear->panel + column * lda;
	int32_t c[TILE8_ROWS * PANEL];
	float part[PANEL];

	for (size_t i = 0; i < n; i += TILE8_ROWS) {
		size_t rows = n - i < TILE8_ROWS ? n - i : TILE8_ROWS;

		kernel->tile(rows, lda / 4, q + i * lda, lda, panel, c);
		for (size_t r = 0; r < rows; r++) {
			float *to = y + (i + r) * ldy + column;

			kernel->unscale(width < PANEL ? part : to,
					c + r * PANEL, row[i + r].zero,
					linear->sum + column, row[i + r].scale,
					linear->scale + column,
					linear->bias + column);
			if (width < PANEL)
				memcpy(to, part, width * sizeof *part);
		}
	}
}

void int8_apply_with(const struct int8_kernel *kernel,
		     const struct int8_linear *linear, size_t n,
		     const float *x, size_t ldx, float *y, size_t ldy,
		     void *scratch)
{
	size_t lda = whole(linear->in, 4);
	struct row *row = scratch;
	uint8_t *q = (uint8_t *)(row + n);

	for (size_t i = 0; i < n; i++) {
		row[i] = to_bytes(kernel, x + i * ldx, linear->in, q + i * lda);
		memset(q + i * lda + linear->in, 0, lda - linear->in);
	}
	for (size_t j = 0; j < linear->out; j += PANEL)
		apply_panel(kernel, linear, j, row, n, q, y, ldy);
}

void int8_apply(const struct int8_linear *linear, size_t n, const float *x,
		size_t ldx, float *y, size_t ldy, void *scratch)
{
	int8_apply_with(int8_kernel_of(cpu_isa(), cpu_has_vnni()), linear, n, x,
			ldx, y, ldy, scratch);
}
