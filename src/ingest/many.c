/* many.c - records that hold many pairs: SQuAD, natural-instructions, seeds */
#include "base/json.h"
#include "ingest/category.h"
#include "ingest/fill.h"

/* -- SQuAD: an article, or a paragraph, with its questions -- */

/* The question with its context, as a row that can be mended and read. */
static struct str squad_row(const struct value *qa, struct str context,
			    struct arena *arena)
{
	struct buf out = { 0 };
	struct str row;

	buf_text(&out, "{\"context\":\"");
	json_escape(&out, context);
	buf_byte(&out, '"');
	if (qa->type == VALUE_OBJECT && qa->n)
		buf_print(&out, ",%.*s", (int)qa->raw.n - 1, qa->raw.at + 1);
	else
		buf_byte(&out, '}');
	row = arena_str(arena, buf_view(&out));
	buf_free(&out);
	return row;
}

static const char *squad_fill(const struct value *qa, struct str context,
			      struct str title, struct arena *arena,
			      struct pair *pair)
{
	/* one answer is the response, and its place is of the context; several
	 * are kept */
	static const char *const used[] = { "question", NULL };
	struct buf extra = { 0 };
	struct str rest;

	pair->instruction = value_text(qa, "question");
	if (!pair->instruction.at)
		return "the question is not a text";
	if (pair->instruction.n == 0)
		return "the instruction is empty";
	if (!first_scalar(value_get(qa, "answers"), &pair->response))
		return "the answer is not a text";
	if (!pair->response.at)
		return "the question has no answer";
	pair->input = or_absent(context);
	pair->category = STR("closed_qa");
	pair->turns = 1;
	rest = extra_of(qa, used, arena);
	if (!title.at) {
		pair->extra = rest;
		return NULL;
	}
	buf_text(&extra, "{\"title\":\"");
	json_escape(&extra, title);
	buf_print(&extra, "\"%s", rest.n > 2 ? "," : "}");
	if (rest.n > 2)
		buf_put(&extra, rest.at + 1, rest.n - 1);
	pair->extra = arena_str(arena, buf_view(&extra));
	buf_free(&extra);
	return NULL;
}

static void squad_paragraph(const struct value *paragraph, struct str title,
			    struct takings *out)
{
	const struct value *qas = value_get(paragraph, "qas");
	struct str context = value_text(paragraph, "context");

	if (!qas || qas->type != VALUE_ARRAY) {
		takings_refuse(out, "a paragraph has no questions (qas)",
			       paragraph->raw);
		return;
	}
	for (const struct value *qa = qas->child; qa; qa = qa->next) {
		struct taken *taken = takings_add(out);

		taken->why = squad_fill(qa, context, title, out->arena,
					&taken->pair);
		if (taken->why)
			taken->raw = squad_row(qa, context, out->arena);
	}
}

static bool fits_squad(const struct value *v, const struct value *around)
{
	(void)around;
	return has_list(v, "paragraphs") ||
	       (has_list(v, "qas") && has(v, "context"));
}

static void each_squad(const struct value *v, const struct value *around,
		       struct takings *out)
{
	const struct value *list = value_get(v, "paragraphs");
	struct str title = value_text(v, "title");
	size_t before = out->n;

	(void)around;
	if (!list)
		squad_paragraph(v, title, out);
	else
		for (list = list->child; list; list = list->next)
			squad_paragraph(list, title, out);
	if (out->n == before)
		takings_refuse(out, "an article without questions", v->raw);
}

const struct schema schema_squad = {
	.name = "squad",
	.keys = "paragraphs, qas",
	.mapping = "{\"instruction\":\"paragraphs[].qas[].question\","
		   "\"input\":\"paragraphs[].context\","
		   "\"response\":\"paragraphs[].qas[].answers[0].text\"}",
	.fits = fits_squad,
	.each = each_squad,
};

/* -- natural-instructions: an instance of a task -- */

/* Definition is a text or a list of them. */
static bool definition_of(const struct value *around, struct arena *arena,
			  struct str *text)
{
	const struct value *v = value_get(around, "Definition");
	struct buf out = { 0 };

