/* causal_file.c - models of the transformers library, read and written */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "model/causal.h"
#include "model/config.h"
#include "model/weights.h"

enum { CONFIG_MOST = 1 << 20 };

/* A positive whole number; `otherwise` when the key is not there. */
static uint32_t count_of(const cJSON *object, const char *key,
			 uint32_t otherwise)
{
	const cJSON *value = config_get(object, key);

	if (!value || cJSON_IsNull(value))
		return otherwise;
	if (!cJSON_IsNumber(value) || value->valuedouble < 1 ||
	    value->valuedouble > 1 << 28 ||
	    value->valuedouble != floor(value->valuedouble))
		return 0;
	return (uint32_t)value->valuedouble;
}

static int64_t token_of(const cJSON *object, const char *key)
{
	const cJSON *value = config_get(object, key);

	if (cJSON_IsArray(value))
		value = cJSON_GetArrayItem(value, 0);
	return cJSON_IsNumber(value) && value->valuedouble >= 0 ?
		       (int64_t)value->valuedouble :
		       -1;
}

static void read_gpt2(struct causal_config *c, const cJSON *o)
{
	c->kind = CAUSAL_GPT2;
	c->layers = count_of(o, "n_layer", 0);
	c->heads = c->kv_heads = count_of(o, "n_head", 0);
	c->channels = count_of(o, "n_embd", 0);
	c->context = count_of(o, "n_positions", count_of(o, "n_ctx", 1024));
	c->hidden = count_of(o, "n_inner", 4 * c->channels);
	c->head = c->heads ? c->channels / c->heads : 0;
	c->eps = config_number(o, "layer_norm_epsilon", 1e-5);
	c->tied = !cJSON_IsFalse(config_get(o, "tie_word_embeddings"));
	c->qkv_bias = true;
}

static void read_llama(struct causal_config *c, const cJSON *o)
{
	bool qwen2 = strcmp(config_text(o, "model_type"), "qwen2") == 0;
	const cJSON *rope = config_get(o, "rope_parameters");

	c->kind = CAUSAL_LLAMA;
	c->layers = count_of(o, "num_hidden_layers", 0);
	c->heads = count_of(o, "num_attention_heads", 0);
	c->kv_heads = count_of(o, "num_key_value_heads", c->heads);
	c->channels = count_of(o, "hidden_size", 0);
	c->context = count_of(o, "max_position_embeddings", 2048);
	c->hidden = count_of(o, "intermediate_size", 0);
	c->head = count_of(o, "head_dim",
			   c->heads ? c->channels / c->heads : 0);
	c->theta = config_number(o, "rope_theta", config_number(rope, "rope_theta", 1e4));
	c->eps = config_number(o, "rms_norm_eps", 1e-6);
	c->tied = cJSON_IsTrue(config_get(o, "tie_word_embeddings"));
	c->qkv_bias = qwen2;
}

/* What would run, but not be the same model. */
static int check_supported(const struct causal_config *c, const cJSON *o)
{
	const cJSON *scaling = config_get(o, "rope_scaling");
	const cJSON *rope = config_get(o, "rope_parameters");
	const char *act = config_text(o, c->kind == CAUSAL_GPT2 ?
					     "activation_function" :
					     "hidden_act");

	if (c->kind == CAUSAL_LLAMA && *act && strcmp(act, "silu") != 0)
		return err_set(ERR_FORMAT, "activation %s is not supported",
			       act);
	if (c->kind == CAUSAL_GPT2 && *act && strcmp(act, "gelu_new") != 0 &&
	    strcmp(act, "gelu_pytorch_tanh") != 0)
		return err_set(ERR_FORMAT, "activation %s is not supported",
			       act);
	if (cJSON_IsObject(scaling) ||
	    (*config_text(rope, "rope_type") &&
	     strcmp(config_text(rope, "rope_type"), "default") != 0))
		return err_set(ERR_FORMAT,
			       "scaled rotary positions are not supported");
	if (c->kind == CAUSAL_LLAMA &&
	    (cJSON_IsTrue(config_get(o, "mlp_bias")) ||
	     cJSON_IsTrue(config_get(o, "attention_bias"))))
		return err_set(ERR_FORMAT, "biases are not supported, but for "
					   "those of Qwen2");
	if (c->kind == CAUSAL_GPT2 && !c->tied)
		return err_set(ERR_FORMAT,
			       "a GPT-2 with a head of its own is not "
			       "supported");
	return 0;
}

static int check_counts(const struct causal_config *c)
{
	if (!c->vocabulary || !c->layers || !c->heads || !c->kv_heads ||
	    !c->channels || !c->hidden || !c->head || !c->context)
		return err_set(ERR_FORMAT, "a size is missing or not a "
					   "positive number");
	if (c->heads % c->kv_heads || c->head % 2 ||
	    (c->kind == CAUSAL_GPT2 && c->channels % c->heads))
		return err_set(ERR_FORMAT,
			       "%u channels, %u heads of %u and %u key heads "
			       "do not fit together",
			       c->channels, c->heads, c->head, c->kv_heads);
	if (c->layers > 1024 || c->channels > 1 << 16 || c->hidden > 1 << 18 ||
	    c->heads > 1 << 12 || c->head > 1 << 12)
		return err_set(ERR_LIMIT, "larger than any model we know");
	return 0;
}

