/* rule_line.c - the lines of a rule */
#include <math.h>
#include <stdio.h>

#include "base/err.h"
#include "filter/check.h"
#include "filter/pack.h"
#include "filter/reading.h"
#include "text/utf8.h"

static int read_field(struct reading *in, struct str rest)
{
	struct str word = take_word(&rest);

	if (!word.n)
		return fail(in, word.at, "a field is missing");
	for (; word.n; word = take_word(&rest)) {
		unsigned fields = 0;

		for (unsigned f = 0; f < FIELD_OTHER; f++)
			if (str_is(word, field_name[f]))
				fields = 1u << f;
		if (str_is(word, "prompt"))
			fields = 1u << FIELD_INSTRUCTION | 1u << FIELD_INPUT;
		else if (str_is(word, "any"))
			fields = (1u << FIELDS) - 1;
		if (!fields)
			return fail(in, word.at,
				    "'%.*s' is no field: instruction, input, "
				    "response, system, prompt, any",
				    (int)word.n, word.at);
		in->rule->fields |= fields;
	}
	return 0;
}

static int read_lang(struct reading *in, struct str rest)
{
	struct str lang;
	int rc = take_name(in, &rest, &lang);

	if (rc == 0 && !str_is(lang, "any"))
		in->rule->lang = lang;
	return rc < 0 ? rc : at_end(in, rest);
}

static int read_category(struct reading *in, struct str rest)
{
	int rc = take_name(in, &rest, &in->rule->category);

	return rc < 0 ? rc : at_end(in, rest);
}

static int compile(struct reading *in, struct str text,
		   struct pattern *pattern)
{
	char why[200];
	size_t at;

	if (!text.n)
		return fail(in, text.at, "the pattern is missing");
	if (pattern_compile(pattern, text, &at) == 0)
		return 0;
	snprintf(why, sizeof why, "%s", err_text());
	return fail(in, text.at + (at < text.n ? at : text.n), "%s", why);
}

static int read_match(struct reading *in, struct str rest)
{
	struct rule *rule = in->rule;
	struct pattern pattern;
	size_t n = rule->matches;
	int rc;

	if (rule->check.kind)
		return fail(in, rest.at, "a rule has a check or patterns");
	if ((rc = compile(in, rest, &pattern)) < 0)
		return rc;
	*(struct pattern *)more(in, &rule->match, &rule->matches,
				sizeof pattern) = pattern;
	*(struct str *)more(in, &rule->match_text, &n, sizeof rest) =
		arena_str(&in->set->arena, rest);
	return 0;
}

static int add_guard(struct reading *in, struct str rest, struct guard guard)
{
	struct rule *rule = in->rule;
	size_t n = rule->guards;
	int rc = compile(in, rest, &guard.pattern);

	if (rc < 0)
		return rc;
	*(struct guard *)more(in, &rule->guard, &rule->guards, sizeof guard) =
		guard;
	*(struct str *)more(in, &rule->guard_text, &n, sizeof rest) =
		arena_str(&in->set->arena, rest);
	return 0;
}

/* "unless", "unless-instruction", "with", "with-response", ... */
static int read_guard(struct reading *in, struct str key, struct str rest)
{
	struct guard guard = { .own = true };

	guard.need = str_starts(key, STR("with"));
	key.at += guard.need ? 4 : 6;
	key.n -= guard.need ? 4 : 6;
	if (key.n) {
		guard.own = false;
		key.at++;
		key.n--;
		while (!str_is(key, field_name[guard.field]))
			guard.field++;
	}
	return add_guard(in, rest, guard);
}

static int read_window(struct reading *in, struct str *rest)
{
	struct condition *when = &in->rule->when;
	struct str side = take_word(rest);

	if (str_is(side, "head"))
		return take_count(in, rest, &when->head);
	if (str_is(side, "tail"))
		return take_count(in, rest, &when->tail);
	return fail(in, side.at, "window head N or window tail N");
}

static int read_categories(struct reading *in, struct str *rest)
{
	struct condition *when = &in->rule->when;
	struct str word = take_word(rest);

	if (!word.n)
		return fail(in, word.at, "a category is missing");
	for (; word.n; word = take_word(rest))
		*(struct str *)more(in, &when->category, &when->categories,
				    sizeof word) =
			arena_str(&in->set->arena, word);
	return 0;
}

