/* measure.c - the loss of a model on documents */
#include "train/measure.h"

#include <stdlib.h>

#include "base/mem.h"
#include "train/batch.h"
#include "train/pool.h"

enum { UNITS = 64 }; /* rows measured at a time */

struct job {
	const struct causal *model;
	struct pool pool;
	struct batch batch;
	double sum[UNITS];
};

static int each_row(void *context, size_t r)
{
	struct job *job = context;
	struct pass_batch part = batch_part(&job->batch, r, 1);
	struct pool_item *item;
	int rc;

	if ((rc = pool_take(&job->pool, &item)) < 0)
		return rc;
	pass_forward(&item->pass, &job->model->weights, &part);
	job->sum[r] = pass_loss(&item->pass, &job->model->weights, &part, NULL,
				NULL);
	pool_give(&job->pool, item);
	return 0;
}

static int measure_rows(struct job *job, struct rows *rows, struct par *par,
			struct measure *m)
{
	uint64_t left = rows->rows;
	int rc = 0;

	while (left && rc == 0) {
		job->batch.rows = left < UNITS ? left : UNITS;
		left -= job->batch.rows;
		rc = batch_fill(&job->batch, rows, NULL, 0, 0, 0);
		if (rc < 0 || job->batch.total == 0)
			continue;
		rc = par_for(par, job->batch.rows, each_row, job);
		for (size_t r = 0; r < job->batch.rows; r++)
			m->sum += job->sum[r] * job->batch.total;
		m->tokens += (uint64_t)job->batch.total;
	}
	return rc;
}

int measure_loss(const struct causal *model, const struct corpus *corpus,
		 size_t tokens, struct par *par, struct measure *measure)
{
	struct job *job = mem_alloc(sizeof *job);
	struct rows rows = { 0 };
	int rc;

	*measure = (struct measure){ 0 };
	job->model = model;
	pool_init(&job->pool, &model->config, 1, tokens, false, false);
	rc = batch_init(&job->batch, UNITS, tokens);
	if (rc == 0)
		rc = rows_init(&rows, corpus, tokens, 0, "measure", 0);
	if (rc == 0)
		rc = measure_rows(job, &rows, par, measure);
	rows_free(&rows);
	batch_free(&job->batch);
	pool_free(&job->pool);
	free(job);
	return rc;
}
