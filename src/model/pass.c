/* pass.c - some rows of tokens through a causal model, there and back */
#include "model/pass.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/err.h"
#include "base/mem.h"
#include "nn/gemm.h"
#include "nn/grads.h"
#include "nn/kernel.h"

/* -- memory: one arena, measured first, then handed out -- */

struct cut {
	float *base;
	size_t used;
};

static void cut(struct cut *cut, float **pointer, size_t n)
{
	*pointer = cut->base ? cut->base + cut->used : NULL;
	cut->used += (n + 15) / 16 * 16;
}

static size_t width_qkv(const struct causal_config *c)
{
	return (size_t)(c->heads + 2 * c->kv_heads) * c->head;
}

static size_t width_up(const struct causal_config *c)
{
	return c->kind == CAUSAL_LLAMA ? 2 * (size_t)c->hidden : c->hidden;
}

static void cut_layer(struct cut *at, struct pass *p, struct pass_layer *l)
{
	const struct causal_config *c = &p->config;
	size_t N = p->rows * p->tokens, C = c->channels;
	size_t probs = p->grads ? (size_t)c->heads * N * p->tokens :
				  ATTENTION_BLOCK * p->tokens;

	cut(at, &l->norm1, N * C);
	cut(at, &l->mean1, N);
	cut(at, &l->rstd1, N);
	cut(at, &l->qkv, N * width_qkv(c));
	cut(at, &l->probs, probs);
	cut(at, &l->mixed, N * c->heads * c->head);
	cut(at, &l->middle, N * C);
	cut(at, &l->norm2, N * C);
	cut(at, &l->mean2, N);
	cut(at, &l->rstd2, N);
	cut(at, &l->wide, N * width_up(c));
	cut(at, &l->narrow, N * c->hidden);
	cut(at, &l->out, N * C);
}

static void cut_all(struct cut *at, struct pass *p)
{
	const struct causal_config *c = &p->config;
	size_t N = p->rows * p->tokens, C = c->channels, V = c->vocabulary;

	for (uint32_t i = 0; i < c->layers; i++)
		if (i == 0 || p->grads)
			cut_layer(at, p, &p->layer[i]);
		else
			p->layer[i] = p->layer[0];
	cut(at, &p->input, N * C);
	cut(at, &p->cosine, p->tokens * c->head / 2);
	cut(at, &p->sine, p->tokens * c->head / 2);
	cut(at, &p->picked, N * C);
	cut(at, &p->final, N * C);
	cut(at, &p->mean, N);
	cut(at, &p->rstd, N);
	cut(at, &p->weight, N);
	cut(at, &p->loss, N);
	cut(at, &p->logits, PASS_CHUNK * V);
	cut(at, &p->base_logits, PASS_CHUNK * V);
	if (!p->grads)
		return;
	cut(at, &p->dx, N * C);
	cut(at, &p->dnarrow, N * (C > c->hidden ? C : c->hidden));
	/* also holds the gradient of what attention mixed */
	cut(at, &p->dwide, N * (width_up(c) > width_qkv(c) ? width_up(c) :
							      width_qkv(c)));
	cut(at, &p->dqkv, N * width_qkv(c));
	cut(at, &p->scratch, ATTENTION_BLOCK * p->tokens);
}

int pass_init(struct pass *pass, const struct causal_config *config,
	      size_t rows, size_t tokens, bool grads)
{
	struct cut measure = { 0 }, room = { 0 };

	*pass = (struct pass){
		.config = *config,
		.rows = rows,
		.tokens = tokens,
		.grads = grads,
		.layer = mem_array(config->layers, sizeof *pass->layer),
	};
	cut_all(&measure, pass);
	pass->arena = mem_try(measure.used, sizeof(float));
	if (!pass->arena) {
		free(pass->layer);
		return err_wrap(ERR_NOMEM, "activations of %zu tokens",
				rows * tokens);
	}
	madvise(pass->arena, measure.used * sizeof(float), MADV_HUGEPAGE);
	room.base = pass->arena;
	cut_all(&room, pass);
	pass->row = mem_array(rows * tokens, sizeof *pass->row);
	pass->target = mem_array(rows * tokens, sizeof *pass->target);
	if (config->kind == CAUSAL_LLAMA)
		rope_angles(pass->cosine, pass->sine, tokens, config->head,
			    config->theta);
	return 0;
}

void pass_free(struct pass *pass)
{
	free(pass->layer);
	free(pass->arena);
	free(pass->row);
	free(pass->target);
	*pass = (struct pass){ 0 };
}

/* -- forward -- */