static int read_when(struct reading *in, struct str rest)
{
	struct condition *when = &in->rule->when;
	struct str word = take_word(&rest);
	int rc = 0;

	if (str_is(word, "input-empty"))
		when->input = INPUT_EMPTY;
	else if (str_is(word, "input-present"))
		when->input = INPUT_PRESENT;
	else if (str_is(word, "single-turn"))
		when->single_turn = true;
	else if (str_is(word, "first-turn"))
		when->first_turn = true;
	else if (str_is(word, "max-chars"))
		rc = take_count(in, &rest, &when->max_chars);
	else if (str_is(word, "min-chars"))
		rc = take_count(in, &rest, &when->min_chars);
	else if (str_is(word, "digits"))
		rc = take_count(in, &rest, &when->digits);
	else if (str_is(word, "window"))
		rc = read_window(in, &rest);
	else if (str_is(word, "category"))
		rc = read_categories(in, &rest);
	else
		return fail(in, word.at,
			    "unknown condition '%.*s': input-empty, "
			    "input-present, single-turn, first-turn, max-chars "
			    "N, min-chars N, digits N, window head|tail N, "
			    "category WORD...",
			    (int)word.n, word.at);
	return rc < 0 ? rc : at_end(in, rest);
}

static int read_check(struct reading *in, struct str rest)
{
	struct check *check = &in->rule->check;
	struct str name = take_word(&rest), word;
	const struct check_kind *kind = check_find(name);

	if (!kind)
		return fail(in, name.at, "no check '%.*s'", (int)name.n,
			    name.at);
	if (check->kind || in->rule->matches)
		return fail(in, name.at, "a rule has one check, or patterns");
	check->kind = kind;
	while ((word = take_word(&rest)).n) {
		double *number = &check->number[check->n];

		if (check->n == kind->most)
			return fail(in, word.at, "check %s has at most %zu "
						 "arguments",
				    kind->name, kind->most);
		*number = NAN;
		if (!read_number(word, number) && kind->numeric)
			return fail(in, word.at, "check %s: '%.*s' is no "
						 "number",
				    kind->name, (int)word.n, word.at);
		check->word[check->n++] = arena_str(&in->set->arena, word);
	}
	if (check->n < kind->least)
		return fail(in, word.at, "check %s needs %zu arguments",
			    kind->name, kind->least);
	return 0;
}

static int read_valid(struct reading *in, struct str rest)
{
	struct str word = take_word(&rest);

	if (str_is(word, "luhn"))
		in->rule->valid = VALID_LUHN;
	else if (str_is(word, "my-number"))
		in->rule->valid = VALID_MY_NUMBER;
	else
		return fail(in, word.at, "valid luhn or valid my-number");
	return at_end(in, rest);
}

static void put_keyword(struct reading *in, struct str word)
{
	struct rule *rule = in->rule;

	*(struct str *)more(in, &rule->keyword, &rule->keywords,
			    sizeof word) = word;
}

/*
 * Characters from first to last: each of a few; of many the bytes that they
 * start with, all but the last, which 64 of them share.
 */
static void put_range(struct reading *in, uint32_t first, uint32_t last)
{
	enum { FEW = 64 };
	bool few = last - first < FEW || last < 0x80;

	for (uint32_t c = first; c <= last; c = few ? c + 1 : (c | 63) + 1) {
		char bytes[4];
		size_t n = utf8_put(bytes, c);

		n -= !few && n > 1;
		put_keyword(in, arena_str(&in->set->arena,
					  (struct str){ bytes, n }));
	}
}

/* A word, in which only \u{HEX} is an escape, or \u{HEX}-\u{HEX}. */
static int expand_keyword(struct reading *in, struct str word)
{
	enum { MOST = 1 << 15 };
	struct rule *rule = in->rule;
	uint32_t first, last;

	*(struct str *)more(in, &rule->keyword_text, &rule->keyword_texts,
			    sizeof word) = arena_str(&in->set->arena, word);
	if (example_range(word, &first, &last)) {
		if (first > last || last - first > MOST)
			return fail(in, word.at, "a range of 1 to %d "
						 "characters is possible",
				    MOST);
		put_range(in, first, last);
	} else if (str_starts(word, STR("\\u{")) &&
		   example_check(word) == word.n) {
		put_keyword(in, example_unescape(&in->set->arena, word));
	} else {
		put_keyword(in, arena_str(&in->set->arena, word));
	}
	return 0;
}

/* Words, or phrases in double quotes. */
static int read_keyword(struct reading *in, struct str rest)
{
	int rc = 0;

	for (skip_blanks(&rest); rc == 0 && rest.n; skip_blanks(&rest)) {
		struct str word;

		if (*rest.at == '"') {
			const char *end = memchr(rest.at + 1, '"', rest.n - 1);

			if (!end || end == rest.at + 1)
				return fail(in, rest.at, "a phrase in quotes "
							 "ends nowhere or is "
							 "empty");
			word = (struct str){ rest.at + 1,
					     (size_t)(end - rest.at - 1) };
			rest.n -= word.n + 2;
			rest.at = end + 1;
		} else {
			word = take_word(&rest);
		}
		rc = expand_keyword(in, word);
	}
	if (rc == 0 && !in->rule->keywords)
		return fail(in, rest.at, "a keyword is missing");
	return rc;
}

