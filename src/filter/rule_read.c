/* rule_read.c - one pack, from lines to rules */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "filter/check.h"
#include "filter/pack.h"
#include "text/utf8.h"

struct reading {
	struct ruleset *set;
	const char *path;
	uint32_t pack;     /* number of it, once named */
	bool named;
	struct rule *rule; /* the one that lines add to, or NULL */
	struct str line;
	size_t number;     /* of the line, from 1 */
};

/* -- errors -- */

static int fail(const struct reading *in, const char *at, const char *format,
		...) __attribute__((format(printf, 3, 4)));

/* "FILE:LINE:COLUMN: why"; at points into the line. */
static int fail(const struct reading *in, const char *at, const char *format,
		...)
{
	size_t column = utf8_count(in->line.at, (size_t)(at - in->line.at));
	char why[400];
	va_list args;

	va_start(args, format);
	vsnprintf(why, sizeof why, format, args);
	va_end(args);
	return err_set(ERR_FORMAT, "%s:%zu:%zu: %s", in->path, in->number,
		       column + 1, why);
}

/* -- words -- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static void skip_blanks(struct str *rest)
{
	while (rest->n && is_blank(*rest->at)) {
		rest->at++;
		rest->n--;
	}
}

/* The next word of rest, "" at the end. */
static struct str take_word(struct str *rest)
{
	struct str word;

	skip_blanks(rest);
	word = (struct str){ rest->at, 0 };
	while (rest->n && !is_blank(*rest->at)) {
		rest->at++;
		rest->n--;
		word.n++;
	}
	return word;
}

static bool is_name(struct str word)
{
	for (size_t i = 0; i < word.n; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789.-_",
			    word.at[i]))
			return false;
	return word.n > 0 && word.n <= 100;
}

static int take_name(struct reading *in, struct str *rest, struct str *name)
{
	struct str word = take_word(rest);

	if (!word.n)
		return fail(in, word.at, "a name is missing");
	if (!is_name(word))
		return fail(in, word.at, "'%.*s' is no name: a-z 0-9 . - _",
			    (int)word.n, word.at);
	*name = arena_str(&in->set->arena, word);
	return 0;
}

static int at_end(struct reading *in, struct str rest)
{
	skip_blanks(&rest);
	if (rest.n)
		return fail(in, rest.at, "'%.*s' is too much", (int)rest.n,
			    rest.at);
	return 0;
}

static bool read_number(struct str word, double *number)
{
	char text[32], *end;

	if (!word.n || word.n >= sizeof text || !strchr("0123456789.",
							 word.at[0]))
		return false;
	memcpy(text, word.at, word.n);
	text[word.n] = '\0';
	*number = strtod(text, &end);
	return *end == '\0' && isfinite(*number);
}

static int take_count(struct reading *in, struct str *rest, uint64_t *count)
{
	struct str word = take_word(rest);
	double number;

	if (!read_number(word, &number) || number < 1 || number > 1e9 ||
	    number != floor(number))
		return fail(in, word.at, "a count from 1 to 1000000000 is "
					 "wanted here");
	*count = (uint64_t)number;
	return 0;
}

/* Room for one more element in an array of the arena. */
static void *more(struct reading *in, void *array, size_t *n, size_t size)
{
	void **at = array;

	if ((*n & (*n - 1)) == 0) { /* 0 or a power of two: it is full */
		void *grown = arena_array(&in->set->arena, *n ? *n * 2 : 1,
					  size);

		if (*n)
			memcpy(grown, *at, *n * size);
		*at = grown;
	}
	return (char *)*at + (*n)++ * size;
}

static struct pack *pack_of(struct reading *in)
{
	return &in->set->pack[in->pack];
}

/* -- lines of a pack -- */

static int read_pack(struct reading *in, struct str rest)
{
	struct ruleset *set = in->set;
	struct str name, version;
	const char *at = rest.at;
	int rc = take_name(in, &rest, &name);

	if (rc < 0)
		return rc;
	if (in->named)
		return fail(in, in->line.at, "a second pack in one file");
	version = take_word(&rest);
	if (!version.n)
		return fail(in, version.at, "the version is missing: pack "
					    "NAME VERSION");
	for (size_t p = 0; p < set->packs; p++)
		if (str_equal(set->pack[p].name, name))
			return fail(in, at, "pack %s was read already, from %s",
				    name.at, set->pack[p].path);
	mem_grow(&set->pack, &set->pack_room, set->packs + 1,
		 sizeof *set->pack);
	in->pack = (uint32_t)set->packs;
	in->named = true;
	set->pack[set->packs++] = (struct pack){
		.name = name,
		.version = arena_str(&set->arena, version),
		.path = arena_copy(&set->arena, in->path, strlen(in->path)),
	};
	return at_end(in, rest);
}

static int read_extends(struct reading *in, struct str rest)
{
	struct str name;
	const char *at = rest.at;
	int rc = take_name(in, &rest, &name);

	if (rc < 0 || (rc = at_end(in, rest)) < 0)
		return rc;
	if (in->rule)
		return fail(in, at, "extends stands before the first rule");
	if (pack_of(in)->extends.at)
		return fail(in, at, "a pack extends one pack only");
	if (str_equal(pack_of(in)->name, name))
		return fail(in, at, "a pack cannot extend itself");
	pack_of(in)->extends = name;
	if ((rc = pack_load(in->set, name.at, in->path)) < 0)
		return err_wrap(rc, "%s:%zu", in->path, in->number);
	return 0;
}

