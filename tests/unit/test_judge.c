/* test_judge.c - keywords, patterns and rules on kind and on hostile text */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/rng.h"
#include "filter/check.h"
#include "filter/judge.h"
#include "text/keyword.h"

/* -- keywords -- */

static bool found_plainly(struct str text, struct str word)
{
	for (size_t i = 0; i + word.n <= text.n; i++) {
		size_t k = 0;

		while (k < word.n && (text.at[i + k] | 32) == (word.at[k] | 32))
			k++;
		if (k == word.n)
			return true;
	}
	return false;
}

/* Random words in random text: as a plain search finds them, in all lengths. */
static void keywords_are_found_as_by_plain_search(void **state)
{
	enum { WORDS = 70, TEXTS = 300, LONGEST = 14 };
	static char word[WORDS][LONGEST + 1], text[3000];
	struct keywords keywords = { 0 };
	struct rng rng;

	(void)state;
	rng_init(&rng, 7, "keywords");
	for (uint32_t w = 0; w < WORDS; w++) {
		size_t n = 1 + rng_below(&rng, LONGEST);

		for (size_t i = 0; i < n; i++)
			word[w][i] = "abcABC"[rng_below(&rng, 6)];
		if (n == 1)
			word[w][0] = 'q'; /* else every text has it */
		keywords_add(&keywords, str_of(word[w]), w);
	}
	keywords_build(&keywords, WORDS);
	for (int t = 0; t < TEXTS; t++) {
		size_t n = rng_below(&rng, sizeof text);
		uint64_t seen[WORDS / 64 + 1] = { 0 };

		for (size_t i = 0; i < n; i++)
			text[i] = "abcABCxyz "[rng_below(&rng, 10)];
		for (int w = 0; w < 9; w++) { /* long ones come by hand */
			struct str one = str_of(word[rng_below(&rng, WORDS)]);

			if (one.n < n)
				memcpy(text + rng_below(&rng, n - one.n + 1),
				       one.at, one.n);
		}
		keywords_scan(&keywords, (struct str){ text, n }, seen);
		for (uint32_t w = 0; w < WORDS; w++)
			assert_int_equal(seen[w / 64] >> w % 64 & 1,
					 found_plainly((struct str){ text, n },
						       str_of(word[w])));
	}
	keywords_free(&keywords);
}

/* At every place of a text, also where one block of it ends. */
static void a_keyword_is_found_wherever_it_stands(void **state)
{
	static const char *const word[] = {
		"の", "適切に", "<|", "etc", "できるだけ早く", "appropriate",
	};
	enum { WORDS = sizeof word / sizeof *word, LENGTH = 2100 };
	static char text[LENGTH + 32];
	struct keywords keywords = { 0 };

	(void)state;
	for (uint32_t w = 0; w < WORDS; w++)
		keywords_add(&keywords, str_of(word[w]), w + 60);
	keywords_build(&keywords, 60 + WORDS);
	for (size_t at = 0; at < LENGTH; at++) {
		struct str one = str_of(word[at % WORDS]);
		uint64_t seen[2] = { 0 };

		memset(text, 'e', sizeof text);
		memcpy(text + at, one.at, one.n);
		keywords_scan(&keywords, (struct str){ text, at + one.n },
			      seen);
		assert_int_equal(seen[(at % WORDS + 60) / 64] >>
					 (at % WORDS + 60) % 64 & 1, 1);
		memset(seen, 0, sizeof seen);
		keywords_scan(&keywords, (struct str){ text, at + one.n - 1 },
			      seen);
		assert_int_equal(seen[0] | seen[1], 0);
	}
	keywords_free(&keywords);
}

static void no_keywords_find_nothing(void **state)
{
	struct keywords keywords = { 0 };
	uint64_t seen[1] = { 0 };

	(void)state;
	keywords_build(&keywords, 0);
	keywords_scan(&keywords, STR("anything"), seen);
	assert_int_equal(seen[0], 0);
	keywords_free(&keywords);
}

/* -- patterns -- */

static int match(const char *pattern, const char *text, struct span *span)
{
	struct pattern compiled;
	struct pattern_room room;
	size_t at;
	int rc = pattern_compile(&compiled, str_of(pattern), &at);

	assert_int_equal(rc, 0);
	pattern_room_init(&room);
	rc = pattern_find(&compiled, &room, str_of(text), 0, PATTERN_END,
			  span);
	pattern_room_free(&room);
	pattern_free(&compiled);
	return rc;
}

