/* keys.c - what a pair has in common with others, for splits */
#include "export/keys.h"

#include <stdlib.h>

#include "base/mem.h"
#include "near/set.h"
#include "text/normal.h"
#include "text/utf8.h"

enum {
	DOCUMENT = 16, /* characters; a word or a number is no document */
	SHINGLE = 5,   /* units, as dedup has them */
};

void key_maker_init(struct key_maker *maker)
{
	*maker = (struct key_maker){
		.shingler = { .unit = UNIT_AUTO, .n = SHINGLE },
	};
}

/* A hash of the normal form of both, 0 for no text. */
static uint64_t text_key(struct buf *text, struct str a, struct str b)
{
	buf_clear(text);
	normal_add(text, a, NORMAL_ALL);
	if (b.n) {
		buf_byte(text, '\0');
		normal_add(text, b, NORMAL_ALL);
	}
	return text->n ? hash64(text->at, text->n, 0) | 1 : 0;
}

static void add_line(struct buf *text, struct str line)
{
	buf_str(text, line);
	buf_byte(text, '\n');
}

/* Everything that is said, as one text. */
static struct str whole(struct buf *text, const struct pair *pair)
{
	buf_clear(text);
	for (size_t i = 0; i < pair->messages; i++)
		add_line(text, pair->message[i].content);
	if (!pair->messages) {
		add_line(text, pair->instruction);
		add_line(text, pair->input);
		add_line(text, pair->response);
	}
	return buf_view(text);
}

void key_make(struct key_maker *maker, const struct pair *pair,
	      struct keys *keys)
{
	struct shingle_form form;
	size_t n;

	*keys = (struct keys){ 0 };
	keys->prompt = text_key(&maker->text, pair->instruction, pair->input);
	if (utf8_count(pair->input.at, pair->input.n) >= DOCUMENT)
		keys->document = text_key(&maker->text, pair->input,
					  (struct str){ 0 });
	shingler_read(&maker->shingler, whole(&maker->text, pair), &form);
	n = shingler_count(&maker->shingler);
	mem_grow(&maker->shingle, &maker->room, n, sizeof *maker->shingle);
	mem_grow(&maker->scratch, &maker->scratch_room, n,
		 sizeof *maker->scratch);
	shingler_put(&maker->shingler, 0, maker->shingle);
	keys->shingles = set_sort(maker->shingle, n, maker->scratch);
	keys->shingle = maker->shingle;
}

void key_maker_free(struct key_maker *maker)
{
	shingler_free(&maker->shingler);
	buf_free(&maker->text);
	free(maker->shingle);
	free(maker->scratch);
}
