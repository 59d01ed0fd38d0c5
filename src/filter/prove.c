/* prove.c - are the rules what they say? */
#define _GNU_SOURCE /* memmem */
#include "filter/prove.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/err.h"
#include "filter/judge.h"
#include "filter/labelled.h"
#include "read/reader.h"
#include "text/lang.h"
#include "text/utf8.h"

enum { SLOW_TEXT = 64 << 10, EXAMPLES = 2 };

static const double SLOW = 0.010; /* seconds */

struct proving {
	const struct ruleset *set;
	const struct rule *rule;
	struct proof *proof;
	struct buf *out;
	struct judge judge; /* on which only `rule` is on */
	bool *on;
};

/* -- saying -- */

static void say(struct proving *p, size_t line, const char *kind,
		const char *what, struct str about)
{
	struct str shown = about;

	while (shown.n > 120 ||
	       (shown.n < about.n && ((unsigned char)about.at[shown.n] &
				      0xc0) == 0x80))
		shown.n--;
	buf_print(p->out, "%s:%zu: %s: rule %s: %s", p->set->pack[p->rule->pack]
							     .path,
		  line, kind, p->rule->id.at, what);
	if (about.at)
		buf_print(p->out, ": %.*s%s", (int)shown.n, shown.at,
			  shown.n < about.n ? "..." : "");
	buf_byte(p->out, '\n');
}

static void error(struct proving *p, size_t line, const char *what,
		  struct str about)
{
	p->proof->errors++;
	say(p, line, "error", what, about);
}

static void warn(struct proving *p, const char *what, struct str about)
{
	p->proof->warnings++;
	say(p, p->rule->line, "warning", what, about);
}

/* -- examples -- */

static struct str lang_of(const struct rule *rule, struct str text)
{
	struct lang_evidence evidence = { 0 };

	if (rule->lang.at) /* an example is short, but of the rule's language */
		return rule->lang;
	lang_look(&evidence, text);
	return str_of(lang_decide(&evidence, &evidence));
}

void example_pair(const struct rule *rule, const struct example *example,
		  struct pair *pair)
{
	struct str empty = { "", 0 };
	const struct str *field = example->field;

	*pair = (struct pair){
		.instruction = field[FIELD_INSTRUCTION],
		.input = field[FIELD_INPUT],
		.response = field[FIELD_RESPONSE],
		.system = field[FIELD_SYSTEM],
		.turns = 1,
		.category = rule->when.categories ? rule->when.category[0]
						  : empty,
	};
	/* `other` needs a conversation; as an instruction it will do */
	if (!pair->instruction.at)
		pair->instruction = empty;
	if (!pair->response.at)
		pair->response = empty;
	pair->lang = lang_of(rule, pair->instruction);
	pair->lang_response = lang_of(rule, pair->response);
}

static bool holds_keyword(const struct rule *rule, struct str text)
{
	for (size_t k = 0; k < rule->keywords; k++) {
		struct keywords one = { 0 };
		uint64_t seen = 0;

		keywords_add(&one, rule->keyword[k], 0);
		keywords_build(&one, 1);
		keywords_scan(&one, text, &seen);
		keywords_free(&one);
		if (seen)
			return true;
	}
	return rule->keywords == 0;
}

/* A hit without any of the keywords would never be looked at. */
static bool reachable(const struct rule *rule, const struct example *example)
{
	for (unsigned f = 0; f < FIELDS; f++)
		if (rule->fields >> f & 1 && example->field[f].at &&
		    holds_keyword(rule, example->field[f]))
			return true;
	return false;
}

static void prove_example(struct proving *p, const struct example *example)
{
	struct pair pair;
	bool hit;

	example_pair(p->rule, example, &pair);
	judge_pair(&p->judge, &pair);
	hit = p->judge.hits.n > 0 && !p->judge.hits.at[0].failed;
	p->proof->examples++;
	if (example->hit && !reachable(p->rule, example))
		error(p, example->line, "a hit has none of the keywords",
		      example->raw);
	else if (example->hit && !hit)
		error(p, example->line, "this should hit", example->raw);
	else if (!example->hit && hit)
		error(p, example->line, "this should miss", example->raw);
}

static void prove_examples(struct proving *p)
{
	size_t hits = 0;

	for (size_t e = 0; e < p->rule->examples; e++) {
		hits += p->rule->example[e].hit;
		prove_example(p, &p->rule->example[e]);
	}
	if (hits < EXAMPLES || p->rule->examples - hits < EXAMPLES)
		error(p, p->rule->line, "two hits and two misses are needed",
		      (struct str){ NULL, 0 });
}

