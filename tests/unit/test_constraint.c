/* test_constraint.c - what an instruction asks for, and whether it is obeyed */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "filter/constraint.h"
#include "filter/count.h"

struct world {
	struct constraints constraints;
	struct pattern_room room;
};

static int set_up(void **state)
{
	static struct world world;

	if (constraints_init(&world.constraints) < 0)
		return -1;
	pattern_room_init(&world.room);
	*state = &world;
	return 0;
}

static int tear_down(void **state)
{
	struct world *world = *state;

	constraints_free(&world->constraints);
	pattern_room_free(&world->room);
	return 0;
}

static size_t read_all(struct world *world, const char *instruction,
		       struct constraint *found)
{
	return constraints_read(&world->constraints, &world->room,
				str_of(instruction), found);
}

static void forms_are_read_in_two_languages(void **state)
{
	static const struct {
		const char *instruction;
		enum constraint_kind kind;
		enum bound bound;
		double n;
	} asked[] = {
		{ "Describe the sea in 50 words.", ASK_WORDS, BOUND_PLAIN, 50 },
		{ "Answer in no more than 1,000 words.", ASK_WORDS, BOUND_MOST,
		  1000 },
		{ "Write a 300+ word summary of it.", ASK_WORDS, BOUND_LEAST,
		  300 },
		{ "Use fewer than 20 words.", ASK_WORDS, BOUND_MOST, 19 },
		{ "Explain it in three short sentences.", ASK_SENTENCES,
		  BOUND_PLAIN, 3 },
		{ "Write a one-sentence summary.", ASK_SENTENCES, BOUND_PLAIN,
		  1 },
		{ "Explain this using at least 4 sentences and be kind.",
		  ASK_SENTENCES, BOUND_LEAST, 4 },
		{ "Give me exactly 3 paragraphs.", ASK_PARAGRAPHS, BOUND_EXACT,
		  3 },
		{ "List five ways to save water.", ASK_ITEMS, BOUND_PLAIN, 5 },
		{ "Create a list of 10 books.", ASK_ITEMS, BOUND_PLAIN, 10 },
		{ "Use exactly 3 bullet points.", ASK_BULLETS, BOUND_EXACT,
		  3 },
		{ "3文で要約してください。", ASK_SENTENCES, BOUND_PLAIN, 3 },
		{ "三文以内で答えてください。", ASK_SENTENCES, BOUND_MOST, 3 },
		{ "200字以内で書いてください。", ASK_CHARS, BOUND_MOST, 200 },
		{ "４００文字以上で論じなさい。", ASK_CHARS, BOUND_LEAST, 400 },
		{ "二百五十字程度でまとめて。", ASK_CHARS, BOUND_ABOUT, 250 },
		{ "500文字未満で書いて。", ASK_CHARS, BOUND_MOST, 499 },
		{ "理由を5つ挙げてください。", ASK_ITEMS, BOUND_PLAIN, 5 },
		{ "2段落で説明してください。", ASK_PARAGRAPHS, BOUND_PLAIN, 2 },
	};
	struct constraint found[CONSTRAINTS];

	for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
		size_t n = read_all(*state, asked[i].instruction, found);

		if (n != 1)
			print_message("%s: %zu\n", asked[i].instruction, n);
		assert_int_equal(n, 1);
		assert_int_equal(found[0].kind, asked[i].kind);
		assert_int_equal(found[0].bound, asked[i].bound);
		assert_true(found[0].n == asked[i].n);
	}
}

static void what_is_asked_of_something_else_is_not_read(void **state)
{
	static const char *const none[] = {
		"Summarize this 50-word text.",
		"You will be given a pair of two sentences.",
		"Each paragraph should be in 50 words.",
		"Give me at least 5 words that rhyme with tree.",
		"Name two",
		"Explain in other words.",
		"Write a function that returns JSON.",
		"Write a Python script that prints the file in JSON.",
		"Use some words in all capital letters.",
		"How do you say hello in Japanese?",
		"「3文で」の意味を教えてください。",
		"次の3文に共通する点を説明してください。",
		"四字熟語を教えてください。",
		"漢字を20字以内で使ってください。",
		"英語で何と言いますか。",
	};
	struct constraint found[CONSTRAINTS];

	for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
		size_t n = read_all(*state, none[i], found);

		if (n)
			print_message("%s: %s\n", none[i],
				      constraint_name[found[0].kind]);
		assert_int_equal(n, 0);
	}
}

static void parts_and_blanks_are_no_lists(void **state)
{
	struct constraint found[CONSTRAINTS];
	struct range n;

	/* a blank before the whole response is no indent */
	n = count_items(STR(" * one\n* two\n* three"));
	assert_true(n.known && n.low == 3 && n.high == 3);
	assert_int_equal(read_all(*state, "Write exactly 2 paragraphs. "
					  "Separate them with ***", found), 0);
	assert_int_equal(read_all(*state, "30文字以上は漢字を用いずに答えて。",
				  found), 0);
	assert_int_equal(read_all(*state, "「第1節」から始めて5つの節に分けて"
				  "解説してください。", found), 0);
	assert_int_equal(read_all(*state, "Leo has to write a 400-word story "
				  "for school. How many pages?", found), 0);
	assert_int_equal(read_all(*state, "この中で「う」で終わるものは？", found),
			 0);
}

