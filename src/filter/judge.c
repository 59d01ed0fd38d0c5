/* judge.c - all rules of a set on one pair */
#include "filter/judge.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "filter/check.h"
#include "filter/count.h"
#include "text/utf8.h"

/* One rule on one part. */
struct trial {
	struct judge *judge;
	const struct rule *rule;
	struct part *part;
	bool failed;
	enum constraint_kind kind;
	size_t bytes, chars; /* of the part, up to the last hit's start */
};

void judge_init(struct judge *judge, const struct ruleset *set,
		const bool *on)
{
	*judge = (struct judge){ .set = set, .on = on };
	pattern_room_init(&judge->room);
	judge->seen = mem_array(set->n / 64 + 1, sizeof *judge->seen);
	judge->scored = mem_array(set->n + 1, sizeof *judge->scored);
	judge->view.constraints = &set->constraints;
	judge->view.search = &judge->room;
	judge->view.asked = mem_array(1, sizeof *judge->view.asked);
}

void judge_free(struct judge *judge)
{
	pattern_room_free(&judge->room);
	view_free(&judge->view);
	free(judge->seen);
	free(judge->scored);
	vec_free(&judge->hits);
	*judge = (struct judge){ 0 };
}

/* -- conditions -- */

static bool long_enough(struct part *part, const struct condition *when)
{
	struct str text = part->text;
	size_t n;

	if (text.n < when->min_chars)
		return false;
	if (!when->min_chars && (!when->max_chars || text.n <= when->max_chars))
		return true;
	n = part_chars(part);
	return n >= when->min_chars && (!when->max_chars || n <= when->max_chars);
}

static bool of_category(struct str category, const struct condition *when)
{
	for (size_t i = 0; i < when->categories; i++)
		if (str_equal(category, when->category[i]))
			return true;
	return when->categories == 0;
}

/* A text of unknown language is looked at by the rules of all. */
static bool of_language(struct trial *t)
{
	struct str lang;

	if (!t->rule->lang.at)
		return true;
	lang = part_lang(&t->judge->view, t->part);
	return str_equal(lang, t->rule->lang) || str_is(lang, "und");
}

static bool applies(struct trial *t)
{
	const struct condition *when = &t->rule->when;
	const struct view *view = &t->judge->view;

	if ((when->input == INPUT_EMPTY && view->has_input) ||
	    (when->input == INPUT_PRESENT && !view->has_input) ||
	    (when->single_turn && view->exchanges > 1) ||
	    (when->first_turn && t->part->exchange > 0))
		return false;
	return of_category(view->pair->category, when) &&
	       long_enough(t->part, when) && of_language(t) &&
	       (!when->digits || part_digits(t->part) >= when->digits);
}

/* -- patterns on texts of any length -- */

static bool starts_char(char c)
{
	return ((unsigned char)c & 0xc0) != 0x80;
}

/* Where a piece that should end at `at` ends: at a line, a space, a char. */
static size_t cut_before(struct str text, size_t at)
{
	size_t least = at - JUDGE_OVERLAP / 2, i;

	for (i = at; i > least; i--)
		if (text.at[i - 1] == '\n')
			return i;
	for (i = at; i > least; i--)
		if (text.at[i - 1] == ' ')
			return i;
	for (i = at; !starts_char(text.at[i]); i--)
		;
	return i;
}

/*
 * The first match at `from` or later: 1 or 0; a pattern that gives up on a
 * piece is noted, and the next piece is looked at.
 */
static bool find(struct trial *t, const struct pattern *pattern,
		 struct str text, size_t from, struct span *span)
{
	for (;;) {
		bool last = text.n - from <= JUDGE_WINDOW;
		size_t end = last ? text.n
				  : cut_before(text, from + JUDGE_WINDOW);
		int rc = pattern_find(pattern, &t->judge->room,
				      (struct str){ text.at, end }, from,
				      last ? PATTERN_END : 0, span);

		if (rc > 0)
			return true;
		t->failed |= rc < 0;
		if (last)
			return false;
		from = end - JUDGE_OVERLAP;
		while (!starts_char(text.at[from]))
			from--;
	}
}