/* -- patterns as they are written -- */

static bool contains(struct str text, const char *part)
{
	return memmem(text.at, text.n, part, strlen(part)) != NULL;
}

static void prove_text(struct proving *p, struct str text)
{
	static const char *const bare[] = {
		"\\p{Han}", "\\p{Hiragana}", "\\p{Katakana}", "\\p{Latin}",
		"\\P{Han}", "\\P{Hiragana}", "\\P{Katakana}", "\\P{Latin}",
	};

	for (size_t i = 0; i < sizeof bare / sizeof *bare; i++)
		if (contains(text, bare[i]))
			warn(p, "a bare script name also means punctuation "
				"that the script shares; write \\p{sc:Han}",
			     text);
	if ((contains(text, "(\\w)\\1") || contains(text, "(.)\\1") ||
	     contains(text, "(\\S)\\1")) &&
	    !p->rule->slow)
		error(p, p->rule->line,
		      "a back reference on any character is slow: use check "
		      "char-run, or add the line `slow`",
		      text);
}

/* -- time -- */

static double cpu_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Seconds for this text in every field that the rule looks at. */
static double time_once(struct proving *p, struct str text, bool *failed)
{
	struct pair pair = { .turns = 1, .category = { "", 0 } };
	double began;

	pair.instruction = pair.response = (struct str){ "", 0 };
	if (p->rule->fields >> FIELD_RESPONSE & 1)
		pair.response = text;
	else if (p->rule->fields >> FIELD_SYSTEM & 1)
		pair.system = text;
	else
		pair.instruction = text;
	pair.lang = pair.lang_response = STR("und");
	began = cpu_seconds();
	judge_pair(&p->judge, &pair);
	began = cpu_seconds() - began;
	*failed |= p->judge.hits.n > 0 && p->judge.hits.at[0].failed;
	return began;
}

/*
 * `end` stands behind a line end after all the units: the character that a
 * match needs is there, so the search is not called off, but out of reach.
 */
static void time_text(struct proving *p, struct str unit, struct str end,
		      struct buf *text)
{
	double least = 1e9;
	size_t r = (size_t)(p->rule - p->set->rule);
	bool failed = false;

	if (!unit.n || utf8_check(unit.at, unit.n) < unit.n)
		return; /* the start of a character, of a range */
	buf_clear(text);
	p->judge.blind = true; /* the prefilter must not save the pattern */
	while (text->n + unit.n + end.n + 1 <= SLOW_TEXT)
		buf_str(text, unit);
	buf_byte(text, '\n');
	buf_str(text, end);
	for (int i = 0; i < 5 && least > SLOW / 4; i++) {
		double seconds = time_once(p, buf_view(text), &failed);

		if (seconds < least)
			least = seconds;
	}
	p->judge.blind = false;
	if (least > p->proof->seconds[r])
		p->proof->seconds[r] = least;
	if (least > p->proof->slowest) {
		p->proof->slowest = least;
		p->proof->slow = p->rule;
	}
	if (failed)
		error(p, p->rule->line, "gives up on 64 KiB of", unit);
	if (least > SLOW && !p->rule->slow) {
		char what[80];

		snprintf(what, sizeof what,
			 "%.1f ms on 64 KiB (10 are allowed) of",
			 least * 1e3);
		error(p, p->rule->line, what, unit);
	}
}

/* An example without its last character: nearly a hit. */
static struct str nearly(struct str text)
{
	if (text.n)
		text.n--;
	while (text.n && ((unsigned char)text.at[text.n] & 0xc0) == 0x80)
		text.n--;
	return text;
}

static struct str behind(struct str text, size_t n)
{
	return (struct str){ text.at + n, text.n - n };
}

static void prove_time(struct proving *p)
{
	static const char *const units[] = {
		"a", "a ", " ", "\n", "1", "1,", "(", "\"", "あ", "の", "漢",
		"ア", "。", "、", "aA1 ", "the ", "を",
	};
	const struct str none = { "", 0 };
	struct buf text = { 0 };
	size_t errors = p->proof->errors;

	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (p->proof->errors == errors) /* one is enough */
			time_text(p, str_of(units[i]), none, &text);
	for (size_t k = 0; k < p->rule->keywords && k < 8; k++)
		if (p->proof->errors == errors)
			time_text(p, p->rule->keyword[k], none, &text);
	for (size_t e = 0; e < p->rule->examples; e++) {
		const struct example *example = &p->rule->example[e];

		for (int f = 0; f < FIELDS; f++) {
			struct str whole = example->field[f], part;

			if (!(p->rule->fields >> f & 1) || !whole.n ||
			    p->proof->errors > errors)
				continue;
			part = nearly(whole);
			time_text(p, part, behind(whole, part.n), &text);
		}
	}
	buf_free(&text);
}

