/* test_shard.c - what tokens.h and manifest.h promise */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "shard/tokens.h"

static const uint32_t token[] = { 1, 65535, 7, 9, 300, 2, 2, 8, 11, 2 };
static const unsigned char mask[] = { 0, 0, 1, 1, 0, 1, 1, 0, 0, 1 };
static const uint64_t start[] = { 0, 4, 4, 10 };
static const int64_t pair[] = { 12, INT64_C(1) << 40, 3 };

enum { TOKENS = 10, DOCUMENTS = 3 };

static const char *write_shard(uint32_t vocabulary)
{
	static char path[] = "tests/unit/test_shard.tokens";
	struct token_header header = {
		.width = token_width(vocabulary),
		.tokens = TOKENS,
		.documents = DOCUMENTS,
		.trained = 5,
		.vocabulary = vocabulary,
		.stop = 2,
		.template = "chatml",
	};
	struct token_writer writer;
	struct file file;

	assert_int_equal(file_create(&file, path), 0);
	assert_int_equal(token_writer_start(&writer, &file, &header), 0);
	token_writer_put(&writer, TOKEN_IDS, token, 3);
	token_writer_put(&writer, TOKEN_IDS, token + 3, TOKENS - 3);
	token_writer_put(&writer, TOKEN_MASK, mask, 1);
	token_writer_put(&writer, TOKEN_MASK, mask + 1, TOKENS - 1);
	token_writer_put(&writer, TOKEN_START, start, DOCUMENTS + 1);
	token_writer_put(&writer, TOKEN_PAIR, pair, DOCUMENTS);
	assert_int_equal(token_writer_end(&writer), 0);
	assert_int_equal(file_commit(&file, 0), 0);
	return path;
}

static void a_shard_reads_back(void **state)
{
	static const uint32_t vocabulary[] = { 65536, 65537 };

	(void)state;
	for (int v = 0; v < 2; v++) {
		struct token_shard shard;
		uint32_t back[TOKENS];

		assert_int_equal(
			token_shard_open(&shard, write_shard(vocabulary[v])), 0);
		assert_int_equal(shard.header.width, v ? 4 : 2);
		assert_int_equal(shard.header.stop, 2);
		assert_string_equal(shard.header.template, "chatml");
		assert_int_equal(token_shard_copy(&shard, 0, TOKENS, back), 0);
		assert_memory_equal(back, token, sizeof token);
		assert_int_equal(token_shard_copy(&shard, 4, 2, back), 0);
		assert_int_equal(back[0], 300);
		for (uint64_t t = 0; t < TOKENS; t++)
			assert_int_equal(token_shard_trained(&shard, t),
					 mask[t]);
		assert_memory_equal(shard.start, start, sizeof start);
		assert_memory_equal(shard.pair, pair, sizeof pair);
		assert_int_equal(token_shard_check(&shard), 0);
		token_shard_close(&shard);
	}
	unlink("tests/unit/test_shard.tokens");
}

/* Any byte changed, any end cut off: an error or a clean read, never a crash. */
static void a_damaged_shard_is_refused(void **state)
{
	struct buf good = { 0 };
	const char *path = write_shard(70000);
	uint32_t back[TOKENS];

	(void)state;
	assert_int_equal(file_load(path, 1 << 20, &good), 0);
	for (size_t n = 0; n < good.n; n++) {
		struct token_shard shard;

		file_save(path, (struct str){ good.at, n });
		assert_int_equal(token_shard_open(&shard, path), ERR_FORMAT);
		good.at[n] ^= 0x55;
		file_save(path, buf_view(&good));
		good.at[n] ^= 0x55;
		if (token_shard_open(&shard, path) == 0) {
			token_shard_copy(&shard, 0, TOKENS, back);
			token_shard_check(&shard);
			token_shard_close(&shard);
		} else {
			assert_true(n < 128 || n > 192);
		}
	}
	unlink(path);
	buf_free(&good);
}

static void a_token_outside_the_vocabulary_is_found(void **state)
{
	const char *path = write_shard(65536);
	struct buf bytes = { 0 };
	struct token_shard shard;
	uint32_t back[TOKENS];

	(void)state;
	assert_int_equal(file_load(path, 1 << 20, &bytes), 0);
	bytes.at[40] = 0x10; /* V = 4096 */
	bytes.at[41] = 0x10;
	bytes.at[42] = 0;
	file_save(path, buf_view(&bytes));
	assert_int_equal(token_shard_open(&shard, path), 0);
	assert_int_equal(token_shard_copy(&shard, 0, 1, back), 0);
	assert_int_equal(token_shard_copy(&shard, 0, 2, back), ERR_FORMAT);
	assert_int_equal(token_shard_check(&shard), ERR_FORMAT);
	token_shard_close(&shard);
	unlink(path);
	buf_free(&bytes);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_shard_reads_back),
		cmocka_unit_test(a_damaged_shard_is_refused),
		cmocka_unit_test(a_token_outside_the_vocabulary_is_found),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