/* The first of the alternatives' matches; the longer of two at one place. */
static bool find_any(struct trial *t, struct str text, size_t from,
		     struct span *span)
{
	bool found = false;

	for (size_t m = 0; m < t->rule->matches; m++) {
		struct span one;

		if (!find(t, &t->rule->match[m], text, from, &one))
			continue;
		if (!found || one.start < span->start ||
		    (one.start == span->start && one.end > span->end))
			*span = one;
		found = true;
	}
	return found;
}

static bool guard_finds(struct trial *t, const struct guard *guard)
{
	struct str text = guard->own ? t->part->text
				     : view_text(&t->judge->view, t->part,
						 guard->field);
	struct span span;

	return text.at && find(t, &guard->pattern, text, 0, &span);
}

/*
 * What a rule needs of other fields is looked at before its patterns: it is
 * there in few pairs, as a Japanese instruction where the answer is English.
 */
static bool lacks_context(struct trial *t)
{
	bool need = false;

	for (size_t g = 0; g < t->rule->guards; g++) {
		const struct guard *guard = &t->rule->guard[g];

		if (!guard->need)
			continue;
		if (guard->own || guard_finds(t, guard))
			return false;
		need = true;
	}
	return need && !t->failed;
}

static bool is_guarded(struct trial *t)
{
	bool need = false, met = false;

	for (size_t g = 0; g < t->rule->guards; g++) {
		const struct guard *guard = &t->rule->guard[g];
		bool found = guard_finds(t, guard);

		if (found && !guard->need)
			return true;
		need |= guard->need;
		met |= guard->need && found;
	}
	return need && !met;
}

/* -- hits -- */

static void add_hit(struct trial *t, struct span span)
{
	struct judge *judge = t->judge;
	struct str text = t->part->text;
	size_t r = (size_t)(t->rule - judge->set->rule);
	struct hit hit;

	/* Hits of a rule come in order: each character is counted once. */
	t->chars += utf8_count(text.at + t->bytes, span.start - t->bytes);
	t->bytes = span.start;
	hit = (struct hit){
		.rule = (uint32_t)r,
		.turn = t->part->turn,
		.field = t->part->field,
		.failed = t->failed,
		.kind = t->kind,
		.start = t->chars,
		.length = utf8_count(text.at + span.start,
				     span.end - span.start),
	};

	vec_push(&judge->hits, hit);
	if (t->failed || t->rule->action != ACTION_SCORE || judge->scored[r])
		return;
	judge->scored[r] = true;
	judge->ambiguity = 1 - (1 - judge->ambiguity) * (1 - t->rule->weight);
}

static bool is_valid(const struct rule *rule, struct str text,
		     struct span span)
{
	struct str match = { text.at + span.start, span.end - span.start };

	switch (rule->valid) {
	case VALID_LUHN:
		return check_luhn(match);
	case VALID_MY_NUMBER:
		return check_my_number(match);
	case VALID_ANY:
		break;
	}
	return true;
}

/* The part of the text that the rule looks at: where it starts. */
static struct str window(struct str text, const struct condition *when,
			 size_t *from)
{
	*from = 0;
	if (when->head && text.n > when->head) {
		const char *at = text.at, *end = text.at + text.n;

		for (uint64_t n = 0; n < when->head && at < end; n++)
			utf8_next(&at);
		text.n = (size_t)(at - text.at);
	}
	if (when->tail && text.n > when->tail) {
		size_t at = text.n;

		for (uint64_t n = 0; n < when->tail && at; n++)
			while (at && !starts_char(text.at[--at]))
				;
		*from = at;
	}
	return text;
}

static bool find_valid(struct trial *t, struct str text, size_t from,
		       struct span *span)
{
	while (find_any(t, text, from, span)) {
		if (is_valid(t->rule, text, *span))
			return true;
		from = span->end > from ? span->end : from + 1;
		while (from < text.n && !starts_char(text.at[from]))
			from++;
		if (from >= text.n)
			break;
	}
	return false;
}

