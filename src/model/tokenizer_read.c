/* tokenizer_read.c - tokenizer.json, checked as it is read */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "model/parts.h"
#include "text/utf8.h"

static const cJSON *get(const cJSON *object, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(object, key);
}

static const char *text_of(const cJSON *object, const char *key)
{
	const char *text = cJSON_GetStringValue(get(object, key));

	return text ? text : "";
}

static bool is_true(const cJSON *object, const char *key, bool otherwise)
{
	const cJSON *value = get(object, key);

	return cJSON_IsBool(value) ? cJSON_IsTrue(value) : otherwise;
}

static struct str keep(struct tokenizer *t, const char *text)
{
	return arena_str(&t->arena, str_of(text));
}

/* {"type": TYPE, ...} of a part that we do not have. */
static int unknown_part(const char *part, const cJSON *object)
{
	const char *type = text_of(object, "type");

	return err_set(ERR_FORMAT, "%s \"%.60s\" is not one that itdata knows",
		       part, *type ? type : "(without type)");
}

/* -- normaliser -- */

static void add_normalise(struct tokenizer *t, struct normalise_step step)
{
	mem_grow(&t->normalise, &t->normalise_room, t->normalises + 1,
		 sizeof *t->normalise);
	t->normalise[t->normalises++] = step;
}

static void read_bert(struct tokenizer *t, const cJSON *object)
{
	struct normalise_step step = {
		.kind = NORMALISE_BERT,
		.clean = is_true(object, "clean_text", true),
		.chinese = is_true(object, "handle_chinese_chars", true),
		.lower = is_true(object, "lowercase", true),
	};

	step.accents = is_true(object, "strip_accents", step.lower);
	add_normalise(t, step);
}

static int read_replace(struct tokenizer *t, const cJSON *object)
{
	const char *from = text_of(get(object, "pattern"), "String");

	if (!*from)
		return err_set(ERR_FORMAT, "normalizer \"Replace\" has no "
					   "pattern that is a String");
	add_normalise(t, (struct normalise_step){
		.kind = NORMALISE_REPLACE,
		.from = keep(t, from),
		.to = keep(t, text_of(object, "content")),
	});
	return 0;
}

static int read_normaliser(struct tokenizer *t, const cJSON *object)
{
	static const struct {
		const char *type;
		enum normaliser kind;
	} plain[] = {
		{ "Lowercase", NORMALISE_LOWER },
		{ "NFC", NORMALISE_NFC },
		{ "NFD", NORMALISE_NFD },
		{ "NFKC", NORMALISE_NFKC },
		{ "NFKD", NORMALISE_NFKD },
		{ "StripAccents", NORMALISE_STRIP_ACCENTS },
	};
	struct str type = str_of(text_of(object, "type"));
	const cJSON *each;
	int rc = 0;

	if (!object || cJSON_IsNull(object))
		return 0;
	if (str_is(type, "Sequence")) {
		cJSON_ArrayForEach(each, get(object, "normalizers"))
			if (rc == 0)
				rc = read_normaliser(t, each);
		return rc;
	}
	if (str_is(type, "Replace"))
		return read_replace(t, object);
	if (str_is(type, "BertNormalizer")) {
		read_bert(t, object);
		return 0;
	}
	if (str_is(type, "Prepend")) {
		add_normalise(t, (struct normalise_step){
			.kind = NORMALISE_PREPEND,
			.to = keep(t, text_of(object, "prepend")),
		});
		return 0;
	}
	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
		if (str_is(type, plain[i].type)) {
			add_normalise(t, (struct normalise_step){
				.kind = plain[i].kind });
			return 0;
		}
	return unknown_part("normalizer", object);
}

/* -- pre-tokeniser -- */

