/*
 * lang.h - the language of a text, as far as its script and words tell
 *
 * Script first: kana is Japanese, Hangul Korean, and so on.  Han alone says
 * Chinese or Japanese: the caller asks the other fields of the pair
 * (`around`).  Latin letters are shared by many languages, so English is
 * recognised by its function words; what has none is `und`, or what CLD2 says
 * where it is built in (cld2.h), and so for the languages that share Cyrillic,
 * Arabic or Devanagari letters.
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

/* The same with the text at hand, for CLD2 to look at when this is not
 * enough. */
const char *lang_tell(const struct lang_evidence *evidence,
		      const struct lang_evidence *around, struct str text);

#endif
