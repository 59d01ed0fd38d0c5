/* gguf.c - a causal model as one file for llama.cpp */
#include "model/gguf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "model/gguf_keys.h"
#include "model/weights.h"
#include "nn/half.h"

enum { ALIGN = 32 };

static void model_keys(struct gguf_keys *k, const struct causal_config *c,
		       const char *name, enum gguf_type type)
{
	gguf_key_text(k, "general.architecture", k->arch);
	gguf_key_text(k, "general.name", name);
	gguf_key_u32(k, "general.file_type",
		type == GGUF_F32 ? 0 : type == GGUF_F16 ? 1 : 32);
	gguf_key_u32(k, "%s.vocab_size", c->vocabulary);
	gguf_key_u32(k, "%s.context_length", c->context);
	gguf_key_u32(k, "%s.embedding_length", c->channels);
	gguf_key_u32(k, "%s.block_count", c->layers);
	gguf_key_u32(k, "%s.feed_forward_length", c->hidden);
	gguf_key_u32(k, "%s.attention.head_count", c->heads);
	if (c->kind == CAUSAL_GPT2) {
		gguf_key_f32(k, "%s.attention.layer_norm_epsilon", c->eps);
		return;
	}
	gguf_key_u32(k, "%s.attention.head_count_kv", c->kv_heads);
	gguf_key_u32(k, "%s.attention.key_length", c->head);
	gguf_key_u32(k, "%s.attention.value_length", c->head);
	gguf_key_u32(k, "%s.rope.dimension_count", c->head);
	gguf_key_f32(k, "%s.rope.freq_base", c->theta);
	gguf_key_f32(k, "%s.attention.layer_norm_rms_epsilon", c->eps);
}

/* -- tensors -- */

static const struct {
	const char *ours, *theirs;
} names[] = {
	{ "model.embed_tokens.weight", "token_embd.weight" },
	{ "model.norm.weight", "output_norm.weight" },
	{ "lm_head.weight", "output.weight" },
	{ "transformer.wte.weight", "token_embd.weight" },
	{ "transformer.wpe.weight", "position_embd.weight" },
	{ "transformer.ln_f.weight", "output_norm.weight" },
	{ "transformer.ln_f.bias", "output_norm.bias" },
	{ "input_layernorm", "attn_norm" },
	{ "self_attn.q_proj", "attn_q" },
	{ "self_attn.k_proj", "attn_k" },
	{ "self_attn.v_proj", "attn_v" },
	{ "self_attn.o_proj", "attn_output" },
	{ "post_attention_layernorm", "ffn_norm" },
	{ "mlp.gate_proj", "ffn_gate" },
	{ "mlp.up_proj", "ffn_up" },
	{ "mlp.down_proj", "ffn_down" },
	{ "ln_1", "attn_norm" },
	{ "attn.c_attn", "attn_qkv" },
	{ "attn.c_proj", "attn_output" },
	{ "ln_2", "ffn_norm" },
	{ "mlp.c_fc", "ffn_up" },
	{ "mlp.c_proj", "ffn_down" },
};

static const char *their_name(const char *part)
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i].ours, part) == 0)
			return names[i].theirs;
	return part;
}

/* model.layers.3.mlp.up_proj.weight is blk.3.ffn_up.weight */
static void tensor_name(const struct causal_tensor *t, char *out, size_t n)
{
	const char *part = strpbrk(t->name, "0123456789");
	const char *last = strrchr(t->name, '.');
	char middle[80];
	int layer;

	if (!part || strncmp(t->name, "transformer.w", 13) == 0 ||
	    strncmp(t->name, "transformer.l", 13) == 0) {
		snprintf(out, n, "%s", their_name(t->name));
		return;
	}
	layer = atoi(part);
	part = strchr(part, '.') + 1;
	snprintf(middle, sizeof middle, "%.*s", (int)(last - part), part);
	snprintf(out, n, "blk.%d.%s%s", layer, their_name(middle), last);
}

static size_t tensor_bytes(const struct causal_tensor *t, enum gguf_type type)
{
	if (!t->columns)
		return t->rows * 4;
	return t->rows * t->columns * (type == GGUF_F32 ? 4 : 2);
}

