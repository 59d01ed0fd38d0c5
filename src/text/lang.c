/* lang.c - the language of a text, as far as its script and words tell */
#include "text/lang.h"

#include <string.h>

#include "text/script.h"
#include "text/utf8.h"

enum { WORD = 12 }; /* longer words are no function words */

/* Frequent in English and rare elsewhere; sorted by length is no need. */
static const char *const english[] = {
	"the",	"of",	"and",	"to",	"is",	"are",	"what",	"that",
	"this",	"with",	"for",	"you",	"your",	"it",	"how",	"which",
	"was",	"were",	"be",	"been",	"by",	"from",	"have",	"has",
	"does",	"do",	"can",	"should", "would", "why", "who",	"when",
	"where", "their", "there", "they", "he", "she",	"we",	"or",
	"not",	"following", "write", "give", "make", "list", "explain",
	"describe", "my", "about", "between", "into", "than", "if", "its",
};

static const char *const foreign[] = {
	"der", "die", "das", "und", "ist", "nicht", "ein", "eine", "den",
	"von", "mit", "auf", "le", "la", "les", "des", "et", "est", "une",
	"dans", "pour", "que", "el", "los", "las", "del", "y", "en", "por",
	"con", "para", "il", "che", "di", "gli", "della", "os", "um", "uma",
	"não", "het", "een", "van", "och", "att",
};

static bool among(const char *const *list, size_t n, const char *word)
{
	for (size_t i = 0; i < n; i++)
		if (list[i][0] == word[0] && strcmp(list[i], word) == 0)
			return true;
	return false;
}

static void end_word(struct lang_evidence *e, char *word, size_t n)
{
	if (n == 0)
		return;
	e->words++;
	if (n >= WORD)
		return;
	word[n] = '\0';
	e->english += among(english, sizeof english / sizeof *english, word);
	e->foreign += among(foreign, sizeof foreign / sizeof *foreign, word);
}

static void count(struct lang_evidence *e, enum script script)
{
	if (script == SCRIPT_COMMON || script == SCRIPT_INHERITED)
		return;
	e->letters++;
	e->kana += script == SCRIPT_HIRAGANA || script == SCRIPT_KATAKANA;
	e->han += script == SCRIPT_HAN;
	e->hangul += script == SCRIPT_HANGUL;
	e->latin += script == SCRIPT_LATIN;
	e->cyrillic += script == SCRIPT_CYRILLIC;
	e->arabic += script == SCRIPT_ARABIC;
	e->greek += script == SCRIPT_GREEK;
	e->thai += script == SCRIPT_THAI;
	e->hebrew += script == SCRIPT_HEBREW;
	e->devanagari += script == SCRIPT_DEVANAGARI;
}

void lang_look(struct lang_evidence *e, struct str text)
{
	const char *at = text.at, *end = text.at + text.n;
	char word[WORD + 8];
	size_t n = 0;

	while (at < end) {
		const char *from = at;
		uint32_t c = utf8_next(&at);
		bool letter = (c | 32) >= 'a' && (c | 32) <= 'z';

		if (c < 0x80) {
			e->letters += letter;
			e->latin += letter;
			if (letter && n < WORD)
				word[n] = (char)(c | 32);
			if (letter)
				n++;
		} else {
			enum script script = script_of(c);

			count(e, script);
			letter = script == SCRIPT_LATIN;
			for (; letter && from < at; from++, n++)
				if (n < WORD)
					word[n] = *from;
		}
		if (!letter) {
			end_word(e, word, n);
			n = 0;
		}
	}
	end_word(e, word, n);
}

static const char *latin(const struct lang_evidence *e)
{
	/* one function word in eight is little for a sentence of English */
	if (e->english > e->foreign && 8 * e->english >= e->words)
		return "en";
	return "und";
}

/* A word of Latin letters says as much as two characters of Han. */
static size_t weight(const struct lang_evidence *e)
{
	return e->letters - e->latin + 2 * e->words;
}

/* Mostly in kana and Han, with as much kana as Japanese has. */
static bool is_japanese(const struct lang_evidence *e)
{
	return e->kana > 0 && 2 * (e->kana + e->han) >= weight(e) &&
	       8 * e->kana >= e->han;
}

const char *lang_decide(const struct lang_evidence *e,
			const struct lang_evidence *around)
{
	/* A third is enough: Japanese, Chinese and Korean quote a lot. */
	size_t third = weight(e) / 3;
	size_t cjk = e->kana + e->han;

	if (e->letters == 0)
		return "und";
	if (e->kana > 0 && cjk >= third && 16 * e->kana >= e->han)
		return "ja";
	/* a question that quotes at length, in a pair that is Japanese */
	if (cjk > 0 && 16 * cjk >= e->letters && is_japanese(around))
		return "ja";
	if (e->hangul > third)
		return "ko";
	if (e->han > third)
		return 8 * around->kana >= around->han ? "ja" : "zh";
	if (e->cyrillic > third)
		return "ru";
	if (e->arabic > third)
		return "ar";
	if (e->greek > third)
		return "el";
	if (e->thai > third)
		return "th";
	if (e->hebrew > third)
		return "he";
	if (e->devanagari > third)
		return "hi";
	if (2 * e->latin < e->letters)
		return "und";
	/* a short answer in Latin letters: what do the others say? */
	if (strcmp(latin(e), "en") == 0)
		return "en";
	if (e->words <= 8 && e->foreign == 0 && around->kana == 0 &&
	    around->han == 0)
		return latin(around);
	return "und";
}
