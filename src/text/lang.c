/* lang.c - the language of a text, as far as its script and words tell */
#include "text/lang.h"

#include <config.h>
#include <stdint.h>
#include <string.h>

#include "text/cld2.h"
#include "text/script.h"
#include "text/utf8.h"

enum { ENOUGH = 512 }; /* bytes of a text that are looked at */

/* A word as a number, so that comparing is one instruction: its first eight
 * bytes.  No function word is longer. */
struct word {
	uint64_t bytes;
	size_t n;
};

/* By first letter, so that few are compared. */
struct words {
	char word[12][8];
};

/* Frequent in English and rare elsewhere. */
static const struct words english[26] = {
	['a' - 'a'] = { { "and", "are", "about" } },
	['b' - 'a'] = { { "be", "been", "by", "between" } },
	['c' - 'a'] = { { "can", "could", "create" } },
	['d' - 'a'] = { { "does", "do", "did", "describe" } },
	['e' - 'a'] = { { "each", "explain" } },
	['f' - 'a'] = { { "for", "from" } },
	['g' - 'a'] = { { "give" } },
	['h' - 'a'] = { { "how", "have", "has", "he" } },
	['i' - 'a'] = { { "is", "it", "into", "if", "its" } },
	['l' - 'a'] = { { "list" } },
	['m' - 'a'] = { { "make", "my" } },
	['n' - 'a'] = { { "not" } },
	['o' - 'a'] = { { "of", "or" } },
	['s' - 'a'] = { { "should", "she", "some", "such" } },
	['t' - 'a'] = { { "the", "to", "that", "this", "their", "there", "they",
			   "than", "these", "those", "them" } },
	['w' - 'a'] = { { "what", "with", "which", "was", "were", "would",
			   "why", "who", "when", "where", "we", "write" } },
	['y' - 'a'] = { { "you", "your" } },
};

static const struct words foreign[26] = {
	['a' - 'a'] = { { "auf", "att" } },
	['c' - 'a'] = { { "con", "che" } },
	['d' - 'a'] = { { "der", "die", "das", "den", "des", "dans", "del",
			   "di", "della" } },
	['e' - 'a'] = { { "ein", "eine", "et", "est", "el", "en", "een" } },
	['g' - 'a'] = { { "gli" } },
	['h' - 'a'] = { { "het" } },
	['i' - 'a'] = { { "ist", "il" } },
	['l' - 'a'] = { { "le", "la", "les", "los", "las" } },
	['m' - 'a'] = { { "mit" } },
	['n' - 'a'] = { { "nicht" } },
	['o' - 'a'] = { { "os", "och" } },
	['p' - 'a'] = { { "pour", "por", "para" } },
	['q' - 'a'] = { { "que" } },
	['u' - 'a'] = { { "und", "une", "um", "uma" } },
	['v' - 'a'] = { { "von", "van" } },
	['y' - 'a'] = { { "y" } },
};

static bool among(const struct words *words, struct word word)
{
	const char (*list)[8] = words->word;

	for (size_t i = 0; i < sizeof words->word / 8 && list[i][0]; i++) {
		uint64_t bytes;

		memcpy(&bytes, list[i], 8);
		if (bytes == word.bytes)
			return true;
	}
	return false;
}

static void end_word(struct lang_evidence *e, struct word word)
{
	char first;

	if (word.n == 0)
		return;
	e->words++;
	memcpy(&first, &word.bytes, 1);
	if (word.n > 8 || first < 'a' || first > 'z')
		return;
	e->english += among(&english[first - 'a'], word);
	e->foreign += among(&foreign[first - 'a'], word);
}

static void add_byte(struct word *word, char c)
{
	if (word->n < 8)
		memcpy((char *)&word->bytes + word->n, &c, 1);
	word->n++;
}

/* The letters of ASCII at `at`, the bulk of English: a word, if none of another
 * alphabet stand around them.  Returns where they end. */
