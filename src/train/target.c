/* target.c - centre, turn and scale a teacher's vectors */
#include "train/target.h"

#include <math.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "model/weights.h"
#include "nn/eigen.h"
#include "nn/gemm.h"
#include "text/script.h"
#include "text/utf8.h"

enum { ROWS = 1024 }; /* at a time */

unsigned target_language(struct str text)
{
	const char *at = text.at, *end = at + text.n;
	size_t cjk = 0, letters = 0;

	while (at < end) {
		uint32_t c = utf8_next(&at);

		if (script_is_cjk(script_of(c)))
			cjk++;
		letters += char_kind(c) == CHAR_LETTER;
	}
	return cjk * 3 >= letters && cjk ? 0 : 1;
}

static void fit_means(struct target *t, const struct npy *npy,
		      const unsigned char *language, float *row)
{
	double *sum = mem_array(TARGET_LANGUAGES * t->raw, sizeof *sum);
	size_t n[TARGET_LANGUAGES] = { 0 };

	for (size_t i = 0; i < npy->rows; i++) {
		npy_row(npy, i, row);
		n[language[i]]++;
		for (size_t c = 0; c < t->raw; c++)
			sum[language[i] * t->raw + c] += (double)row[c];
	}
	for (size_t l = 0; l < TARGET_LANGUAGES; l++)
		for (size_t c = 0; c < t->raw; c++)
			t->mean[l * t->raw + c] =
				n[l] ? (float)(sum[l * t->raw + c] /
					       (double)n[l]) : 0;
	free(sum);
}

/* covariance (raw, raw) of the centred rows; block (ROWS, raw) is scratch */
static void fit_covariance(const struct target *t, const struct npy *npy,
			   const unsigned char *language, float *block,
			   float *product, double *covariance)
{
	size_t raw = t->raw;

	for (size_t from = 0; from < npy->rows; from += ROWS) {
		size_t n = npy->rows - from < ROWS ? npy->rows - from : ROWS;

		for (size_t i = 0; i < n; i++) {
			const float *mean = t->mean + language[from + i] * raw;
			float *row = block + i * raw;

			npy_row(npy, from + i, row);
			for (size_t c = 0; c < raw; c++)
				row[c] -= mean[c];
		}
		gemm_tn(raw, raw, n, 1, block, raw, block, raw, 0, product,
			raw);
		for (size_t i = 0; i < raw * raw; i++)
			covariance[i] += (double)product[i] /
					 (double)npy->rows;
	}
}

static void target_init(struct target *t, size_t raw, size_t d)
{
	*t = (struct target){ .raw = raw, .d = d };
	t->mean = mem_array(TARGET_LANGUAGES * raw, sizeof *t->mean);
	t->basis = mem_array(d * raw, sizeof *t->basis);
	t->variance = mem_array(d, sizeof *t->variance);
}

int target_fit(struct target *t, const struct npy *npy,
	       const unsigned char *language, size_t d)
{
	size_t raw = npy->columns;
	float *block, *product;
	double *covariance, *vector, *value;
	int rc;

	if (npy->rows < d || raw < d)
		return err_set(ERR_FORMAT, "%zu vectors of %zu numbers are too "
					   "few to fit %zu dimensions",
			       npy->rows, raw, d);
	target_init(t, raw, d);
	block = mem_array(ROWS * raw, sizeof *block);
	product = mem_array(raw * raw, sizeof *product);
	covariance = mem_array(raw * raw, sizeof *covariance);
	vector = mem_array(raw * raw, sizeof *vector);
	value = mem_array(raw, sizeof *value);
	fit_means(t, npy, language, block);
	fit_covariance(t, npy, language, block, product, covariance);
	rc = eigen_symmetric(covariance, raw, value, vector);
	for (size_t i = 0; rc == 0 && i < d; i++) {
		double scale = pow(fmax(value[i], 1e-12), -0.25);

		t->variance[i] = (float)value[i];
		for (size_t c = 0; c < raw; c++)
			t->basis[i * raw + c] =
				(float)(scale * vector[i * raw + c]);
	}
	free(block);
	free(product);
	free(covariance);
	free(vector);
	free(value);
	return rc;
}

void target_free(struct target *target)
{
	free(target->mean);
	free(target->basis);
	free(target->variance);
	*target = (struct target){ 0 };
}

void target_of(const struct target *t, const float *vector, unsigned language,
	       float *out)
{
	const float *mean = t->mean + language * t->raw;
	double square = 0;

	for (size_t i = 0; i < t->d; i++) {
		const float *basis = t->basis + i * t->raw;
		float sum = 0;

		for (size_t c = 0; c < t->raw; c++)
			sum += basis[c] * (vector[c] - mean[c]);
		out[i] = sum;
		square += (double)sum * (double)sum;
	}
	for (size_t i = 0; i < t->d; i++)
		out[i] *= (float)(1 / sqrt(square + 1e-20));
}

int target_save(const struct target *t, const char *path)
{
	struct weight weight[] = {
		{ .name = STR("mean"), .type = WEIGHT_F32, .dims = 2,
		  .shape = { TARGET_LANGUAGES, t->raw }, .at = t->mean,
		  .n = TARGET_LANGUAGES * t->raw },
		{ .name = STR("basis"), .type = WEIGHT_F32, .dims = 2,
		  .shape = { t->d, t->raw }, .at = t->basis,
		  .n = t->d * t->raw },
		{ .name = STR("variance"), .type = WEIGHT_F32, .dims = 1,
		  .shape = { t->d }, .at = t->variance, .n = t->d },
	};

	return weights_save(path, weight, 3, NULL, 0);
}

int target_load(struct target *t, const char *path)
{
	const struct weight *mean, *basis, *variance;
	struct weights file;
	int rc = weights_open(&file, path);

	if (rc < 0)
		return rc;
	basis = weights_find(&file, "basis");
	if (!basis || basis->dims != 2) {
		rc = err_set(ERR_FORMAT, "%s: no basis in it", path);
		goto done;
	}
	target_init(t, basis->shape[1], basis->shape[0]);
	if ((rc = weights_need(&file, "mean", 2, (uint64_t[]){
		     TARGET_LANGUAGES, t->raw }, &mean)) < 0 ||
	    (rc = weights_need(&file, "variance", 1, (uint64_t[]){ t->d },
			       &variance)) < 0)
		goto done;
	weight_floats(mean, 0, mean->n, t->mean);
	weight_floats(basis, 0, basis->n, t->basis);
	weight_floats(variance, 0, variance->n, t->variance);
done:
	weights_close(&file);
	return rc;
}
