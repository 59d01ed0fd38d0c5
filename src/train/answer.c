/* answer.c - prompts in, answers out */
#define _GNU_SOURCE /* memmem */
#include "train/answer.h"

#include <stdlib.h>

#include "base/mem.h"

/* Cut the text at the first stop text; true when there is one. */
static bool stopped(struct answer *a, const struct answer_how *how)
{
	for (size_t i = 0; i < how->stops; i++) {
		char *at = memmem(a->text.at, a->text.n, how->stop[i],
				  strlen(how->stop[i]));

		if (!at)
			continue;
		a->text.n = (size_t)(at - a->text.at);
		a->text.at[a->text.n] = '\0';
		return true;
	}
	return false;
}

/* As it comes; with stop texts only when it is complete. */
static void hand_out(const struct answer *a, const struct answer_how *how,
		     size_t *given, bool last)
{
	if (!how->piece || (how->stops && !last) || a->text.n <= *given)
		return;
	how->piece(how->context, (struct str){ a->text.at + *given,
					       a->text.n - *given });
	*given = a->text.n;
}

static bool is_end(const struct model *m, uint32_t token)
{
	return token == m->stop || token == m->text_stop;
}

/* One text that is being written. */
struct text {
	struct decoding decoding;
	struct choice choice;
	size_t given;
};

static void start(struct text *t, struct answer *a,
		  const struct answer_how *how)
{
	t->choice = (struct choice){ .temperature = how->temperature,
				     .top_k = how->top_k,
				     .top_p = how->top_p };
	rng_init(&t->choice.rng, how->seed, "answer");
	buf_clear(&a->text);
	a->n = 0;
	a->ended = false;
}

/* The next token of a text; false: it is complete. */
static bool write_token(const struct model *m, const struct writer *w,
			const struct answer_how *how, float *logits,
			struct text *t, struct answer *a)
{
	uint32_t token;

	if (a->n >= how->most || w->n >= w->room)
		return false;
	token = choice_take(&t->choice, logits, m->causal.config.vocabulary);
	if ((a->ended = is_end(m, token)))
		return false;
	mem_grow(&a->id, &a->room, a->n + 1, sizeof *a->id);
	a->id[a->n++] = token;
	decoding_next(m->tokenizer, &t->decoding, token, &a->text);
	if ((a->ended = stopped(a, how)))
		return false;
	hand_out(a, how, &t->given, false);
	return true;
}

static void end(const struct model *m, const struct answer_how *how,
		struct text *t, struct answer *a)
{
	decoding_end(m->tokenizer, &t->decoding,
		     a->ended && how->stops ? NULL : &a->text);
	hand_out(a, how, &t->given, true);
	choice_free(&t->choice);
}

int answers(const struct model *m, struct writer *w,
	    const struct prompt *prompt, size_t n,
	    const struct answer_how *how, struct answer *a)
{
	size_t V = m->causal.config.vocabulary, live = n;
	float *logits = mem_array(n * V, sizeof *logits);
	struct writer *of[WRITERS_MOST];
	uint32_t id[WRITERS_MOST], which[WRITERS_MOST];
	struct text text[WRITERS_MOST] = { 0 };
	int rc = 0;

	for (size_t i = 0; i < n; i++) {
		start(&text[i], &a[i], how);
		writer_reset(&w[i]);
		which[i] = (uint32_t)i;
		if (rc == 0)
			rc = writer_feed(&w[i], prompt[i].id, prompt[i].n,
					 logits + i * V);
	}
	while (rc == 0 && live) {
		size_t left = 0;

		/* row i of the logits is of the i-th text that goes on */
		for (size_t i = 0; i < live; i++) {
			uint32_t k = which[i];

			if (!write_token(m, &w[k], how, logits + i * V,
					 &text[k], &a[k]))
				continue;
			of[left] = &w[k];
			id[left] = a[k].id[a[k].n - 1];
			which[left++] = k;
		}
		live = left;
		if (live)
			rc = writers_feed(of, id, live, logits);
	}
	for (size_t i = 0; i < n; i++)
		end(m, how, &text[i], &a[i]);
	free(logits);
	return rc;
}

int answer(const struct model *m, struct writer *w,
	   const struct prompt *prompt, const struct answer_how *how,
	   struct answer *a)
{
	return answers(m, w, prompt, 1, how, a);
}

void answer_free(struct answer *a)
{
	free(a->id);
	buf_free(&a->text);
	*a = (struct answer){ 0 };
}