static const char *ascii_word(struct word *word, const char *at,
			      const char *end)
{
	static const char ones[16] = "\xff\xff\xff\xff\xff\xff\xff\xff";
	const uint64_t lower = 0x2020202020202020;
	const char *from = at;
	uint64_t mask;
	size_t n;

	while (at < end && is_ascii_letter(*at))
		at++;
	n = (size_t)(at - from);
	if (word->n || end - from < 8 ||
	    (at < end && (unsigned char)*at >= 0x80)) {
		for (; from < at; from++)
			add_byte(word, (char)(*from | 32));
		return at;
	}
	memcpy(&word->bytes, from, 8);
	memcpy(&mask, ones + 8 - (n < 8 ? n : 8), 8);
	word->bytes = (word->bytes | lower) & mask;
	word->n = n;
	return at;
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

/* Kana and the common ideographs, the bulk of Japanese, without a table. */
static bool count_japanese(struct lang_evidence *e, uint32_t c)
{
	bool kana = (c >= 0x3041 && c <= 0x3096) ||
		    (c >= 0x30a1 && c <= 0x30fa);
	bool han = c >= 0x4e00 && c <= 0x9fff;

	e->letters += kana || han;
	e->kana += kana;
	e->han += han;
	return kana || han;
}

/* The first bytes of a long text are enough; a character is not cut. */
static const char *enough(struct str text)
{
	const char *end = text.at + text.n;

	if (text.n <= ENOUGH)
		return end;
	end = text.at + ENOUGH;
	while ((*end & 0xc0) == 0x80)
		end--;
	return end;
}

void lang_look(struct lang_evidence *e, struct str text)
{
	const char *at = text.at, *end;
	struct word word = { 0, 0 };
	size_t ascii = 0;

	if (!text.n)
		return;
	end = enough(text);
	while (at < end) {
		const char *from = at;
		bool letter = false;
		uint32_t c;

		if (is_ascii_letter(*at)) {
			at = ascii_word(&word, at, end);
			ascii += (size_t)(at - from);
			continue;
		}
		c = utf8_next(&at);
		if (c >= 0x80 && !count_japanese(e, c)) {
			enum script script = script_of(c);

			count(e, script);
			letter = script == SCRIPT_LATIN;
			for (; letter && from < at; from++)
				add_byte(&word, *from);
		}
		if (!letter && word.n) {
			end_word(e, word);
			word = (struct word){ 0, 0 };
		}
	}
	end_word(e, word);
	e->letters += ascii;
	e->latin += ascii;
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
	if (e->words <= 16 && e->foreign == 0 && around->kana == 0 &&
	    around->han == 0)
		return latin(around);
	return "und";
}

#ifdef HAVE_CLD2

/* Brackets and the like: one character in thirty, in the least code; prose has
 * one in a hundred.  Signs of arithmetic are in both. */
static bool is_code(const char *at, const char *end)
{
	size_t n = (size_t)(end - at), signs = 0;

	if (n > 2 && memcmp(at, "#!", 2) == 0)
		return true;
	for (; at < end; at++)
		signs += strchr("(){}[];_", *at) != NULL;
	return 30 * signs > n;
}

/* Prose in letters that are not of one language alone.  Code, formulas and a
 * word or two say nothing: CLD2 would guess. */
static bool is_shared(const struct lang_evidence *e, const char *lang,
		      struct str text)
{
	enum { FEW = 20 };
	size_t shared = e->latin + e->cyrillic + e->arabic + e->devanagari;
	size_t seen = text.n < ENOUGH ? text.n : ENOUGH;

	if (shared < FEW || 2 * shared < e->letters || 3 * e->letters < seen)
		return false;
	return (strcmp(lang, "und") == 0 || e->latin < shared) &&
	       !is_code(text.at, enough(text));
}

const char *lang_tell(const struct lang_evidence *e,
		      const struct lang_evidence *around, struct str text)
{
	const char *lang = lang_decide(e, around), *told = NULL;

	if (is_shared(e, lang, text))
		told = cld2_language(text.at, (size_t)(enough(text) - text.at));
	return told ? told : lang;
}

#else

const char *lang_tell(const struct lang_evidence *e,
		      const struct lang_evidence *around, struct str text)
{
	(void)text;
	return lang_decide(e, around);
}

#endif