int causal_config_read(struct causal_config *config, struct str text)
{
	cJSON *o = cJSON_ParseWithLength(text.at, text.n);
	const char *type = config_text(o, "model_type");
	int rc = 0;

	*config = (struct causal_config){ .stop = -1 };
	if (!cJSON_IsObject(o))
		rc = err_set(ERR_FORMAT, "not a JSON object");
	else if (strcmp(type, "gpt2") == 0)
		read_gpt2(config, o);
	else if (strcmp(type, "llama") == 0 || strcmp(type, "qwen2") == 0 ||
		 strcmp(type, "mistral") == 0)
		read_llama(config, o);
	else
		rc = err_set(ERR_FORMAT,
			     "model_type '%s' is not supported (llama, "
			     "mistral, qwen2 and gpt2 are)",
			     type);
	if (rc == 0) {
		config->vocabulary = count_of(o, "vocab_size", 0);
		config->stop = token_of(o, "eos_token_id");
		strncpy(config->template, config_text(o, "itdata_template"),
			sizeof config->template - 1);
		rc = check_supported(config, o);
	}
	/* a size preset has no vocabulary: the tokenizer says */
	if (rc == 0)
		rc = check_counts(config);
	cJSON_Delete(o);
	return rc;
}

static void write_llama(const struct causal_config *c, struct json *json)
{
	json_key(json, "num_hidden_layers");
	json_int(json, c->layers);
	json_key(json, "num_attention_heads");
	json_int(json, c->heads);
	json_key(json, "num_key_value_heads");
	json_int(json, c->kv_heads);
	json_key(json, "hidden_size");
	json_int(json, c->channels);
	json_key(json, "head_dim");
	json_int(json, c->head);
	json_key(json, "intermediate_size");
	json_int(json, c->hidden);
	json_key(json, "max_position_embeddings");
	json_int(json, c->context);
	json_key(json, "rope_theta");
	json_real(json, c->theta);
	json_key(json, "rms_norm_eps");
	json_real(json, c->eps);
	json_key(json, "hidden_act");
	json_text(json, "silu");
}

static void write_gpt2(const struct causal_config *c, struct json *json)
{
	json_key(json, "n_layer");
	json_int(json, c->layers);
	json_key(json, "n_head");
	json_int(json, c->heads);
	json_key(json, "n_embd");
	json_int(json, c->channels);
	json_key(json, "n_inner");
	json_int(json, c->hidden);
	json_key(json, "n_positions");
	json_int(json, c->context);
	json_key(json, "layer_norm_epsilon");
	json_real(json, c->eps);
	json_key(json, "activation_function");
	json_text(json, "gelu_new");
}

void causal_config_write(const struct causal_config *c, struct buf *out)
{
	bool gpt2 = c->kind == CAUSAL_GPT2;
	struct json json = { .out = out };

	json_open(&json, '{');
	json_key(&json, "architectures");
	json_open(&json, '[');
	json_text(&json, gpt2	     ? "GPT2LMHeadModel" :
			 c->qkv_bias ? "Qwen2ForCausalLM" :
				       "LlamaForCausalLM");
	json_close(&json, ']');
	json_key(&json, "model_type");
	json_text(&json, gpt2	     ? "gpt2" :
			 c->qkv_bias ? "qwen2" :
				       "llama");
	json_key(&json, "vocab_size");
	json_int(&json, c->vocabulary);
	if (gpt2)
		write_gpt2(c, &json);
	else
		write_llama(c, &json);
	json_key(&json, "tie_word_embeddings");
	json_bool(&json, c->tied);
	if (c->stop >= 0) {
		json_key(&json, "eos_token_id");
		json_int(&json, c->stop);
	}
	json_key(&json, "bos_token_id");
	json_null(&json);
	json_key(&json, "torch_dtype");
	json_text(&json, "float32");
	if (*c->template) {
		json_key(&json, "itdata_template");
		json_text(&json, c->template);
	}
	json_close(&json, '}');
	buf_byte(out, '\n');
}

/* -- weights -- */

static void transpose(float *out, const float *in, size_t rows, size_t columns)
{
	for (size_t i = 0; i < rows; i++)
		for (size_t j = 0; j < columns; j++)
			out[j * rows + i] = in[i * columns + j];
}

/* With or without the "transformer." or "model." that some files leave out. */
static const char *name_in(const struct weights *file, const char *name)
{
	const char *dot = strchr(name, '.');

	if (!weights_find(file, name) && dot && weights_find(file, dot + 1))
		return dot + 1;
	return name;
}

