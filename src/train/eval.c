/* eval.c - what a model gained by tuning, and what it paid */
#define _GNU_SOURCE /* memmem */
#include "train/eval.h"

#include <math.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "text/normal.h"
#include "text/utf8.h"
#include "train/answer.h"
#include "train/batch.h"
#include "train/measure.h"
#include "train/pool.h"

enum { PREFIXES = 200, PREFIX_GIVEN = 128, PREFIX_TOKENS = 32 };

/* A pair as tokens: what is asked, then the last answer in [start, end). */
struct asked {
	const uint32_t *id;
	size_t start, end;
};

static struct asked asked_of(const struct corpus *c, size_t d)
{
	const unsigned char *mask = c->mask + c->start[d];
	struct asked a = { c->token + c->start[d], 0, 0 };

	a.end = c->start[d + 1] - c->start[d];
	while (a.end && !mask[a.end - 1])
		a.end--;
	a.start = a.end;
	while (a.start && mask[a.start - 1])
		a.start--;
	return a;
}

/* -- one pair -- */

struct item {
	size_t d;
	struct writer writer;
	struct answer answer;
	struct buf right, normal, other;
	double loss, swapped;
	struct chrf chrf;
	bool written, exact, refused;
};

struct job {
	const struct model *model;
	struct frozen frozen; /* its weights, packed */
	const struct eval_options *options;
	const struct corpus *corpus;
	struct pool pool;
	size_t next, longest; /* tokens of a document */
	struct eval *eval;
	bool lossless; /* only answers are wanted */
};

/* Token k of a prompt followed by an answer. */
static uint32_t token_at(const struct asked *prompt,
			 const struct asked *reply, size_t k)
{
	return k < prompt->start ? prompt->id[k] :
				   reply->id[reply->start + k - prompt->start];
}

/* Loss of an answer behind a prompt, whose start goes when there is no room. */
static int loss_behind(struct job *job, const struct asked *prompt,
		       const struct asked *reply, double *loss)
{
	size_t all = prompt->start + reply->end - reply->start - 1;
	size_t skip = all > job->pool.tokens ? all - job->pool.tokens : 0;
	struct batch batch = { 0 };
	struct pool_item *item;
	struct pass_batch part;
	int rc;

	if ((rc = pool_take(&job->pool, &item)) < 0)
		return rc;
	rc = batch_init(&batch, 1, all - skip);
	for (size_t i = 0; i < all - skip && rc == 0; i++) {
		batch.id[i] = token_at(prompt, reply, skip + i);
		batch.target[i] = token_at(prompt, reply, skip + i + 1);
		batch.position[i] = (uint32_t)i;
		batch.to[i] = (uint32_t)i + 1;
		batch.weight[i] = skip + i + 1 >= prompt->start;
	}
	if (rc == 0) {
		part = batch_part(&batch, 0, 1);
		pass_forward(&item->pass, &job->model->causal.weights, &part);
		*loss = pass_loss(&item->pass, &job->model->causal.weights,
				  &part, NULL, NULL);
	}
	batch_free(&batch);
	pool_give(&job->pool, item);
	return rc;
}

static void trim(struct buf *text)
{
	while (text->n && (unsigned char)text->at[text->n - 1] <= ' ')
		text->at[--text->n] = '\0';
}

static void normal_form(struct buf *out, struct buf *text)
{
	buf_clear(out);
	trim(text);
	normal_add(out, (struct str){ text->at, utf8_check(text->at, text->n) },
		   NORMAL_NFKC | NORMAL_SPACE);
}

/* A GPT-2 has no more positions than it has. */
static size_t room_for(const struct job *job, size_t tokens)
{
	const struct causal_config *c = &job->model->causal.config;

	return c->kind == CAUSAL_GPT2 && tokens > c->context ? c->context :
							       tokens;
}

