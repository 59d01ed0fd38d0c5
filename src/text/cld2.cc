/* cld2.cc - the language of a text, by Compact Language Detector 2 */
#include "text/cld2.h"

#include <cstdint>
#include <cstdio>
#include <cstring>

#include <cld2/public/compact_lang_det.h>

/* Old codes, and scripts of one language, by the names of ISO 639-1. */
static const char *iso_code(const char *code)
{
	static const struct {
		const char *cld2, *iso;
	} other[] = {
		{ "iw", "he" }, { "jw", "jv" }, { "in", "id" }, { "mo", "ro" },
		{ "zh-Hant", "zh" }, { "sr-ME", "sr" },
	};

	for (const auto &o : other)
		if (strcmp(code, o.cld2) == 0)
			return o.iso;
	/* "un" is unknown; "xx-Latn" and the like are scripts */
	if (strcmp(code, "un") == 0 || strchr(code, '-') || strlen(code) > 3)
		return nullptr;
	return code;
}

const char *cld2_language(const char *text, size_t n)
{
	enum { MOST = 60 }; /* percent of the text, to be its language */
	CLD2::Language language[3];
	int percent[3], bytes;
	bool sure;

	CLD2::DetectLanguageSummary(text, static_cast<int>(n), true, language,
				    percent, &bytes, &sure);
	if (!sure || percent[0] < MOST)
		return nullptr;
	return iso_code(CLD2::LanguageCode(language[0]));
}
