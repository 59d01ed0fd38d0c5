/* protect.c - words that make two instructions of one wording two questions */
#include "text/protect.h"

#include "base/hash.h"
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

uint64_t protect_names(struct str text)
{
	const char *at = text.at, *end = at + text.n, *start = at;
	enum script run = SCRIPT_COMMON;
	bool first = true;
	uint64_t sum = 0;

	while (at <= end) {
		const char *here = at;
		enum script next = SCRIPT_COMMON;

		if (at < end)
			next = run_of(utf8_next(&at));
		else
			at++;
		if (next == run && here < end)
			continue;
		if (run == SCRIPT_HAN || run == SCRIPT_KATAKANA ||
		    (run == SCRIPT_LATIN && !first && *start >= 'A' &&
		     *start <= 'Z'))
			sum += hash64(start, (size_t)(here - start), 1);
		first &= run != SCRIPT_LATIN;
		start = here;
		run = next;
	}
	return sum;
}

/* -- negations: how often, by kind, whatever the words -- */

enum negation { NOT, NO, WITHOUT, EXCEPT };

static uint64_t negation(enum negation kind)
{
	return hash_mix((uint64_t)kind + 1);
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
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
		} else if (!is_letter(c) && c != '\'') {
			break;
		}
		if (n < 15)
			word[n++] = c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
		at += step;
	}
	word[n] = 0;
	return (size_t)(at - start);
}

static uint64_t word_negation(const char *word)
{
	static const struct {
		const char *word;
		enum negation kind;
	} known[] = {
		{ "not", NOT },		{ "cannot", NOT },
		{ "never", NOT },	{ "no", NO },
		{ "none", NO },		{ "neither", NO },
		{ "nor", NO },		{ "without", WITHOUT },
		{ "except", EXCEPT },	{ "unless", EXCEPT },
	};
	size_t n = strlen(word);

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcmp(word, known[i].word) == 0)
			return negation(known[i].kind);
	return n > 3 && strcmp(word + n - 3, "n't") == 0 ? negation(NOT) : 0;
}

/* What one ない, なかった, なく or ません denies; ませんか and ないでしょうか ask. */
static uint64_t kana_negation(struct str rest, size_t *length)
{
	static const struct str form[] = {
		STR("ません"), STR("なかった"), STR("ない"), STR("なく"),
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
		return negation(NOT);
	}
	return 0;
}

static uint64_t negations(struct str text)
{
	const char *at = text.at, *end = at + text.n;
	uint64_t sum = 0;

	while (at < end) {
		char word[16];
		size_t length = 1;

		if (is_letter(*at)) {
			length = word_at(at, end, word);
			sum += word_negation(word);
		} else if ((unsigned char)*at == 0xe3) {
			sum += kana_negation((struct str){ at, (size_t)(end -
								       at) },
					     &length);
		}
		at += length;
	}
	return sum;
}

uint64_t protect_read(struct str text)
{
	return protect_names(text) + negations(text);
}
