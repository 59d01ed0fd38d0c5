/* tokenizer_write.c - the vocabulary in the format that others read */
#include "model/tokenizer_write.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/mem.h"

static void type(struct json *json, const char *name)
{
	json_open(json, '{');
	json_key(json, "type");
	json_text(json, name);
}

static void flag(struct json *json, const char *key, bool value)
{
	json_key(json, key);
	json_bool(json, value);
}

/* A part without settings. */
static void plain(struct json *json, const char *name)
{
	type(json, name);
	json_close(json, '}');
}

static void unigram_parts(struct json *json)
{
	json_key(json, "normalizer");
	type(json, "Sequence");
	json_key(json, "normalizers");
	json_open(json, '[');
	plain(json, "NFKC");
	plain(json, "Lowercase");
	json_close(json, ']');
	json_close(json, '}');

	json_key(json, "pre_tokenizer");
	type(json, "Sequence");
	json_key(json, "pretokenizers");
	json_open(json, '[');
	plain(json, "WhitespaceSplit");
	plain(json, "UnicodeScripts");
	json_close(json, ']');
	json_close(json, '}');

	json_key(json, "post_processor");
	json_null(json);
	json_key(json, "decoder");
	plain(json, "ByteFallback");
}

static void byte_level(struct json *json, const char *key)
{
	json_key(json, key);
	type(json, "ByteLevel");
	flag(json, "add_prefix_space", false);
	flag(json, "trim_offsets", true);
	flag(json, "use_regex", true);
	json_close(json, '}');
}

static void bpe_parts(struct json *json)
{
	json_key(json, "normalizer");
	json_null(json);
	byte_level(json, "pre_tokenizer");
	json_key(json, "post_processor");
	json_null(json);
	byte_level(json, "decoder");
}

/* Tokens that no text gives: ends of texts and of turns. */
static const char *const special[BPE_FIRST] = {
	"<|endoftext|>", "<|im_start|>", "<|im_end|>",
};

static void added(struct json *json)
{
	for (int id = 0; id < BPE_FIRST; id++) {
		json_open(json, '{');
		json_key(json, "id");
		json_int(json, id);
		json_key(json, "content");
		json_text(json, special[id]);
		flag(json, "single_word", false);
		flag(json, "lstrip", false);
		flag(json, "rstrip", false);
		flag(json, "normalized", false);
		flag(json, "special", true);
		json_close(json, '}');
	}
}

/* Everything before the model; the object stays open. */
static void write_parts(struct json *json, enum tokenizer_kind kind)
{
	json_open(json, '{');
	json_key(json, "version");
	json_text(json, "1.0");
	json_key(json, "truncation");
	json_null(json);
	json_key(json, "padding");
	json_null(json);
	json_key(json, "added_tokens");
	json_open(json, '[');
	if (kind == TOKENIZER_BPE)
		added(json);
	json_close(json, ']');
	switch (kind) {
	case TOKENIZER_UNIGRAM:
		unigram_parts(json);
		break;
	case TOKENIZER_BPE:
		bpe_parts(json);
		break;
	}
	json_key(json, "model");
}

void tokenizer_parts(enum tokenizer_kind kind, struct buf *out)
{
	struct json json = { .out = out };

	write_parts(&json, kind);
	type(&json, "WordPiece");
	json_key(&json, "unk_token");
	json_text(&json, "<unk>");
	json_key(&json, "continuing_subword_prefix");
	json_text(&json, "");
	json_key(&json, "max_input_chars_per_word");
	json_int(&json, 1);
	json_key(&json, "vocab");
	json_open(&json, '{');
	json_key(&json, "<unk>");
	json_int(&json, kind == TOKENIZER_BPE ? BPE_FIRST : 0);
	json_close(&json, '}');
	json_close(&json, '}');
	json_close(&json, '}');
}

/*
 * Six decimals: a reader that is not careful with the last bit of a longer
 * number would cut some words in another way than we do.
 */
static void scored(struct json *json, struct str piece, double score)
{
	json_open(json, '[');
	json_str(json, piece);
	json_real(json, round(score * 1e6) / 1e6);
	json_close(json, ']');
	buf_byte(json->out, '\n');
}

void tokenizer_write_unigram(const struct unigram *unigram, struct buf *out)
{
	struct json json = { .out = out };
	char name[8];

	write_parts(&json, TOKENIZER_UNIGRAM);
	type(&json, "Unigram");
	json_key(&json, "unk_id");
	json_int(&json, 0);
	flag(&json, "byte_fallback", true);
	json_key(&json, "vocab");
	json_open(&json, '[');
	scored(&json, STR("<unk>"), 0);
	for (unsigned b = 0; b < 256; b++) {
		snprintf(name, sizeof name, "<0x%02X>", b);
		scored(&json, str_of(name), 0);
	}
	for (size_t i = 0; i < unigram->n; i++)
		scored(&json, unigram->piece[i], unigram->score[i]);
	json_close(&json, ']');
	json_close(&json, '}');
	json_close(&json, '}');
	buf_byte(out, '\n');
}

static void merges(struct json *json, const struct bpe *bpe)
{
	json_key(json, "merges");
	json_open(json, '[');
	for (size_t i = 0; i < bpe->n; i++) {
		json_open(json, '[');
		json_str(json, map_key(&bpe->token, bpe->merge[i].left));
		json_str(json, map_key(&bpe->token, bpe->merge[i].right));
		json_close(json, ']');
		buf_byte(json->out, '\n');
	}
	json_close(json, ']');
}

void tokenizer_write_bpe(const struct bpe *bpe, struct buf *out)
{
	struct json json = { .out = out };

	write_parts(&json, TOKENIZER_BPE);
	type(&json, "BPE");
	json_key(&json, "dropout");
	json_null(&json);
	json_key(&json, "unk_token");
	json_null(&json);
	json_key(&json, "continuing_subword_prefix");
	json_null(&json);
	json_key(&json, "end_of_word_suffix");
	json_null(&json);
	flag(&json, "fuse_unk", false);
	flag(&json, "byte_fallback", false);
	flag(&json, "ignore_merges", false);
	json_key(&json, "vocab");
	json_open(&json, '{');
	for (int id = 0; id < BPE_FIRST; id++) {
		json_key(&json, special[id]);
		json_int(&json, id);
	}
	for (uint32_t i = 0; i < bpe->token.n; i++) {
		struct str name = map_key(&bpe->token, i);
		char *key = mem_copy(name.at, name.n);

		json_key(&json, key);
		json_int(&json, BPE_FIRST + (int64_t)i);
		free(key);
	}
	json_close(&json, '}');
	merges(&json, bpe);
	json_close(&json, '}');
	json_close(&json, '}');
	buf_byte(out, '\n');
}
