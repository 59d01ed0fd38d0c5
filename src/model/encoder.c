/* encoder.c - a model's folder opened, texts in batches, vectors pooled */
#include "model/encoder.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "model/bert.h"
#include "model/config.h"
#include "nn/kernel.h"

enum {
	CONFIG_MOST = 16 << 20, /* bytes of a JSON file */
	BATCH = 256,            /* tokens; what keeps the weights busy */
};

enum pooling { POOL_MEAN, POOL_FIRST };

struct encoder {
	struct mini *mini; /* and nothing else but prefix, most and name */
	struct weights weights;
	struct tokenizer *tokenizer;
	struct bert bert;
	enum pooling pooling;
	bool normal; /* vectors of length 1 */
	size_t most; /* tokens of a text */
	char *prefix, *name;
};

/* -- the files -- */

/* PATH/NAME as JSON: 1, 0 when it is not there, or an error. */
static int load(const char *path, const char *name, cJSON **json)
{
	struct buf full = { 0 }, text = { 0 };
	int rc = 0;

	*json = NULL;
	buf_print(&full, "%s/%s", path, name);
	if (access(full.at, F_OK) != 0)
		goto done;
	if ((rc = file_load(full.at, CONFIG_MOST, &text)) < 0)
		goto done;
	*json = cJSON_ParseWithLength(text.at, text.n);
	rc = *json ? 1 : err_set(ERR_FORMAT, "%s: not JSON", full.at);
done:
	buf_free(&full);
	buf_free(&text);
	return rc;
}

static bool type_is(const char *type, const char *name)
{
	size_t n = strlen(type), k = strlen(name);

	return n >= k && strcmp(type + n - k, name) == 0;
}

static int read_pooling(struct encoder *e, const char *path,
			const char *module)
{
	struct buf name = { 0 };
	cJSON *json;
	int rc;

	buf_print(&name, "%s/config.json", module);
	rc = load(path, name.at, &json);
	buf_free(&name);
	if (rc <= 0)
		return rc;
	rc = 0;
	if (config_true(json, "pooling_mode_cls_token", false))
		e->pooling = POOL_FIRST;
	else if (!config_true(json, "pooling_mode_mean_tokens", true))
		rc = err_set(ERR_FORMAT, "%s/%s: pools in a way that itdata "
			     "does not compute (mean and cls it does)", path,
			     module);
	cJSON_Delete(json);
	return rc;
}

/* What stands behind the transformer. */
static int read_modules(struct encoder *e, const char *path)
{
	const cJSON *each;
	cJSON *json;
	int rc = load(path, "modules.json", &json);

	if (rc <= 0)
		return rc;
	rc = 0;
	cJSON_ArrayForEach(each, json) {
		const char *type = config_text(each, "type");
		const char *module = config_text(each, "path");

		if (type_is(type, ".Pooling"))
			rc = read_pooling(e, path, module);
		else if (type_is(type, ".Normalize"))
			e->normal = true;
		else if (!type_is(type, ".Transformer"))
			rc = err_set(ERR_FORMAT, "%s: module \"%.80s\" is not "
				     "one that itdata computes", path, type);
		if (rc < 0)
			break;
	}
	cJSON_Delete(json);
	return rc;
}

/* How long a text may be, and what stands before it. */
static int read_limits(struct encoder *e, const char *path,
		       const struct encoder_spec *spec)
{
	const char *prefix = spec->prefix;
	double most = 0;
	cJSON *json;
	int rc;

	if ((rc = load(path, "sentence_bert_config.json", &json)) < 0)
		return rc;
	most = config_number(json, "max_seq_length", 0);
	cJSON_Delete(json);
	e->most = e->bert.positions;
	if (most >= 1 && most < (double)e->most)
		e->most = (size_t)most;
	if (spec->most && spec->most < e->bert.positions)
		e->most = spec->most;

	if ((rc = load(path, "config_sentence_transformers.json", &json)) < 0)
		return rc;
	if (!prefix)
		prefix = config_text(config_get(json, "prompts"),
				     config_text(json, "default_prompt_name"));
	e->prefix = mem_copy(prefix, strlen(prefix));
	cJSON_Delete(json);
	return 0;
}

