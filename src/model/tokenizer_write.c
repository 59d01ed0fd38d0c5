/* tokenizer_write.c - the vocabulary in the format that others read */
#include "model/tokenizer_write.h"

#include <math.h>
#include <stdio.h>

#include "base/json.h"

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
	json_close(json, ']');
	switch (kind) {
	case TOKENIZER_UNIGRAM:
		unigram_parts(json);
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
	json_int(&json, 0);
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
