/* protect.c - words that make two instructions of one wording two questions */
#include "text/protect.h"

#include "base/hash.h"
#include "text/demand.h"
#include "text/script.h"
#include "text/utf8.h"

/* What a character makes of the run it is in: names are runs of one kind. */
static enum script run_of(uint32_t c)
{
	enum script script = script_of(c);

	if (c == 0x30fc) /* the long vowel of Katakana words is Common */
		return SCRIPT_KATAKANA;
	return script == SCRIPT_HAN || script == SCRIPT_KATAKANA ||
			       script == SCRIPT_LATIN
		       ? script
		       : SCRIPT_COMMON;
}

/* What instructions are built of.  Languages are in demand.h. */
static bool is_frame(struct str run)
{
	static const struct str word[] = {
		STR("次"),	STR("以下"),	STR("下記"),	STR("上記"),
		STR("下"),	STR("文"),	STR("文章"),	STR("文書"),
		STR("本文"),	STR("内容"),	STR("質問"),	STR("問"),
		STR("設問"),	STR("答"),	STR("回答"),	STR("解答"),
		STR("応答"),	STR("説明"),	STR("解説"),	STR("記述"),
		STR("要約"),	STR("紹介"),	STR("作成"),	STR("生成"),
		STR("作"),	STR("書"),	STR("記"),	STR("述"),
		STR("挙"),	STR("教"),	STR("訳"),	STR("翻訳"),
		STR("選"),	STR("選択"),	STR("考"),	STR("示"),
		STR("与"),	STR("行"),	STR("使"),	STR("使用"),
		STR("用"),	STR("利用"),	STR("場合"),	STR("事"),
		STR("時"),	STR("願"),	STR("頂"),
	};

	for (size_t i = 0; i < sizeof word / sizeof *word; i++)
		if (str_equal(word[i], run))
			return true;
	return false;
}

/* Words with a capital that only begin a sentence. */
static bool is_opening(struct str run)
{
	static const struct str word[] = {
		STR("A"),	STR("An"),	STR("Analyze"),	STR("And"),
		STR("Answer"),	STR("Are"),	STR("Can"),	STR("Classify"),
		STR("Compose"),	STR("Could"),	STR("Create"),	STR("Define"),
		STR("Describe"), STR("Determine"), STR("Do"),	STR("Does"),
		STR("Explain"),	STR("Find"),	STR("For"),	STR("From"),
		STR("Generate"), STR("Give"),	STR("Given"),	STR("How"),
		STR("I"),	STR("Identify"), STR("If"),	STR("In"),
		STR("Is"),	STR("It"),	STR("List"),	STR("Make"),
		STR("Name"),	STR("Now"),	STR("Please"),	STR("Provide"),
		STR("Read"),	STR("Rewrite"),	STR("Say"),	STR("Should"),
		STR("So"),	STR("State"),	STR("Suggest"),	STR("Summarise"),
		STR("Summarize"), STR("Tell"),	STR("That"),	STR("The"),
		STR("Then"),	STR("There"),	STR("These"),	STR("This"),
		STR("To"),	STR("Translate"), STR("Use"),	STR("Using"),
		STR("We"),	STR("What"),	STR("When"),	STR("Where"),
		STR("Which"),	STR("Who"),	STR("Why"),	STR("Will"),
		STR("With"),	STR("Would"),	STR("Write"),	STR("You"),
		STR("Your"),
	};

	for (size_t i = 0; i < sizeof word / sizeof *word; i++)
		if (str_equal(word[i], run))
			return true;
	return false;
}

static bool is_name(enum script kind, struct str run)
{
	if (kind == SCRIPT_LATIN)
		return *run.at >= 'A' && *run.at <= 'Z' && !is_opening(run);
	return (kind == SCRIPT_HAN || kind == SCRIPT_KATAKANA) &&
	       !is_frame(run);
}

/* Where the run of one kind at `at` ends; the word of a language is one. */
static const char *run_end(const char *at, const char *end, enum script *kind)
{
	size_t language = demand_language((struct str){
		at, (size_t)(end - at) });

	if (language) {
		*kind = SCRIPT_COMMON;
		return at + language;
	}
	*kind = run_of(utf8_next(&at));
	while (at < end) {
		const char *next = at;

		if (*kind == SCRIPT_LATIN && (*at == '+' || *at == '#')) {
			at++; /* C++ and C# are not C */
			continue;
		}
		if (run_of(utf8_next(&next)) != *kind ||
		    demand_language((struct str){ at, (size_t)(end - at) }))
			break;
		at = next;
	}
	return at;
}

/* A capital that is there because a sentence begins; JOC has more of them. */
static bool only_begins(struct str run)
{
	return run.n < 2 || run.at[1] < 'A' || run.at[1] > 'Z';
}