static void set_name(struct encoder *e, const char *path,
		     const struct encoder_spec *spec)
{
	size_t end = strlen(path), start;
	struct buf name = { 0 };

	while (end > 1 && path[end - 1] == '/')
		end--;
	for (start = end; start > 0 && path[start - 1] != '/';)
		start--;
	buf_put(&name, path + start, end - start);
	if (e->mini && mini_has_layers(e->mini))
		buf_text(&name, spec->table ? "-static" :
			 spec->type == LINEAR_INT8 ? "" : "/float");
	if (spec->type == LINEAR_INT8 && !e->mini)
		buf_text(&name, "/int8");
	e->name = buf_take(&name);
}

static int read_model(struct encoder *e, const char *path,
		      const struct encoder_spec *spec)
{
	const char *kind;
	cJSON *json;
	int rc = load(path, "config.json", &json);

	if (rc <= 0)
		return rc < 0 ? rc : err_set(ERR_ABSENT, "%s: no config.json "
					     "in it", path);
	kind = config_text(json, "model_type");
	if (strcmp(kind, "bert") != 0 && strcmp(kind, "xlm-roberta") != 0 &&
	    strcmp(kind, "roberta") != 0 && strcmp(kind, "camembert") != 0)
		rc = err_set(ERR_FORMAT, "model_type \"%.40s\" is not one that "
			     "itdata computes (bert, roberta, xlm-roberta)",
			     kind);
	else
		rc = bert_init(&e->bert, json, &e->weights, spec->type);
	cJSON_Delete(json);
	return rc < 0 ? err_wrap(rc, "%s", path) : 0;
}

static int open_mini(struct encoder *e, const char *path,
		     const struct encoder_spec *spec)
{
	const char *prefix = spec->prefix ? spec->prefix : "";

	e->prefix = mem_copy(prefix, strlen(prefix));
	e->most = spec->most;
	return mini_open(&e->mini, path,
			 &(struct mini_spec){ spec->table, spec->type });
}

int encoder_open(struct encoder **encoder, const char *path,
		 const struct encoder_spec *spec)
{
	struct encoder *e = mem_alloc(sizeof *e);
	int rc;

	if (mini_is(path)) {
		if ((rc = open_mini(e, path, spec)) == 0)
			set_name(e, path, spec);
		goto done;
	}
	if ((rc = weights_open(&e->weights, path)) < 0 ||
	    (rc = read_model(e, path, spec)) < 0 ||
	    (rc = read_modules(e, path)) < 0 ||
	    (rc = read_limits(e, path, spec)) < 0 ||
	    (rc = tokenizer_open(&e->tokenizer, path)) < 0)
		goto done;
	if (tokenizer_size(e->tokenizer) > e->bert.vocabulary)
		rc = err_set(ERR_FORMAT, "%s: %u tokens, but a vector for %zu "
			     "of them", path, tokenizer_size(e->tokenizer),
			     e->bert.vocabulary);
	set_name(e, path, spec);
done:
	if (rc < 0)
		encoder_free(e);
	else
		*encoder = e;
	return rc;
}

void encoder_free(struct encoder *encoder)
{
	if (!encoder)
		return;
	mini_free(encoder->mini);
	bert_free(&encoder->bert);
	weights_close(&encoder->weights);
	tokenizer_free(encoder->tokenizer);
	free(encoder->prefix);
	free(encoder->name);
	free(encoder);
}

size_t encoder_dimension(const struct encoder *encoder)
{
	return encoder->mini ? mini_dimension(encoder->mini)
			     : encoder->bert.channels;
}

const char *encoder_name(const struct encoder *encoder)
{
	return encoder->name;
}