	if (!v || v->type != VALUE_ARRAY || (v->n == 1))
		return first_scalar(v, text) && text->n;
	for (v = v->child; v; v = v->next) {
		if (out.n)
			buf_byte(&out, '\n');
		buf_str(&out, v->text);
	}
	*text = arena_str(arena, buf_view(&out));
	buf_free(&out);
	return text->n > 0;
}

static struct str natural_category(const struct value *around, bool input)
{
	struct str word;

	if (!first_scalar(value_get(around, "Categories"), &word))
		return (struct str){ NULL, 0 };
	return category_known(word, input);
}

static bool fits_natural(const struct value *v, const struct value *around)
{
	return has(around, "Definition") && has(v, "input") && has(v, "output");
}

/* Every output is a pair. */
static void each_natural(const struct value *v, const struct value *around,
			 struct takings *out)
{
	static const char *const used[] = { "input", "output", NULL };
	const struct value *list = value_get(v, "output");
	struct pair pair = { .turns = 1 };
	size_t before = out->n;

	if (!definition_of(around, out->arena, &pair.instruction)) {
		takings_refuse(out, "the task has no Definition", v->raw);
		return;
	}
	if (!scalar(value_get(v, "input"), &pair.input)) {
		takings_refuse(out, "the input is not a text", v->raw);
		return;
	}
	pair.input = or_absent(pair.input);
	pair.category = natural_category(around, pair.input.n > 0);
	pair.extra = extra_of(v, used, out->arena);
	if (list && list->type == VALUE_ARRAY)
		list = list->child;
	for (; list && list != v->next; list = list->next) {
		struct taken *taken = takings_add(out);

		taken->pair = pair;
		if (!scalar(list, &taken->pair.response) ||
		    !taken->pair.response.at) {
			taken->why = "the output is not a text";
			taken->raw = v->raw;
		}
		if (value_get(v, "output")->type != VALUE_ARRAY)
			break;
	}
	if (out->n == before)
		takings_refuse(out, "an instance without an output", v->raw);
}

const struct schema schema_natural = {
	.name = "natural",
	.keys = "Definition, Instances",
	.mapping = "{\"instruction\":\"Definition\","
		   "\"input\":\"Instances[].input\","
		   "\"response\":\"Instances[].output[]\","
		   "\"category\":\"Categories[0]\"}",
	.fits = fits_natural,
	.each = each_natural,
};

/* -- self-instruct seeds: an instruction with instances -- */

static bool fits_instances(const struct value *v, const struct value *around)
{
	(void)around;
	return has(v, "instruction") && has_list(v, "instances");
}

static void each_instances(const struct value *v, const struct value *around,
			   struct takings *out)
{
	static const char *const used[] = { "instruction", "instances", NULL };
	const struct value *list = value_get(v, "instances")->child;
	struct pair pair = { .turns = 1 };

	(void)around;
	pair.instruction = value_text(v, "instruction");
	pair.extra = extra_of(v, used, out->arena);
	if (pair.instruction.n == 0)
		takings_refuse(out, "the instruction is empty", v->raw);
	else if (!list)
		takings_refuse(out, "a task without instances", v->raw);
	else for (; list; list = list->next) {
		struct taken *taken = takings_add(out);

		taken->pair = pair;
		if (!scalar(value_get(list, "input"), &taken->pair.input))
			taken->why = "the input is not a text";
		else if (!scalar(value_get(list, "output"),
				 &taken->pair.response) ||
			 !taken->pair.response.at)
			taken->why = "the output is not a text";
		taken->pair.input = or_absent(taken->pair.input);
		taken->raw = v->raw;
	}
}

const struct schema schema_instances = {
	.name = "instances",
	.keys = "instruction, instances",
	.mapping = "{\"instruction\":\"instruction\","
		   "\"input\":\"instances[].input\","
		   "\"response\":\"instances[].output\"}",
	.fits = fits_instances,
	.each = each_instances,
};
