/* tokenizer_read.c - tokenizer.json, checked as it is read */
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "model/config.h"
#include "model/parts.h"
#include "text/utf8.h"

static struct str keep(struct tokenizer *t, const char *text)
{
	return arena_str(&t->arena, str_of(text));
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
		.clean = config_true(object, "clean_text", true),
		.chinese = config_true(object, "handle_chinese_chars", true),
		.lower = config_true(object, "lowercase", true),
	};

	step.accents = config_true(object, "strip_accents", step.lower);
	add_normalise(t, step);
}

static int read_replace(struct tokenizer *t, const cJSON *object)
{
	const cJSON *pattern = config_get(object, "pattern");
	const char *from = config_text(pattern, "String");
	const char *regex = config_text(pattern, "Regex");
	struct normalise_step step = {
		.kind = *regex ? NORMALISE_PATTERN : NORMALISE_REPLACE,
		.from = keep(t, from),
		.to = keep(t, config_text(object, "content")),
	};
	int rc = *regex ? tokenizer_pattern(&step.pattern, str_of(regex)) : 0;

	if (!*from && !*regex)
		return err_set(ERR_FORMAT, "normalizer \"Replace\" has no "
					   "pattern");
	if (rc == 0)
		add_normalise(t, step);
	return rc;
}

static int digit_of(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* RFC 4648; what is no digit ends it. */
static struct str base64(struct tokenizer *t, const char *text)
{
	size_t n = strlen(text);
	char *out = arena_alloc(&t->arena, n / 4 * 3 + 3);
	uint32_t bits = 0;
	size_t filled = 0;
	int digit;

	for (size_t i = 0; (digit = digit_of(text[i])) >= 0; i++) {
		bits = bits << 6 | (uint32_t)digit;
		if (i % 4)
			out[filled++] = (char)(bits >> (6 - 2 * (i % 4)));
	}
	return (struct str){ out, filled };
}

static int read_charsmap(struct tokenizer *t, const cJSON *object)
{
	struct normalise_step step = { .kind = NORMALISE_CHARSMAP };
	const char *text = config_text(object, "precompiled_charsmap");
	int rc = *text ? charsmap_init(&step.charsmap, base64(t, text)) : 0;

	if (rc == 0 && *text)
		add_normalise(t, step);
	return rc;
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
	struct str type = str_of(config_text(object, "type"));
	const cJSON *each;
	int rc = 0;

	if (!object || cJSON_IsNull(object))
		return 0;
	if (str_is(type, "Sequence")) {
		cJSON_ArrayForEach(each, config_get(object, "normalizers"))
			if (rc == 0)
				rc = read_normaliser(t, each);
		return rc;
	}
	if (str_is(type, "Replace"))
		return read_replace(t, object);
	if (str_is(type, "Precompiled"))
		return read_charsmap(t, object);
	if (str_is(type, "Strip")) {
		add_normalise(t, (struct normalise_step){
			.kind = NORMALISE_STRIP,
			.left = config_true(object, "strip_left", true),
			.right = config_true(object, "strip_right", true),
		});
		return 0;
	}
	if (str_is(type, "BertNormalizer")) {
		read_bert(t, object);
		return 0;
	}
	if (str_is(type, "Prepend")) {
		add_normalise(t, (struct normalise_step){
			.kind = NORMALISE_PREPEND,
			.to = keep(t, config_text(object, "prepend")),
		});
		return 0;
	}
	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
		if (str_is(type, plain[i].type)) {
			add_normalise(t, (struct normalise_step){
				.kind = plain[i].kind });
			return 0;
		}
	return tokenizer_unknown_part("normalizer", object);
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
			    cJSON_GetArrayItem(config_get(object, "cls"), 1));

	return rc < 0 ? rc
		      : add_around(t, false,
				   cJSON_GetArrayItem(config_get(object, "sep"), 1));
}

static int read_template(struct tokenizer *t, const cJSON *object)
{
	const cJSON *each, *special, *id;
	bool before = true;
	int rc = 0;

	cJSON_ArrayForEach(each, config_get(object, "single")) {
		special = config_get(each, "SpecialToken");
		if (!special) {
			before = false;
			continue;
		}
		special = config_get(config_get(object, "special_tokens"),
			      config_text(special, "id"));
		if (!special)
			return err_set(ERR_FORMAT, "the post_processor names "
				       "a special token that it lacks");
		cJSON_ArrayForEach(id, config_get(special, "ids"))
			if (rc == 0)
				rc = add_around(t, before, id);
	}
	return rc;
}

static int read_processor(struct tokenizer *t, const cJSON *object)
{
	struct str type = str_of(config_text(object, "type"));
	const cJSON *each;
	int rc = 0;

	if (!object || cJSON_IsNull(object) || str_is(type, "ByteLevel"))
		return 0;
	if (str_is(type, "BertProcessing") || str_is(type, "RobertaProcessing"))
		return read_pair(t, object);
	if (str_is(type, "TemplateProcessing"))
		return read_template(t, object);
	if (!str_is(type, "Sequence"))
		return tokenizer_unknown_part("post_processor", object);
	cJSON_ArrayForEach(each, config_get(object, "processors"))
		if (rc == 0)
			rc = read_processor(t, each);
	return rc;
}

/* -- added tokens -- */

int added_longest_first(const void *a, const void *b)
{
	const struct added *x = a, *y = b;

	if (x->text.n != y->text.n)
		return x->text.n > y->text.n ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

static int add_added(struct tokenizer *t, const cJSON *object)
{
	struct str content = str_of(config_text(object, "content"));
	const cJSON *id = config_get(object, "id");
	struct added added = {
		.word = config_true(object, "single_word", false),
		.left = config_true(object, "lstrip", false),
		.right = config_true(object, "rstrip", false),
		.normal = config_true(object, "normalized", false),
		.special = config_true(object, "special", false),
	};
	struct tokens tokens = { 0 };
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
		tokenizer_normalise(t, content, &tokens);
		added.text = arena_str(&t->arena, buf_view(&tokens.normal));
		tokens_free(&tokens);
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
		qsort(t->added, t->addeds, sizeof *t->added,
		      added_longest_first);
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

static int read_parts(struct tokenizer *t, const cJSON *root)
{
	const cJSON *splitter = config_get(root, "pre_tokenizer");
	int rc;

	if ((rc = read_normaliser(t, config_get(root, "normalizer"))) < 0 ||
	    (rc = tokenizer_read_splitter(t, splitter)) < 0 ||
	    (rc = tokenizer_read_model(t, config_get(root, "model"))) < 0 ||
	    (rc = read_added(t, config_get(root, "added_tokens"))) < 0 ||
	    (rc = read_processor(t, config_get(root, "post_processor"))) < 0 ||
	    (rc = tokenizer_read_decoder(t, config_get(root, "decoder"))) < 0)
		return rc;
	return check_around(t);
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
	else
		rc = read_parts(t, root);
	cJSON_Delete(root);
	return rc;
}