/* -- all of it -- */

int prove(const struct ruleset *set, struct proof *proof, struct buf *out)
{
	struct proving p = { .set = set, .proof = proof, .out = out };

	*proof = (struct proof){ .rules = set->n };
	proof->seconds = mem_array(set->n + 1, sizeof *proof->seconds);
	p.on = mem_array(set->n + 1, sizeof *p.on);
	judge_init(&p.judge, set, p.on);
	for (size_t r = 0; r < set->n; r++) {
		p.rule = &set->rule[r];
		p.on[r] = true;
		prove_examples(&p);
		for (size_t m = 0; m < p.rule->matches; m++)
			prove_text(&p, p.rule->match_text[m]);
		for (size_t g = 0; g < p.rule->guards; g++)
			prove_text(&p, p.rule->guard_text[g]);
		prove_time(&p);
		p.on[r] = false;
	}
	judge_free(&p.judge);
	free(p.on);
	return proof->errors ? ERR_ANSWER : 0;
}

/* -- keywords, on real text -- */

static bool has_hit(const struct judge *judge, uint32_t rule)
{
	for (size_t h = 0; h < judge->hits.n; h++)
		if (judge->hits.at[h].rule == rule && !judge->hits.at[h].failed)
			return true;
	return false;
}

/* Rules that hit when keywords do not matter, and not when they do. */
static void compare(struct proving *p, struct judge *blind, bool *told,
		    const struct pair *pair)
{
	judge_pair(&p->judge, pair);
	judge_pair(blind, pair);
	for (size_t h = 0; h < blind->hits.n; h++) {
		const struct hit *hit = &blind->hits.at[h];
		struct str text = hit->field == FIELD_INSTRUCTION
					  ? pair->instruction
				  : hit->field == FIELD_INPUT ? pair->input
							      : pair->response;
		const char *at = text.at, *end;

		if (hit->failed || hit->rule >= p->set->n || told[hit->rule] ||
		    has_hit(&p->judge, hit->rule))
			continue;
		told[hit->rule] = true;
		p->rule = &p->set->rule[hit->rule];
		for (uint64_t i = 0; i < hit->start; i++)
			utf8_next(&at);
		end = at;
		for (uint64_t i = 0; i < hit->length; i++)
			utf8_next(&end);
		error(p, p->rule->line, "its keywords hide a match",
		      (struct str){ at, (size_t)(end - at) });
	}
}

static int compare_all(struct proving *p, struct judge *blind, bool *told,
		       struct reader *reader)
{
	struct arena arena = { 0 };
	struct chunk chunk = { 0 };
	int rc;

	while ((rc = reader_next(reader, &chunk)) > 0)
		for (size_t i = 0; i < chunk.records; i++) {
			struct scan_error why;
			struct value value;
			struct pair pair;

			arena_reset(&arena);
			if (chunk.record[i].why ||
			    reader_parse(reader, &chunk.record[i], &arena,
					 &value, &why) < 0)
				continue;
			labelled_pair(&value, &pair);
			if (pair.instruction.at)
				compare(p, blind, told, &pair);
		}
	chunk_free(&chunk);
	arena_free(&arena);
	return rc;
}

int prove_keywords(const struct ruleset *set, const char *path,
		   struct proof *proof, struct buf *out)
{
	struct proving p = { .set = set, .proof = proof, .out = out };
	bool *told = mem_array(set->n + 1, sizeof *told);
	struct judge blind;
	struct reader reader;
	int rc = reader_open(&reader, path, FORMAT_AUTO);

	if (rc == 0) {
		p.on = mem_array(set->n + 1, sizeof *p.on);
		memset(p.on, true, set->n);
		judge_init(&p.judge, set, p.on);
		judge_init(&blind, set, p.on);
		blind.blind = true;
		rc = compare_all(&p, &blind, told, &reader);
		judge_free(&p.judge);
		judge_free(&blind);
		free(p.on);
		reader_close(&reader);
	}
	free(told);
	return rc < 0 ? rc : proof->errors ? ERR_ANSWER : 0;
}

void proof_free(struct proof *proof)
{
	free(proof->seconds);
	*proof = (struct proof){ 0 };
}
