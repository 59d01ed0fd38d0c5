/* lesson.c - lines and vectors to lessons */
#include "train/lesson.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/vec.h"
#include "read/input.h"
#include "text/utf8.h"

/* -- features -- */

enum { BATCH = 512 };

struct making {
	const struct student_input *in;
	const struct str *text;
	size_t n, next;
	struct features *out;
};

struct made {
	size_t from, to;
	struct features features;
	struct tokens tokens;
	struct ngrams ngrams;
};

static int next_batch(void *context, void *item)
{
	struct making *m = context;
	struct made *made = item;

	if (m->next == m->n)
		return 0;
	made->from = m->next;
	made->to = m->n - m->next < BATCH ? m->n : m->next + BATCH;
	m->next = made->to;
	return 1;
}

static void append(uint32_t **at, size_t *n, size_t *room, const uint32_t *from,
		   size_t more)
{
	if (!more)
		return;
	mem_grow(at, room, *n + more, sizeof **at);
	memcpy(*at + *n, from, more * sizeof **at);
	*n += more;
}

static void add_text(struct features *f, const uint32_t *token, size_t tokens,
		     const uint32_t *bucket, size_t buckets)
{
	append(&f->token, &f->tokens, &f->token_room, token, tokens);
	append(&f->bucket, &f->buckets, &f->bucket_room, bucket, buckets);
	mem_grow(&f->token_end, &f->token_end_room, f->texts + 1,
		 sizeof *f->token_end);
	mem_grow(&f->bucket_end, &f->bucket_end_room, f->texts + 1,
		 sizeof *f->bucket_end);
	f->token_end[f->texts] = f->tokens;
	f->bucket_end[f->texts++] = f->buckets;
}

static int make_batch(void *context, void *item)
{
	const struct making *m = context;
	struct made *made = item;
	const struct student_input *in = m->in;

	made->features.texts = made->features.tokens = 0;
	made->features.buckets = 0;
	for (size_t i = made->from; i < made->to; i++) {
		tokenizer_encode(in->tokenizer, m->text[i], false, in->most,
				 &made->tokens);
		ngrams_find(&made->ngrams, &made->tokens.piece, in->buckets);
		add_text(&made->features, made->tokens.id, made->tokens.n,
			 made->ngrams.bucket, made->ngrams.n);
	}
	return 0;
}

static int keep_batch(void *context, void *item)
{
	struct making *m = context;
	struct made *made = item;
	const struct features *f = &made->features;
	size_t token = 0, bucket = 0;

	for (size_t i = 0; i < f->texts; i++) {
		add_text(m->out, f->token + token, f->token_end[i] - token,
			 f->bucket + bucket, f->bucket_end[i] - bucket);
		token = f->token_end[i];
		bucket = f->bucket_end[i];
	}
	return 0;
}

void features_make(struct features *features, const struct student_input *in,
		   const struct str *text, size_t n, struct par *par)
{
	struct making making = { in, text, n, 0, features };
	size_t slots = par_slots(par);
	struct made *made = mem_array(slots, sizeof *made);
	struct par_map map = {
		.read = next_batch, .work = make_batch, .write = keep_batch,
		.item = made, .item_size = sizeof *made, .items = slots,
		.context = &making,
	};

	*features = (struct features){ 0 };
	par_map(par, &map);
	for (size_t i = 0; i < slots; i++) {
		features_free(&made[i].features);
		tokens_free(&made[i].tokens);
		ngrams_free(&made[i].ngrams);
	}
	free(made);
}

void features_free(struct features *f)
{
	free(f->token);
	free(f->bucket);
	free(f->token_end);
	free(f->bucket_end);
	*f = (struct features){ 0 };
}

struct view features_view(const struct features *f, size_t i)
{
	size_t token = i ? f->token_end[i - 1] : 0;
	size_t bucket = i ? f->bucket_end[i - 1] : 0;
	struct view view = {
		.token = f->token + token, .tokens = f->token_end[i] - token,
		.bucket = f->bucket + bucket,
		.buckets = f->bucket_end[i] - bucket,
	};

	if (view.tokens)
		view.token_weight = (float)(1 / sqrt((double)view.tokens));
	if (view.buckets)
		view.bucket_weight = (float)(1 / sqrt((double)view.buckets));
	return view;
}

/* -- lessons -- */