static void a_script_is_the_script_alone(void **state)
{
	struct span span;

	(void)state;
	assert_int_equal(match("\\p{sc:Han}+", "かな。漢字", &span), 1);
	assert_int_equal(span.start, 9);
	assert_int_equal(match("\\p{sc:Han}", "。", &span), 0);
	assert_int_equal(match("\\bAI\\b", "これはAIです", &span), 1);
}

static void a_catastrophe_is_an_error_not_a_miss(void **state)
{
	static char text[4001];
	struct span span;

	(void)state;
	memset(text, 'a', sizeof text - 1);
	assert_int_equal(match("^(?:a|a)*+b|^(?:(?:a+)+)+[c]$", text, &span),
			 ERR_LIMIT);
}

static void a_wrong_pattern_says_where(void **state)
{
	struct pattern pattern;
	size_t at;

	(void)state;
	assert_int_equal(pattern_compile(&pattern, STR("ab(c"), &at),
			 ERR_FORMAT);
	assert_int_equal(at, 4);
	assert_int_equal(pattern_compile(&pattern, STR("a\\C"), &at),
			 ERR_FORMAT);
}

/* -- rules -- */

static void load(struct ruleset *set, const char *pack)
{
	int rc = ruleset_read(set, "test.rules", str_of(pack));

	if (rc < 0)
		print_message("%s\n", err_text());
	assert_int_equal(rc, 0);
	assert_int_equal(ruleset_ready(set), 0);
}

static struct pair pair_of(const char *instruction, const char *input,
			   const char *response)
{
	return (struct pair){
		.id = 1,
		.turns = 1,
		.lang = STR("und"),
		.lang_response = STR("und"),
		.category = STR("qa"),
		.instruction = str_of(instruction),
		.input = str_of(input),
		.response = str_of(response),
	};
}

/* The ids of the rules that hit, joined by blanks. */
static char *hits_of(const char *pack, const struct pair *pair)
{
	struct ruleset set = { 0 };
	struct judge judge;
	struct buf out = { 0 };

	load(&set, pack);
	judge_init(&judge, &set, NULL);
	judge_pair(&judge, pair);
	buf_text(&out, "");
	for (size_t h = 0; h < judge.hits.n; h++)
		buf_print(&out, "%s%s%s", h ? " " : "",
			  judge.hits.at[h].rule < set.n
				  ? set.rule[judge.hits.at[h].rule].id.at
				  : "text",
			  judge.hits.at[h].failed ? "!" : "");
	judge_free(&judge);
	ruleset_free(&set);
	buf_room(&out, 1);
	return buf_take(&out);
}

static void expect_hits(const char *pack, struct pair pair, const char *ids)
{
	char *got = hits_of(pack, &pair);

	assert_string_equal(got, ids);
	free(got);
}

#define RULE(id, lines) "rule " id "\nfield response\ncategory x\n" lines

static void conditions_guards_and_windows_hold(void **state)
{
	static const char pack[] =
		"pack t 1\n" RULE("empty", "when input-empty\nmatch a\n")
		RULE("present", "when input-present\nmatch a\n")
		RULE("long", "when min-chars 4\nmatch a\n")
		RULE("short", "when max-chars 3\nmatch a\n")
		RULE("head", "when window head 2\nmatch b\n")
		RULE("tail", "when window tail 2\nmatch b\n")
		RULE("category", "when category qa math\nmatch a\n")
		RULE("spared", "match a\nunless-instruction sorry\n")
		RULE("needed", "match a\nwith-instruction please\n")
		RULE("own", "match a\nunless ^猫\n");

	(void)state;
	expect_hits(pack, pair_of("q", NULL, "猫a"),
		    "empty short category spared");
	expect_hits(pack, pair_of("sorry, please", "in", "aあああb"),
		    "present long tail category needed own");
	expect_hits(pack, pair_of("q", "", "b犬猫a"),
		    "empty long head category spared own");
}