static int read_tensor(const struct weights *file,
		       const struct causal_tensor *t, float *base)
{
	uint64_t shape[2] = { t->rows, t->columns };
	const struct weight *weight;
	size_t n = t->rows * (t->columns ? t->columns : 1);
	float *turned;
	int rc;

	if (t->transposed) {
		shape[0] = t->columns;
		shape[1] = t->rows;
	}
	rc = weights_need(file, name_in(file, t->name), t->columns ? 2 : 1,
			  shape, &weight);
	if (rc < 0)
		return rc;
	if (!t->transposed) {
		weight_floats(weight, 0, n, base + t->offset);
		return 0;
	}
	if (!(turned = mem_try(n, sizeof *turned)))
		return ERR_NOMEM;
	weight_floats(weight, 0, n, turned);
	transpose(base + t->offset, turned, t->columns, t->rows);
	free(turned);
	return 0;
}

/* Sizes are believed only when the file is large enough to hold them. */
static int check_size(const struct causal_config *config,
		      const struct weights *file)
{
	size_t held = 0;

	for (size_t i = 0; i < file->n; i++)
		held += file->weight[i].n;
	if (held < causal_count(config))
		return err_set(ERR_FORMAT,
			       "config.json asks for %zu weights, the files "
			       "hold %zu",
			       causal_count(config), held);
	return 0;
}

static int read_weights(struct causal *model,
			const struct causal_config *config,
			const struct weights *file)
{
	struct causal_tensor *tensor;
	size_t n;
	int rc;

	if ((rc = check_size(config, file)) < 0 ||
	    (rc = causal_init(model, config, 0)) < 0)
		return rc;
	tensor = causal_tensors(config, &n);
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = read_tensor(file, &tensor[i], model->weights.base);
	free(tensor);
	if (rc < 0)
		causal_free(model);
	return rc;
}

int causal_open(struct causal *model, const char *folder)
{
	struct buf path = { 0 }, text = { 0 };
	struct causal_config config;
	struct weights file;
	struct stat st;
	int rc;

	*model = (struct causal){ 0 };
	if (stat(folder, &st) == 0 && !S_ISDIR(st.st_mode))
		return err_set(ERR_FORMAT,
			       "%s is a file; a model is a folder with "
			       "config.json and model.safetensors",
			       folder);
	buf_print(&path, "%s/config.json", folder);
	rc = file_load(path.at, CONFIG_MOST, &text);
	if (rc == 0)
		rc = causal_config_read(&config, buf_view(&text));
	if (rc < 0)
		rc = err_wrap(rc, "%s", path.at);
	if (rc == 0 && (rc = weights_open(&file, folder)) == 0) {
		rc = read_weights(model, &config, &file);
		if (rc < 0)
			rc = err_wrap(rc, "%s", folder);
		weights_close(&file);
	}
	buf_free(&path);
	buf_free(&text);
	return rc;
}

/* GPT-2's matrices lie the other way round in files: a turned copy of all. */
static float *turned_copy(const struct causal *model,
			  const struct causal_tensor *tensor, size_t n)
{
	size_t size = causal_size(&model->config);
	float *copy = mem_try(size, sizeof *copy);

	if (!copy)
		return NULL;
	memcpy(copy, model->weights.base, size * sizeof *copy);
	for (size_t i = 0; i < n; i++)
		if (tensor[i].transposed)
			transpose(copy + tensor[i].offset,
				  model->weights.base + tensor[i].offset,
				  tensor[i].rows, tensor[i].columns);
	return copy;
}

static int save_weights(const struct causal *model, const char *path)
{
	static const struct weights_note note = { { "format", 6 },
						  { "pt", 2 } };
	struct causal_tensor *tensor;
	struct weight *weight;
	float *base = model->weights.base;
	size_t n;
	int rc;

	tensor = causal_tensors(&model->config, &n);
	if (model->config.kind == CAUSAL_GPT2 &&
	    !(base = turned_copy(model, tensor, n))) {
		free(tensor);
		return ERR_NOMEM;
	}
	weight = mem_array(n, sizeof *weight);
	for (size_t i = 0; i < n; i++) {
		const struct causal_tensor *t = &tensor[i];

		weight[i] = (struct weight){
			.name = str_of(t->name),
			.type = WEIGHT_F32,
			.dims = t->columns ? 2 : 1,
			.shape = { t->transposed ? t->columns : t->rows,
				   t->transposed ? t->rows : t->columns },
			.at = base + t->offset,
			.n = t->rows * (t->columns ? t->columns : 1),
		};
	}
	rc = weights_save(path, weight, n, &note, 1);
	if (base != model->weights.base)
		free(base);
	free(weight);
	free(tensor);
	return rc;
}

int causal_save(const struct causal *model, const char *folder)
{
	struct buf path = { 0 }, text = { 0 };
	int rc;

	if ((rc = file_folder(folder)) < 0)
		return rc;
	buf_print(&path, "%s/model.safetensors", folder);
	rc = save_weights(model, path.at);
	if (rc == 0) {
		buf_clear(&path);
		buf_print(&path, "%s/config.json", folder);
		causal_config_write(&model->config, &text);
		rc = file_save(path.at, buf_view(&text));
	}
	buf_free(&path);
	buf_free(&text);
	return rc;
}
