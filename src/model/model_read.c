/* model_read.c - the model of a tokenizer.json: its vocabulary and scores */
#include <stdio.h>

#include "base/err.h"
#include "model/config.h"
#include "model/parts.h"

/* {"type": TYPE, ...} of a part that we do not have. */
int tokenizer_unknown_part(const char *part, const cJSON *object)
{
	const char *type = config_text(object, "type");

	return err_set(ERR_FORMAT, "%s \"%.60s\" is not one that itdata knows",
		       part, *type ? type : "(without type)");
}

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
	const cJSON *longest = config_get(model, "max_input_chars_per_word");
	const char *prefix =
		cJSON_GetStringValue(config_get(model, "continuing_subword_prefix"));
	const char *unknown = config_text(model, "unk_token");
	int rc;

	if ((rc = read_vocabulary(t, config_get(model, "vocab"))) < 0)
		return rc;
	t->prefix = arena_str(&t->arena, str_of(prefix ? prefix : "##"));
	t->longest_word = 100;
	if (cJSON_IsNumber(longest) && longest->valuedouble >= 1 &&
	    longest->valuedouble <= 1e6)
		t->longest_word = (size_t)longest->valuedouble;
	if (!vocabulary_find(&t->vocabulary, str_of(unknown), &t->unknown))
		return err_set(ERR_FORMAT, "the unknown token \"%.60s\" is "
					   "not in the vocabulary", unknown);
	return 0;
}

/* -- Unigram -- */

enum { UNKNOWN_PENALTY = 10 }; /* below the least score */

static int add_scored(struct tokenizer *t, const cJSON *entry, size_t id)
{
	const cJSON *piece = cJSON_GetArrayItem(entry, 0);
	const cJSON *score = cJSON_GetArrayItem(entry, 1);

	if (!cJSON_IsString(piece) || !cJSON_IsNumber(score))
		return err_set(ERR_FORMAT, "token %zu of the vocabulary is not "
					   "a piece and its score", id);
	return tokenizer_add_scored(t, str_of(piece->valuestring),
				    score->valuedouble, true);
}

int tokenizer_add_scored(struct tokenizer *t, struct str piece, double score,
			 bool text)
{
	uint32_t id = t->vocabulary.ids;
	int rc = vocabulary_add(&t->vocabulary, piece, id);

	if (rc < 0)
		return rc;
	mem_grow(&t->score, &t->score_room, t->vocabulary.ids,
		 sizeof *t->score);
	t->score[id] = score;
	if (!id || score < t->unknown_score + UNKNOWN_PENALTY)
		t->unknown_score = score - UNKNOWN_PENALTY;
	return text && piece.n ? trie_add(&t->trie, piece, id) : 0;
}

void tokenizer_find_bytes(struct tokenizer *t)
{
	char name[8];

	for (unsigned i = 0; i < 256; i++) {
		snprintf(name, sizeof name, "<0x%02X>", i);
		if (!vocabulary_find(&t->vocabulary, str_of(name),
				     &t->byte[i]))
			t->byte[i] = NO_TOKEN;
	}
}

static int read_unigram(struct tokenizer *t, const cJSON *model)
{
	const cJSON *vocabulary = config_get(model, "vocab"), *each;
	double unknown = config_number(model, "unk_id", -1);
	size_t n = 0;
	int rc;

	if (!cJSON_IsArray(vocabulary) || !vocabulary->child)
		return err_set(ERR_FORMAT, "the model has no vocabulary");
	cJSON_ArrayForEach(each, vocabulary)
		if ((rc = add_scored(t, each, n++)) < 0)
			return rc;
	if (unknown >= (double)n)
		return err_set(ERR_FORMAT, "the unknown token %g is not in the "
					   "vocabulary", unknown);
	t->model = MODEL_UNIGRAM;
	t->unknown = unknown >= 0 ? (uint32_t)unknown : NO_TOKEN;
	t->fallback = config_true(model, "byte_fallback", false);
	tokenizer_find_bytes(t);
	return 0;
}

/* -- BPE -- */

/* "a b", or ["a", "b"] in files since 2024. */
static int read_merge(struct tokenizer *t, const cJSON *entry)
{
	const cJSON *left = cJSON_GetArrayItem(entry, 0);
	const cJSON *right = cJSON_GetArrayItem(entry, 1);
	const char *space;

	if (cJSON_IsString(left) && cJSON_IsString(right))
		return bpe_add(t, str_of(left->valuestring),
			       str_of(right->valuestring), t->merges);
	space = cJSON_IsString(entry) ? strchr(entry->valuestring, ' ') : NULL;
	if (!space)
		return err_set(ERR_FORMAT, "merge %u is not a pair of pieces",
			       t->merges);
	return bpe_add(t, (struct str){ entry->valuestring,
					(size_t)(space - entry->valuestring) },
		       str_of(space + 1), t->merges);
}

static int read_bpe(struct tokenizer *t, const cJSON *model)
{
	const char *unknown = config_text(model, "unk_token");
	const cJSON *merges = config_get(model, "merges"), *each;
	int rc;

	if ((rc = read_vocabulary(t, config_get(model, "vocab"))) < 0)
		return rc;
	t->model = MODEL_BPE;
	t->prefix = arena_str(&t->arena, str_of(config_text(
		model, "continuing_subword_prefix")));
	t->suffix = arena_str(&t->arena, str_of(config_text(
		model, "end_of_word_suffix")));
	t->fuse = config_true(model, "fuse_unk", false);
	t->whole = config_true(model, "ignore_merges", false);
	t->fallback = config_true(model, "byte_fallback", false);
	tokenizer_find_bytes(t);
	t->unknown = NO_TOKEN;
	if (*unknown && !vocabulary_find(&t->vocabulary, str_of(unknown),
					 &t->unknown))
		return err_set(ERR_FORMAT, "the unknown token \"%.60s\" is "
					   "not in the vocabulary", unknown);
	cJSON_ArrayForEach(each, merges)
		if ((rc = read_merge(t, each)) < 0)
			return rc;
	return 0;
}

int tokenizer_read_model(struct tokenizer *t, const cJSON *model)
{
	struct str type = str_of(config_text(model, "type"));

	/* Files before 2022 do not say it. */
	if (str_is(type, "WordPiece") ||
	    (!type.n && config_get(model, "max_input_chars_per_word")))
		return read_wordpiece(t, model);
	if (str_is(type, "Unigram") ||
	    (!type.n && cJSON_IsArray(config_get(model, "vocab"))))
		return read_unigram(t, model);
	if (str_is(type, "BPE") || (!type.n && config_get(model, "merges")))
		return read_bpe(t, model);
	return tokenizer_unknown_part("model", model);
}