static void norm_forward(const struct causal_config *c, float *out,
			 float *mean, float *rstd, const float *x,
			 const float *gain, const float *bias, size_t n)
{
	if (c->kind == CAUSAL_GPT2)
		kernel()->layer_norm(out, mean, rstd, x, gain, bias, n,
				     c->channels, (float)c->eps);
	else
		kernel()->rms_norm(out, rstd, x, gain, n, c->channels,
				   (float)c->eps);
}

static struct attention row_attention(const struct pass *p,
				      const struct pass_batch *b, size_t row)
{
	const struct causal_config *c = &p->config;

	return (struct attention){
		.queries = b->tokens,
		.keys = b->tokens,
		.heads = c->heads,
		.kv_heads = c->kv_heads,
		.d = c->head,
		.from = b->from + row * b->tokens,
		.to = b->to + row * b->tokens,
		.forward_only = !p->grads,
	};
}

static void attention_forward(const struct pass *p,
			      const struct causal_layer *w,
			      const struct pass_layer *l,
			      const struct pass_batch *b)
{
	const struct causal_config *c = &p->config;
	size_t N = b->rows * b->tokens, W = width_qkv(c);
	size_t q = (size_t)c->heads * c->head;
	size_t kv = (size_t)c->kv_heads * c->head;
	size_t probs = p->grads ? c->heads * b->tokens * b->tokens : 0;

	gemm_nt(N, W, c->channels, 1, l->norm1, c->channels, w->qkv,
		c->channels, 0, l->qkv, W);
	if (w->qkv_bias)
		kernel()->bias(l->qkv, w->qkv_bias, N, W);
	if (c->kind == CAUSAL_LLAMA)
		kernel()->rope(l->qkv, N, W, c->heads + c->kv_heads, c->head,
			       p->cosine, p->sine, b->position, 1);
	for (size_t r = 0; r < b->rows; r++) {
		struct attention a = row_attention(p, b, r);
		float *qkv = l->qkv + r * b->tokens * W;

		attention(&a, qkv, W, qkv + q, qkv + q + kv, W,
			  l->mixed + r * b->tokens * q, q,
			  l->probs + r * probs);
	}
}

static void hidden_forward(const struct pass *p, const struct causal_layer *w,
			   const struct pass_layer *l, size_t N)
{
	const struct causal_config *c = &p->config;
	size_t U = width_up(c);

	gemm_nt(N, U, c->channels, 1, l->norm2, c->channels, w->up,
		c->channels, 0, l->wide, U);
	if (c->kind == CAUSAL_GPT2)
		kernel()->gelu_tanh(l->narrow, l->wide, w->up_bias, N,
				    c->hidden);
	else
		kernel()->swiglu(l->narrow, l->wide, N, c->hidden);
}

static void layer_forward(const struct pass *p, const struct causal_layer *w,
			  const struct pass_layer *l, const float *x,
			  const struct pass_batch *b)
{
	const struct causal_config *c = &p->config;
	size_t N = b->rows * b->tokens, C = c->channels;
	size_t q = (size_t)c->heads * c->head;

	norm_forward(c, l->norm1, l->mean1, l->rstd1, x, w->norm1,
		     w->norm1_bias, N);
	attention_forward(p, w, l, b);
	gemm_nt(N, C, q, 1, l->mixed, q, w->out, q, 0, l->middle, C);
	kernel()->residual(l->middle, x, l->middle, w->out_bias, N, C);
	norm_forward(c, l->norm2, l->mean2, l->rstd2, l->middle, w->norm2,
		     w->norm2_bias, N);
	hidden_forward(p, w, l, N);
	gemm_nt(N, C, c->hidden, 1, l->narrow, c->hidden, w->down, c->hidden,
		0, l->out, C);
	kernel()->residual(l->out, l->middle, l->out, w->down_bias, N, C);
}

static void embed_forward(const struct pass *p, const struct causal_params *w,
			  const struct pass_batch *b)
{
	const struct causal_config *c = &p->config;
	size_t N = b->rows * b->tokens, C = c->channels;

	embed_rows(p->input, w->embed, b->id, N, C);
	for (size_t i = 0; w->position && i < N; i++)
		kernel()->bias(p->input + i * C,
			       w->position + (size_t)b->position[i] * C, 1, C);
	if (b->noise)
		kernel()->residual(p->input, p->input, b->noise, NULL, N, C);
}

/* Gather the rows that have a loss, and normalise only these. */
static void pick(struct pass *p, const struct causal_params *w,
		 const float *x, const struct pass_batch *b)
{
	size_t C = p->config.channels;

	p->pickeds = 0;
	for (size_t i = 0; i < b->rows * b->tokens; i++) {
		size_t k = p->pickeds;

		if (b->weight[i] == 0)
			continue;
		memcpy(p->picked + k * C, x + i * C, C * sizeof *x);
		p->row[k] = (uint32_t)i;
		p->target[k] = b->target[i];
		p->weight[k] = b->weight[i];
		p->pickeds++;
	}
	norm_forward(&p->config, p->final, p->mean, p->rstd, p->picked,
		     w->norm, w->norm_bias, p->pickeds);
}

