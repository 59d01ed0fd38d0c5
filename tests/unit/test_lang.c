/* test_lang.c - the language of a text, with CLD2 and without */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <config.h>

#include "text/lang.h"

static const char *tell(const char *text)
{
	struct lang_evidence e = { 0 };

	lang_look(&e, str_of(text));
	return lang_tell(&e, &e, str_of(text));
}

static void script_and_function_words_need_nothing_else(void **state)
{
	(void)state;
	assert_string_equal(tell("ネコは何科ですか？"), "ja");
	assert_string_equal(tell("请把下面的句子翻译成英文。"), "zh");
	assert_string_equal(tell("다음 문장을 번역하세요."), "ko");
	assert_string_equal(tell("What is the capital of France?"), "en");
	assert_string_equal(tell("Переведите следующее предложение."), "ru");
	assert_string_equal(tell("42"), "und");
}

/* The same lines in both builds; what they are without CLD2 is in the middle */
static const struct {
	const char *text, *without, *with;
} shared[] = {
	{ "Traduisez la phrase suivante en anglais, s'il vous plaît.", "und",
	  "fr" },
	{ "Übersetzen Sie den folgenden Satz ins Englische.", "und", "de" },
	{ "Traduce la siguiente oración al inglés, por favor.", "und", "es" },
	{ "Traduza a seguinte frase para o inglês, por favor.", "und", "pt" },
	{ "Vertaal de volgende zin alstublieft naar het Engels.", "und",
	  "nl" },
	{ "Przetłumacz następujące zdanie na język angielski.", "und", "pl" },
	{ "Hãy dịch câu sau đây sang tiếng Anh cho tôi.", "und", "vi" },
	{ "Terjemahkan kalimat berikut ini ke dalam bahasa Inggris.", "und",
	  "id" },
	{ "Aşağıdaki cümleyi İngilizceye çevirir misiniz lütfen?", "und",
	  "tr" },
	{ "Перекладіть, будь ласка, наступне речення англійською мовою.", "ru",
	  "uk" },
	{ "لطفاً جملهٔ زیر را به زبان انگلیسی ترجمه کنید.", "ar", "fa" },
	{ "Going green together: eco-friendly services today!", "und", "en" },
};

static void shared_letters_are_told_apart_where_cld2_is_built_in(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof shared / sizeof *shared; i++)
#ifdef HAVE_CLD2
		assert_string_equal(tell(shared[i].text), shared[i].with);
#else
		assert_string_equal(tell(shared[i].text), shared[i].without);
#endif
}

static void code_and_short_text_are_no_language(void **state)
{
	static const char *const text[] = {
		"def double(numbers):\n    return [2 * n for n in numbers]",
		"#!/bin/bash\nDIR=/tmp/folder\necho Size of $DIR",
		"int largest(int *arr, int size) { int max = arr[0]; }",
		"JCP", "Jean Dupont", "3.14159 rad",
	};

	(void)state;
	for (size_t i = 0; i < sizeof text / sizeof *text; i++)
		assert_string_equal(tell(text[i]), "und");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(script_and_function_words_need_nothing_else),
		cmocka_unit_test(
			shared_letters_are_told_apart_where_cld2_is_built_in),
		cmocka_unit_test(code_and_short_text_are_no_language),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
