/* script.c - which script a character belongs to, and what kind it is */
#include "text/script.h"

#include <utf8proc.h>

struct range {
	uint32_t first, last;
	enum script script;
};

#define R(first, last, script) { 0x##first, 0x##last, SCRIPT_##script }

/* In order; code points that are not assigned lie inside or between. */
static const struct range range[] = {
	R(41, 5a, LATIN), R(61, 7a, LATIN), R(aa, aa, LATIN),
	R(ba, ba, LATIN), R(c0, d6, LATIN), R(d8, f6, LATIN),
	R(f8, 2b8, LATIN), R(2e0, 2e4, LATIN), R(2ea, 2eb, BOPOMOFO),
	R(370, 373, GREEK), R(375, 37d, GREEK), R(37f, 384, GREEK),
	R(386, 386, GREEK), R(388, 3e1, GREEK), R(3f0, 3ff, GREEK),
	R(400, 484, CYRILLIC), R(487, 52f, CYRILLIC),
	R(531, 58f, ARMENIAN), R(591, 5f4, HEBREW),
	R(600, 604, ARABIC), R(606, 60b, ARABIC),
	R(60d, 61a, ARABIC), R(61c, 61e, ARABIC),
	R(620, 63f, ARABIC), R(641, 64a, ARABIC),
	R(656, 66f, ARABIC), R(671, 6dc, ARABIC),
	R(6de, 6ff, ARABIC), R(750, 77f, ARABIC),
	R(870, 8e1, ARABIC), R(8e3, 8ff, ARABIC),
	R(900, 950, DEVANAGARI), R(955, 963, DEVANAGARI),
	R(966, 97f, DEVANAGARI), R(980, 9fe, BENGALI),
	R(a01, a76, GURMUKHI), R(a81, aff, GUJARATI),
	R(b82, bfa, TAMIL), R(c00, c7f, TELUGU),
	R(c80, cf2, KANNADA), R(d00, d7f, MALAYALAM),
	R(d81, df4, SINHALA), R(e01, e3a, THAI), R(e40, e5b, THAI),
	R(e81, edf, LAO), R(f00, fd4, TIBETAN), R(fd9, fda, TIBETAN),
	R(1000, 109f, MYANMAR), R(10a0, 10fa, GEORGIAN),
	R(10fc, 10ff, GEORGIAN), R(1100, 11ff, HANGUL),
	R(1200, 1399, ETHIOPIC), R(1780, 17f9, KHMER),
	R(19e0, 19ff, KHMER), R(1c80, 1c88, CYRILLIC),
	R(1c90, 1cbf, GEORGIAN), R(1d00, 1d25, LATIN),
	R(1d26, 1d2a, GREEK), R(1d2b, 1d2b, CYRILLIC),
	R(1d2c, 1d5c, LATIN), R(1d5d, 1d61, GREEK),
	R(1d62, 1d65, LATIN), R(1d66, 1d6a, GREEK),
	R(1d6b, 1d77, LATIN), R(1d78, 1d78, CYRILLIC),
	R(1d79, 1dbe, LATIN), R(1dbf, 1dbf, GREEK),
	R(1e00, 1eff, LATIN), R(1f00, 1ffe, GREEK),
	R(2071, 2071, LATIN), R(207f, 207f, LATIN),
	R(2090, 209c, LATIN), R(2126, 2126, GREEK),
	R(212a, 212b, LATIN), R(2132, 2132, LATIN),
	R(214e, 214e, LATIN), R(2160, 2188, LATIN),
	R(2c60, 2c7f, LATIN), R(2d00, 2d2d, GEORGIAN),
	R(2d80, 2dde, ETHIOPIC), R(2de0, 2dff, CYRILLIC),
	R(2e80, 2fd5, HAN), R(3005, 3005, HAN), R(3007, 3007, HAN),
	R(3021, 3029, HAN), R(302e, 302f, HANGUL),
	R(3038, 303b, HAN), R(3041, 3096, HIRAGANA),
	R(309d, 309f, HIRAGANA), R(30a1, 30fa, KATAKANA),
	R(30fd, 30ff, KATAKANA), R(3105, 312f, BOPOMOFO),
	R(3131, 318e, HANGUL), R(31a0, 31bf, BOPOMOFO),
	R(31f0, 31ff, KATAKANA), R(3200, 321e, HANGUL),
	R(3260, 327e, HANGUL), R(32d0, 32fe, KATAKANA),
	R(3300, 3357, KATAKANA), R(3400, 4dbf, HAN),
	R(4e00, 9fff, HAN), R(a640, a69f, CYRILLIC),
	R(a722, a787, LATIN), R(a78b, a7ff, LATIN),
	R(a8e0, a8ff, DEVANAGARI), R(a960, a97c, HANGUL),
	R(a9e0, a9fe, MYANMAR), R(aa60, aa7f, MYANMAR),
	R(ab01, ab2e, ETHIOPIC), R(ab30, ab5a, LATIN),
	R(ab5c, ab64, LATIN), R(ab65, ab65, GREEK),
	R(ab66, ab69, LATIN), R(ac00, d7fb, HANGUL),
	R(f900, fad9, HAN), R(fb00, fb06, LATIN),
	R(fb13, fb17, ARMENIAN), R(fb1d, fb4f, HEBREW),
	R(fb50, fd3d, ARABIC), R(fd40, fdff, ARABIC),
	R(fe2e, fe2f, CYRILLIC), R(fe70, fefc, ARABIC),
	R(ff21, ff3a, LATIN), R(ff41, ff5a, LATIN),
	R(ff66, ff6f, KATAKANA), R(ff71, ff9d, KATAKANA),
	R(ffa0, ffdc, HANGUL), R(10140, 1018e, GREEK),
	R(101a0, 101a0, GREEK), R(10780, 107ba, LATIN),
	R(10e60, 10e7e, ARABIC), R(111e1, 111f4, SINHALA),
	R(11fc0, 11fff, TAMIL), R(16fe2, 16fe3, HAN),
	R(16ff0, 16ff1, HAN), R(1aff0, 1b000, KATAKANA),
	R(1b001, 1b11f, HIRAGANA), R(1b120, 1b122, KATAKANA),
	R(1b150, 1b152, HIRAGANA), R(1b164, 1b167, KATAKANA),
	R(1d200, 1d245, GREEK), R(1df00, 1df1e, LATIN),
	R(1e7e0, 1e7fe, ETHIOPIC), R(1ee00, 1eef1, ARABIC),
	R(1f200, 1f200, HIRAGANA), R(20000, 3134a, HAN),
};

