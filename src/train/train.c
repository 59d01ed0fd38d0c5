/* train.c - a whole run: steps, validation, checkpoints, an end */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "train/checkpoint.h"
#include "train/measure.h"
#include "train/trainer.h"

struct train {
	struct trainer trainer;
	struct train_state state;
	const char *folder;
	FILE *log;
	struct progress progress;
};

/* The tail is the last twentieth of the steps: at least one. */
static uint64_t tail_steps(const struct train_options *o)
{
	uint64_t n = o->schedule.steps / 20;

	return n ? n : 1;
}

static int open_log(struct train *run, bool resumed)
{
	const char *path = run->trainer.options.log;

	if (!path)
		return 0;
	run->log = fopen(path, resumed ? "a" : "w");
	if (!run->log)
		return err_sys(ERR_IO, "%s", path);
	if (!resumed)
		fputs("step,loss,gradient_norm,rate,val_loss\n", run->log);
	return 0;
}

static void log_step(struct train *run, const struct trainer_done *done,
		     double val_loss)
{
	if (!run->log)
		return;
	fprintf(run->log, "%llu,%.7g,%.7g,%.7g,",
		(unsigned long long)run->trainer.step, done->loss, done->norm,
		done->rate);
	if (isfinite(val_loss))
		fprintf(run->log, "%.7g", val_loss);
	fputc('\n', run->log);
	fflush(run->log);
}

static bool due(uint64_t step, uint64_t every, uint64_t steps)
{
	return every && (step % every == 0 || step == steps);
}

static int validate(struct train *run, double *loss)
{
	struct trainer *t = &run->trainer;
	struct train_state *s = &run->state;
	struct measure measure;
	int rc = measure_loss(t->model, t->data.valid, t->options.tokens,
			      t->par, &measure);

	if (rc < 0)
		return rc;
	*loss = s->last_loss = measure_mean(&measure);
	if (!s->best || *loss < s->best_loss) {
		s->best = t->step;
		s->best_loss = *loss;
		s->worse = 0;
		if (t->options.patience)
			rc = checkpoint_save_best(t, run->folder);
	} else {
		s->worse++;
	}
	progress_end(&run->progress);
	log_note("step %llu: validation loss %.4f%s",
		 (unsigned long long)t->step, *loss,
		 s->worse ? "" : ", the best");
	return rc;
}

static int one_step(struct train *run)
{
	struct trainer *t = &run->trainer;
	const struct train_options *o = &t->options;
	struct train_state *s = &run->state;
	struct trainer_done done;
	double val_loss = NAN;
	int rc;

	if ((rc = trainer_step(t, &done)) < 0)
		return rc;
	s->step = t->step;
	s->tokens += done.tokens;
	s->pairs += done.documents;
	if (t->step + tail_steps(o) > o->schedule.steps)
		s->tail += done.loss;
	if (t->data.valid && due(t->step, o->validate_every, o->schedule.steps))
		rc = validate(run, &val_loss);
	log_step(run, &done, val_loss);
	if (rc == 0 && o->save_every && t->step % o->save_every == 0 &&
	    t->step < o->schedule.steps)
		rc = checkpoint_save(t, s, run->folder);
	progress_set(&run->progress, s->tokens);
	return rc;
}

static bool patient(const struct train *run)
{
	const struct train_options *o = &run->trainer.options;

	return !o->patience || run->state.worse < o->patience;
}

static int all_steps(struct train *run)
{
	struct trainer *t = &run->trainer;
	uint64_t steps = t->options.schedule.steps;
	uint64_t each = t->options.batch * t->options.tokens;
	int rc = 0;

	progress_start(&run->progress, "train", "tokens", steps * each);
	while (rc == 0 && t->step < steps && patient(run))
		rc = one_step(run);
	progress_end(&run->progress);
	return rc;
}

static void fill_report(const struct train *run, double started,
			struct train_report *report)
{
	const struct train_state *s = &run->state;
	const struct train_options *o = &run->trainer.options;
	bool chose = o->patience && s->best;

	*report = (struct train_report){
		.steps = s->step,
		.tokens = s->tokens,
		.pairs = s->pairs,
		.loss = s->tail / (double)tail_steps(o),
		.val_loss = !s->best ? NAN :
			    chose    ? s->best_loss :
				       s->last_loss,
		.seconds = seconds_now() - started,
		.stopped = s->step < o->schedule.steps,
		.best = chose ? s->best : s->step,
	};
}

int train_run(struct causal *model, const struct train_data *data,
	      const struct train_options *options, struct par *par,
	      const char *folder, bool resume, struct train_report *report)
{
	struct train run = { .folder = folder };
	double started = seconds_now();
	uint64_t tokens_before = 0;
	int rc;

	rc = trainer_init(&run.trainer, model, data, options, par);
	if (rc == 0 && resume)
		rc = checkpoint_load(&run.trainer, &run.state, folder);
	if (rc > 0)
		log_note("going on after step %llu",
			 (unsigned long long)run.trainer.step);
	tokens_before = run.state.tokens;
	if (rc >= 0)
		rc = open_log(&run, rc > 0);
	if (rc == 0)
		rc = all_steps(&run);
	if (rc == 0 && options->patience && run.state.best)
		rc = checkpoint_load_best(&run.trainer, folder);
	if (rc == 0) {
		fill_report(&run, started, report);
		report->trained_here = run.state.tokens - tokens_before;
	}
	if (run.log)
		fclose(run.log);
	trainer_free(&run.trainer);
	return rc;
}