int text_read(const char *path, struct buf *out)
{
	enum { STEP = 1 << 20 };
	struct input input;
	ssize_t n;
	int rc = input_open(&input, path);

	if (rc < 0)
		return rc;
	do {
		buf_room(out, STEP);
		n = input_read(&input, out->at + out->n, STEP);
		if (n > 0)
			out->n += (size_t)n;
	} while (n > 0 && out->n < UINT32_MAX);
	out->at[out->n] = '\0';
	input_close(&input);
	if (n > 0)
		return err_set(ERR_LIMIT, "%s: more than 4 GiB of text", path);
	return (int)n;
}

/* Every text of the file with its line; first (lines): text of each line. */
static int cut_texts(struct lesson *lesson, struct str **first, size_t *lines)
{
	const char *at = lesson->file.at, *end = at + lesson->file.n;
	VEC(struct str) text = { 0 }, head = { 0 };
	VEC(uint32_t) row = { 0 };
	bool start = true;
	int rc = 0;

	while (at < end && rc == 0) {
		const char *stop = at;

		while (stop < end && *stop != '\n' && *stop != '\t')
			stop++;
		if (utf8_check(at, (size_t)(stop - at)) != (size_t)(stop - at))
			rc = err_set(ERR_FORMAT, "line %zu is not UTF-8",
				     head.n + start);
		if (start)
			vec_push(&head, ((struct str){
				at, (size_t)(stop - at) }));
		vec_push(&text, ((struct str){ at, (size_t)(stop - at) }));
		vec_push(&row, (uint32_t)(head.n - 1));
		start = stop == end || *stop == '\n';
		at = stop + 1;
	}
	lesson->text = text.at;
	lesson->features.texts = text.n;
	lesson->row = row.at;
	*first = head.at;
	*lines = head.n;
	return rc;
}

struct projecting {
	const struct npy *npy;
	const struct target *target;
	const unsigned char *language;
	float *out;
};

static int project(void *context, size_t block)
{
	const struct projecting *p = context;
	float *raw = mem_array(p->npy->columns, sizeof *raw);
	size_t from = block * BATCH, to = from + BATCH;

	for (size_t i = from; i < to && i < p->npy->rows; i++) {
		npy_row(p->npy, i, raw);
		target_of(p->target, raw, p->language[i],
			  p->out + i * p->target->d);
	}
	free(raw);
	return 0;
}

static int make_targets(struct lesson *lesson, const struct npy *npy,
			const struct str *first, size_t d,
			struct target *target, struct par *par)
{
	unsigned char *language = mem_array(npy->rows, 1);
	struct projecting p = { npy, target, language, NULL };
	int rc = 0;

	for (size_t i = 0; i < npy->rows; i++)
		language[i] = (unsigned char)target_language(first[i]);
	if (!target->d)
		rc = target_fit(target, npy, language, d);
	if (rc == 0 && target->raw != npy->columns)
		rc = err_set(ERR_FORMAT, "the targets are made from vectors of "
					 "%zu numbers, not of %zu",
			     target->raw, npy->columns);
	if (rc == 0 && !(p.out = mem_try(npy->rows, target->d * sizeof(float))))
		rc = ERR_NOMEM;
	if (rc == 0)
		par_for(par, (npy->rows + BATCH - 1) / BATCH, project, &p);
	lesson->target = p.out;
	lesson->rows = npy->rows;
	lesson->d = target->d;
	free(language);
	return rc;
}

int lesson_read(struct lesson *lesson, const char *text_path,
		const char *teacher_path, const struct student_input *in,
		size_t d, struct target *target, struct par *par)
{
	struct str *first = NULL;
	size_t lines = 0, texts;
	struct npy npy = { 0 };
	int rc;

	*lesson = (struct lesson){ 0 };
	if ((rc = text_read(text_path, &lesson->file)) < 0 ||
	    (rc = npy_open(&npy, teacher_path)) < 0)
		goto done;
	if ((rc = cut_texts(lesson, &first, &lines)) < 0) {
		rc = err_wrap(rc, "%s", text_path);
		goto done;
	}
	texts = lesson->features.texts;
	if (lines != npy.rows) {
		rc = err_set(ERR_FORMAT, "%s has %zu lines, but %s %zu rows",
			     text_path, lines, teacher_path, npy.rows);
		goto done;
	}
	features_make(&lesson->features, in, lesson->text, texts, par);
	rc = make_targets(lesson, &npy, first, d, target, par);
done:
	free(first);
	npy_close(&npy);
	return rc;
}

void lesson_free(struct lesson *lesson)
{
	buf_free(&lesson->file);
	free(lesson->text);
	free(lesson->row);
	free(lesson->target);
	features_free(&lesson->features);
	*lesson = (struct lesson){ 0 };
}