/* -- texts to vectors -- */

static void room_init(const struct encoder *e, struct encoder_room *room)
{
	if (!room->x)
		bert_room(&e->bert, e->most > BATCH ? e->most : BATCH, room);
}

void encoder_room_free(struct encoder_room *room)
{
	tokens_free(&room->tokens);
	buf_free(&room->text);
	free(room->id);
	free(room->end);
	free(room->x);
	free(room->wide);
	free(room->y);
	free(room->hidden);
	free(room->scratch);
	attend_room_free(&room->attend);
	mini_room_free(&room->mini);
	*room = (struct encoder_room){ 0 };
}

static void pool(const struct encoder *e, const float *x, size_t n,
		 float *vector)
{
	size_t c = e->bert.channels;
	double length = 0;

	memset(vector, 0, c * sizeof *vector);
	if (e->pooling == POOL_FIRST && n > 1)
		n = 1;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < c; k++)
			vector[k] += x[i * c + k];
	for (size_t k = 0; n && k < c; k++) {
		vector[k] /= (float)n;
		length += (double)vector[k] * vector[k];
	}
	if (!e->normal || !(length > 0))
		return;
	length = 1 / sqrt(length);
	for (size_t k = 0; k < c; k++)
		vector[k] = (float)(vector[k] * length);
}

static void run_batch(const struct encoder *e, struct encoder_room *room,
		      size_t texts, float *vector)
{
	size_t c = e->bert.channels, start = 0;

	bert_forward(&e->bert, texts, room);
	for (size_t t = 0; t < texts; start = room->end[t++])
		pool(e, room->x + start * c, room->end[t] - start,
		     vector + t * c);
}

static const struct tokens *tokens_of(const struct encoder *e,
				      struct encoder_room *room,
				      struct str text)
{
	buf_clear(&room->text);
	buf_text(&room->text, e->prefix);
	buf_str(&room->text, text);
	tokenizer_encode(e->tokenizer, buf_view(&room->text), true, e->most,
			 &room->tokens);
	return &room->tokens;
}

/* Texts with the prefix before them, in room->text; at (n) points into it. */
static void put_prefix(const struct encoder *e, struct encoder_room *room,
		       const struct str *text, size_t n, struct str *at)
{
	size_t start = 0;

	buf_clear(&room->text);
	for (size_t i = 0; i < n; i++) {
		buf_text(&room->text, e->prefix);
		buf_str(&room->text, text[i]);
	}
	for (size_t i = 0; i < n; i++) {
		at[i] = (struct str){ room->text.at + start,
				      strlen(e->prefix) + text[i].n };
		start += at[i].n;
	}
}

static void embed_mini(const struct encoder *e, struct encoder_room *room,
		       const struct str *text, size_t n, float *vector)
{
	struct str *with = NULL;

	if (*e->prefix) {
		with = mem_array(n, sizeof *with);
		put_prefix(e, room, text, n, with);
		text = with;
	}
	mini_embed(e->mini, &room->mini, text, n, e->most, vector);
	free(with);
}

int encoder_embed(const struct encoder *e, struct encoder_room *room,
		  const struct str *text, size_t n, float *vector)
{
	size_t texts = 0, filled = 0, c = e->bert.channels;

	if (e->mini) {
		embed_mini(e, room, text, n, vector);
		return 0;
	}
	room_init(e, room);
	for (size_t i = 0; i < n; i++) {
		const struct tokens *tokens = tokens_of(e, room, text[i]);

		if (texts && (filled + tokens->n > BATCH || texts == BATCH)) {
			run_batch(e, room, texts, vector + (i - texts) * c);
			texts = filled = 0;
		}
		memcpy(room->id + filled, tokens->id,
		       tokens->n * sizeof *tokens->id);
		filled += tokens->n;
		room->end[texts++] = filled;
	}
	run_batch(e, room, texts, vector + (n - texts) * c);
	return 0;
}