void pass_forward(struct pass *p, const struct causal_params *w,
		  const struct pass_batch *b)
{
	const float *x = p->input;

	embed_forward(p, w, b);
	for (uint32_t i = 0; i < p->config.layers; i++) {
		layer_forward(p, &w->layer[i], &p->layer[i], x, b);
		x = p->layer[i].out;
	}
	pick(p, w, x, b);
}

/* -- the head -- */

void pass_logits(struct pass *p, const struct causal_params *w, size_t first,
		 size_t n, float *logits)
{
	size_t C = p->config.channels, V = p->config.vocabulary;

	gemm_nt(n, V, C, 1, p->final + first * C, C, w->head, C, 0, logits, V);
}

/*
 * The chunk's logits hold w (p - onehot), the gradient of the loss.  Make it
 * w (p - onehot) + beta w (p - q), q being what the base says, and return
 * beta w KL(q, p), summed: KL = sum q (log q - log p).
 */
static double add_base(struct pass *p, const struct pass_base *base,
		       size_t first, size_t n)
{
	size_t V = p->config.vocabulary;
	double sum = 0;

	pass_logits(base->pass, base->weights, first, n, p->base_logits);
	for (size_t i = 0; i < n; i++) {
		uint32_t from = 0, to = (uint32_t)V;
		float w = p->weight[first + i];
		float *x = p->logits + i * V, *q = p->base_logits + i * V;
		float pull = (float)base->beta * w;
		double kl = 0;

		kernel()->softmax(q, 1, V, &from, &to, 0, V, 1);
		x[p->target[first + i]] += w; /* now w p */
		for (size_t j = 0; j < V; j++) {
			if (q[j] > 1e-12f)
				kl += (double)q[j] *
				      log((double)(q[j] * w) /
					  fmax((double)x[j], 1e-30));
			x[j] += pull * (x[j] / w - q[j]);
		}
		x[p->target[first + i]] -= w;
		sum += (double)pull * kl;
	}
	return sum;
}

static double chunk_loss(struct pass *p, const struct causal_params *w,
			 const struct pass_base *base,
			 struct causal_params *gradient, size_t first,
			 size_t n)
{
	size_t C = p->config.channels, V = p->config.vocabulary;
	const float *x = p->final + first * C;
	double sum = 0;

	pass_logits(p, w, first, n, p->logits);
	kernel()->cross_entropy(p->logits, p->loss + first,
				p->target + first,
				gradient ? p->weight + first : NULL, n, V);
	for (size_t i = first; i < first + n; i++)
		sum += (double)p->weight[i] * (double)p->loss[i];
	if (!gradient)
		return sum;
	if (base)
		sum += add_base(p, base, first, n);
	gemm_tn(V, C, n, 1, p->logits, V, x, C, 1, gradient->head, C);
	/* the normalised rows are not needed after this: dY takes their place */
	gemm_nn(n, C, V, 1, p->logits, V, w->head, C, 0, p->dnarrow + first * C,
		C);
	return sum;
}

/* Back through the final norm, and to the rows that were picked. */
static void unpick(struct pass *p, const struct causal_params *w,
		   const struct pass_batch *b, struct causal_params *gradient)
{
	size_t C = p->config.channels, n = p->pickeds;
	float *dpicked = p->final; /* read for the last time by the chunks */

	memset(dpicked, 0, n * C * sizeof(float));
	if (p->config.kind == CAUSAL_GPT2)
		grads()->layer_norm(dpicked, gradient->norm,
				    gradient->norm_bias, p->dnarrow, p->picked,
				    p->mean, p->rstd, w->norm, n, C);
	else
		grads()->rms_norm(dpicked, gradient->norm, p->dnarrow,
				  p->picked, p->rstd, w->norm, n, C);
	memset(p->dx, 0, b->rows * b->tokens * C * sizeof(float));
	for (size_t k = 0; k < n; k++)
		memcpy(p->dx + p->row[k] * C, dpicked + k * C,
		       C * sizeof(float));
}

double pass_loss(struct pass *p, const struct causal_params *w,
		 const struct pass_batch *b, const struct pass_base *base,
		 struct causal_params *gradient)
{
	double sum = 0;

