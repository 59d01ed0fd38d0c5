/* rank.c - correlation and retrieval */
#include "train/rank.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/vec.h"
#include "text/utf8.h"

static void name_of(struct rank *rank, const char *path)
{
	const char *base = strrchr(path, '/');

	base = base ? base + 1 : path;
	snprintf(rank->name, sizeof rank->name, "%.*s",
		 (int)strcspn(base, "."), base);
}

/* The next field of a line, up to a tab or its end. */
static struct str field(const char **at, const char *end)
{
	const char *from = *at, *stop = memchr(from, '\t',
					       (size_t)(end - from));

	stop = stop ? stop : end;
	*at = stop < end ? stop + 1 : end;
	return (struct str){ from, (size_t)(stop - from) };
}

static int read_line(struct str line, struct str pair[2], double *score)
{
	const char *at = line.at, *end = line.at + line.n;
	char number[32] = "";
	struct str third;
	char *stop;

	pair[0] = field(&at, end);
	pair[1] = field(&at, end);
	third = field(&at, end);
	if (third.n < sizeof number)
		memcpy(number, third.at, third.n);
	*score = strtod(number, &stop);
	if (stop == number || utf8_check(line.at, line.n) != line.n)
		return err_set(ERR_FORMAT, "not: text TAB text TAB number");
	return 0;
}

int rank_read(struct rank *rank, const char *path,
	      const struct student_input *in, struct par *par)
{
	VEC(struct str) text = { 0 };
	VEC(double) score = { 0 };
	struct buf file = { 0 };
	const char *at, *end;
	int rc = text_read(path, &file);

	*rank = (struct rank){ .retrieval = true };
	name_of(rank, path);
	at = file.at;
	end = at + file.n;
	while (rc == 0 && at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		struct str line = { at, (size_t)((stop ? stop : end) - at) };
		struct str pair[2];
		double value;

		if ((rc = read_line(line, pair, &value)) < 0) {
			rc = err_wrap(rc, "%s:%zu", path, score.n + 1);
			break;
		}
		vec_push(&text, pair[0]);
		vec_push(&text, pair[1]);
		vec_push(&score, value);
		if (score.at[0] < value || score.at[0] > value)
			rank->retrieval = false;
		at += line.n + 1;
	}
	if (rc == 0)
		features_make(&rank->features, in, text.at, text.n, par);
	rank->pairs = score.n;
	rank->score = score.at;
	vec_free(&text);
	buf_free(&file);
	return rc;
}

void rank_free(struct rank *rank)
{
	features_free(&rank->features);
	free(rank->score);
	*rank = (struct rank){ 0 };
}

/* -- correlation -- */

struct item {
	double value;
	size_t i;
};

static int by_value(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (x->value < y->value)
		return -1;
	if (x->value > y->value)
		return 1;
	return (x->i > y->i) - (x->i < y->i);
}

static void ranks(const double *value, size_t n, double *out)
{
	struct item *item = mem_array(n, sizeof *item);

	for (size_t i = 0; i < n; i++)
		item[i] = (struct item){ value[i], i };
	qsort(item, n, sizeof *item, by_value);
	for (size_t from = 0, to; from < n; from = to) {
		for (to = from + 1; to < n; to++)
			if (item[to].value > item[from].value)
				break;
		for (size_t i = from; i < to; i++)
			out[item[i].i] = (double)(from + to - 1) / 2;
	}
	free(item);
}

double spearman(const double *a, const double *b, size_t n)
{
	double *x = mem_array(n, sizeof *x), *y = mem_array(n, sizeof *y);
	double mean = ((double)n - 1) / 2, xy = 0, xx = 0, yy = 0;

	ranks(a, n, x);
	ranks(b, n, y);
	for (size_t i = 0; i < n; i++) {
		xy += (x[i] - mean) * (y[i] - mean);
		xx += (x[i] - mean) * (x[i] - mean);
		yy += (y[i] - mean) * (y[i] - mean);
	}
	free(x);
	free(y);
	return xx > 0 && yy > 0 ? xy / sqrt(xx * yy) : 0;
}

static double cosine(const float *a, const float *b, size_t d)
{
	double sum = 0;

	for (size_t c = 0; c < d; c++)
		sum += (double)a[c] * (double)b[c];
	return sum;
}

static double retrieve(const struct rank *rank, const float *vector, size_t d)
{
	size_t right = 0;

	for (size_t i = 0; i < rank->pairs; i++) {
		double best = -2;
		size_t at = 0;

		for (size_t j = 0; j < rank->pairs; j++) {
			double c = cosine(vector + 2 * i * d,
					  vector + (2 * j + 1) * d, d);

			if (c > best) {
				best = c;
				at = j;
			}
		}
		right += at == i;
	}
	return rank->pairs ? 100.0 * (double)right / (double)rank->pairs : 0;
}

double rank_measure(const struct rank *rank, const float *vector, size_t d)
{
	double *value, result;

	if (rank->retrieval)
		return retrieve(rank, vector, d);
	value = mem_array(rank->pairs, sizeof *value);
	for (size_t i = 0; i < rank->pairs; i++)
		value[i] = cosine(vector + 2 * i * d, vector + (2 * i + 1) * d,
				  d);
	result = 100 * spearman(value, rank->score, rank->pairs);
	free(value);
	return result;
}
