/* demand.c - what an instruction wants its answer to be, in words */
#include "text/demand.h"

#include <string.h>

#include "base/hash.h"

/* Languages, named and in compounds; the longest of an initial comes first. */
static const struct word {
	const char *word;
	const char *means;
} language[] = {
	{ "english", "en" },	{ "japanese", "ja" },
	{ "chinese", "zh" },	{ "korean", "ko" },
	{ "french", "fr" },	{ "german", "de" },
	{ "spanish", "es" },	{ "italian", "it" },
	{ "russian", "ru" },	{ "portuguese", "pt" },
	{ "arabic", "ar" },	{ "hindi", "hi" },
	{ "latin", "la" },	{ "dutch", "nl" },
	{ "英語", "en" },	{ "英文", "en" },
	{ "英訳", "en" },	{ "和英", "ja en" },
	{ "英和", "en ja" },	{ "日本語", "ja" },
	{ "和訳", "ja" },	{ "邦訳", "ja" },
	{ "和文", "ja" },	{ "邦文", "ja" },
	{ "中国語", "zh" },	{ "中文", "zh" },
	{ "韓国語", "ko" },	{ "フランス語", "fr" },
	{ "仏語", "fr" },	{ "仏訳", "fr" },
	{ "ドイツ語", "de" },	{ "独語", "de" },
	{ "独訳", "de" },	{ "スペイン語", "es" },
	{ "イタリア語", "it" },	{ "ロシア語", "ru" },
	{ "ポルトガル語", "pt" }, { "アラビア語", "ar" },
};

/*
 * Words of an English instruction.  Japanese ones of this sort are runs of Han
 * or Katakana, which are protected as they stand (protect.h).
 */
