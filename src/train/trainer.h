/*
 * trainer.h - a model and examples in, a better model out
 *
 *     struct trainer trainer;
 *     if ((rc = trainer_init(&trainer, &model, &data, &options, par)) < 0) ...
 *     while (trainer.step < options.schedule.steps)
 *         if ((rc = trainer_step(&trainer, &done)) < 0) ...
 *     trainer_free(&trainer);
 *
 * train_run() is that with validation, early stopping and checkpoints.
 *
 * One step takes B rows.  They are cut into units of a few rows and the units
 * dealt to L lanes, each with a gradient of its own; lanes are added up in a
 * tree.  B, units and L depend on the model and the options, never on the
 * threads, so any -j gives the same bits.  A pass needs memory for one unit
 * only, so B may be as large as you like: that is gradient accumulation.
 *
 * Whatever is drawn by chance (order, noise) depends on (seed, step), so a
 * checkpoint is the step, the weights and the moments, and a run that was
 * killed ends in the same bytes as one that was not.
 *
 * Errors     ERR_ANSWER: the loss or the gradient is not a number: the step
 *            is named, nothing was changed by it; ERR_NOMEM, ERR_IO
 * Source     adamw.h, lora.h, schedule.h; Jain et al., "NEFTune", 2023;
 *            Ouyang et al., "Training language models to follow instructions",
 *            2022 (KL and pre-training loss against the alignment tax)
 */
#ifndef TRAIN_TRAINER_H
#define TRAIN_TRAINER_H

#include "base/par.h"
#include "nn/adamw.h"
#include "train/batch.h"
#include "train/lora.h"
#include "train/pool.h"
#include "train/schedule.h"

struct train_options {
	size_t batch, tokens; /* B rows of T tokens */
	bool alone; /* a document a row, not packed */
	struct schedule schedule;
	struct adamw adamw; /* rate is the schedule's */
	double clip;        /* largest gradient norm, 0 none */
	double prompt;      /* weight of prompt tokens */
	double replay;      /* share of rows from the text */
	double kl;          /* pull to the model at the start */
	double neftune;     /* noise on embeddings of pairs, 0 none */
	size_t rank;        /* of LoRA, 0: all weights */
	double alpha;       /* of LoRA */
	uint64_t seed;
	uint64_t validate_every, save_every; /* steps, 0 never */
	uint64_t patience; /* validations without gain, 0 no early stop */
	const char *log;   /* CSV of every step, or NULL */
};

struct train_data {
	const struct corpus *pairs; /* what is trained on */
	const struct corpus *text;  /* to replay, or NULL */
	const struct corpus *valid; /* or NULL */
};

struct train_report {
	uint64_t steps, tokens, pairs;
	double loss;     /* mean of the last twentieth of the steps */
	double val_loss; /* of the model that is kept; NaN without */
	double seconds;
	bool stopped; /* early */
	uint64_t best; /* step that is kept */
	uint64_t trained_here; /* tokens since the start or the resume */
};

struct trainer_done {
	double loss, norm, rate; /* of this step */
	uint64_t tokens, documents;
};

struct trainer_slice;

struct trainer {
	struct train_options options;
	struct train_data data;
	struct par *par;
	struct causal *model;
	struct causal base; /* KL */
	struct lora lora;
	uint64_t step, taken; /* done; rows taken */
	/* what the optimiser moves: the weights, or the factors of LoRA */
	float *trained, *m, *v, *gradient;
	size_t n;
	struct trainer_slice *slice;
	size_t slices;
	/* lanes */
	struct causal_params *lane; /* (lanes) gradients */
	size_t lanes, units, unit_rows;
	double *unit_loss; /* (units) */
	struct rows pairs, text;
	struct batch batch;
	float *noise; /* (B T, C), or NULL */
	struct pool pool;
	struct adamw adamw; /* of this step */
	float scale;
};

int trainer_init(struct trainer *trainer, struct causal *model,
		 const struct train_data *data,
		 const struct train_options *options, struct par *par);
void trainer_free(struct trainer *trainer);
int trainer_step(struct trainer *trainer, struct trainer_done *done);

/* All of it; folder receives checkpoints.  resume: go on from one. */
int train_run(struct causal *model, const struct train_data *data,
	      const struct train_options *options, struct par *par,
	      const char *folder, bool resume, struct train_report *report);

#endif
