/* match.c - when are two pairs the same? */
#include "dedup/match.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "near/set.h"
#include "text/protect.h"

#define FACTOR UINT64_C(0x9e3779b97f4a7c15)

enum { SHORT = 1, LONG, ROLE, EXTRA, PLAIN, CONVERSATION };

static void mix(uint64_t *into, uint64_t value, uint64_t kind)
{
	*into = hash_mix(*into * FACTOR + value + kind);
}

static void guard(struct form *form, uint64_t value, uint64_t kind)
{
	mix(&form->guard, value, kind);
}

static void exactly(struct form *form, struct hash128 hash)
{
	mix(&form->exact.low, hash.low, 0);
	mix(&form->exact.high, hash.high, 0);
}

/* Something that must be equal byte for byte. */
static void add_literal(struct form *form, struct str text, uint64_t kind)
{
	struct hash128 hash = hash128(text.at ? text.at : "", text.n);

	guard(form, hash.low, kind);
	exactly(form, hash);
}

static void add_set(struct former *former, struct form *form, uint64_t salt)
{
	size_t n = shingler_count(&former->shingler);

	mem_grow(&former->word, &former->room, former->words + n,
		 sizeof *former->word);
	shingler_put(&former->shingler, salt, former->word + former->words);
	former->word[form->fields++] = n;
	former->words += n;
	form->shingles += (uint32_t)n;
}

/* The number of the field tells its shingles from those of other fields. */
static void add_field(struct former *former, struct form *form,
		      struct str text, uint64_t number)
{
	const struct match_rule *rule = former->rule;
	struct shingle_form read;

	shingler_read(&former->shingler, text, &read);
	exactly(form, read.normal);
	form->length += former->shingler.normal.n;
	if (rule->on == MATCH_TEXT) {
		add_set(former, form, 0);
	} else if (read.units < 2 * rule->n) {
		guard(form, read.equal, SHORT);
	} else {
		guard(form, rule->numbers ? read.numbers : 0, LONG);
		add_set(former, form, (number + 1) * FACTOR);
	}
}

/* `system` must be equal but for case, width, space and punctuation. */
static void add_system(struct former *former, struct form *form,
		       struct str text)
{
	struct shingle_form read;

	shingler_read(&former->shingler, text, &read);
	exactly(form, read.normal);
	guard(form, read.equal, ROLE);
}

static void add_plain(struct former *former, const struct pair *pair,
		      struct form *form)
{
	guard(form, 0, PLAIN);
	add_field(former, form, pair->instruction, 0);
	add_field(former, form, pair->input, 1);
	add_field(former, form, pair->response, 2);
}

static void add_conversation(struct former *former, const struct pair *pair,
			     struct form *form)
{
	guard(form, pair->messages, CONVERSATION);
	for (size_t i = 0; i < pair->messages; i++) {
		add_literal(form, pair->message[i].role, ROLE);
		add_literal(form, pair->message[i].extra, EXTRA);
		add_field(former, form, pair->message[i].content, i);
	}
}

static void add_text(struct former *former, const struct pair *pair,
		     struct form *form)
{
	struct buf *text = &former->text;

	buf_clear(text);
	buf_str(text, pair->system);
	buf_byte(text, '\n');
	if (pair->messages) {
		for (size_t i = 0; i < pair->messages; i++) {
			buf_str(text, pair->message[i].content);
			buf_byte(text, '\n');
		}
	} else {
		buf_str(text, pair->instruction);
		buf_byte(text, '\n');
		buf_str(text, pair->input);
		buf_byte(text, '\n');
		buf_str(text, pair->response);
	}
	add_field(former, form, buf_view(text), 0);
}

/* -- all but the wording of the instruction -- */

enum shape { PROSE, CODE, DATA, TABLE, LIST };

static bool is_item(const char *at, const char *end)
{
	static const struct str bullet[] = {
		STR("- "), STR("* "), STR("•"), STR("・"),
	};
	struct str line = { at, (size_t)(end - at) };
	const char *digits = at;

	for (size_t i = 0; i < sizeof bullet / sizeof *bullet; i++)
		if (str_starts(line, bullet[i]))
			return true;
	while (digits < end && *digits >= '0' && *digits <= '9')
		digits++;
	return digits > at && digits < end && (*digits == '.' || *digits == ')');
}

/* What kind of text an answer is, as far as its lines tell. */
static enum shape shape_of(struct str text)
{
	const char *at = text.at, *end = at + text.n;
	size_t items = 0, rows = 0;

	if (text.n && (*at == '{' || *at == '['))
		return DATA;
	while (at < end) {
		const char *line = memchr(at, '\n', (size_t)(end - at));

		line = line ? line : end;
		if (str_starts((struct str){ at, (size_t)(line - at) },
			       STR("```")))
			return CODE;
		items += is_item(at, line);
		rows += line > at && *at == '|';
		at = line + 1;
	}
	return rows > 1 ? TABLE : items > 1 ? LIST : PROSE;
}