static const struct word wanted[] = {
	/* formats and kinds of text */
	{ "json", "json" },	{ "yaml", "yaml" },
	{ "xml", "xml" },	{ "html", "html" },
	{ "csv", "csv" },	{ "markdown", "markdown" },
	{ "latex", "latex" },	{ "table", "table" },
	{ "list", "list" },	{ "bullet", "bullets" },
	{ "bullets", "bullets" }, { "bulleted", "bullets" },
	{ "numbered", "numbered" }, { "code", "code" },
	{ "function", "function" }, { "program", "program" },
	{ "script", "script" },	{ "sql", "sql" },
	{ "python", "python" },	{ "javascript", "javascript" },
	{ "word", "word" },	{ "words", "word" },
	{ "sentence", "sentence" }, { "sentences", "sentence" },
	{ "paragraph", "paragraph" }, { "paragraphs", "paragraph" },
	{ "essay", "essay" },	{ "article", "article" },
	{ "poem", "poem" },	{ "haiku", "haiku" },
	{ "song", "song" },	{ "story", "story" },
	{ "joke", "joke" },	{ "letter", "letter" },
	{ "email", "email" },	{ "tweet", "tweet" },
	{ "dialogue", "dialogue" }, { "title", "title" },
	{ "headline", "headline" }, { "slogan", "slogan" },
	{ "question", "question" }, { "questions", "question" },
	{ "uppercase", "upper" }, { "lowercase", "lower" },
	/* length and manner */
	{ "short", "short" },	{ "shortly", "short" },
	{ "brief", "short" },	{ "briefly", "short" },
	{ "concise", "short" },	{ "concisely", "short" },
	{ "detail", "long" },	{ "details", "long" },
	{ "detailed", "long" },	{ "thorough", "long" },
	{ "thoroughly", "long" }, { "long", "long" },
	{ "formal", "formal" },	{ "informal", "informal" },
	/* numbers */
	{ "two", "2" },		{ "three", "3" },
	{ "four", "4" },	{ "five", "5" },
	{ "six", "6" },		{ "seven", "7" },
	{ "eight", "8" },	{ "nine", "9" },
	{ "ten", "10" },	{ "eleven", "11" },
	{ "twelve", "12" },	{ "dozen", "12" },
	{ "twenty", "20" },	{ "hundred", "100" },
	{ "thousand", "1000" },	{ "million", "1000000" },
	{ "half", "half" },	{ "twice", "twice" },
	{ "second", "second" },	{ "third", "third" },
	/* opposites */
	{ "advantage", "pro" },	{ "advantages", "pro" },
	{ "benefit", "pro" },	{ "benefits", "pro" },
	{ "pros", "pro" },	{ "strengths", "pro" },
	{ "disadvantage", "con" }, { "disadvantages", "con" },
	{ "drawback", "con" },	{ "drawbacks", "con" },
	{ "cons", "con" },	{ "weaknesses", "con" },
	{ "increase", "more" },	{ "increasing", "more" },
	{ "increases", "more" }, { "raise", "more" },
	{ "decrease", "less" },	{ "decreasing", "less" },
	{ "decreases", "less" }, { "reduce", "less" },
	{ "reducing", "less" },	{ "lower", "less" },
	{ "gain", "gain" },	{ "lose", "lose" },
	{ "more", "greater" },	{ "less", "smaller" },
	{ "fewer", "smaller" },	{ "most", "greatest" },
	{ "largest", "greatest" }, { "biggest", "greatest" },
	{ "greatest", "greatest" }, { "least", "smallest" },
	{ "smallest", "smallest" }, { "highest", "highest" },
	{ "lowest", "lowest" },	{ "longest", "longest" },
	{ "shortest", "shortest" }, { "maximum", "maximum" },
	{ "minimum", "minimum" }, { "maximize", "maximum" },
	{ "minimize", "minimum" }, { "best", "best" },
	{ "worst", "worst" },	{ "good", "good" },
	{ "bad", "bad" },	{ "better", "better" },
	{ "worse", "worse" },	{ "positive", "positive" },
	{ "negative", "negative" }, { "true", "true" },
	{ "false", "false" },	{ "correct", "correct" },
	{ "incorrect", "wrong" }, { "wrong", "wrong" },
	{ "possible", "possible" }, { "impossible", "impossible" },
	{ "before", "before" },	{ "after", "after" },
	{ "first", "first" },	{ "last", "last" },
	{ "start", "start" },	{ "begin", "start" },
	{ "stop", "stop" },	{ "end", "stop" },
	{ "open", "open" },	{ "close", "close" },
	{ "add", "add" },	{ "remove", "remove" },
	{ "enable", "enable" },	{ "disable", "disable" },
	{ "encode", "encode" },	{ "decode", "decode" },
	{ "similar", "similar" }, { "similarities", "similar" },
	{ "different", "different" }, { "differences", "different" },
	{ "difference", "different" }, { "same", "same" },
	{ "opposite", "opposite" }, { "synonym", "synonym" },
	{ "synonyms", "synonym" }, { "antonym", "antonym" },
	{ "antonyms", "antonym" }, { "left", "left" },
	{ "right", "right" },	{ "ascending", "ascending" },
	{ "descending", "descending" }, { "buy", "buy" },
	{ "sell", "sell" },	{ "old", "old" },
	{ "new", "new" },	{ "hot", "hot" },
	{ "cold", "cold" },	{ "male", "male" },
	{ "female", "female" },	{ "even", "even" },
	{ "odd", "odd" },	{ "all", "all" },
	{ "sum", "sum" },	{ "product", "product" },
	{ "square", "square" },	{ "squares", "square" },
	{ "recursion", "recursive" }, { "recursive", "recursive" },
	{ "recursively", "recursive" },
	{ "iterative", "iterative" },
};

enum {
	LANGUAGES = sizeof language / sizeof *language,
	WANTED = sizeof wanted / sizeof *wanted,
	LONGEST = 15, /* letters of a word that is looked up */
};

