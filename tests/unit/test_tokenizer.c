/*
 * test_tokenizer.c - token ids equal those of the `tokenizers` library
 *
 * tests/data/tokenizer/ is made by tests/reference/tokenizers_ids.py.  With
 * operands, a tokenizer.json and a file of lines, it prints the ids of each
 * line, to compare larger files.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/file.h"
#include "model/tokenizer.h"
#include "text/utf8.h"

static const char *data_path(const char *name)
{
	static char path[4096];
	const char *srcdir = getenv("srcdir");

	snprintf(path, sizeof path, "%s/tests/data/tokenizer/%s",
		 srcdir ? srcdir : ".", name);
	return path;
}

/* The next line of at most n bytes; {NULL, 0} at the end. */
static struct str next_line(struct str *rest)
{
	const char *end = rest->n ? memchr(rest->at, '\n', rest->n) : NULL;
	struct str line = { rest->at, 0 };

	if (!end)
		return (struct str){ NULL, 0 };
	line.n = (size_t)(end - line.at);
	rest->n -= line.n + 1;
	rest->at = end + 1;
	return line;
}

static void print_ids(const struct tokens *tokens, struct buf *out)
{
	buf_clear(out);
	for (size_t i = 0; i < tokens->n; i++)
		buf_print(out, i ? " %u" : "%u", tokens->id[i]);
	buf_text(out, "");
}

static struct tokenizer *opened(const char *name)
{
	struct tokenizer *tokenizer = NULL;

	if (tokenizer_open(&tokenizer, data_path(name)) < 0)
		fail_msg("%s", err_text());
	return tokenizer;
}

static void compare(const char *json, const char *ids)
{
	struct tokenizer *tokenizer = opened(json);
	struct buf lines = { 0 }, wanted = { 0 }, have = { 0 };
	struct tokens tokens = { 0 };
	struct str rest, want, line, ideal;
	size_t n = 0;

	assert_int_equal(file_load(data_path("lines.txt"), 1 << 20, &lines), 0);
	assert_int_equal(file_load(data_path(ids), 1 << 20, &wanted), 0);
	rest = buf_view(&lines);
	want = buf_view(&wanted);
	while ((line = next_line(&rest)).at) {
		ideal = next_line(&want);
		tokenizer_encode(tokenizer, line, true, 0, &tokens);
		print_ids(&tokens, &have);
		if (!str_equal(buf_view(&have), ideal))
			fail_msg("%s: %.*s\nhave %s\nwant %.*s", json,
				 (int)line.n, line.at, have.at, (int)ideal.n,
				 ideal.at);
		n++;
	}
	assert_true(n > 300);
	assert_null(next_line(&want).at);
	tokens_free(&tokens);
	buf_free(&lines);
	buf_free(&wanted);
	buf_free(&have);
	tokenizer_free(tokenizer);
}

static void wordpiece_of_bert_is_the_same(void **state)
{
	(void)state;
	compare("bert.json", "bert.ids");
}

static void sequences_of_parts_are_the_same(void **state)
{
	(void)state;
	compare("cased.json", "cased.ids");
}

static void unigram_with_a_charsmap_is_the_same(void **state)
{
	(void)state;
	compare("unigram.json", "unigram.ids");
}

static void unigram_with_bytes_is_the_same(void **state)
{
	(void)state;
	compare("fallback.json", "fallback.ids");
}

static void what_our_trainer_made_is_the_same(void **state)
{
	(void)state;
	compare("trained.json", "trained.ids");
	compare("trained_bpe.json", "trained_bpe.ids");
}

static void byte_level_bpe_is_the_same(void **state)
{
	(void)state;
	compare("gpt2.json", "gpt2.ids");
	compare("llama3.json", "llama3.ids");
}

static void bpe_without_words_is_the_same(void **state)
{
	(void)state;
	compare("llama2.json", "llama2.ids");
}

static void bpe_with_suffixes_is_the_same(void **state)
{
	(void)state;
	compare("suffix.json", "suffix.ids");
}

static void models_of_sentencepiece_are_the_same(void **state)
{
	(void)state;
	compare("sp-unigram.model", "sp-unigram.ids");
	compare("sp-bpe.model", "sp-bpe.ids");
}

