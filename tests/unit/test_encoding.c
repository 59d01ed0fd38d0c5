/* test_encoding.c - encodings are told apart, and decoded without repair */
#include <iconv.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "text/encoding.h"
#include "text/utf8.h"

static const char *const japanese[] = {
	"{\"instruction\":\"ネコは何科ですか？\",\"output\":\"ネコはネコ科に属する"
	"動物です。\"}",
	"{\"question\":\"次の文を英訳してください。\",\"answer\":\"このプロジェク"
	"トは大成功でした。\"}",
	"{\"prompt\":\"東京都知事選挙の投票率\",\"completion\":\"平成二十八年は"
	"五十九・七三パーセント\"}",
};

static const char *const chinese[] = {
	"{\"instruction\":\"识别并解释给定列表中的两个科学理论：细胞理论和日心"
	"说。\",\"output\":\"细胞理论是生物科学的一个理论。\"}",
	"{\"instruction\":\"写一首关于秋天的诗\",\"output\":\"秋风萧瑟天气凉，草"
	"木摇落露为霜。\"}",
};

static const char *const european[] = {
	"{\"instruction\":\"Où est la bibliothèque près de l'hôtel ?\","
	"\"output\":\"À côté du café, après l'église.\"}",
	"{\"instruction\":\"Übersetze den Satz über Käse.\",\"output\":\"Schöne "
	"Grüße aus München.\"}",
};

/* From UTF-8, by the C library. */
static size_t encode(const char *name, const char *text, char *out, size_t room)
{
	iconv_t how = iconv_open(name, "UTF-8");
	char *at = (char *)text, *to = out;
	size_t left = strlen(text);

	assert_true(how != (iconv_t)-1);
	assert_int_equal(iconv(how, &at, &left, &to, &room), 0);
	iconv(how, NULL, NULL, &to, &room);
	iconv_close(how);
	return (size_t)(to - out);
}

/* In two pieces, cut at every place. */
static void decodes_to(enum encoding encoding, const char *at, size_t n,
		       const char *text)
{
	for (size_t cut = 0; cut <= n; cut++) {
		struct decoder decoder;
		struct buf out = { 0 };

		assert_int_equal(decoder_open(&decoder, encoding), 0);
		decoder_put(&decoder, at, cut, &out);
		decoder_put(&decoder, at + cut, n - cut, &out);
		decoder_end(&decoder, &out);
		assert_int_equal(out.n, strlen(text));
		assert_memory_equal(out.at, text, out.n);
		decoder_close(&decoder);
		buf_free(&out);
	}
}

static void check(const char *name, enum encoding encoding, const char *text)
{
	char bytes[1024];
	size_t n = encode(name, text, bytes, sizeof bytes), mark;
	enum encoding found = encoding_detect(bytes, n, &mark);

	if (found != encoding)
		fail_msg("%s taken for %s: %s", name, encoding_name(found),
			 text);
	assert_int_equal(mark, 0);
	decodes_to(encoding, bytes, n, text);
}

static void each_is_found_by_how_it_looks(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof japanese / sizeof *japanese; i++) {
		check("CP932", ENCODING_CP932, japanese[i]);
		check("EUC-JP", ENCODING_EUC_JP, japanese[i]);
		check("ISO-2022-JP", ENCODING_ISO_2022_JP, japanese[i]);
	}
	for (size_t i = 0; i < sizeof chinese / sizeof *chinese; i++)
		check("GB18030", ENCODING_GB18030, chinese[i]);
	for (size_t i = 0; i < sizeof european / sizeof *european; i++)
		check("ISO-8859-1", ENCODING_LATIN1, european[i]);
}

static void utf8_is_itself_even_with_a_few_wrong_bytes(void **state)
{
	static const char wrong[] = "{\"a\":\"ネコ\xff\",\"b\":\"\xe3\x81\"}";
	static const char one[] = "{\"instruction\":\"\xff\",\"output\":\"b\"}";
	size_t mark;

	(void)state;
	for (size_t i = 0; i < sizeof japanese / sizeof *japanese; i++)
		for (size_t n = 1; n < strlen(japanese[i]); n++)
			assert_int_equal(encoding_detect(japanese[i], n, &mark),
					 ENCODING_UTF8);
	assert_int_equal(encoding_detect("", 0, &mark), ENCODING_UTF8);
	assert_int_equal(encoding_detect(wrong, sizeof wrong - 1, &mark),
			 ENCODING_UTF8);
	assert_int_equal(encoding_detect(one, sizeof one - 1, &mark),
			 ENCODING_UTF8);
}

