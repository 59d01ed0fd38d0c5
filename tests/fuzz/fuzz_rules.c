/* fuzz_rules.c - a rule pack; one that reads well must also judge a pair */
#define _GNU_SOURCE /* memmem */
#include <string.h>

#include "filter/judge.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ruleset set = { 0 };
	struct pair pair = {
		.turns = 1,
		.lang = STR("en"),
		.lang_response = STR("ja"),
		.category = STR(""),
		.instruction = STR("Write it in 3 sentences, if possible."),
		.input = STR("a, b"),
		.response = STR("はい、AIです。はい、AIです。 4539 1488 0343"),
	};

	/* other packs are files: not read here */
	if (size && memmem(data, size, "extends", 7))
		return 0;
	if (ruleset_read(&set, "fuzz.rules",
			 (struct str){ (const char *)data, size }) == 0 &&
	    ruleset_ready(&set) == 0) {
		struct judge judge;

		judge_init(&judge, &set, NULL);
		judge_pair(&judge, &pair);
		MUST(judge.ambiguity >= 0 && judge.ambiguity <= 1);
		judge_free(&judge);
	}
	ruleset_free(&set);
	return 0;
}