static int write_answer(struct job *job, struct item *item,
			const struct asked *a)
{
	struct answer_how how = { .most = job->options->max_tokens };
	const char *refusal = job->options->refusal;
	int rc = 0;

	if (!item->writer.room)
		rc = writer_init(&item->writer, &job->frozen,
				 room_for(job, job->longest + how.most));
	if (rc == 0)
		rc = answer(job->model, &item->writer,
			    &(struct prompt){ a->id, a->start }, &how,
			    &item->answer);
	if (rc < 0)
		return rc;
	buf_clear(&item->right);
	tokenizer_decode(job->model->tokenizer, a->id + a->start,
			 a->end - a->start, &item->right);
	normal_form(&item->normal, &item->answer.text);
	normal_form(&item->other, &item->right);
	item->chrf = (struct chrf){ 0 };
	chrf_add(&item->chrf, buf_view(&item->normal),
		 buf_view(&item->other));
	item->exact = str_equal(buf_view(&item->normal),
				buf_view(&item->other));
	item->refused = memmem(item->normal.at ? item->normal.at : "",
			       item->normal.n, refusal, strlen(refusal)) &&
			!memmem(item->other.at ? item->other.at : "",
				item->other.n, refusal, strlen(refusal));
	item->written = true;
	return 0;
}

static int read_pair(void *context, void *at)
{
	struct job *job = context;
	struct item *item = at;

	if (job->next == job->corpus->documents)
		return 0;
	item->d = job->next++;
	return 1;
}

static int work_pair(void *context, void *at)
{
	struct job *job = context;
	struct item *item = at;
	const struct corpus *c = job->corpus;
	struct asked a = asked_of(c, item->d);
	struct asked b = asked_of(c, (item->d + 1) % c->documents);
	size_t limit = job->options->limit;
	int rc = 0;

	item->written = false;
	if (!a.start || !b.start)
		return 0;
	if (!job->lossless) {
		rc = loss_behind(job, &a, &a, &item->loss);
		if (rc == 0)
			rc = loss_behind(job, &b, &a, &item->swapped);
	}
	if (rc == 0 && (!limit || item->d < limit))
		rc = write_answer(job, item, &a);
	return rc;
}

static void tally(struct eval_tally *t, const struct item *item, size_t tokens)
{
	t->loss += item->loss;
	t->tokens += tokens;
	if (!item->written)
		return;
	t->n++;
	t->exact += item->exact;
	t->refused += item->refused;
	chrf_join(&t->chrf, &item->chrf);
}

static int write_pair(void *context, void *at)
{
	struct job *job = context;
	const struct corpus *c = job->corpus;
	struct item *item = at;
	struct asked a = asked_of(c, item->d);
	struct eval *eval = job->eval;

	if (!a.start)
		return 0;
	tally(&eval->all, item, a.end - a.start);
	eval->swapped += item->swapped;
	if (c->group && eval->groups)
		tally(&eval->group[c->group[item->d]], item, a.end - a.start);
	return 0;
}

/* A prompt without an answer: what is not the refusal is a false answer. */
static int write_unknown(void *context, void *at)
{
	struct job *job = context;
	struct item *item = at;
	const char *refusal = job->options->refusal;

	if (!item->written)
		return 0;
	job->eval->unknowns++;
	job->eval->false_answers +=
		!memmem(item->normal.at ? item->normal.at : "", item->normal.n,
			refusal, strlen(refusal));
	return 0;
}

/* -- plain beginnings -- */

/* Ended, or in a template's hands, long before the text would. */
static int work_prefix(void *context, void *at)
{
	struct job *job = context;
	struct item *item = at;
	const struct corpus *c = job->corpus;
	size_t all = c->start[item->d + 1] - c->start[item->d];
	struct answer_how how = { .most = PREFIX_TOKENS };
	size_t room = room_for(job, PREFIX_GIVEN + PREFIX_TOKENS);
	size_t given = all / 3;
	int rc = 0;

	if (room > PREFIX_TOKENS && given > room - PREFIX_TOKENS)
		given = room - PREFIX_TOKENS;
	item->written = room > PREFIX_TOKENS && given && all - given >= 8;
	if (!item->written)
		return 0;
	if (how.most > (all - given) / 2)
		how.most = (all - given) / 2;
	if (!item->writer.room)
		rc = writer_init(&item->writer, &job->frozen, room);
	if (rc == 0)
		rc = answer(job->model, &item->writer,
			    &(struct prompt){ c->token + c->start[item->d],
					      given },
			    &how, &item->answer);
	if (rc == 0)
		item->exact = item->answer.ended ||
			      memmem(item->answer.text.at ?
					     item->answer.text.at :
					     "",
				     item->answer.text.n, "###", 3);
	return rc;
}