static const char *const name[SCRIPTS] = {
	"Common",     "Inherited", "Latin",    "Greek",    "Cyrillic",
	"Armenian",   "Hebrew",    "Arabic",   "Devanagari", "Bengali",
	"Gurmukhi",   "Gujarati",  "Tamil",    "Telugu",   "Kannada",
	"Malayalam",  "Sinhala",   "Thai",     "Lao",      "Tibetan",
	"Myanmar",    "Georgian",  "Ethiopic", "Khmer",    "Hangul",
	"Hiragana",   "Katakana",  "Bopomofo", "Han",      "Other",
};

const char *script_name(enum script script)
{
	return name[script];
}

static enum script of_category(uint32_t c)
{
	switch (utf8proc_category((utf8proc_int32_t)c)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LO:
		return SCRIPT_OTHER;
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_ME:
		return SCRIPT_INHERITED;
	default:
		return SCRIPT_COMMON;
	}
}

enum script script_of(uint32_t c)
{
	size_t low = 0, high = sizeof range / sizeof *range;

	if (c < 0x80)
		return (c | 0x20) - 'a' < 26 ? SCRIPT_LATIN : SCRIPT_COMMON;
	if (c - 0x3041 < 0x56)
		return SCRIPT_HIRAGANA;
	if (c - 0x4e00 < 0x5200)
		return SCRIPT_HAN;
	while (low < high) {
		size_t middle = (low + high) / 2;

		if (c > range[middle].last)
			low = middle + 1;
		else if (c < range[middle].first)
			high = middle;
		else
			return range[middle].script;
	}
	return of_category(c);
}

static enum char_kind ascii_kind(uint32_t c)
{
	if ((c | 0x20) - 'a' < 26)
		return CHAR_LETTER;
	if (c - '0' < 10)
		return CHAR_DIGIT;
	switch (c) {
	case ' ':
	case '\t':
	case '\n':
	case '\v':
	case '\f':
	case '\r':
		return CHAR_SPACE;
	case '+':
	case '-':
	case '*':
	case '/':
	case '=':
	case '<':
	case '>':
		return CHAR_OPERATOR;
	case '$':
	case '^':
	case '`':
	case '|':
	case '~':
		return CHAR_SYMBOL;
	}
	return c < 0x20 || c == 0x7f ? CHAR_CONTROL : CHAR_PUNCTUATION;
}

enum char_kind char_kind(uint32_t c)
{
	if (c < 0x80)
		return ascii_kind(c);
	if (c == 0x85)
		return CHAR_SPACE;
	switch (utf8proc_category((utf8proc_int32_t)c)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
		return CHAR_LETTER;
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC:
	case UTF8PROC_CATEGORY_ME:
		return CHAR_MARK;
	case UTF8PROC_CATEGORY_ND:
		return CHAR_DIGIT;
	case UTF8PROC_CATEGORY_NL:
	case UTF8PROC_CATEGORY_NO:
		return CHAR_NUMBER;
	case UTF8PROC_CATEGORY_PC:
	case UTF8PROC_CATEGORY_PD:
	case UTF8PROC_CATEGORY_PS:
	case UTF8PROC_CATEGORY_PE:
	case UTF8PROC_CATEGORY_PI:
	case UTF8PROC_CATEGORY_PF:
	case UTF8PROC_CATEGORY_PO:
		return CHAR_PUNCTUATION;
	case UTF8PROC_CATEGORY_SM:
		return CHAR_OPERATOR;
	case UTF8PROC_CATEGORY_SC:
	case UTF8PROC_CATEGORY_SK:
	case UTF8PROC_CATEGORY_SO:
		return CHAR_SYMBOL;
	case UTF8PROC_CATEGORY_ZS:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
		return CHAR_SPACE;
	default:
		return CHAR_CONTROL;
	}
}