static void a_cut_or_damaged_model_does_no_harm(void **state)
{
	struct tokenizer *tokenizer;
	struct tokens tokens = { 0 };
	struct buf whole = { 0 };

	(void)state;
	assert_int_equal(file_load(data_path("sp-bpe.model"), 1 << 20, &whole),
			 0);
	for (size_t n = 0; n < whole.n; n += n < 200 ? 1 : 97) {
		struct str part = { whole.at, n };

		assert_int_equal(file_save("cut.model", part), 0);
		if (tokenizer_open(&tokenizer, "cut.model") == 0)
			tokenizer_free(tokenizer);
		whole.at[n] ^= 0x55;
		assert_int_equal(file_save("cut.model", buf_view(&whole)), 0);
		whole.at[n] ^= 0x55;
		if (tokenizer_open(&tokenizer, "cut.model") < 0)
			continue;
		tokenizer_encode(tokenizer, STR("次の文章 <new> é\t①㎡"),
				 false, 0, &tokens);
		tokenizer_free(tokenizer);
	}
	tokens_free(&tokens);
	buf_free(&whole);
	remove("cut.model");
}

/* Whole, and token by token. */
static void decode(const char *json, const char *text)
{
	struct tokenizer *tokenizer = opened(json);
	struct buf lines = { 0 }, wanted = { 0 }, whole = { 0 }, slow = { 0 };
	struct tokens tokens = { 0 };
	struct str rest, want, line, ideal;

	assert_int_equal(file_load(data_path("lines.txt"), 1 << 20, &lines), 0);
	assert_int_equal(file_load(data_path(text), 1 << 20, &wanted), 0);
	rest = buf_view(&lines);
	want = buf_view(&wanted);
	while ((line = next_line(&rest)).at) {
		struct decoding decoding = { 0 };

		ideal = next_line(&want);
		tokenizer_encode(tokenizer, line, true, 0, &tokens);
		buf_clear(&whole);
		buf_clear(&slow);
		tokenizer_decode(tokenizer, tokens.id, tokens.n, &whole);
		for (size_t i = 0; i < tokens.n; i++) {
			decoding_next(tokenizer, &decoding, tokens.id[i],
				      &slow);
			assert_int_equal(utf8_check(slow.at, slow.n), slow.n);
		}
		decoding_end(tokenizer, &decoding, &slow);
		if (!str_equal(buf_view(&whole), ideal) ||
		    !str_equal(buf_view(&slow), ideal))
			fail_msg("%s: %.*s\nwhole %s\nslow %s\nwant %.*s",
				 json, (int)line.n, line.at, whole.at, slow.at,
				 (int)ideal.n, ideal.at);
	}
	tokens_free(&tokens);
	buf_free(&lines);
	buf_free(&wanted);
	buf_free(&whole);
	buf_free(&slow);
	tokenizer_free(tokenizer);
}

static void tokens_become_the_same_text(void **state)
{
	(void)state;
	decode("gpt2.json", "gpt2.text");
	decode("llama3.json", "llama3.text");
	decode("llama2.json", "llama2.text");
	decode("suffix.json", "suffix.text");
	decode("trained.json", "trained.text");
}

static void a_long_text_is_cut_before_the_last_special_token(void **state)
{
	struct tokenizer *tokenizer = opened("bert.json");
	struct tokens tokens = { 0 };
	uint32_t end;

	(void)state;
	assert_true(tokenizer_find(tokenizer, STR("[SEP]"), &end));
	tokenizer_encode(tokenizer, STR("the sky is blue, the sky is blue"),
			 true, 5, &tokens);
	assert_int_equal(tokens.n, 5);
	assert_int_equal(tokens.id[4], end);
	assert_true(str_is(tokenizer_name(tokenizer, end), "[SEP]"));
	assert_null(tokenizer_name(tokenizer, 1u << 30).at);
	tokens_free(&tokens);
	tokenizer_free(tokenizer);
}