static void responses_obey_violate_or_leave_it_open(void **state)
{
	static const struct {
		const char *instruction, *response;
		enum verdict verdict;
	} pairs[] = {
		{ "3文で説明してください。", "春です。夏です。秋です。", OBEYED },
		{ "3文で説明してください。", "春です。", VIOLATED },
		{ "3文で説明してください。",
		  "彼は「行く。帰る。」と言った。本当だ。", UNKNOWN },
		{ "Explain in two sentences.", "Mr. Li came, e.g. by bus. He "
					       "left.", UNKNOWN },
		{ "Explain in two sentences.", "It is so. It was so.",
		  OBEYED },
		{ "Explain in two sentences.", "It is so. It is. It was.",
		  VIOLATED },
		{ "20字以内で書いて。", "春が来た。", OBEYED },
		{ "10字以内で書いて。", "春が来て、山にも里にも野にも花が咲く。",
		  VIOLATED },
		{ "List three fruits.", "1. Apple\n2. Pear\n3. Plum", OBEYED },
		{ "List three fruits.", "1. Apple\n2. Pear", VIOLATED },
		{ "List three fruits.", "Apple, pear and plum.", UNKNOWN },
		{ "List three fruits.",
		  "Red:\n- Apple\nYellow:\n- Pear\n- Plum\n- Lemon", UNKNOWN },
		{ "Answer in at least 10 words please.", "Too short.",
		  VIOLATED },
		{ "JSON形式で出力してください。", "{\"a\": 1}", OBEYED },
		{ "JSON形式で出力してください。", "a は 1 です。", VIOLATED },
		{ "Respond in JSON.", "```json\n[1, 2]\n```", OBEYED },
		{ "英語で答えてください。", "It is a cat that lives here.",
		  OBEYED },
		{ "英語で答えてください。",
		  "ネコはネコ科の動物で、世界中で飼われています。", VIOLATED },
		{ "Answer yes or no: is it so?", "Yes, it is.", OBEYED },
		{ "Answer yes or no: is it so?", "It depends.", VIOLATED },
		{ "「はい」か「いいえ」で答えてください。", "いいえ。", OBEYED },
		{ "「はい」か「いいえ」で答えてください。", "場合によります。",
		  VIOLATED },
		{ "Answer in all lowercase letters.", "it is a small cat.", OBEYED },
		{ "Answer in all caps.", "It is a Cat, I think.", VIOLATED },
		{ "Write it without using the word \"very\".", "Very well.",
		  VIOLATED },
		{ "Write it without using the word \"very\".", "Everyone.",
		  OBEYED },
		{ "「とても」という言葉を使わずに書いて。", "とても良い。",
		  VIOLATED },
		{ "Do not use any commas.", "One, two.", VIOLATED },
		{ "読点を使わないで書いて。", "春、夏。", VIOLATED },
		{ "ひらがなだけで書いてください。", "はるがきた。", OBEYED },
		{ "ひらがなだけで書いてください。", "春夏秋冬が来た。", VIOLATED },
		{ "Start your answer with \"Dear\".", "Dear Sir, hello.",
		  OBEYED },
		{ "End your response with \"Bye!\".", "Hello. Bye!", OBEYED },
		{ "End your response with \"Bye!\".", "Hello there.",
		  VIOLATED },
		{ "箇条書きでまとめてください。", "・春\n・夏", OBEYED },
		{ "箇条書きでまとめてください。", "春は暖かい。夏は暑い。",
		  VIOLATED },
		{ "Answer in one word.", "Tokyo", OBEYED },
		{ "Answer in one word.", "It is the city of Tokyo.",
		  VIOLATED },
		{ "3文で説明してください。", " ", UNKNOWN },
	};
	struct constraint found[CONSTRAINTS];

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		size_t n = read_all(*state, pairs[i].instruction, found);
		struct range count;
		enum verdict verdict;

		if (n != 1)
			print_message("%s: %zu\n", pairs[i].instruction, n);
		assert_int_equal(n, 1);
		verdict = constraint_check(&found[0],
					   str_of(pairs[i].response), &count);
		if (verdict != pairs[i].verdict)
			print_message("%s => %s: %s\n", pairs[i].instruction,
				      pairs[i].response,
				      verdict_name[verdict]);
		assert_int_equal(verdict, pairs[i].verdict);
	}
}

static void contradictions_are_found(void **state)
{
	struct constraint found[CONSTRAINTS];
	size_t n = read_all(*state, "50字以内で、100字以上の文で書いて。", found);

	assert_int_equal(n, 2);
	assert_int_equal(constraints_contradict(found, n), 1);
	n = read_all(*state, "50字以上、100字以内で書いて。", found);
	assert_int_equal(constraints_contradict(found, n), n);
}

static void an_explanation_says_wanted_and_found(void **state)
{
	struct constraint found[CONSTRAINTS];
	struct buf out = { 0 };

	read_all(*state, "List three fruits.", found);
	constraint_explain(&found[0], STR("1. Apple\n2. Pear"), &out);
	assert_string_equal(out.at, "violated: wanted 3 items, found 2");
	buf_free(&out);
}

static void counts_are_ranges(void **state)
{
	struct range n = count_sentences(STR("See Dr. Li. \"Go! Now!\" he "
					     "said. Heading\n- an item"));

	(void)state;
	assert_true(n.low <= 3 && n.high >= 4);
	n = count_words(STR("a well-known fact"));
	assert_true(n.low == 3 && n.high == 4);
	assert_false(count_words(STR("猫が好き")).known);
	n = count_paragraphs(STR("# Title\n\nThis is the first paragraph of it.\n"
				 "\nAnd this is the second one, the last."));
	assert_true(n.low == 2 && n.high == 3);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms_are_read_in_two_languages),
		cmocka_unit_test(what_is_asked_of_something_else_is_not_read),
		cmocka_unit_test(parts_and_blanks_are_no_lists),
		cmocka_unit_test(responses_obey_violate_or_leave_it_open),
		cmocka_unit_test(contradictions_are_found),
		cmocka_unit_test(an_explanation_says_wanted_and_found),
		cmocka_unit_test(counts_are_ranges),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
