/* answer.c - do two answers to one question contradict each other? */
#include "dedup/answer.h"

#include <stdlib.h>

#include "near/set.h"
#include "text/script.h"
#include "text/utf8.h"

enum { FEW_WORDS = 5, FEW_CHARACTERS = 12 };

const char *conflict_name(enum conflict conflict)
{
	static const char *const name[] = {
		"none", "option", "yes-no", "number", "short", "soft",
	};

	return name[conflict];
}

bool answer_is_open(struct str category)
{
	static const char *const open[] = {
		"generate", "brainstorm", "chat", "roleplay", "rewrite",
		"translate", "summarise", "creative_writing",
	};

	for (size_t i = 0; i < sizeof open / sizeof *open; i++)
		if (str_is(category, open[i]))
			return true;
	return false;
}

/* The last run of digits with its point or sign, commas left out. */
static struct str last_number(struct str text, struct arena *arena)
{
	size_t end = text.n, start;
	char *out;
	size_t n = 0;

	while (end && (text.at[end - 1] < '0' || text.at[end - 1] > '9'))
		end--;
	if (!end)
		return (struct str){ NULL, 0 };
	start = end;
	while (start && ((text.at[start - 1] >= '0' &&
			  text.at[start - 1] <= '9') ||
			 text.at[start - 1] == '.' ||
			 text.at[start - 1] == ','))
		start--;
	if (start && text.at[start - 1] == '-')
		start--;
	out = arena_alloc(arena, end - start + 1);
	for (size_t i = start; i < end; i++)
		if (text.at[i] != ',')
			out[n++] = text.at[i];
	return (struct str){ out, n };
}

static int says_yes(struct str text)
{
	static const struct {
		struct str word;
		int yes;
	} start[] = {
		{ STR("yes"), 1 },  { STR("はい"), 1 },   { STR("true"), 1 },
		{ STR("no"), -1 },  { STR("いいえ"), -1 }, { STR("false"), -1 },
	};

	for (size_t i = 0; i < sizeof start / sizeof *start; i++) {
		struct str rest = text;

		if (!str_starts(text, start[i].word))
			continue;
		rest.at += start[i].word.n;
		rest.n -= start[i].word.n;
		if (!rest.n || rest.at[0] == ' ' || rest.at[0] == ',' ||
		    rest.at[0] == '.' || (unsigned char)rest.at[0] >= 0xe3)
			return start[i].yes;
	}
	return 0;
}

void answer_read(struct answer *answer, struct shingler *shingler,
		 struct arena *arena, struct str text)
{
	struct shingle_form form;
	size_t n;
	uint64_t *scratch;

	shingler_read(shingler, text, &form);
	n = shingler_count(shingler);
	scratch = arena_array(arena, n, sizeof *scratch);
	*answer = (struct answer){
		.normal = arena_str(arena, buf_view(&shingler->normal)),
		.equal = form.equal,
		.unit = arena_array(arena, n, sizeof *answer->unit),
		.few = form.units <= FEW_WORDS ||
		       (shingler->cjk == form.units &&
			form.units <= FEW_CHARACTERS),
	};
	shingler_put(shingler, 0, answer->unit);
	answer->units = set_sort(answer->unit, n, scratch);
	answer->number = last_number(answer->normal, arena);
	answer->yes = says_yes(answer->normal);
}

/* "b", "(b)", "2.", "ア": one letter or digit, whatever is around it */
static bool is_option(const struct answer *answer)
{
	const char *at = answer->normal.at, *end = at + answer->normal.n;
	size_t letters = 0;

	while (at < end && letters < 2) {
		enum char_kind kind = char_kind(utf8_next(&at));

		letters += kind == CHAR_LETTER || kind == CHAR_DIGIT;
	}
	return answer->units == 1 && letters == 1;
}

/* An answer without a word stands in no other. */
static bool stands_in(const struct answer *a, const struct answer *b)
{
	return a->normal.n && str_contains(b->normal, a->normal);
}

enum conflict answer_compare(const struct answer *a, const struct answer *b,
			     bool sum)
{
	bool numbers = a->number.at && b->number.at;

	if (a->equal == b->equal)
		return CONFLICT_NONE;
	if (a->yes * b->yes < 0)
		return CONFLICT_YES_NO;
	if (a->yes && a->yes == b->yes)
		return CONFLICT_NONE;
	if (numbers && ((a->few && b->few) || sum))
		return str_equal(a->number, b->number) ? CONFLICT_NONE
						       : CONFLICT_NUMBER;
	if (is_option(a) && is_option(b))
		return CONFLICT_OPTION;
	if (a->few && b->few)
		return stands_in(a, b) || stands_in(b, a) ? CONFLICT_NONE
							  : CONFLICT_SHORT;
	return set_similarity(a->unit, a->units, b->unit, b->units, 0.5) < 0
		       ? CONFLICT_SOFT
		       : CONFLICT_NONE;
}
