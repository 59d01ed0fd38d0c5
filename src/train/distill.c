/* distill.c - the steps of a distillation */
#include "train/distill.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/rng.h"
#include "model/mini.h"
#include "train/deepen.h"
#include "train/lookup.h"
#include "train/rank.h"

struct distilling {
	const struct distill_options *options;
	struct par *par;
	struct tokenizer *tokenizer;
	struct student_input in;
	struct target target;
	struct lesson lesson;
	struct rank *rank; /* (devs) */
	struct lookup lookup;
	struct mini *mini; /* of the table under layers */
	struct deep deep;
};

static int read_all(struct distilling *d)
{
	const struct distill_options *o = d->options;
	int rc;

	if ((rc = tokenizer_open(&d->tokenizer, o->tokenizer)) < 0)
		return rc;
	d->in = (struct student_input){ d->tokenizer, (uint32_t)o->buckets,
					256 };
	if (o->target && (rc = target_load(&d->target, o->target)) < 0)
		return rc;
	rc = lesson_read(&d->lesson, o->text, o->teacher, &d->in,
			 o->dimension, &d->target, d->par);
	d->rank = mem_array(o->devs, sizeof *d->rank);
	for (size_t i = 0; i < o->devs && rc == 0; i++)
		rc = rank_read(&d->rank[i], o->dev[i], &d->in, d->par);
	return rc;
}

/* How often each token stands in the texts: share (tokens). */
static void token_shares(const struct features *f, size_t tokens,
			 double *share)
{
	for (size_t i = 0; i < f->tokens; i++)
		if (f->token[i] < tokens)
			share[f->token[i]] += 1 / (double)f->tokens;
}

/* Small numbers by chance; nothing could be learnt from zeros. */
static void start_random(struct distilling *d)
{
	struct lookup *lookup = &d->lookup;
	size_t n = (lookup->tokens + lookup->buckets) * lookup->d;
	struct rng rng;

	rng_init(&rng, d->options->seed, "start");
	for (size_t i = 0; i < n; i++)
		lookup->table[i] = (float)(rng_unit(&rng) - 0.5) * 2e-3f;
}

/* Rows from the teacher's vectors of the pieces; frequent ones weigh less. */
static int start_table(struct distilling *d)
{
	size_t dim = d->target.d, tokens = d->lookup.tokens;
	double *share = mem_array(tokens, sizeof *share);
	float *raw = mem_array(d->target.raw, sizeof *raw);
	struct npy npy = { 0 };
	int rc = npy_open(&npy, d->options->pieces);

	if (rc == 0 && (npy.rows != tokens || npy.columns != d->target.raw))
		rc = err_set(ERR_FORMAT, "%s is %zu x %zu, not %zu x %zu",
			     d->options->pieces, npy.rows, npy.columns, tokens,
			     d->target.raw);
	token_shares(&d->lesson.features, tokens, share);
	for (size_t i = 0; i < tokens && rc == 0; i++) {
		struct str name = tokenizer_name(d->tokenizer, (uint32_t)i);
		float *row = d->lookup.table + i * dim;
		double weight = 1e-3 / (1e-3 + share[i]);

		npy_row(&npy, i, raw);
		target_of(&d->target, raw, target_language(name), row);
		for (size_t c = 0; c < dim; c++)
			row[c] *= (float)weight;
	}
	npy_close(&npy);
	free(share);
	free(raw);
	return rc;
}

/* Tell how good the model is now: the layers, where they have started. */
static void measure(struct distilling *d, double epoch, double loss)
{
	size_t devs = d->options->devs, dim = d->target.d;
	const char **name = mem_array(devs, sizeof *name);
	double *dev = mem_array(devs, sizeof *dev);
	struct distill_epoch report = { d->deep.n > 0, epoch, loss, name, dev,
					devs };

	for (size_t i = 0; i < devs; i++) {
		struct rank *rank = &d->rank[i];
		size_t n = 2 * rank->pairs;
		float *vector = mem_array(n * dim, sizeof *vector);

		if (report.layers)
			deep_encode(&d->deep, &rank->features, 0, n, d->par,
				    vector);
		else
			lookup_encode(&d->lookup, &rank->features, 0, n,
				      vector);
		name[i] = rank->name;
		dev[i] = rank_measure(rank, vector, dim);
		free(vector);
	}
	if (d->options->report)
		d->options->report(d->options->context, &report);
	free(name);
	free(dev);
}

static void measure_table(void *context, unsigned epoch, double loss)
{
	measure(context, epoch, loss);
}

static void measure_layers(void *context, double epoch, double loss)
{
	measure(context, epoch, loss);
}

static int save_model(struct distilling *d)
{
	const struct lookup *table = &d->lookup;

	return mini_save(d->options->output, &(struct mini_parts){
		.table = table->table, .tokens = table->tokens,
		.ngrams = table->buckets, .d = table->d, .like = d->mini,
		.ngram_weight = table->ngram_weight,
		.row_scale = d->deep.scale,
		.config = d->deep.n ? &d->deep.config : NULL,
		.params = &d->deep.weights,
	});
}