	for (size_t i = 0; i < p->pickeds; i += PASS_CHUNK) {
		size_t n = p->pickeds - i;

		sum += chunk_loss(p, w, base, gradient, i,
				  n < PASS_CHUNK ? n : PASS_CHUNK);
	}
	for (size_t k = 0; b->loss && k < p->pickeds; k++)
		b->loss[p->row[k]] = p->loss[k];
	if (gradient)
		unpick(p, w, b, gradient);
	return sum;
}

/* -- backward -- */

static void norm_backward(const struct causal_config *c, float *dx,
			  float *dgain, float *dbias, const float *dout,
			  const float *x, const float *mean, const float *rstd,
			  const float *gain, size_t n)
{
	if (c->kind == CAUSAL_GPT2)
		grads()->layer_norm(dx, dgain, dbias, dout, x, mean, rstd,
				    gain, n, c->channels);
	else
		grads()->rms_norm(dx, dgain, dout, x, rstd, gain, n,
				  c->channels);
}

/* dX = dY W and dW += dY' X of Y (n, rows) = X (n, columns) W'. */
static void linear_backward(size_t n, size_t rows, size_t columns,
			    const float *dy, const float *x, const float *w,
			    float *dx, float *dw, float *dbias)
{
	gemm_tn(rows, columns, n, 1, dy, rows, x, columns, 1, dw, columns);
	gemm_nn(n, columns, rows, 1, dy, rows, w, columns, 0, dx, columns);
	if (dbias)
		grads()->bias(dbias, dy, n, rows);
}

static void hidden_backward(struct pass *p, const struct causal_layer *w,
			    const struct pass_layer *l, size_t N,
			    struct causal_layer *g)
{
	const struct causal_config *c = &p->config;
	size_t C = c->channels, F = c->hidden;

	linear_backward(N, C, F, p->dx, l->narrow, w->down, p->dnarrow,
			g->down, g->down_bias);
	if (c->kind == CAUSAL_GPT2)
		grads()->gelu_tanh(p->dwide, p->dnarrow, l->wide, N * F);
	else
		grads()->swiglu(p->dwide, p->dnarrow, l->wide, N, F);
	linear_backward(N, width_up(c), C, p->dwide, l->norm2, w->up,
			p->dnarrow, g->up, g->up_bias);
	norm_backward(c, p->dx, g->norm2, g->norm2_bias, p->dnarrow,
		      l->middle, l->mean2, l->rstd2, w->norm2, N);
}

static void attention_backward(struct pass *p, const struct causal_layer *w,
			       const struct pass_layer *l, const float *x,
			       const struct pass_batch *b,
			       struct causal_layer *g)
{
	const struct causal_config *c = &p->config;
	size_t T = b->tokens, N = b->rows * T, W = width_qkv(c);
	size_t C = c->channels, q = (size_t)c->heads * c->head;
	size_t kv = (size_t)c->kv_heads * c->head;

	linear_backward(N, C, q, p->dx, l->mixed, w->out, p->dwide, g->out,
			g->out_bias);
	memset(p->dqkv, 0, N * W * sizeof(float));
	for (size_t r = 0; r < b->rows; r++) {
		struct attention a = row_attention(p, b, r);
		const float *qkv = l->qkv + r * T * W;
		float *d = p->dqkv + r * T * W;

		attention_grad(&a, p->dwide + r * T * q, q, qkv, W, qkv + q,
			       qkv + q + kv, W,
			       l->probs + r * c->heads * T * T, d, d + q,
			       d + q + kv, p->scratch);
	}
	if (c->kind == CAUSAL_LLAMA)
		kernel()->rope(p->dqkv, N, W, c->heads + c->kv_heads, c->head,
			       p->cosine, p->sine, b->position, -1);
	linear_backward(N, W, C, p->dqkv, l->norm1, w->qkv, p->dnarrow,
			g->qkv, g->qkv_bias);
	norm_backward(c, p->dx, g->norm1, g->norm1_bias, p->dnarrow, x,
		      l->mean1, l->rstd1, w->norm1, N);
}

void pass_backward(struct pass *p, const struct causal_params *w,
		   const struct pass_batch *b, struct causal_params *gradient)
{
	size_t N = b->rows * b->tokens, C = p->config.channels;

	for (uint32_t i = p->config.layers; i-- > 0;) {
		const struct pass_layer *l = &p->layer[i];
		const float *x = i ? p->layer[i - 1].out : p->input;

		hidden_backward(p, &w->layer[i], l, N, &gradient->layer[i]);
		attention_backward(p, &w->layer[i], l, x, b,
				   &gradient->layer[i]);
	}
	if (gradient->embed)
		embed_rows_grad(gradient->embed, p->dx, b->id, N, C);
	if (gradient->position)
		embed_rows_grad(gradient->position, p->dx, b->position, N, C);
}
