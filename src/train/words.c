/* words.c - text files, in blocks of whole lines, to counted words */
#include "train/words.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "read/input.h"
#include "text/utf8.h"

enum { BLOCK = 1 << 20 };

struct block {
	struct buf text;
	struct counted words;
	struct tokens tokens;
	uint64_t lines, broken;
};

struct reading {
	const char *const *path;
	size_t paths, next; /* file to open after this one */
	bool open, ended;
	struct input input;
	struct buf held; /* a line's start, for the next block */
	const struct tokenizer *tokenizer;
	struct counted *words;
	struct words_read *read;
};

/* Bytes to the end of the last whole line; all of them at a file's end. */
static size_t whole_lines(const struct buf *text, bool ended)
{
	size_t n = text->n;

	if (ended)
		return n;
	while (n > 0 && text->at[n - 1] != '\n')
		n--;
	return n;
}

static int fill(struct reading *r, struct buf *text)
{
	ssize_t n;

	buf_clear(text);
	buf_str(text, buf_view(&r->held));
	buf_clear(&r->held);
	do {
		buf_room(text, BLOCK);
		n = input_read(&r->input, text->at + text->n, BLOCK);
		if (n < 0)
			return (int)n;
		text->n += (size_t)n;
		text->at[text->n] = '\0';
	} while (n > 0 && !whole_lines(text, false));
	r->ended = n == 0;
	n = (ssize_t)whole_lines(text, r->ended);
	buf_put(&r->held, text->at + n, text->n - (size_t)n);
	text->n = (size_t)n;
	return 1;
}

static int read_block(void *context, void *item)
{
	struct reading *r = context;
	struct block *block = item;
	int rc;

	if (r->open && r->ended) {
		input_close(&r->input);
		r->open = r->ended = false;
	}
	if (!r->open) {
		if (r->next == r->paths)
			return 0;
		if ((rc = input_open(&r->input, r->path[r->next++])) < 0)
			return rc;
		r->open = true;
	}
	return fill(r, &block->text);
}

static int cut_block(void *context, void *item)
{
	const struct reading *r = context;
	struct block *block = item;
	const char *at = block->text.at, *end = at + block->text.n;

	block->lines = block->broken = 0;
	while (at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		struct str line = { at, (size_t)((stop ? stop : end) - at) };

		at += line.n + 1;
		block->lines++;
		if (utf8_check(line.at, line.n) != line.n) {
			block->broken++;
			continue;
		}
		tokenizer_words(r->tokenizer, line, &block->tokens);
		for (size_t i = 0; i < block->tokens.piece.n; i++)
			counted_add(&block->words,
				    pieces_at(&block->tokens.piece, i), 1);
	}
	return 0;
}

static int add_block(void *context, void *item)
{
	struct reading *r = context;
	struct block *block = item;

	for (uint32_t i = 0; i < block->words.word.n; i++)
		counted_add(r->words, map_key(&block->words.word, i),
			    block->words.count[i]);
	counted_free(&block->words);
	r->read->lines += block->lines;
	r->read->broken += block->broken;
	r->read->bytes += block->text.n;
	return 0;
}

int words_count(const char *const *path, size_t paths,
		const struct tokenizer *tokenizer, struct par *par,
		struct counted *words, struct words_read *read)
{
	struct reading r = { .path = path, .paths = paths,
			     .tokenizer = tokenizer, .words = words,
			     .read = read };
	size_t slots = par_slots(par);
	struct block *block = mem_array(slots, sizeof *block);
	struct par_map map = {
		.read = read_block, .work = cut_block, .write = add_block,
		.item = block, .item_size = sizeof *block, .items = slots,
		.context = &r,
	};
	int rc = par_map(par, &map);

	if (r.open)
		input_close(&r.input);
	for (size_t i = 0; i < slots; i++) {
		buf_free(&block[i].text);
		counted_free(&block[i].words);
		tokens_free(&block[i].tokens);
	}
	free(block);
	buf_free(&r.held);
	return rc;
}