/* The letters at `at`, lower case; what is too long is no word of ours. */
static size_t word_at(const char *at, const char *end, char word[LONGEST + 1])
{
	size_t n = 0;

	for (; at + n < end && is_ascii_letter(at[n]); n++)
		if (n < LONGEST)
			word[n] = (char)(at[n] | 32);
	word[n <= LONGEST ? n : 0] = 0;
	return n;
}

static const struct word *look_up(const struct word *table, size_t n,
				  const char *word)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(table[i].word, word) == 0)
			return &table[i];
	return NULL;
}

static const struct word *language_at(struct str text)
{
	if (!text.n || (unsigned char)*text.at < 0xe3)
		return NULL;
	for (size_t i = 0; i < LANGUAGES; i++)
		if (str_starts(text, str_of(language[i].word)))
			return &language[i];
	return NULL;
}

size_t demand_language(struct str text)
{
	const struct word *found = language_at(text);

	return found ? strlen(found->word) : 0;
}

/* Was a synonym seen that stands before it in the table? */
static bool is_repeated(const bool *seen, size_t word)
{
	for (size_t i = 0; i < word; i++)
		if (seen[i] && strcmp(wanted[i].means, wanted[word].means) == 0)
			return true;
	return false;
}

/* What is asked for, when the text says so in a word of asking. */
unsigned demand_asks(struct str text)
{
	enum { WHEN = 1, WHERE = 2, WHO = 4, WHY = 8, HOW = 16, WHAT = 32 };
	static const struct {
		struct str word;
		unsigned asks;
	} known[] = {
		{ STR("いつ"), WHEN },	  { STR("どこ"), WHERE },
		{ STR("誰"), WHO },	  { STR("だれ"), WHO },
		{ STR("なぜ"), WHY },	  { STR("どうして"), WHY },
		{ STR("いくつ"), HOW },	  { STR("いくら"), HOW },
		{ STR("何"), WHAT },	  { STR("なに"), WHAT },
		{ STR("なん"), WHAT },	  { STR("どれ"), WHAT },
		{ STR("どの"), WHAT },	  { STR("when"), WHEN },
		{ STR("where"), WHERE },  { STR("who"), WHO },
		{ STR("whose"), WHO },	  { STR("why"), WHY },
		{ STR("how"), HOW },	  { STR("what"), WHAT },
		{ STR("which"), WHAT },
	};
	const char *at = text.at, *end = at + text.n;
	unsigned asks = 0;

	while (at < end) {
		char word[LONGEST + 1];
		bool latin = is_ascii_letter(*at);
		size_t n = latin ? word_at(at, end, word) : 1;
		struct str rest = latin ? str_of(word)
					: (struct str){ at, (size_t)(end - at) };

		for (size_t i = 0; i < sizeof known / sizeof *known; i++)
			if (latin ? str_equal(rest, known[i].word)
				  : str_starts(rest, known[i].word))
				asks |= known[i].asks;
		at += n;
	}
	return asks;
}

uint64_t demand_read(struct str text)
{
	const char *at = text.at, *end = at + text.n;
	bool seen[WANTED] = { false };
	uint64_t order = 0, sum = 0;

	while (at < end) {
		const struct word *tongue = NULL, *other = NULL;
		size_t n = 1;

		if (is_ascii_letter(*at)) {
			char word[LONGEST + 1];

			n = word_at(at, end, word);
			tongue = look_up(language, LANGUAGES, word);
			other = look_up(wanted, WANTED, word);
		} else if ((unsigned char)*at >= 0xe3) {
			tongue = language_at((struct str){
				at, (size_t)(end - at) });
			n = tongue ? strlen(tongue->word) : 3;
		}
		if (tongue)
			order = hash_mix(order + hash64(tongue->means,
							strlen(tongue->means),
							2));
		if (other)
			seen[other - wanted] = true;
		at += n;
	}
	for (size_t i = 0; i < WANTED; i++)
		if (seen[i] && !is_repeated(seen, i))
			sum += hash64(wanted[i].means,
				      strlen(wanted[i].means), 3);
	return order + sum;
}