static void try_patterns(struct trial *t)
{
	size_t from, found = 0;
	struct str text = window(t->part->text, &t->rule->when, &from);
	struct span span;

	if (lacks_context(t))
		return;
	while (found < JUDGE_MOST && find_valid(t, text, from, &span)) {
		t->failed = false; /* what other alternatives did is no matter */
		if (!found && is_guarded(t))
			break;
		add_hit(t, span);
		found++;
		if (!t->rule->all || t->failed)
			return;
		from = span.end > span.start ? span.end : span.end + 1;
		while (from < text.n && !starts_char(text.at[from]))
			from++;
		if (from >= text.n)
			return;
	}
	if (t->failed && !found)
		add_hit(t, (struct span){ 0, t->part->text.n });
}

/*
 * The answer to an instruction: the response of its exchange; absent when
 * there are several.
 */
static struct str answer_to(const struct view *view, const struct part *part)
{
	struct str answer = { NULL, 0 };

	for (size_t i = 0; i < view->n; i++) {
		const struct part *other = &view->part[i];

		if (other->field != FIELD_RESPONSE ||
		    other->exchange != part->exchange)
			continue;
		if (answer.at)
			return (struct str){ NULL, 0 };
		answer = other->text;
	}
	return answer;
}

/* Every constraint of the instruction that the response violates. */
static void try_constraints(struct trial *t)
{
	struct judge *judge = t->judge;
	struct str answer = answer_to(&judge->view, t->part);
	const struct asked *asked;

	if (!answer.at || is_guarded(t))
		return;
	asked = view_asked(&judge->view, t->part);
	for (size_t i = 0; i < asked->n; i++) {
		const struct constraint *one = &asked->found[i];
		struct range count;
		enum verdict verdict = constraint_check(one, answer, &count);

		judge->asked[one->kind][verdict]++;
		if (verdict != VIOLATED)
			continue;
		t->kind = one->kind;
		add_hit(t, one->span);
	}
}

static void try_check(struct trial *t)
{
	const struct check *check = &t->rule->check;
	struct span span;

	if (check->kind->look(&t->judge->view, t->part, check, &span) &&
	    !is_guarded(t))
		add_hit(t, span);
}

static void try_rule(struct judge *judge, size_t r, struct part *part)
{
	struct trial t = {
		.judge = judge,
		.rule = &judge->set->rule[r],
		.part = part,
		.kind = ASK_KINDS,
	};

	if (judge->on ? !judge->on[r] : t.rule->off)
		return;
	if (!applies(&t))
		return;
	if (t.rule->check.kind && !t.rule->check.kind->look)
		try_constraints(&t);
	else if (t.rule->check.kind)
		try_check(&t);
	else
		try_patterns(&t);
}

/* Text that is not UTF-8 cannot come in by ingest, but by other programs. */
static bool is_text(struct judge *judge, const struct part *part)
{
	if (utf8_check(part->text.at, part->text.n) == part->text.n)
		return true;
	vec_push(&judge->hits, ((struct hit){
				       .rule = (uint32_t)judge->set->n,
				       .turn = part->turn,
				       .field = part->field,
				       .failed = true,
				       .kind = ASK_KINDS,
			       }));
	return false;
}

static void judge_part(struct judge *judge, struct part *part)
{
	const struct ruleset *set = judge->set;
	const struct keywords *keywords = &set->keywords[part->field];

	if (!is_text(judge, part))
		return;
	memcpy(judge->seen,
	       judge->blind ? set->every[part->field]
			    : set->always[part->field],
	       keywords->words * sizeof *judge->seen);
	if (!judge->blind)
		keywords_scan(keywords, part->text, judge->seen);
	for (size_t w = 0; w < keywords->words; w++)
		for (uint64_t left = judge->seen[w]; left; left &= left - 1) {
			size_t r = w * 64 + (size_t)__builtin_ctzll(left);
			double began = judge->seconds ? seconds_now() : 0;

			try_rule(judge, r, part);
			if (judge->seconds)
				judge->seconds[r] += seconds_now() - began;
		}
}

void judge_pair(struct judge *judge, const struct pair *pair)
{
	judge->hits.n = 0;
	judge->ambiguity = 0;
	memset(judge->scored, 0, judge->set->n * sizeof *judge->scored);
	view_of(&judge->view, pair);
	for (size_t i = 0; i < judge->view.n; i++)
		judge_part(judge, &judge->view.part[i]);
}
