/* checkpoint.c - a run that was killed goes on as if it had not been */
#include "train/checkpoint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/hash.h"
#include "model/weights.h"

static void path_of(struct buf *path, const char *folder, const char *name)
{
	buf_clear(path);
	buf_print(path, "%s/%s.safetensors", folder, name);
}

/*
 * One number for everything that decides how a run goes, but for the model's
 * weights at its start: those are in the checkpoint, or LoRA's W0.
 */
static uint64_t fingerprint(const struct trainer *t)
{
	const struct corpus *corpus[] = { t->data.pairs, t->data.text,
					  t->data.valid };
	struct train_options o = t->options;
	double number[] = {
		(double)o.batch,	   (double)o.tokens,
		(double)o.alone,
		(double)o.schedule.kind,   o.schedule.rate,
		o.schedule.floor,	   o.schedule.decay,
		(double)o.schedule.warm_up, (double)o.schedule.steps,
		o.adamw.beta1,		   o.adamw.beta2,
		o.adamw.eps,		   o.adamw.decay,
		o.clip,			   o.prompt,
		o.replay,		   o.kl,
		o.neftune,		   (double)o.rank,
		o.alpha,		   (double)o.seed,
		(double)o.validate_every,  (double)o.patience,
		(double)t->n,
	};
	uint64_t h = hash64(number, sizeof number, 1);

	for (size_t i = 0; i < 3; i++)
		if (corpus[i])
			h = hash64(corpus[i]->token,
				   corpus[i]->n * sizeof(uint32_t),
				   hash64(corpus[i]->mask, corpus[i]->n, h));
	if (t->lora.rank)
		h = hash64(t->lora.base, t->lora.size * sizeof(float), h);
	if (t->options.kl > 0)
		h = hash64(t->base.weights.base,
			   causal_size(&t->base.config) * sizeof(float), h);
	return h;
}

static struct weight vector(const char *name, const float *at, size_t n)
{
	return (struct weight){
		.name = str_of(name),
		.type = WEIGHT_F32,
		.dims = 1,
		.shape = { n },
		.at = at,
		.n = n,
	};
}

/* Hexadecimal floats are exact. */
int checkpoint_save(const struct trainer *t, const struct train_state *s,
		    const char *folder)
{
	struct weight weight[] = {
		vector("trained", t->trained, t->n),
		vector("m", t->m, t->n),
		vector("v", t->v, t->n),
	};
	char state[512], print[32];
	struct weights_note note[] = {
		{ STR("state"), { state, 0 } },
		{ STR("run"), { print, 0 } },
	};
	struct buf path = { 0 };
	int rc;

	note[0].value.n = (size_t)snprintf(
		state, sizeof state, "%llu %llu %llu %llu %llu %a %a %a",
		(unsigned long long)s->step, (unsigned long long)s->tokens,
		(unsigned long long)s->pairs, (unsigned long long)s->best,
		(unsigned long long)s->worse, s->best_loss, s->last_loss,
		s->tail);
	note[1].value.n = (size_t)snprintf(
		print, sizeof print, "%016llx",
		(unsigned long long)fingerprint(t));
	path_of(&path, folder, "checkpoint");
	rc = weights_save(path.at, weight, 3, note, 2);
	buf_free(&path);
	return rc < 0 ? err_wrap(rc, "saving a checkpoint") : 0;
}

static int read_state(struct str text, struct train_state *s)
{
	unsigned long long n[5];
	char copy[512];

	if (text.n >= sizeof copy)
		return err_set(ERR_FORMAT, "the state is too long");
	memcpy(copy, text.at, text.n);
	copy[text.n] = '\0';
	if (sscanf(copy, "%llu %llu %llu %llu %llu %la %la %la", &n[0], &n[1],
		   &n[2], &n[3], &n[4], &s->best_loss, &s->last_loss,
		   &s->tail) != 8)
		return err_set(ERR_FORMAT, "the state cannot be read");
	s->step = n[0];
	s->tokens = n[1];
	s->pairs = n[2];
	s->best = n[3];
	s->worse = n[4];
	return 0;
}

static int read_vector(const struct weights *file, const char *name, float *to,
		       size_t n)
{
	uint64_t shape = n;
	const struct weight *weight;
	int rc = weights_need(file, name, 1, &shape, &weight);

	if (rc == 0)
		weight_floats(weight, 0, n, to);
	return rc;
}

static int restore(struct trainer *t, struct train_state *s,
		   const struct weights *file)
{
	char print[32];
	int rc;

	snprintf(print, sizeof print, "%016llx",
		 (unsigned long long)fingerprint(t));
	if (!str_is(weights_note(file, "run"), print))
		return err_set(ERR_FORMAT,
			       "of another run: the options, the data or the "
			       "model to start from have changed");
	if ((rc = read_state(weights_note(file, "state"), s)) < 0 ||
	    (rc = read_vector(file, "trained", t->trained, t->n)) < 0 ||
	    (rc = read_vector(file, "m", t->m, t->n)) < 0 ||
	    (rc = read_vector(file, "v", t->v, t->n)) < 0)
		return rc;
	return 0;
}

static int seek(struct trainer *t, const struct train_state *s)
{
	uint64_t text;
	int rc;

	t->step = s->step;
	t->taken = s->step * t->options.batch;
	text = t->data.text ? batch_replayed(t->options.replay, t->taken) : 0;
	if (t->lora.rank)
		lora_merge(&t->lora, t->model->weights.base);
	rc = rows_seek(&t->pairs, t->taken - text);
	if (rc == 0 && t->data.text)
		rc = rows_seek(&t->text, text);
	return rc;
}

int checkpoint_load(struct trainer *t, struct train_state *s,
		    const char *folder)
{
	struct buf path = { 0 };
	struct weights file;
	int rc = 0;

	path_of(&path, folder, "checkpoint");
	if (access(path.at, F_OK) == 0 &&
	    (rc = weights_open(&file, path.at)) == 0) {
		rc = restore(t, s, &file);
		weights_close(&file);
		if (rc == 0)
			rc = seek(t, s);
		rc = rc < 0 ? err_wrap(rc, "%s", path.at) : 1;
	}
	buf_free(&path);
	return rc;
}

int checkpoint_save_best(const struct trainer *t, const char *folder)
{
	struct weight weight = vector("trained", t->trained, t->n);
	struct buf path = { 0 };
	int rc;

	path_of(&path, folder, "best");
	rc = weights_save(path.at, &weight, 1, NULL, 0);
	buf_free(&path);
	return rc;
}

int checkpoint_load_best(struct trainer *t, const char *folder)
{
	struct buf path = { 0 };
	struct weights file;
	int rc;

	path_of(&path, folder, "best");
	if ((rc = weights_open(&file, path.at)) == 0) {
		rc = read_vector(&file, "trained", t->trained, t->n);
		weights_close(&file);
	}
	if (rc == 0 && t->lora.rank)
		lora_merge(&t->lora, t->model->weights.base);
	buf_free(&path);
	return rc;
}

void checkpoint_remove(const char *folder)
{
	struct buf path = { 0 };

	path_of(&path, folder, "checkpoint");
	unlink(path.at);
	path_of(&path, folder, "best");
	unlink(path.at);
	buf_free(&path);
}
