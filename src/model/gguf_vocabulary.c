/* gguf_vocabulary.c - the vocabulary of a GGUF, where llama.cpp has its kind */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/gguf.h"
#include "model/gguf_keys.h"
#include "model/parts.h"

enum piece_kind { NORMAL = 1, UNKNOWN, CONTROL, USER, UNUSED, BYTE };

static enum piece_kind kind_of(const struct tokenizer *t, uint32_t id)
{
	if (id == t->unknown)
		return UNKNOWN;
	if (!tokenizer_name(t, id).at)
		return UNUSED;
	for (int i = 0; t->fallback && i < 256; i++)
		if (t->byte[i] == id)
			return BYTE;
	for (size_t i = 0; i < t->addeds; i++)
		if (t->added[i].id == id)
			return t->added[i].special ? CONTROL : USER;
	return NORMAL;
}

/* Spaces are written as U+2581 where llama.cpp writes them so in the text. */
static void put_piece(struct buf *out, struct str name, bool spaces)
{
	struct buf piece = { 0 };

	for (size_t i = 0; i < name.n; i++)
		if (spaces && name.at[i] == ' ')
			buf_text(&piece, "\xe2\x96\x81");
		else
			buf_byte(&piece, name.at[i]);
	gguf_put_string(out, buf_view(&piece));
	buf_free(&piece);
}

static void key_pieces(struct gguf_keys *k, const struct tokenizer *t,
		       uint32_t V)
{
	uint32_t known = tokenizer_size(t);
	char made[32];

	gguf_key_array(k, "tokenizer.ggml.tokens", GGUF_STRING, V);
	for (uint32_t i = 0; i < V; i++) {
		struct str name = i < known ? tokenizer_name(t, i) :
					      (struct str){ NULL, 0 };

		snprintf(made, sizeof made, "[unused %u]", i);
		put_piece(&k->out, name.at ? name : str_of(made),
			  t->model == MODEL_UNIGRAM);
	}
	gguf_key_array(k, "tokenizer.ggml.token_type", GGUF_I32, V);
	for (uint32_t i = 0; i < V; i++)
		gguf_put_u32(&k->out, i < known ? kind_of(t, i) : UNUSED);
}

static void key_scores(struct gguf_keys *k, const struct tokenizer *t,
		       uint32_t V)
{
	gguf_key_array(k, "tokenizer.ggml.scores", GGUF_F32_VALUE, V);
	for (uint32_t i = 0; i < V; i++)
		gguf_put_f32(&k->out, i < t->vocabulary.ids ?
					      (float)t->score[i] :
					      0);
}

/* -- BPE -- */

static int by_rank(const void *a, const void *b)
{
	const struct merge *x = a, *y = b;

	return (x->rank > y->rank) - (x->rank < y->rank);
}

static void key_merges(struct gguf_keys *k, const struct tokenizer *t)
{
	struct merge *merge = mem_array(t->merges + 1, sizeof *merge);
	struct buf both = { 0 };
	size_t n = 0;

	for (size_t i = 0; t->merge && i <= t->merge_mask; i++)
		if (t->merge[i].left != NO_TOKEN)
			merge[n++] = t->merge[i];
	qsort(merge, n, sizeof *merge, by_rank);
	gguf_key_array(k, "tokenizer.ggml.merges", GGUF_STRING, n);
	for (size_t i = 0; i < n; i++) {
		buf_clear(&both);
		buf_str(&both, tokenizer_name(t, merge[i].left));
		buf_byte(&both, ' ');
		buf_str(&both, tokenizer_name(t, merge[i].right));
		gguf_put_string(&k->out, buf_view(&both));
	}
	buf_free(&both);
	free(merge);
}

/*
 * What llama.cpp calls the way words are cut before they are merged; NULL: it
 * has none that is the same.
 */
static const char *words_of(const struct tokenizer *t)
{
	static const struct {
		const char *name;
		bool whole; /* a word that is a piece needs no merge */
		const char *pattern;
	} known[] = {
		{ "gpt-2", false,
		  "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+|"
		  " ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+" },
		{ "llama-bpe", true,
		  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|"
		  "\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|"
		  "\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+" },
		{ "qwen2", false,
		  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|"
		  "\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|"
		  "\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+" },
	};

	if (t->model != MODEL_BPE || t->normalises || t->splits != 2 ||
	    t->split[0].kind != SPLIT_PATTERN ||
	    t->split[1].kind != SPLIT_BYTES || t->prefix.n || t->suffix.n)
		return NULL;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (str_is(t->split[0].source, known[i].pattern) &&
		    t->whole == known[i].whole)
			return known[i].name;
	return NULL;
}

bool gguf_knows(const struct tokenizer *t)
{
	return t && (t->model == MODEL_UNIGRAM || words_of(t));
}

void gguf_key_vocabulary(struct gguf_keys *k, const struct tokenizer *t,
			 uint32_t V, int64_t stop)
{
	if (!gguf_knows(t)) {
		gguf_key_text(k, "tokenizer.ggml.model", "no_vocab");
		return;
	}
	if (t->model == MODEL_UNIGRAM) {
		gguf_key_text(k, "tokenizer.ggml.model", "t5");
		key_pieces(k, t, V);
		key_scores(k, t, V);
	} else {
		gguf_key_text(k, "tokenizer.ggml.model", "gpt2");
		gguf_key_text(k, "tokenizer.ggml.pre", words_of(t));
		key_pieces(k, t, V);
		key_merges(k, t);
	}
	if (t->unknown < V)
		gguf_key_u32(k, "tokenizer.ggml.unknown_token_id", t->unknown);
	if (stop >= 0)
		gguf_key_u32(k, "tokenizer.ggml.eos_token_id", (uint32_t)stop);
	gguf_key_no(k, "tokenizer.ggml.add_space_prefix");
	gguf_key_no(k, "tokenizer.ggml.remove_extra_whitespaces");
	gguf_key_no(k, "tokenizer.ggml.add_bos_token");
	gguf_key_no(k, "tokenizer.ggml.add_eos_token");
}
