/*
 * script.h - which script a character belongs to, and what kind it is
 *
 * The script is Unicode's property `sc`, not its extensions: 。 and ー are
 * Common although `\p{Han}` of PCRE2 (which means extensions) matches them.
 * Scripts that are rare in instruction data are all SCRIPT_OTHER.
 *
 *     script_of(0x30cd) == SCRIPT_KATAKANA
 *     char_kind('+') == CHAR_OPERATOR
 *
 * Threads    pure functions of constant tables
 * Source     Unicode 14, Scripts.txt; general categories by utf8proc
 */
#ifndef TEXT_SCRIPT_H
#define TEXT_SCRIPT_H

#include <stdbool.h>
#include <stdint.h>

enum script {
	SCRIPT_COMMON,    /* digits, punctuation, symbols, spaces */
	SCRIPT_INHERITED, /* marks that take the script of what they stand on */
	SCRIPT_LATIN,
	SCRIPT_GREEK,
	SCRIPT_CYRILLIC,
	SCRIPT_ARMENIAN,
	SCRIPT_HEBREW,
	SCRIPT_ARABIC,
	SCRIPT_DEVANAGARI,
	SCRIPT_BENGALI,
	SCRIPT_GURMUKHI,
	SCRIPT_GUJARATI,
	SCRIPT_TAMIL,
	SCRIPT_TELUGU,
	SCRIPT_KANNADA,
	SCRIPT_MALAYALAM,
	SCRIPT_SINHALA,
	SCRIPT_THAI,
	SCRIPT_LAO,
	SCRIPT_TIBETAN,
	SCRIPT_MYANMAR,
	SCRIPT_GEORGIAN,
	SCRIPT_ETHIOPIC,
	SCRIPT_KHMER,
	SCRIPT_HANGUL,
	SCRIPT_HIRAGANA,
	SCRIPT_KATAKANA,
	SCRIPT_BOPOMOFO,
	SCRIPT_HAN,
	SCRIPT_OTHER,     /* letters of any other script */
	SCRIPTS,
};

enum script script_of(uint32_t c);
const char *script_name(enum script script); /* "Han" */

/* Han, Hiragana, Katakana: written without spaces between words. */
static inline bool script_is_cjk(enum script script)
{
	return script == SCRIPT_HAN || script == SCRIPT_HIRAGANA ||
	       script == SCRIPT_KATAKANA;
}

enum char_kind {
	CHAR_SPACE,       /* white space of any width, line ends */
	CHAR_LETTER,
	CHAR_MARK,        /* combining: belongs to the character before it */
	CHAR_DIGIT,       /* decimal */
	CHAR_NUMBER,      /* other numbers: Roman, circled, fractions */
	CHAR_PUNCTUATION,
	CHAR_OPERATOR,    /* + - * / = < > and other mathematical symbols */
	CHAR_SYMBOL,      /* currency, emoji, ... */
	CHAR_CONTROL,     /* control, format, private, unassigned */
};

enum char_kind char_kind(uint32_t c);

#endif