static void wide_text_without_a_mark_is_known_by_its_zeros(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		enum encoding found;
	} wide[] = {
		{ "{\0\"\0", 4, ENCODING_UTF16LE },
		{ "\0{\0\"", 4, ENCODING_UTF16BE },
		{ "{\0\0\0\"\0\0\0", 8, ENCODING_UTF32LE },
		{ "\0\0\0{\0\0\0\"", 8, ENCODING_UTF32BE },
		{ "{\"\0\"", 4, ENCODING_UTF8 }, /* a NUL in UTF-8: a reject */
		{ "\0\0\0\0", 4, ENCODING_UTF8 },
		{ "{\0", 2, ENCODING_UTF8 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof wide / sizeof *wide; i++) {
		size_t mark;

		assert_int_equal(encoding_detect(wide[i].bytes, wide[i].n,
						 &mark), wide[i].found);
		assert_int_equal(mark, 0);
	}
}

static void a_byte_order_mark_decides(void **state)
{
	static const struct {
		const char *name, *mark;
		size_t n;
		enum encoding encoding;
	} wide[] = {
		{ "UTF-8", "\xef\xbb\xbf", 3, ENCODING_UTF8 },
		{ "UTF-16LE", "\xff\xfe", 2, ENCODING_UTF16LE },
		{ "UTF-16BE", "\xfe\xff", 2, ENCODING_UTF16BE },
		{ "UTF-32LE", "\xff\xfe\0\0", 4, ENCODING_UTF32LE },
		{ "UTF-32BE", "\0\0\xfe\xff", 4, ENCODING_UTF32BE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof wide / sizeof *wide; i++) {
		char bytes[1024];
		size_t n, mark;

		memcpy(bytes, wide[i].mark, wide[i].n);
		n = wide[i].n + encode(wide[i].name, japanese[0],
				       bytes + wide[i].n, 900);
		assert_int_equal(encoding_detect(bytes, n, &mark),
				 wide[i].encoding);
		assert_int_equal(mark, wide[i].n);
		if (wide[i].encoding != ENCODING_UTF8)
			decodes_to(wide[i].encoding, bytes + mark, n - mark,
				   japanese[0]);
	}
}

/* One 0xff for what cannot be decoded; what is around it stays. */
static void nothing_is_repaired(void **state)
{
	(void)state;
	decodes_to(ENCODING_CP932, "a\x82\xa0\x81\"b", 6, "aあ\xff\"b");
	decodes_to(ENCODING_EUC_JP, "\xa4\xa2\xa4\"", 4, "あ\xff\"");
	decodes_to(ENCODING_UTF16LE, "\x42\x30\x00\xd8\x41\x00", 6, "あ\xff" "A");
	decodes_to(ENCODING_UTF16LE, "\x42\x30\x41", 3, "あ\xff");
	decodes_to(ENCODING_CP932, "a\x82", 2, "a\xff");
	decodes_to(ENCODING_GB18030, "\xd6\xd0\xff", 3, "中\xff");
}

static void names_are_known_in_any_case(void **state)
{
	enum encoding encoding;

	(void)state;
	assert_true(encoding_by_name("Shift_JIS", &encoding));
	assert_int_equal(encoding, ENCODING_CP932);
	assert_true(encoding_by_name("UTF-8", &encoding));
	assert_int_equal(encoding, ENCODING_UTF8);
	assert_false(encoding_by_name("ebcdic", &encoding));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_is_found_by_how_it_looks),
		cmocka_unit_test(utf8_is_itself_even_with_a_few_wrong_bytes),
		cmocka_unit_test(
			wide_text_without_a_mark_is_known_by_its_zeros),
		cmocka_unit_test(a_byte_order_mark_decides),
		cmocka_unit_test(nothing_is_repaired),
		cmocka_unit_test(names_are_known_in_any_case),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