static size_t aligned(size_t n)
{
	return (n + ALIGN - 1) / ALIGN * ALIGN;
}

static void tensor_infos(struct buf *out, const struct causal_tensor *t,
			 size_t n, enum gguf_type type)
{
	uint64_t offset = 0;
	char name[96];

	for (size_t i = 0; i < n; i++) {
		tensor_name(&t[i], name, sizeof name);
		gguf_put_string(out, str_of(name));
		gguf_put_u32(out, t[i].columns ? 2 : 1);
		if (t[i].columns)
			gguf_put_u64(out, t[i].columns);
		gguf_put_u64(out, t[i].rows);
		gguf_put_u32(out, t[i].columns ? (uint32_t)type : GGUF_F32);
		gguf_put_u64(out, offset);
		offset += aligned(tensor_bytes(&t[i], type));
	}
}

/* Where row i of Q or K comes from: halves of each head become neighbours. */
static size_t source_row(const struct causal_config *c,
			 const struct causal_tensor *t, size_t i)
{
	size_t in = i % c->head;

	if (c->kind != CAUSAL_LLAMA || c->qkv_bias ||
	    (!strstr(t->name, "q_proj") && !strstr(t->name, "k_proj")))
		return i;
	return i - in + in / 2 + (in % 2 ? c->head / 2 : 0);
}

static void put_row(struct buf *out, const float *row, size_t n,
		    enum gguf_type type)
{
	for (size_t j = 0; j < n; j++) {
		uint16_t half = type == GGUF_F16 ? float_half(row[j]) :
						   float_bfloat(row[j]);

		if (type == GGUF_F32) {
			gguf_put_f32(out, row[j]);
			continue;
		}
		buf_byte(out, (char)half);
		buf_byte(out, (char)(half >> 8));
	}
}

static int write_tensor(struct file *file, const struct causal *model,
			const struct causal_tensor *t, enum gguf_type type)
{
	static const char zeros[ALIGN];
	const float *base = model->weights.base + t->offset;
	size_t columns = t->columns ? t->columns : 1;
	size_t bytes = tensor_bytes(t, type);
	struct buf row = { 0 };
	int rc = 0;

	for (size_t i = 0; i < t->rows && rc == 0; i++) {
		buf_clear(&row);
		put_row(&row,
			base + source_row(&model->config, t, i) * columns,
			columns, t->columns ? type : GGUF_F32);
		rc = file_write(file, row.at, row.n);
	}
	buf_free(&row);
	return rc < 0 ? rc : file_write(file, zeros, aligned(bytes) - bytes);
}

int gguf_save(const struct causal *model, const struct tokenizer *tokenizer,
	      enum gguf_type type, const char *name, const char *path)
{
	const struct causal_config *c = &model->config;
	struct gguf_keys keys = { .arch = c->kind == CAUSAL_GPT2 ? "gpt2" :
				     c->qkv_bias	    ? "qwen2" :
							      "llama" };
	struct causal_tensor *tensor;
	struct buf head = { 0 };
	struct file file;
	size_t n;
	int rc;

	tensor = causal_tensors(c, &n);
	model_keys(&keys, c, name, type);
	gguf_key_vocabulary(&keys, tokenizer, c->vocabulary, c->stop);
	buf_text(&head, "GGUF");
	gguf_put_u32(&head, 3);
	gguf_put_u64(&head, n);
	gguf_put_u64(&head, keys.n);
	buf_str(&head, buf_view(&keys.out));
	tensor_infos(&head, tensor, n, type);
	while (head.n % ALIGN)
		buf_byte(&head, 0);
	if ((rc = file_create(&file, path)) == 0) {
		rc = file_write(&file, head.at, head.n);
		for (size_t i = 0; i < n && rc == 0; i++)
			rc = write_tensor(&file, model, &tensor[i], type);
		rc = file_commit(&file, rc);
	}
	buf_free(&keys.out);
	buf_free(&head);
	free(tensor);
	return rc;
}