static int write_prefix(void *context, void *at)
{
	struct job *job = context;
	struct item *item = at;

	job->eval->prefixes += item->written;
	job->eval->leaks += item->written && item->exact;
	return 0;
}

static int read_prefix(void *context, void *at)
{
	struct job *job = context;

	return job->next < PREFIXES ? read_pair(context, at) : 0;
}

/* -- all of it -- */

static size_t longest_of(const struct corpus *c)
{
	size_t most = 1;

	for (size_t d = 0; d < c->documents; d++)
		if (c->start[d + 1] - c->start[d] > most)
			most = c->start[d + 1] - c->start[d];
	return most;
}

static int each_document(struct job *job, const struct corpus *corpus,
			 struct par *par, struct par_map map)
{
	size_t slots = par_slots(par);
	struct item *item = mem_array(slots, sizeof *item);
	int rc;

	job->corpus = corpus;
	job->next = 0;
	job->longest = longest_of(corpus);
	/* another's prompt and one's own answer: at most twice as long; made
	   when it is first asked for, which plain text does not */
	pool_init(&job->pool, &job->model->causal.config, 1,
		  room_for(job, 2 * job->longest), false, false);
	map.item = item;
	map.item_size = sizeof *item;
	map.items = slots;
	map.context = job;
	rc = par_map(par, &map);
	for (size_t i = 0; i < slots; i++) {
		writer_free(&item[i].writer);
		answer_free(&item[i].answer);
		buf_free(&item[i].right);
		buf_free(&item[i].normal);
		buf_free(&item[i].other);
	}
	free(item);
	pool_free(&job->pool);
	return rc;
}

static int eval_text(struct job *job, const struct corpus *text,
		     struct par *par)
{
	struct measure m;
	int rc = measure_loss(&job->model->causal, text,
			      room_for(job, job->options->tokens), par, &m);

	job->eval->text_loss = m.sum;
	job->eval->text_tokens = m.tokens;
	if (rc < 0)
		return rc;
	return each_document(job, text, par,
			     (struct par_map){ .read = read_prefix,
					       .work = work_prefix,
					       .write = write_prefix });
}

int eval_model(const struct model *model, const struct eval_data *data,
	       const struct eval_options *options, struct par *par,
	       struct eval *eval)
{
	struct job job = { .model = model, .options = options, .eval = eval };
	int rc;

	*eval = (struct eval){ .groups = data->pairs->groups.n };
	eval->group = mem_array(eval->groups + 1, sizeof *eval->group);
	if ((rc = frozen_init(&job.frozen, &model->causal, LINEAR_FLOAT)) < 0)
		return rc;
	rc = each_document(&job, data->pairs, par,
			   (struct par_map){ .read = read_pair,
					     .work = work_pair,
					     .write = write_pair });
	if (rc == 0 && data->text)
		rc = eval_text(&job, data->text, par);
	job.lossless = true;
	if (rc == 0 && data->unknown)
		rc = each_document(&job, data->unknown, par,
				   (struct par_map){ .read = read_pair,
						     .work = work_pair,
						     .write = write_unknown });
	frozen_free(&job.frozen);
	return rc;
}

void eval_free(struct eval *eval)
{
	free(eval->group);
	*eval = (struct eval){ 0 };
}

void rate_interval(uint64_t k, uint64_t n, double *low, double *high)
{
	const double z = 1.959963984540054;
	double p = n ? (double)k / (double)n : 0, m = n ? (double)n : 1;
	double middle = (p + z * z / (2 * m)) / (1 + z * z / m);
	double half = z / (1 + z * z / m) *
		      sqrt(p * (1 - p) / m + z * z / (4 * m * m));

	*low = !n || k == 0 ? 0 : middle - half;
	*high = !n || k == n ? 1 : middle + half;
}