static int read_splitter(struct tokenizer *t, const cJSON *object)
{
	static const struct {
		const char *type;
		enum splitter kind;
	} plain[] = {
		{ "BertPreTokenizer", SPLIT_BERT },
		{ "Whitespace", SPLIT_WORD },
		{ "WhitespaceSplit", SPLIT_SPACE },
	};
	struct str type = str_of(text_of(object, "type"));
	const cJSON *each;
	int rc = 0;

	if (!object || cJSON_IsNull(object))
		return 0;
	if (str_is(type, "Sequence")) {
		cJSON_ArrayForEach(each, get(object, "pretokenizers"))
			if (rc == 0)
				rc = read_splitter(t, each);
		return rc;
	}
	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
		if (str_is(type, plain[i].type)) {
			mem_grow(&t->split, &t->split_room, t->splits + 1,
				 sizeof *t->split);
			t->split[t->splits++] = (struct split_step){
				.kind = plain[i].kind };
			return 0;
		}
	return unknown_part("pre_tokenizer", object);
}

/* -- post-processor: only the form for one text -- */

static int add_around(struct tokenizer *t, bool before, const cJSON *id)
{
	uint32_t **list = before ? &t->before : &t->after;
	size_t *n = before ? &t->befores : &t->afters;
	size_t *room = before ? &t->before_room : &t->after_room;
	double value = cJSON_IsNumber(id) ? id->valuedouble : -1;

	if (!(value >= 0 && value < VOCABULARY_MOST) || *n >= 64)
		return err_set(ERR_FORMAT, "the post_processor has no list of "
					   "token ids");
	mem_grow(list, room, *n + 1, sizeof **list);
	(*list)[(*n)++] = (uint32_t)value;
	return 0;
}

static int read_pair(struct tokenizer *t, const cJSON *object)
{
	int rc = add_around(t, true,
			    cJSON_GetArrayItem(get(object, "cls"), 1));

	return rc < 0 ? rc
		      : add_around(t, false,
				   cJSON_GetArrayItem(get(object, "sep"), 1));
}

static int read_template(struct tokenizer *t, const cJSON *object)
{
	const cJSON *each, *special, *id;
	bool before = true;
	int rc = 0;

	cJSON_ArrayForEach(each, get(object, "single")) {
		special = get(each, "SpecialToken");
		if (!special) {
			before = false;
			continue;
		}
		special = get(get(object, "special_tokens"),
			      text_of(special, "id"));
		if (!special)
			return err_set(ERR_FORMAT, "the post_processor names "
				       "a special token that it lacks");
		cJSON_ArrayForEach(id, get(special, "ids"))
			if (rc == 0)
				rc = add_around(t, before, id);
	}
	return rc;
}

static int read_processor(struct tokenizer *t, const cJSON *object)
{
	struct str type = str_of(text_of(object, "type"));
	const cJSON *each;
	int rc = 0;

	if (!object || cJSON_IsNull(object) || str_is(type, "ByteLevel"))
		return 0;
	if (str_is(type, "BertProcessing") || str_is(type, "RobertaProcessing"))
		return read_pair(t, object);
	if (str_is(type, "TemplateProcessing"))
		return read_template(t, object);
	if (!str_is(type, "Sequence"))
		return unknown_part("post_processor", object);
	cJSON_ArrayForEach(each, get(object, "processors"))
		if (rc == 0)
			rc = read_processor(t, each);
	return rc;
}

/* -- model -- */