static void digits_of_both_ends_of_a_text_count(void **state)
{
	static const char pack[] =
		"pack t 1\n"
		RULE("two", "when digits 2\nmatch \\d\n")
		RULE("twelve", "when digits 12\nmatch \\d\n");

	(void)state;
	expect_hits(pack, pair_of("q", NULL, "1/:９"), "");
	expect_hits(pack, pair_of("q", NULL, "9 日本語の文 0"), "two");
	expect_hits(pack, pair_of("q", NULL, "0123456789 x 01"), "two twelve");
}

static void spans_are_characters(void **state)
{
	struct pair pair = pair_of("q", NULL, "日本のAI、AIです");
	struct ruleset set = { 0 };
	struct judge judge;

	(void)state;
	load(&set, "pack t 1\n" RULE("ai", "all\nkeyword ai\nmatch AI\n"));
	judge_init(&judge, &set, NULL);
	judge_pair(&judge, &pair);
	assert_int_equal(judge.hits.n, 2);
	assert_int_equal(judge.hits.at[0].start, 3);
	assert_int_equal(judge.hits.at[1].start, 6);
	assert_int_equal(judge.hits.at[1].length, 2);
	judge_free(&judge);
	ruleset_free(&set);
}

static void roles_of_a_conversation_are_fields(void **state)
{
	struct message message[] = {
		{ .role = STR("system"), .content = STR("a") },
		{ .role = STR("user"), .content = STR("a") },
		{ .role = STR("assistant"), .content = STR("a") },
		{ .role = STR("user"), .content = STR("sorry") },
		{ .role = STR("tool"), .content = STR("a") },
		{ .role = STR("assistant"), .content = STR("a") },
	};
	struct pair pair = pair_of("a", NULL, "a");
	struct ruleset set = { 0 };
	struct judge judge;

	(void)state;
	pair.message = message;
	pair.messages = 6;
	pair.turns = 2;
	load(&set, "pack t 1\n" RULE("r", "match a\nunless-instruction "
					  "sorry\n"));
	judge_init(&judge, &set, NULL);
	judge_pair(&judge, &pair);
	assert_int_equal(judge.hits.n, 1);
	assert_int_equal(judge.hits.at[0].turn, 2);
	judge_free(&judge);
	ruleset_free(&set);
}

static void scores_multiply_and_count_once(void **state)
{
	struct pair pair = pair_of("a a b", NULL, "");
	struct ruleset set = { 0 };
	struct judge judge;

	(void)state;
	load(&set, "pack t 1\n"
		   "rule a\nfield instruction\ncategory x\nmatch a\nall\n"
		   "action score 0.5\n"
		   "rule b\nfield instruction\ncategory x\nmatch b\n"
		   "action score 0.4\n"
		   "rule off\nfield instruction\ncategory x\nmatch b\n"
		   "action score 0.9\ndefault off\n");
	judge_init(&judge, &set, NULL);
	judge_pair(&judge, &pair);
	assert_int_equal(judge.hits.n, 3);
	assert_true(judge.ambiguity > 0.6999 && judge.ambiguity < 0.7001);
	judge_free(&judge);
	ruleset_free(&set);
}

/* -- hostile text -- */

static void a_field_of_megabytes_takes_linear_time(void **state)
{
	enum { SIZE = 10 << 20 };
	char *text = malloc(SIZE + 1);
	struct pair pair;

	(void)state;
	assert_non_null(text);
	memset(text, 'a', SIZE);
	memcpy(text + SIZE - 6, "needle", 6);
	text[SIZE] = '\0';
	pair = pair_of("q", NULL, text);
	/* quadratic over the whole field: an hour; in pieces: a moment */
	expect_hits("pack t 1\n" RULE("needle", "match needle$\n")
			    RULE("slow", "match a{2,60}b\n")
				    RULE("start", "match ^aaa\n")
					    RULE("middle", "match ^needle\n"),
		    pair, "needle start");
	free(text);
}

static void pieces_of_a_long_field_cut_no_match(void **state)
{
	enum { SIZE = 3 * JUDGE_WINDOW };
	char *text = malloc(SIZE + 1);

	(void)state;
	assert_non_null(text);
	for (size_t at = JUDGE_WINDOW - 40; at < JUDGE_WINDOW + 40; at++) {
		memset(text, 'a', SIZE);
		text[SIZE] = '\0';
		memcpy(text + at, "猫needle犬", 12);
		expect_hits("pack t 1\n" RULE("r", "match 猫needle犬\n"),
			    pair_of("q", NULL, text), "r");
	}
	free(text);
}