static int read_action(struct reading *in, struct str rest)
{
	struct rule *rule = in->rule;
	struct str word = take_word(&rest);

	if (str_is(word, "drop")) {
		rule->action = ACTION_DROP;
	} else if (str_is(word, "flag")) {
		rule->action = ACTION_FLAG;
	} else if (str_is(word, "score")) {
		rule->action = ACTION_SCORE;
		word = take_word(&rest);
		if (!read_number(word, &rule->weight) ||
		    !(rule->weight > 0 && rule->weight <= 1))
			return fail(in, word.at, "score W: W is above 0 and at "
						 "most 1");
	} else {
		return fail(in, word.at, "action drop, flag or score W");
	}
	return at_end(in, rest);
}

static int read_default(struct reading *in, struct str rest)
{
	struct str word = take_word(&rest);

	if (!str_is(word, "off") && !str_is(word, "on"))
		return fail(in, word.at, "default on or default off");
	in->rule->off = str_is(word, "off");
	return at_end(in, rest);
}

static int read_all(struct reading *in, struct str rest)
{
	in->rule->all = true;
	return at_end(in, rest);
}

static int read_slow(struct reading *in, struct str rest)
{
	in->rule->slow = true;
	return at_end(in, rest);
}

static int read_text(struct reading *in, struct str rest, struct str *text)
{
	if (text->at)
		return fail(in, in->line.at, "the line stands twice in rule %s",
			    in->rule->id.at);
	*text = arena_str(&in->set->arena, rest);
	return 0;
}

static int read_message(struct reading *in, struct str rest)
{
	return read_text(in, rest, &in->rule->message);
}

static int read_source(struct reading *in, struct str rest)
{
	return read_text(in, rest, &in->rule->source);
}

static int read_measured(struct reading *in, struct str rest)
{
	return read_text(in, rest, &in->rule->measured);
}

static int add_example(struct reading *in, struct str rest, bool hit)
{
	struct rule *rule = in->rule;
	size_t bad = example_check(rest);

	if (bad < rest.n)
		return fail(in, rest.at + bad, "unknown escape: \\n \\t \\\\ "
					       "\\u{HEX}");
	*(struct example *)more(in, &rule->example, &rule->examples,
				sizeof *rule->example) = (struct example){
		.hit = hit,
		.raw = arena_str(&in->set->arena, rest),
		.line = in->number,
	};
	return 0;
}

static int read_hit(struct reading *in, struct str rest)
{
	return add_example(in, rest, true);
}

static int read_miss(struct reading *in, struct str rest)
{
	return add_example(in, rest, false);
}

/* -- which line -- */

static const struct {
	const char *key;
	int (*read)(struct reading *in, struct str rest);
} keys[] = {
	{ "field", read_field },
	{ "lang", read_lang },
	{ "category", read_category },
	{ "match", read_match },
	{ "when", read_when },
	{ "check", read_check },
	{ "valid", read_valid },
	{ "keyword", read_keyword },
	{ "action", read_action },
	{ "default", read_default },
	{ "all", read_all },
	{ "slow", read_slow },
	{ "message", read_message },
	{ "source", read_source },
	{ "measured", read_measured },
	{ "hit", read_hit },
	{ "miss", read_miss },
};

static bool is_guard(struct str key)
{
	static const char *const guards[] = {
		"unless", "unless-instruction", "unless-input",
		"unless-response", "unless-system", "with",
		"with-instruction", "with-input", "with-response",
		"with-system",
	};

	for (size_t i = 0; i < sizeof guards / sizeof *guards; i++)
		if (str_is(key, guards[i]))
			return true;
	return false;
}

int rule_line_read(struct reading *in, struct str key, struct str rest)
{
	int rc = 0;

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		if (!str_is(key, keys[i].key))
			continue;
		if (!in->rule)
			return fail(in, key.at, "a rule comes first: rule ID");
		rc = keys[i].read(in, rest);
		return rc < 0 ? rc : 1;
	}
	if (!is_guard(key))
		return 0;
	if (!in->rule)
		return fail(in, key.at, "a rule comes first: rule ID");
	rc = read_guard(in, key, rest);
	return rc < 0 ? rc : 1;
}
