/* group.c - which group a pair is balanced in */
#include "export/group.h"

#include <math.h>
#include <stdlib.h>

#include "base/err.h"
#include "text/utf8.h"

static const char *const kind_name[GROUP_MEASURE] = {
	"lang", "lang_response", "category", "source", "turns", "length",
};

static enum group_kind kind_of(struct str name)
{
	int kind = 0;

	while (kind < GROUP_MEASURE && !str_is(name, kind_name[kind]))
		kind++;
	return (enum group_kind)kind;
}

static int parse_one(const char *at, size_t n, struct grouping *grouping)
{
	const char *slash = memchr(at, '/', n);
	struct str name = { at, slash ? (size_t)(slash - at) : n };
	struct group_field field = { .kind = kind_of(name), .step = 0.1 };
	char *end = NULL;

	if (str_is(name, "cell"))
		field.step = 1;
	if (slash)
		field.step = strtod(slash + 1, &end);
	if (!name.n || (slash && (field.kind != GROUP_MEASURE ||
				  end != at + n || !(field.step > 0))))
		return err_set(ERR_USAGE, "--balance: '%.*s' is no field, or "
					  "measure/step", (int)n, at);
	for (size_t i = 0; i < grouping->field.n; i++)
		if (str_is(name, grouping->field.at[i].name))
			return err_set(ERR_USAGE, "--balance: '%.*s' stands "
						  "twice", (int)name.n,
				       name.at);
	field.name = mem_copy(name.at, name.n);
	vec_push(&grouping->field, field);
	return 0;
}

int group_parse(const char *text, struct grouping *grouping)
{
	int rc = 0;

	while (rc == 0 && *text) {
		size_t n = strcspn(text, ",");

		rc = parse_one(text, n, grouping);
		text += n;
		text += *text == ',';
	}
	return rc;
}

void grouping_free(struct grouping *grouping)
{
	for (size_t i = 0; i < grouping->field.n; i++)
		free(grouping->field.at[i].name);
	vec_free(&grouping->field);
}

/* 0-15, 16-31, 32-63, ... characters. */
static void put_length(struct str text, struct buf *label)
{
	size_t n = utf8_count(text.at, text.n), from = 16;

	if (n < from) {
		buf_text(label, "length 0-15");
		return;
	}
	while (n / 2 >= from)
		from *= 2;
	buf_print(label, "length %zu-%zu", from, 2 * from - 1);
}

/* A value that is a step but for rounding belongs to the step. */
static void put_measure(const struct group_field *field, double value,
			struct buf *label)
{
	if (isfinite(value))
		buf_print(label, "%s %.6g", field->name,
			  floor(value / field->step + 1e-9) * field->step);
	else
		buf_print(label, "%s none", field->name);
}

static void put_field(const struct group_field *field,
		      const struct group_about *about, struct buf *label)
{
	const struct pair *pair = about->pair;

	switch (field->kind) {
	case GROUP_LANG:
		buf_str(label, pair->lang);
		break;
	case GROUP_LANG_RESPONSE:
		buf_str(label, pair->lang_response);
		break;
	case GROUP_CATEGORY:
		buf_str(label, pair->category.n ? pair->category
						: STR("none"));
		break;
	case GROUP_SOURCE:
		buf_str(label, about->source);
		break;
	case GROUP_TURNS:
		buf_print(label, "%u turn%s", pair->turns,
			  pair->turns == 1 ? "" : "s");
		break;
	case GROUP_LENGTH:
		put_length(pair->response, label);
		break;
	case GROUP_MEASURE:
		put_measure(field, about->measure[field->measure], label);
		break;
	}
}

void group_put(const struct grouping *grouping,
	       const struct group_about *about, struct buf *label)
{
	for (size_t i = 0; i < grouping->field.n; i++) {
		if (i)
			buf_byte(label, '\0');
		put_field(&grouping->field.at[i], about, label);
	}
	if (!grouping->field.n)
		buf_text(label, "all");
}

struct str group_value(struct str label, size_t field)
{
	for (;; field--) {
		const char *end = memchr(label.at, '\0', label.n);
		size_t n = end ? (size_t)(end - label.at) : label.n;

		if (!field || !end)
			return (struct str){ label.at, field ? 0 : n };
		label = (struct str){ end + 1, label.n - n - 1 };
	}
}

void group_name(struct str label, struct buf *name)
{
	for (size_t i = 0; i < label.n; i++)
		if (label.at[i])
			buf_byte(name, label.at[i]);
		else
			buf_text(name, " / ");
}