static void text_that_is_no_text_is_noted(void **state)
{
	(void)state;
	expect_hits("pack t 1\n" RULE("r", "match a\n"),
		    pair_of("q", NULL, "a\xff"), "text!");
	expect_hits("pack t 1\n" RULE("r", "match a\n"),
		    pair_of("q", NULL,
			    "\xe2\x80\xae"
			    "a\xe2\x80\xac"),
		    "r"); /* bidi overrides */
}

/* -- checks -- */

static void checks_see_what_they_should(void **state)
{
	static const struct {
		const char *check, *response;
		bool hits;
	} looks[] = {
		{ "empty", "　\n", true },
		{ "empty", "a", false },
		{ "long-sentence 10", "短い。とても長い文がここにあります。", true },
		{ "long-sentence 20", "短い。とても長い文がここにあります。", false },
		{ "no-chain 3", "東京の大学の図書館の本", true },
		{ "no-chain 3", "東京の大学の本、私の家の庭", false },
		{ "char-run 8", "うわああああああああ", true },
		{ "char-run 8", "--------------------", false },
		{ "char-run 8", "hahahahaha", false },
		{ "script-share Latin > 0.5", "これは Japanese text in English",
		  true },
		{ "script-share Latin < 0.5", "これは Japanese text in English",
		  false },
		{ "symbol-share > 0.4 10", "!!%%!!##!!a b", true },
		{ "truncated", "There are many rivers in the country of Japan, "
			       "among them the wide Shinano and the", true },
		{ "truncated", "```c\nint main(void)\n{\n\treturn 0;\n}\n and "
			       "this never ends although it should have done so", true },
		{ "truncated", "There are many rivers in the country of Japan, "
			       "among them the Shinano and the Tone.", false },
		{ "repetition-word 0.3", "the cat sat on the mat the cat sat on "
			"the mat the cat sat on the mat the cat sat on the mat "
			"the cat sat on the mat the cat sat on the mat the cat "
			"sat on the mat the cat sat on the mat the cat sat on "
			"the mat the cat sat on the mat the cat sat on the mat",
		  true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) {
		struct buf pack = { 0 };
		struct pair pair = pair_of("q", NULL, looks[i].response);
		char *got;

		buf_print(&pack, "pack t 1\n" RULE("r", "check %s\n"),
			  looks[i].check);
		got = hits_of(pack.at, &pair);
		if ((*got != '\0') != looks[i].hits)
			print_message("%s: %s\n", looks[i].check,
				      looks[i].response);
		assert_int_equal(*got != '\0', looks[i].hits);
		free(got);
		buf_free(&pack);
	}
}

static void check_digits_are_checked(void **state)
{
	(void)state;
	assert_true(check_luhn(STR("4539 1488 0343 6467")));
	assert_false(check_luhn(STR("4539 1488 0343 6468")));
	assert_false(check_luhn(STR("0000 0000 0000 0000")));
	assert_false(check_luhn(STR("42")));
	assert_true(check_my_number(STR("123456789018")));
	assert_false(check_my_number(STR("123456789012")));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(keywords_are_found_as_by_plain_search),
		cmocka_unit_test(a_keyword_is_found_wherever_it_stands),
		cmocka_unit_test(no_keywords_find_nothing),
		cmocka_unit_test(a_script_is_the_script_alone),
		cmocka_unit_test(a_catastrophe_is_an_error_not_a_miss),
		cmocka_unit_test(a_wrong_pattern_says_where),
		cmocka_unit_test(conditions_guards_and_windows_hold),
		cmocka_unit_test(digits_of_both_ends_of_a_text_count),
		cmocka_unit_test(spans_are_characters),
		cmocka_unit_test(roles_of_a_conversation_are_fields),
		cmocka_unit_test(scores_multiply_and_count_once),
		cmocka_unit_test(a_field_of_megabytes_takes_linear_time),
		cmocka_unit_test(pieces_of_a_long_field_cut_no_match),
		cmocka_unit_test(text_that_is_no_text_is_noted),
		cmocka_unit_test(checks_see_what_they_should),
		cmocka_unit_test(check_digits_are_checked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