/* The folder: weights, the tokenizer beside them, and the targets' space. */
static int save(struct distilling *d)
{
	const struct distill_options *o = d->options;
	struct buf path = { 0 }, text = { 0 };
	int rc = file_folder(o->output);

	if (rc == 0)
		rc = save_model(d);
	buf_print(&path, "%s/tokenizer.json", o->output);
	if (rc == 0 && (rc = text_read(o->tokenizer, &text)) == 0)
		rc = file_save(path.at, buf_view(&text));
	buf_clear(&path);
	buf_print(&path, "%s/target.safetensors", o->output);
	if (rc == 0)
		rc = target_save(&d->target, path.at);
	buf_free(&path);
	buf_free(&text);
	return rc;
}

static int start(struct distilling *d)
{
	int rc = read_all(d);

	if (rc < 0)
		return rc;
	lookup_init(&d->lookup, tokenizer_size(d->tokenizer),
		    d->options->buckets, d->target.d);
	d->lookup.ngram_weight = d->options->ngram_weight;
	return 0;
}

static void finish(struct distilling *d)
{
	for (size_t i = 0; d->rank && i < d->options->devs; i++)
		rank_free(&d->rank[i]);
	free(d->rank);
	lookup_free(&d->lookup);
	deep_free(&d->deep);
	mini_free(d->mini);
	lesson_free(&d->lesson);
	target_free(&d->target);
	tokenizer_free(d->tokenizer);
}

static int train_table(struct distilling *d)
{
	const struct distill_options *o = d->options;
	struct lookup_options how = {
		.epochs = o->epochs, .batch = o->batch, .rate = o->rate,
		.warm = 0.06, .similarity = o->similarity, .alike = o->alike,
		.leaf = o->leaf, .drop = o->drop, .decay = 0.01,
		.seed = o->seed, .report = measure_table, .context = d,
	};
	int rc;

	start_random(d);
	if (o->pieces && (rc = start_table(d)) < 0)
		return rc;
	measure(d, 0, 0);
	if ((rc = lookup_train(&d->lookup, &d->lesson, &how, d->par)) < 0)
		return rc;
	return save(d);
}

/* The table as it was saved: layers are trained above that one. */
static int read_table(struct distilling *d, const char *path)
{
	struct mini_spec spec = { .table = true };
	int rc = mini_open(&d->mini, path, &spec);

	if (rc < 0)
		return rc;
	if (mini_dimension(d->mini) != d->lookup.d ||
	    mini_tokens(d->mini) != d->lookup.tokens ||
	    mini_ngrams(d->mini) != d->lookup.buckets)
		return err_set(ERR_FORMAT, "%s: %zu tokens, %zu n-grams and "
			       "%zu numbers, not %zu, %zu and %zu", path,
			       mini_tokens(d->mini), mini_ngrams(d->mini),
			       mini_dimension(d->mini), d->lookup.tokens,
			       d->lookup.buckets, d->lookup.d);
	mini_table(d->mini, d->lookup.table);
	return 0;
}

static int train_layers(struct distilling *d, const char *checkpoint)
{
	const struct distill_options *o = d->options;
	struct deepen_options how = {
		.epochs = o->layer_epochs, .reports = 3,
		.batch = o->layer_batch, .rate = o->layer_rate, .warm = 0.06,
		.decay = 0.01, .similarity = o->similarity, .alike = o->alike,
		.leaf = o->leaf, .drop = o->layer_drop, .seed = o->seed,
		.checkpoint = checkpoint,
		.report = measure_layers, .context = d,
	};
	struct deep_shape shape = { o->layers, o->heads, o->hidden };
	int rc = read_table(d, o->table ? o->table : o->output);

	if (rc < 0 || (rc = file_folder(o->output)) < 0 ||
	    (rc = deep_init(&d->deep, &d->lookup, &d->lesson.features, &shape,
			    o->seed)) < 0)
		return rc;
	if (access(checkpoint, F_OK) != 0)
		measure(d, 0, 0);
	if ((rc = deepen(&d->deep, &d->lesson, &how, d->par)) < 0 ||
	    (rc = save(d)) < 0)
		return rc;
	unlink(checkpoint);
	return 0;
}

static int train(struct distilling *d)
{
	const struct distill_options *o = d->options;
	struct buf checkpoint = { 0 };
	int rc = 0;

	buf_print(&checkpoint, "%s/checkpoint.safetensors", o->output);
	if (!o->table && !(o->layers && access(checkpoint.at, F_OK) == 0))
		rc = train_table(d);
	if (rc == 0 && o->layers)
		rc = train_layers(d, checkpoint.at);
	buf_free(&checkpoint);
	return rc;
}

int distill(const struct distill_options *options, struct par *par,
	    struct distill_summary *summary)
{
	struct distilling d = { .options = options, .par = par };
	int rc = start(&d);

	if (rc == 0)
		rc = train(&d);
	*summary = (struct distill_summary){
		d.lesson.features.texts, d.lesson.rows, d.lookup.tokens,
		d.lookup.buckets };
	finish(&d);
	return rc;
}