uint64_t protect_names(struct str text)
{
	const char *at = text.at, *end = at + text.n;
	uint64_t sum = 0;

	while (at < end) {
		enum script kind;
		const char *next = run_end(at, end, &kind);
		struct str run = { at, (size_t)(next - at) };

		if (is_name(kind, run) &&
		    !(at == text.at && kind == SCRIPT_LATIN &&
		      only_begins(run)))
			sum += hash64(run.at, run.n, 1);
		at = next;
	}
	return sum;
}

/* -- negations and what is asked for: how often, by kind, whatever the words -- */

enum small { NOT, NO, WITHOUT, EXCEPT, WHEN, WHERE, WHO, WHY };

static uint64_t small(enum small kind)
{
	return hash_mix((uint64_t)kind + 1);
}

/* "n't" and "n’t" end a word too. */
static size_t word_at(const char *at, const char *end, char word[16])
{
	static const struct str apostrophe = STR("\xe2\x80\x99");
	const char *start = at;
	size_t n = 0;

	while (at < end) {
		char c = *at;
		size_t step = 1;

		if (str_starts((struct str){ at, (size_t)(end - at) },
			       apostrophe)) {
			c = '\'';
			step = apostrophe.n;
		} else if (!is_ascii_letter(c) && c != '\'') {
			break;
		}
		if (n < 15)
			word[n++] = c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
		at += step;
	}
	word[n] = 0;
	return (size_t)(at - start);
}

static uint64_t small_word(const char *word)
{
	static const struct {
		const char *word;
		enum small kind;
	} known[] = {
		{ "not", NOT },		{ "cannot", NOT },
		{ "never", NOT },	{ "no", NO },
		{ "none", NO },		{ "neither", NO },
		{ "nor", NO },		{ "without", WITHOUT },
		{ "except", EXCEPT },	{ "unless", EXCEPT },
		{ "when", WHEN },	{ "where", WHERE },
		{ "who", WHO },		{ "whose", WHO },
		{ "why", WHY },
	};
	size_t n = strlen(word);

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcmp(word, known[i].word) == 0)
			return small(known[i].kind);
	return n > 3 && strcmp(word + n - 3, "n't") == 0 ? small(NOT) : 0;
}

/* What one ない, なかった, なく, ずに or ません denies; ませんか and ないでしょうか ask. */
static uint64_t kana_negation(struct str rest, size_t *length)
{
	static const struct str form[] = {
		STR("ません"), STR("なかった"), STR("なければ"), STR("ない"),
		STR("なく"),   STR("ずに"),
	};
	static const struct str asks[] = { STR("か"), STR("でしょうか") };

	for (size_t i = 0; i < sizeof form / sizeof *form; i++) {
		struct str after;

		if (!str_starts(rest, form[i]))
			continue;
		*length = form[i].n;
		after = (struct str){ rest.at + *length, rest.n - *length };
		for (size_t j = 0; j < sizeof asks / sizeof *asks; j++)
			if (str_starts(after, asks[j]))
				return 0;
		return small(NOT);
	}
	return 0;
}

/* いつ and どこ in kana; いつも and どころ ask nothing. */
static uint64_t kana_question(struct str rest, size_t *length)
{
	static const struct {
		struct str word, but;
		enum small kind;
	} known[] = {
		{ STR("いつ"), STR("いつも"), WHEN },
		{ STR("どこ"), STR("どころ"), WHERE },
		{ STR("だれ"), STR("だれも"), WHO },
		{ STR("なぜ"), STR("なぜか"), WHY },
		{ STR("どうして"), STR("どうしても"), WHY },
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		if (!str_starts(rest, known[i].word))
			continue;
		*length = known[i].word.n;
		return str_starts(rest, known[i].but) ? 0
						      : small(known[i].kind);
	}
	return 0;
}

static uint64_t kana_word(struct str rest, size_t *length)
{
	uint64_t asked = kana_question(rest, length);

	return asked ? asked : kana_negation(rest, length);
}

static uint64_t small_words(struct str text)
{
	const char *at = text.at, *end = at + text.n;
	uint64_t sum = 0;

	while (at < end) {
		char word[16];
		size_t length = 1;

		if (is_ascii_letter(*at)) {
			length = word_at(at, end, word);
			sum += small_word(word);
		} else if ((unsigned char)*at == 0xe3) {
			sum += kana_word((struct str){ at, (size_t)(end - at) },
					 &length);
		}
		at += length;
	}
	return sum;
}

uint64_t protect_read(struct str text)
{
	return protect_names(text) + small_words(text) + demand_read(text);
}
