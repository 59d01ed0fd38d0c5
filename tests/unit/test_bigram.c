/* test_bigram.c - a text cut into tokens */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "text/bigram.h"

static void runs_are_cut_into_pairs_and_others_into_words(void **state)
{
	static const char *const table[][2] = {
		{ "CSVを英訳", "CSV を英 英訳 訳" },
		{ "英", "英" },
		{ "hello, world 3.5", "hello world 3 5" },
		{ "サーバーを", "サー ーバ バー ーを を" },
		{ "人々", "人々 々" },
		{ "。、！", "" },
		{ "", "" },
		{ "ねこ。いぬ", "ねこ こ いぬ ぬ" },
		{ "한국어", "한국 국어 어" },
		{ "naïve ποδόσφαιρο", "naïve ποδόσφαιρο" },
		{ "a\xee\x80\x80" "b", "a b" },
	};
	struct buf out = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		buf_clear(&out);
		buf_text(&out, "");
		bigram_text(&out, str_of(table[i][0]));
		assert_string_equal(out.at, table[i][1]);
	}
	buf_free(&out);
}

static void a_phrase_is_open_at_its_end(void **state)
{
	static const struct {
		const char *text, *tokens;
		bool prefix;
	} table[] = {
		{ "英訳", "英訳", false },
		{ "英", "英", true },
		{ "CSVを", "CSV を", true },
		{ "形式でCSV", "形式 式で で CSV", false },
		{ "英訳する", "英訳 訳す する", false },
		{ "word", "word", false },
	};
	struct buf out = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		bool prefix;

		buf_clear(&out);
		bigram_phrase(&out, str_of(table[i].text), &prefix);
		assert_string_equal(out.at, table[i].tokens);
		assert_int_equal(prefix, table[i].prefix);
	}
	buf_free(&out);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(runs_are_cut_into_pairs_and_others_into_words),
		cmocka_unit_test(a_phrase_is_open_at_its_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