static int read_vocabulary(struct tokenizer *t, const cJSON *vocabulary)
{
	const cJSON *each;
	int rc = 0;

	if (!cJSON_IsObject(vocabulary) || !vocabulary->child)
		return err_set(ERR_FORMAT, "the model has no vocabulary");
	cJSON_ArrayForEach(each, vocabulary) {
		if (!cJSON_IsNumber(each))
			return err_set(ERR_FORMAT,
				       "token \"%.60s\" has no id",
				       each->string);
		rc = vocabulary_add(&t->vocabulary, str_of(each->string),
				    each->valuedouble);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int read_wordpiece(struct tokenizer *t, const cJSON *model)
{
	const cJSON *longest = get(model, "max_input_chars_per_word");
	const char *prefix =
		cJSON_GetStringValue(get(model, "continuing_subword_prefix"));
	const char *unknown = text_of(model, "unk_token");
	int rc;

	if ((rc = read_vocabulary(t, get(model, "vocab"))) < 0)
		return rc;
	t->prefix = keep(t, prefix ? prefix : "##");
	t->longest_word = 100;
	if (cJSON_IsNumber(longest) && longest->valuedouble >= 1 &&
	    longest->valuedouble <= 1e6)
		t->longest_word = (size_t)longest->valuedouble;
	if (!vocabulary_find(&t->vocabulary, str_of(unknown), &t->unknown))
		return err_set(ERR_FORMAT, "the unknown token \"%.60s\" is "
					   "not in the vocabulary", unknown);
	return 0;
}

static int read_model(struct tokenizer *t, const cJSON *model)
{
	struct str type = str_of(text_of(model, "type"));

	/* Files before 2022 do not say it. */
	if (str_is(type, "WordPiece") ||
	    (!type.n && get(model, "max_input_chars_per_word")))
		return read_wordpiece(t, model);
	return unknown_part("model", model);
}

/* -- added tokens -- */

static int longest_first(const void *a, const void *b)
{
	const struct added *x = a, *y = b;

	if (x->text.n != y->text.n)
		return x->text.n > y->text.n ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

static int add_added(struct tokenizer *t, const cJSON *object)
{
	struct str content = str_of(text_of(object, "content"));
	const cJSON *id = get(object, "id");
	struct added added = {
		.word = is_true(object, "single_word", false),
		.left = is_true(object, "lstrip", false),
		.right = is_true(object, "rstrip", false),
		.normal = is_true(object, "normalized", false),
	};
	struct buf normal = { 0 }, scratch = { 0 };
	int rc;

	if (!content.n || !cJSON_IsNumber(id))
		return err_set(ERR_FORMAT, "an added token has no content or "
					   "no id");
	rc = vocabulary_add(&t->vocabulary, content, id->valuedouble);
	if (rc < 0)
		return rc;
	added.id = (uint32_t)id->valuedouble;
	added.text = arena_str(&t->arena, content);
	if (added.normal) {
		tokenizer_normalise(t, content, &normal, &scratch);
		added.text = arena_str(&t->arena, buf_view(&normal));
		buf_free(&normal);
		buf_free(&scratch);
	}
	if (!added.text.n)
		return 0;
	mem_grow(&t->added, &t->added_room, t->addeds + 1, sizeof *t->added);
	t->added[t->addeds++] = added;
	t->starts[(unsigned char)added.text.at[0]] = true;
	return 0;
}

static int read_added(struct tokenizer *t, const cJSON *list)
{
	const cJSON *each;
	int rc = 0;

	cJSON_ArrayForEach(each, list)
		if ((rc = add_added(t, each)) < 0)
			return rc;
	if (t->addeds)
		qsort(t->added, t->addeds, sizeof *t->added, longest_first);
	return 0;
}

static int check_around(const struct tokenizer *t)
{
	for (size_t i = 0; i < t->befores + t->afters; i++) {
		uint32_t id = i < t->befores ? t->before[i]
					     : t->after[i - t->befores];

		if (!vocabulary_piece(&t->vocabulary, id).at)
			return err_set(ERR_FORMAT, "the post_processor adds "
				       "token %u, which does not exist", id);
	}
	return 0;
}

int tokenizer_read(struct tokenizer *t, struct str text)
{
	cJSON *root;
	int rc;

	if (utf8_check(text.at, text.n) != text.n)
		return err_set(ERR_FORMAT, "not UTF-8");
	root = cJSON_ParseWithLength(text.at, text.n);
	if (!cJSON_IsObject(root))
		rc = err_set(ERR_FORMAT, "not a tokenizer.json: it is no JSON "
					 "object");
	else if ((rc = read_normaliser(t, get(root, "normalizer"))) == 0 &&
		 (rc = read_splitter(t, get(root, "pre_tokenizer"))) == 0 &&
		 (rc = read_model(t, get(root, "model"))) == 0 &&
		 (rc = read_added(t, get(root, "added_tokens"))) == 0 &&
		 (rc = read_processor(t, get(root, "post_processor"))) == 0)
		rc = check_around(t);
	cJSON_Delete(root);
	return rc;
}