static int read_without(struct reading *in, struct str rest)
{
	struct pack *pack = pack_of(in);
	struct str id;
	const char *at = rest.at;
	int rc = take_name(in, &rest, &id);

	if (rc < 0 || (rc = at_end(in, rest)) < 0)
		return rc;
	if (in->rule)
		return fail(in, at, "without stands before the first rule");
	if (!pack_drop(in->set, in->pack, id))
		return fail(in, at, "no pack that this one extends has a rule "
				    "%s", id.at);
	*(struct str *)more(in, &pack->without, &pack->withouts,
			    sizeof *pack->without) = id;
	return 0;
}

/* What a rule must have, looked at when it ends. */
static int end_rule(struct reading *in)
{
	const struct rule *rule = in->rule;
	const char *lacks = NULL;

	if (!rule)
		return 0;
	if (!rule->fields)
		lacks = "field";
	else if (!rule->category.at)
		lacks = "category";
	else if (!rule->matches && !rule->check.kind)
		lacks = "match or check";
	if (lacks)
		return err_set(ERR_FORMAT, "%s:%zu:1: rule %s has no line %s",
			       in->path, rule->line, rule->id.at, lacks);
	for (size_t e = 0; e < rule->examples; e++)
		example_read(&in->set->arena, rule, &rule->example[e]);
	return 0;
}

static int read_rule(struct reading *in, struct str rest)
{
	struct ruleset *set = in->set;
	const struct rule *other;
	struct str id;
	const char *at = rest.at;
	int rc;

	if ((rc = end_rule(in)) < 0 || (rc = take_name(in, &rest, &id)) < 0 ||
	    (rc = at_end(in, rest)) < 0)
		return rc;
	other = ruleset_find(set, id);
	if (other && !pack_drop(set, in->pack, id))
		return fail(in, at, "rule %s is at %s:%zu already", id.at,
			    set->pack[other->pack].path, other->line);
	mem_grow(&set->rule, &set->room, set->n + 1, sizeof *set->rule);
	in->rule = &set->rule[set->n++];
	*in->rule = (struct rule){
		.id = id,
		.pack = in->pack,
		.line = in->number,
	};
	return 0;
}

/* -- lines of a rule -- */

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
	else if (str_is(word, "window"))
		rc = read_window(in, &rest);
	else if (str_is(word, "category"))
		rc = read_categories(in, &rest);
	else
		return fail(in, word.at,
			    "unknown condition '%.*s': input-empty, "
			    "input-present, single-turn, first-turn, max-chars "
			    "N, min-chars N, window head|tail N, category "
			    "WORD...",
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

/* -- all lines -- */

static const struct {
	const char *key;
	bool in_rule;
	int (*read)(struct reading *in, struct str rest);
} keys[] = {
	{ "pack", false, read_pack },
	{ "extends", false, read_extends },
	{ "without", false, read_without },
	{ "rule", false, read_rule },
	{ "field", true, read_field },
	{ "lang", true, read_lang },
	{ "category", true, read_category },
	{ "match", true, read_match },
	{ "when", true, read_when },
	{ "check", true, read_check },
	{ "valid", true, read_valid },
	{ "keyword", true, read_keyword },
	{ "action", true, read_action },
	{ "default", true, read_default },
	{ "all", true, read_all },
	{ "slow", true, read_slow },
	{ "message", true, read_message },
	{ "source", true, read_source },
	{ "measured", true, read_measured },
	{ "hit", true, read_hit },
	{ "miss", true, read_miss },
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

static int read_line(struct reading *in)
{
	struct str rest = in->line, key = take_word(&rest);

	skip_blanks(&rest);
	if (!in->named && !str_is(key, "pack"))
		return fail(in, key.at, "the first line is: pack NAME VERSION");
	if (is_guard(key)) {
		if (!in->rule)
			return fail(in, key.at, "a rule comes first: rule ID");
		return read_guard(in, key, rest);
	}
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		if (!str_is(key, keys[i].key))
			continue;
		if (keys[i].in_rule && !in->rule)
			return fail(in, key.at, "a rule comes first: rule ID");
		return keys[i].read(in, rest);
	}
	return fail(in, key.at, "unknown word '%.*s'; itdata-rules(5) has all",
		    (int)(key.n < 60 ? key.n : 60), key.at);
}

/* Take the next line off text, without its end and the blanks before that. */
static struct str take_line(struct str *text)
{
	const char *end = memchr(text->at, '\n', text->n);
	struct str line = { text->at, end ? (size_t)(end - text->at) : text->n };

	text->at += line.n + (end != NULL);
	text->n -= line.n + (end != NULL);
	while (line.n && (is_blank(line.at[line.n - 1]) ||
			  line.at[line.n - 1] == '\r'))
		line.n--;
	return line;
}

int ruleset_read(struct ruleset *set, const char *path, struct str text)
{
	struct reading in = { .set = set, .path = path };
	struct str whole = text;
	struct sha256 sha;
	size_t good = utf8_check(text.at, text.n);
	int rc = 0;

	if (good < text.n || memchr(text.at, '\0', text.n))
		return err_set(ERR_FORMAT, "%s: not UTF-8 text", path);
	if (str_starts(text, STR("\xef\xbb\xbf"))) {
		text.at += 3;
		text.n -= 3;
	}
	while (rc == 0 && text.n) {
		struct str rest;

		in.number++;
		rest = in.line = take_line(&text);
		skip_blanks(&rest);
		if (rest.n && *rest.at != '#')
			rc = read_line(&in);
	}
	if (rc < 0 || (rc = end_rule(&in)) < 0)
		return rc;
	if (!in.named)
		return err_set(ERR_FORMAT, "%s: no line: pack NAME VERSION",
			       path);
	sha256_start(&sha);
	sha256_add(&sha, whole.at, whole.n);
	sha256_hex(&sha, pack_of(&in)->sha256);
	return 0;
}
