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

int answer(const struct model *m, struct writer *w, const uint32_t *prompt,
	   size_t n, const struct answer_how *how, struct answer *a)
{
	size_t V = m->causal.config.vocabulary, given = 0;
	struct decoding decoding = { 0 };
	struct choice choice = { .temperature = how->temperature,
				 .top_k = how->top_k,
				 .top_p = how->top_p };
	int rc;

	rng_init(&choice.rng, how->seed, "answer");
	mem_grow(&a->logits, &a->logits_room, V, sizeof *a->logits);
	buf_clear(&a->text);
	a->n = 0;
	a->ended = false;
	writer_reset(w);
	rc = writer_feed(w, prompt, n, a->logits);
	while (rc == 0 && a->n < how->most && w->n < w->room) {
		uint32_t token = choice_take(&choice, a->logits, V);

		if ((a->ended = is_end(m, token)))
			break;
		mem_grow(&a->id, &a->room, a->n + 1, sizeof *a->id);
		a->id[a->n++] = token;
		decoding_next(m->tokenizer, &decoding, token, &a->text);
		if ((a->ended = stopped(a, how)))
			break;
		hand_out(a, how, &given, false);
		rc = writer_feed(w, &token, 1, a->logits);
	}
	decoding_end(m->tokenizer, &decoding, a->ended && how->stops ? NULL :
								    &a->text);
	hand_out(a, how, &given, true);
	choice_free(&choice);
	return rc;
}

void answer_free(struct answer *a)
{
	free(a->id);
	free(a->logits);
	buf_free(&a->text);
	*a = (struct answer){ 0 };
}
