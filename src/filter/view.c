/* view.c - a pair as rules see it */
#include "filter/view.h"

#include <stdlib.h>

#include "base/mem.h"
#include "text/lang.h"
#include "text/utf8.h"

static void add(struct view *view, enum field field, uint32_t turn,
		struct str text, struct str lang)
{
	if (!text.at)
		return;
	mem_grow(&view->part, &view->room, view->n + 1, sizeof *view->part);
	view->part[view->n++] = (struct part){
		.field = field,
		.turn = turn,
		.exchange = view->exchanges ? view->exchanges - 1 : 0,
		.text = text,
		.lang = lang,
	};
}

static enum field field_of_role(struct str role)
{
	if (str_is(role, "user"))
		return FIELD_INSTRUCTION;
	if (str_is(role, "assistant"))
		return FIELD_RESPONSE;
	return str_is(role, "system") ? FIELD_SYSTEM : FIELD_OTHER;
}

static void add_messages(struct view *view, const struct pair *pair)
{
	const struct str unknown = { NULL, 0 };

	for (size_t i = 0; i < pair->messages; i++) {
		enum field field = field_of_role(pair->message[i].role);

		view->exchanges += field == FIELD_INSTRUCTION;
		add(view, field, (uint32_t)i, pair->message[i].content,
		    unknown);
	}
}

static void add_fields(struct view *view, const struct pair *pair)
{
	const struct str unknown = { NULL, 0 };

	view->exchanges = 1;
	add(view, FIELD_SYSTEM, 0, pair->system, unknown);
	add(view, FIELD_INSTRUCTION, 0, pair->instruction, pair->lang);
	add(view, FIELD_INPUT, 0, pair->input, unknown);
	add(view, FIELD_RESPONSE, 0, pair->response, pair->lang_response);
}

void view_of(struct view *view, const struct pair *pair)
{
	view->pair = pair;
	if (view->asked)
		view->asked->part = NULL;
	view->n = 0;
	view->exchanges = 0;
	view->conversation = pair->messages > 0;
	view->has_input = !view->conversation && text_trim(pair->input).n > 0;
	if (view->conversation)
		add_messages(view, pair);
	else
		add_fields(view, pair);
}

void view_free(struct view *view)
{
	free(view->part);
	free(view->asked);
	*view = (struct view){ 0 };
}

struct str view_text(const struct view *view, const struct part *part,
		     enum field field)
{
	for (size_t i = 0; i < view->n; i++)
		if (view->part[i].field == field &&
		    (view->part[i].exchange == part->exchange ||
		     field == FIELD_SYSTEM))
			return view->part[i].text;
	return (struct str){ NULL, 0 };
}

const struct asked *view_asked(const struct view *view,
			       const struct part *part)
{
	struct asked *asked = view->asked;

	if (asked->part != part)
		asked->n = constraints_read(view->constraints, view->search,
					    part->text, asked->found);
	asked->part = part;
	return asked;
}

/* The start of a text says what language it is in. */
static struct str head_of(struct str text)
{
	enum { HEAD = 2000 }; /* bytes */

	if (text.n > HEAD) {
		text.n = HEAD;
		while (((unsigned char)text.at[text.n] & 0xc0) == 0x80)
			text.n--;
	}
	return text;
}

struct str part_lang(const struct view *view, struct part *part)
{
	struct lang_evidence own = { 0 }, around = { 0 };

	if (part->lang.at)
		return part->lang;
	lang_look(&own, head_of(part->text));
	around = own;
	if (own.kana == 0) /* what Han or a few words are, others tell */
		for (size_t i = 0; i < view->n; i++)
			if (view->part[i].exchange == part->exchange &&
			    &view->part[i] != part)
				lang_look(&around,
					  head_of(view->part[i].text));
	part->lang = str_of(lang_decide(&own, &around));
	return part->lang;
}

/* One in the lowest bit of every byte that is an ASCII digit. */
static uint64_t digits_of_eight(const char *at)
{
	const uint64_t every = UINT64_C(0x0101010101010101);
	uint64_t eight, other;

	memcpy(&eight, at, sizeof eight);
	eight ^= '0' * every;
	other = ((eight & 0x7f * every) + (0x80 - 10) * every) | eight;
	return ~other >> 7 & every;
}

size_t part_chars(struct part *part)
{
	if (!part->chars)
		part->chars = utf8_count(part->text.at, part->text.n) + 1;
	return part->chars - 1;
}

size_t part_digits(struct part *part)
{
	const char *at = part->text.at, *end = at + part->text.n;
	size_t n = 0;

	if (part->digits)
		return part->digits - 1;
	for (; end - at >= 8; at += 8)
		n += digits_of_eight(at) * UINT64_C(0x0101010101010101) >> 56;
	for (; at < end; at++)
		n += *at >= '0' && *at <= '9';
	part->digits = n + 1;
	return n;
}

struct str text_trim(struct str text)
{
	static const char wide[] = "\xe3\x80\x80"; /* U+3000 */

	while (text.n) {
		if (strchr(" \t\r\n\f\v", text.at[0]) && text.at[0]) {
			text.at++;
			text.n--;
		} else if (text.n >= 3 && memcmp(text.at, wide, 3) == 0) {
			text.at += 3;
			text.n -= 3;
		} else {
			break;
		}
	}
	while (text.n) {
		if (strchr(" \t\r\n\f\v", text.at[text.n - 1]) &&
		    text.at[text.n - 1])
			text.n--;
		else if (text.n >= 3 &&
			 memcmp(text.at + text.n - 3, wide, 3) == 0)
			text.n -= 3;
		else
			break;
	}
	return text;
}