/* Equal but for case, width, space and punctuation. */
static void add_equal(struct former *former, struct form *form,
		      struct str text)
{
	struct shingle_form read;

	shingler_read(&former->shingler, text, &read);
	guard(form, read.equal, SHORT);
}

static void add_asked(struct former *former, const struct pair *pair,
		      struct form *form)
{
	struct shingle_form read;

	if (pair->messages) /* a conversation is like no other */
		guard(form, (uint64_t)pair->id, CONVERSATION);
	add_equal(former, form, pair->system);
	add_equal(former, form, pair->input);
	shingler_read(&former->shingler, pair->instruction, &read);
	guard(form, read.numbers, LONG);
	guard(form, protect_read(pair->instruction), ROLE);
	add_literal(form, pair->lang, EXTRA);
	form->length = pair->system.n + pair->instruction.n + pair->input.n +
		       pair->response.n;
}

static void add_meaning(struct former *former, const struct pair *pair,
			struct form *form)
{
	add_asked(former, pair, form);
	add_literal(form, pair->lang_response, EXTRA);
	guard(form, shape_of(pair->response), ROLE);
}

/* The text up to the next line end, which goes too. */
static struct str take_line(struct str *rest)
{
	const char *end = rest->n ? memchr(rest->at, '\n', rest->n) : NULL;
	struct str line = *rest;

	if (end)
		line.n = (size_t)(end - rest->at);
	rest->at += line.n + (end != NULL);
	rest->n -= line.n + (end != NULL);
	return line;
}

static size_t count_lines(struct str text)
{
	size_t n = 0;

	do {
		take_line(&text);
		n++;
	} while (text.n);
	return n;
}

/* Line by line, so that a long preamble cannot swamp another question. */
static void add_question(struct former *former, const struct pair *pair,
			 struct form *form)
{
	struct str rest = pair->instruction;
	uint64_t line = 0;

	if (pair->messages) /* a conversation is like no other */
		guard(form, (uint64_t)pair->id, CONVERSATION);
	add_system(former, form, pair->system);
	add_literal(form, pair->input, ROLE);
	guard(form, protect_read(pair->instruction), ROLE);
	guard(form, count_lines(rest), PLAIN);
	do {
		add_field(former, form, take_line(&rest), line++);
	} while (rest.n);
}

/* How many sets a form can have: their sizes stand before them. */
static size_t most_fields(const struct former *former, const struct pair *pair)
{
	if (former->rule->on == MATCH_QUESTION)
		return count_lines(pair->instruction);
	if (former->rule->on != MATCH_PAIR)
		return 1;
	return pair->messages ? pair->messages : 3;
}

void former_init(struct former *former, const struct match_rule *rule)
{
	*former = (struct former){
		.rule = rule,
		.shingler = { .unit = rule->unit, .n = rule->n },
	};
}

void former_read(struct former *former, const struct pair *pair,
		 struct form *form)
{
	size_t most = most_fields(former, pair);

	*form = (struct form){ 0 };
	mem_grow(&former->word, &former->room, most, sizeof *former->word);
	former->words = most;
	switch (former->rule->on) {
	case MATCH_PAIR:
		add_system(former, form, pair->system);
		if (pair->messages)
			add_conversation(former, pair, form);
		else
			add_plain(former, pair, form);
		break;
	case MATCH_QUESTION:
		add_question(former, pair, form);
		break;
	case MATCH_INSTRUCTION:
		add_field(former, form, pair->instruction, 0);
		break;
	case MATCH_TEXT:
		add_text(former, pair, form);
		break;
	case MATCH_MEANING:
		add_meaning(former, pair, form);
		break;
	case MATCH_ASKED:
		add_asked(former, pair, form);
		break;
	}
	if (form->fields < most)
		memmove(former->word + form->fields, former->word + most,
			form->shingles * sizeof *former->word);
	former->words = form->fields + form->shingles;
}

void former_free(struct former *former)
{
	shingler_free(&former->shingler);
	buf_free(&former->text);
	free(former->word);
	*former = (struct former){ 0 };
}

void form_sort(uint64_t *word, uint32_t fields, uint64_t *scratch)
{
	uint64_t *from = word + fields, *to = from;

	for (uint32_t f = 0; f < fields; f++) {
		size_t n = (size_t)word[f];

		memmove(to, from, n * sizeof *to);
		from += n;
		word[f] = set_sort(to, n, scratch);
		to += word[f];
	}
}

double form_similarity(const uint64_t *a, const uint64_t *b, uint32_t fields,
		       double threshold)
{
	const uint64_t *x = a + fields, *y = b + fields;
	double least = 1;

	for (uint32_t f = 0; f < fields; f++) {
		double one = set_similarity(x, (size_t)a[f], y, (size_t)b[f],
					    threshold);

		if (one < 0)
			return -1;
		if (one < least)
			least = one;
		x += a[f];
		y += b[f];
	}
	return least;
}