static void a_broken_file_is_an_error_that_says_what(void **state)
{
	static const struct {
		const char *json, *says;
	} broken[] = {
		{ "", "no JSON object" },
		{ "[]", "no JSON object" },
		{ "{}", "model \"(without type)\"" },
		{ "{\"model\":{\"type\":\"Magic\"}}", "model \"Magic\"" },
		{ "{\"model\":{\"type\":\"WordPiece\"}}", "no vocabulary" },
		{ "{\"model\":{\"type\":\"WordPiece\",\"vocab\":{\"a\":\"b\"}}}",
		  "has no id" },
		{ "{\"model\":{\"type\":\"WordPiece\",\"vocab\":{\"a\":-1}}}",
		  "has the id -1" },
		{ "{\"model\":{\"type\":\"WordPiece\",\"vocab\":{\"a\":1e9}}}",
		  "has the id 1e+09" },
		{ "{\"model\":{\"type\":\"WordPiece\","
		  "\"vocab\":{\"a\":0,\"b\":0}}}",
		  "two tokens have the id 0" },
		{ "{\"model\":{\"type\":\"WordPiece\",\"vocab\":{\"a\":0},"
		  "\"unk_token\":\"u\"}}",
		  "unknown token \"u\"" },
		{ "{\"model\":{\"type\":\"Unigram\",\"vocab\":[[\"a\"]]}}",
		  "token 0 of the vocabulary" },
		{ "{\"model\":{\"type\":\"Unigram\",\"vocab\":"
		  "[[\"a\",0],[\"a\",0]]}}", "has two ids" },
		{ "{\"model\":{\"type\":\"Unigram\",\"vocab\":[[\"a\",0]],"
		  "\"unk_id\":7}}", "unknown token 7" },
		{ "{\"normalizer\":{\"type\":\"Precompiled\","
		  "\"precompiled_charsmap\":\"AAAA\"}}", "charsmap is broken" },
		{ "{\"pre_tokenizer\":{\"type\":\"Metaspace\","
		  "\"prepend_scheme\":\"odd\"}}", "\"odd\"" },
		{ "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0},"
		  "\"merges\":[\"a b\"]}}", "merge 0" },
		{ "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0},"
		  "\"merges\":[7]}}", "merge 0 is not a pair" },
		{ "{\"pre_tokenizer\":{\"type\":\"Split\",\"pattern\":"
		  "{\"Regex\":\"(\"},\"behavior\":\"Isolated\"}}",
		  "pattern \"(\"" },
		{ "{\"pre_tokenizer\":{\"type\":\"Split\",\"pattern\":"
		  "{\"String\":\"a\"},\"behavior\":\"Odd\"}}", "behavior \"Odd\"" },
		{ "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0},"
		  "\"merges\":[]},\"decoder\":{\"type\":\"Odd\"}}",
		  "decoder \"Odd\"" },
		{ "{\"normalizer\":{\"type\":\"Odd\"}}", "normalizer \"Odd\"" },
		{ "{\"pre_tokenizer\":{\"type\":\"Odd\"}}",
		  "pre_tokenizer \"Odd\"" },
		{ "{\"model\":{\"type\":\"WordPiece\",\"vocab\":{\"a\":0},"
		  "\"unk_token\":\"a\"},\"post_processor\":{\"type\":"
		  "\"BertProcessing\",\"cls\":[\"a\",0],\"sep\":[\"b\",7]}}",
		  "token 7, which does not exist" },
	};
	struct tokenizer *tokenizer = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		assert_int_equal(file_save("broken.json",
					   str_of(broken[i].json)), 0);
		assert_int_equal(tokenizer_open(&tokenizer, "broken.json"),
				 ERR_FORMAT);
		if (!strstr(err_text(), broken[i].says))
			fail_msg("%s\nsays %s", broken[i].json, err_text());
		assert_null(tokenizer);
	}
	remove("broken.json");
}

static int print_file(const char *json, const char *path)
{
	struct tokenizer *tokenizer;
	struct tokens tokens = { 0 };
	struct buf text = { 0 }, out = { 0 };
	struct str rest, line;

	if (tokenizer_open(&tokenizer, json) < 0 ||
	    file_load(path, (size_t)1 << 30, &text) < 0) {
		fprintf(stderr, "%s\n", err_text());
		return 1;
	}
	rest = buf_view(&text);
	while ((line = next_line(&rest)).at) {
		tokenizer_encode(tokenizer, line, true, 0, &tokens);
		print_ids(&tokens, &out);
		puts(out.at);
	}
	tokens_free(&tokens);
	buf_free(&text);
	buf_free(&out);
	tokenizer_free(tokenizer);
	return 0;
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(wordpiece_of_bert_is_the_same),
		cmocka_unit_test(sequences_of_parts_are_the_same),
		cmocka_unit_test(unigram_with_a_charsmap_is_the_same),
		cmocka_unit_test(unigram_with_bytes_is_the_same),
		cmocka_unit_test(byte_level_bpe_is_the_same),
		cmocka_unit_test(bpe_without_words_is_the_same),
		cmocka_unit_test(bpe_with_suffixes_is_the_same),
		cmocka_unit_test(models_of_sentencepiece_are_the_same),
		cmocka_unit_test(a_cut_or_damaged_model_does_no_harm),
		cmocka_unit_test(tokens_become_the_same_text),
		cmocka_unit_test(what_our_trainer_made_is_the_same),
		cmocka_unit_test(
			a_long_text_is_cut_before_the_last_special_token),
		cmocka_unit_test(a_broken_file_is_an_error_that_says_what),
	};

	if (argc == 3)
		return print_file(argv[1], argv[2]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
