/*
 * lang.h - the language of a text, as far as its script and words tell
 *
 * Script first: kana is Japanese, Hangul Korean, and so on.  Han alone says
 * Chinese or Japanese: the caller asks the other fields of the pair
 * (LANG_HAN).  Latin letters are shared by many languages, so English is
 * recognised by its function words; what has none is `und`.
 *
 * Errors     none: `und` is a valid answer
 */
#ifndef TEXT_LANG_H
#define TEXT_LANG_H

#include <stdbool.h>

#include "base/str.h"

/* What a text shows of its language. */
struct lang_evidence {
	size_t letters;     /* of any script */
	size_t kana, han, hangul, latin, cyrillic, arabic, greek, thai, hebrew,
		devanagari;
	size_t words;       /* Latin words */
	size_t english;     /* of these, English function words */
	size_t foreign;     /* words that only other languages have */
};

void lang_look(struct lang_evidence *evidence, struct str text);

/*
 * ISO 639-1 code or "und".  `around` is the evidence of all fields together:
 * it decides where the text itself does not (Han alone, a few Latin words).
 */
const char *lang_decide(const struct lang_evidence *evidence,
			const struct lang_evidence *around);

#endif
