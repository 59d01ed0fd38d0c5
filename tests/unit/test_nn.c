/* test_nn.c - kernels against plain loops, gradients against differences */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/rng.h"
#include "nn/adamw.h"
#include "nn/attention.h"
#include "nn/gemm.h"
#include "nn/grads.h"
#include "nn/kernel.h"

#define REAL double
#include "nn/plain.inc"

enum { N = 5, C = 37, MANY = 4000 };

static const enum isa ISAS[] = { ISA_SCALAR, ISA_AVX2, ISA_AVX512 };

static void draw(struct rng *rng, float *x, size_t n, float scale)
{
	for (size_t i = 0; i < n; i++)
		x[i] = (float)(rng_unit(rng) * 2 - 1) * scale;
}

static void draw_real(struct rng *rng, double *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		x[i] = rng_unit(rng) * 2 - 1;
}

static void assert_near(const float *got, const float *want, size_t n,
			float tolerance)
{
	for (size_t i = 0; i < n; i++)
		if (!(fabsf(got[i] - want[i]) <=
		      tolerance * (1 + fabsf(want[i]))))
			fail_msg("[%zu]: %.9g, should be %.9g", i,
				 (double)got[i], (double)want[i]);
}

/* -- fast against plain -- */

/* One set of outputs of every forward kernel, from the same inputs. */
struct forward {
	float norm[N * C], mean[N], rstd[N], rms[N * C], rrstd[N];
	float biased[N * C], sum[N * C], sum2[N * C];
	float gelu[N * C], pre[N * C], tanh[N * C], pret[N * C];
	float swiglu[N * C], rope[N * 40], softmax[N * C];
	float entropy[N * C], loss[N], loss2[N];
	float attended[C];
};

static const uint32_t FROM[N] = { 0, 3, 9, 36, 20 };
static const uint32_t TO[N] = { 1, 37, 30, 37, 20 };
static const uint32_t TARGET[N] = { 0, 36, 12, 5, 5 };
static const uint32_t POSITION[N] = { 0, 1, 2, 0, 7 };

static struct forward *run_forward(const struct kernel *k)
{
	struct forward *f = mem_alloc(sizeof *f);
	float x[N * 2 * C], y[N * C], gain[C], bias[C], weight[N];
	float cosine[8 * 10], sine[8 * 10], probs[N];
	struct rng rng;

	rng_init(&rng, 1, "forward");
	draw(&rng, x, N * 2 * C, 6);
	draw(&rng, y, N * C, 1);
	draw(&rng, gain, C, 2);
	draw(&rng, bias, C, 1);
	draw(&rng, weight, N, 1);
	draw(&rng, f->rope, N * 40, 1);
	rope_angles(cosine, sine, 8, 20, 10000);
	k->layer_norm(f->norm, f->mean, f->rstd, x, gain, bias, N, C, 1e-5f);
	k->rms_norm(f->rms, f->rrstd, x, gain, N, C, 1e-5f);
	memcpy(f->biased, x, sizeof f->biased);
	k->bias(f->biased, bias, N, C);
	k->residual(f->sum, x, y, bias, N, C);
	k->residual(f->sum2, x, y, NULL, N, C);
	memcpy(f->pre, x, sizeof f->pre);
	k->gelu(f->gelu, f->pre, bias, N, C);
	memcpy(f->pret, x, sizeof f->pret);
	k->gelu_tanh(f->tanh, f->pret, bias, N, C);
	k->swiglu(f->swiglu, x, N, C);
	k->rope(f->rope, N, 40, 2, 20, cosine, sine, POSITION, 1);
	memcpy(f->softmax, x, sizeof f->softmax);
	k->softmax(f->softmax, N, C, FROM, TO, 0, C, 0.7f);
	memcpy(f->entropy, x, sizeof f->entropy);
	k->cross_entropy(f->entropy, f->loss2, TARGET, NULL, N, C);
	k->cross_entropy(f->entropy, f->loss, TARGET, weight, N, C);
	k->attend(f->attended, y, x, x + 3, 2 * C, N, C - 3, 0.2f, probs);
	return f;
}

static void every_forward_kernel_agrees_with_its_plain_loop(void **state)
{
	struct forward *want = run_forward(kernel_of(ISA_SCALAR));

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		const struct kernel *k = kernel_of(ISAS[i]);
		struct forward *got;

		if (!k)
			continue;
		got = run_forward(k);
		assert_near((float *)got, (float *)want,
			    sizeof *got / sizeof(float), 2e-6f);
		free(got);
	}
	free(want);
}

struct backward {
	float dnorm[N * C], dgain[C], dbias[C], drms[N * C], drgain[C];
	float bias[C], gelu[N * C], tanh[N * C], swiglu[N * 2 * C];
	float softmax[N * C], square;
};

static struct backward *run_backward(const struct grads *g)
{
	struct backward *b = mem_alloc(sizeof *b);
	float x[N * 2 * C], d[N * C], gain[C], mean[N], rstd[N];
	struct rng rng;

	rng_init(&rng, 2, "backward");
	draw(&rng, x, N * 2 * C, 3);
	draw(&rng, d, N * C, 1);
	draw(&rng, gain, C, 2);
	draw(&rng, mean, N, 1);
	draw(&rng, rstd, N, 1);
	g->layer_norm(b->dnorm, b->dgain, b->dbias, d, x, mean, rstd, gain, N,
		      C);
	g->rms_norm(b->drms, b->drgain, d, x, rstd, gain, N, C);
	g->bias(b->bias, d, N, C);
	g->gelu(b->gelu, d, x, N * C);
	g->gelu_tanh(b->tanh, d, x, N * C);
	g->swiglu(b->swiglu, d, x, N, C);
	memcpy(b->softmax, d, sizeof b->softmax);
	g->softmax(b->softmax, x, N, C, FROM, TO, 0, C, 0.7f);
	b->square = (float)g->square_sum(x, N * C);
	return b;
}

static void every_backward_kernel_agrees_with_its_plain_loop(void **state)
{
	struct backward *want = run_backward(grads_of(ISA_SCALAR));

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		const struct grads *g = grads_of(ISAS[i]);
		struct backward *got;

		if (!g)
			continue;
		got = run_backward(g);
		assert_near((float *)got, (float *)want,
			    sizeof *got / sizeof(float), 1e-5f);
		free(got);
	}
	free(want);
}

static void polynomials_hold_their_bounds_over_the_whole_range(void **state)
{
	float *x = mem_array(MANY, sizeof *x), *copy = mem_array(MANY, 4);
	float *got = mem_array(MANY, sizeof *got);

	(void)state;
	for (size_t i = 0; i < MANY; i++)
		copy[i] = x[i] = (float)((double)i / MANY * 200 - 100);
	kernel()->gelu(got, x, NULL, 1, MANY);
	for (size_t i = 0; i < MANY; i++) {
		double v = copy[i], phi = (1 + erf(v / sqrt(2))) / 2;

		assert_true(fabs(got[i] - v * phi) <= 4e-7 * (1 + fabs(v)));
	}
	kernel()->gelu_tanh(got, x, NULL, 1, MANY);
	for (size_t i = 0; i < MANY; i++) {
		double v = copy[i];
		double u = sqrt(2 / M_PI) * (v + 0.044715 * v * v * v);

		assert_true(fabs(got[i] - v / 2 * (1 + tanh(u))) <=
			    4e-7 * (1 + fabs(v)));
	}
	free(x);
	free(copy);
	free(got);
}

static void not_a_number_is_seen_in_the_loss(void **state)
{
	float x[C] = { 0 }, loss;
	uint32_t target = 3;

	(void)state;
	x[17] = NAN;
	kernel()->cross_entropy(x, &loss, &target, NULL, 1, C);
	assert_true(isnan(loss));
}

/* -- gradients against central differences, in double -- */

enum { RN = 3, RC = 7, RX = RN * 2 * RC };

/* A scalar function of x: dot of the kernel's output with fixed weights. */
struct check {
	double x[RX], gain[RC], bias[RC], pull[RX];
	double dx[RX], dgain[RC], dbias[RC];
	size_t outs;
};

typedef void check_forward(struct check *c, double *out);

static const uint32_t RFROM[RN] = { 0, 2, 3 }, RTO[RN] = { 7, 5, 4 };

static double value_of(struct check *c, check_forward *forward)
{
	double out[RX] = { 0 }, sum = 0;

	forward(c, out);
	for (size_t i = 0; i < c->outs; i++)
		sum += out[i] * c->pull[i];
	return sum;
}

static void differences_agree(struct check *c, check_forward *forward,
			      double *x, const double *dx, size_t n)
{
	const double step = 1e-5;

	for (size_t i = 0; i < n; i++) {
		double at = x[i], up, down, want;

		x[i] = at + step;
		up = value_of(c, forward);
		x[i] = at - step;
		down = value_of(c, forward);
		x[i] = at;
		want = (up - down) / (2 * step);
		if (fabs(dx[i] - want) > 1e-6 * (1 + fabs(want)))
			fail_msg("d[%zu] is %.9g, difference %.9g", i, dx[i],
				 want);
	}
}

static void check_init(struct check *c, size_t outs)
{
	struct rng rng;

	*c = (struct check){ .outs = outs };
	rng_init(&rng, 3, "check");
	draw_real(&rng, c->x, RX);
	draw_real(&rng, c->gain, RC);
	draw_real(&rng, c->bias, RC);
	draw_real(&rng, c->pull, RX);
}

static void f_layer_norm(struct check *c, double *out)
{
	plain_layer_norm(out, NULL, NULL, c->x, c->gain, c->bias, RN, RC,
			 1e-5);
}

static void f_rms_norm(struct check *c, double *out)
{
	plain_rms_norm(out, NULL, c->x, c->gain, RN, RC, 1e-5);
}

static void f_gelu(struct check *c, double *out)
{
	double x[RN * RC];

	memcpy(x, c->x, sizeof x);
	plain_gelu(out, x, c->bias, RN, RC);
}

static void f_gelu_tanh(struct check *c, double *out)
{
	double x[RN * RC];

	memcpy(x, c->x, sizeof x);
	plain_gelu_tanh(out, x, c->bias, RN, RC);
}

static void f_swiglu(struct check *c, double *out)
{
	plain_swiglu(out, c->x, RN, RC);
}

static void f_softmax(struct check *c, double *out)
{
	memcpy(out, c->x, RN * RC * sizeof *out);
	plain_softmax(out, RN, RC, RFROM, RTO, 0, RC, 0.7);
}

static void f_rope(struct check *c, double *out)
{
	static const uint32_t at[RN] = { 2, 0, 1 };
	double cosine[9], sine[9];

	for (int i = 0; i < 9; i++) {
		cosine[i] = cos(i * 0.3);
		sine[i] = sin(i * 0.3);
	}
	memcpy(out, c->x, RN * RC * sizeof *out);
	plain_rope(out, RN, RC, 1, 6, cosine, sine, at, 1);
}

static void f_cross_entropy(struct check *c, double *out)
{
	static const uint32_t right[RN] = { 6, 0, 3 };
	double x[RN * RC];

	memcpy(x, c->x, sizeof x);
	plain_cross_entropy(x, out, right, NULL, RN, RC);
}

static void gradients_of_norms_agree_with_differences(void **state)
{
	struct check c;
	double out[RX], mean[RN], rstd[RN];

	(void)state;
	check_init(&c, RN * RC);
	plain_layer_norm(out, mean, rstd, c.x, c.gain, c.bias, RN, RC, 1e-5);
	plain_layer_norm_grad(c.dx, c.dgain, c.dbias, c.pull, c.x, mean, rstd,
			      c.gain, RN, RC);
	differences_agree(&c, f_layer_norm, c.x, c.dx, RN * RC);
	differences_agree(&c, f_layer_norm, c.gain, c.dgain, RC);
	differences_agree(&c, f_layer_norm, c.bias, c.dbias, RC);

	check_init(&c, RN * RC);
	plain_rms_norm(out, rstd, c.x, c.gain, RN, RC, 1e-5);
	plain_rms_norm_grad(c.dx, c.dgain, c.pull, c.x, rstd, c.gain, RN, RC);
	differences_agree(&c, f_rms_norm, c.x, c.dx, RN * RC);
	differences_agree(&c, f_rms_norm, c.gain, c.dgain, RC);
}

static void gradients_of_activations_agree_with_differences(void **state)
{
	struct check c;
	double biased[RN * RC];

	(void)state;
	check_init(&c, RN * RC);
	memcpy(biased, c.x, sizeof biased);
	plain_bias(biased, c.bias, RN, RC);
	plain_gelu_grad(c.dx, c.pull, biased, RN * RC);
	plain_bias_grad(c.dbias, c.dx, RN, RC);
	differences_agree(&c, f_gelu, c.x, c.dx, RN * RC);
	differences_agree(&c, f_gelu, c.bias, c.dbias, RC);
	plain_gelu_tanh_grad(c.dx, c.pull, biased, RN * RC);
	differences_agree(&c, f_gelu_tanh, c.x, c.dx, RN * RC);
	plain_swiglu_grad(c.dx, c.pull, c.x, RN, RC);
	differences_agree(&c, f_swiglu, c.x, c.dx, RN * 2 * RC);
}

static void gradients_of_softmax_agree_with_differences(void **state)
{
	static const uint32_t right[RN] = { 6, 0, 3 };
	struct check c;
	double p[RX], loss[RN];

	(void)state;
	check_init(&c, RN * RC);
	f_softmax(&c, p);
	memcpy(c.dx, c.pull, sizeof c.dx);
	plain_softmax_grad(c.dx, p, RN, RC, RFROM, RTO, 0, RC, 0.7);
	differences_agree(&c, f_softmax, c.x, c.dx, RN * RC);

	check_init(&c, RN);
	memcpy(c.dx, c.x, sizeof c.dx);
	plain_cross_entropy(c.dx, loss, right, c.pull, RN, RC);
	differences_agree(&c, f_cross_entropy, c.x, c.dx, RN * RC);
}

static void rotating_back_is_the_gradient_of_rotating(void **state)
{
	static const uint32_t at[RN] = { 2, 0, 1 };
	struct check c;
	double cosine[9], sine[9];

	(void)state;
	check_init(&c, RN * RC);
	for (int i = 0; i < 9; i++) {
		cosine[i] = cos(i * 0.3);
		sine[i] = sin(i * 0.3);
	}
	memcpy(c.dx, c.pull, sizeof c.dx);
	plain_rope(c.dx, RN, RC, 1, 6, cosine, sine, at, -1);
	differences_agree(&c, f_rope, c.x, c.dx, RN * RC);
}

/* -- products and attention -- */

static void products_agree_with_the_plain_loop(void **state)
{
	enum { M = 13, NN = 9, K = 21 };
	float a[M * K], b[NN * K], start[M * NN], got[M * NN], want[M * NN];
	struct gemm_plain nt = { M, NN, K, K, 1, K, 1 };
	struct gemm_plain nn = { M, NN, K, K, 1, 1, NN };
	struct gemm_plain tn = { M, NN, K, 1, M, 1, NN };
	struct rng rng;

	(void)state;
	rng_init(&rng, 4, "gemm");
	draw(&rng, a, M * K, 1);
	draw(&rng, b, NN * K, 1);
	draw(&rng, start, M * NN, 1);
	for (float beta = 0; beta <= 1; beta += 0.5f) {
		memcpy(got, start, sizeof got);
		memcpy(want, start, sizeof want);
		gemm_nt(M, NN, K, 2, a, K, b, K, beta, got, NN);
		gemm_plain(&nt, 2, a, b, beta, want, NN);
		assert_near(got, want, M * NN, 1e-5f);
		memcpy(got, start, sizeof got);
		memcpy(want, start, sizeof want);
		gemm_nn(M, NN, K, 2, a, K, b, NN, beta, got, NN);
		gemm_plain(&nn, 2, a, b, beta, want, NN);
		assert_near(got, want, M * NN, 1e-5f);
		memcpy(got, start, sizeof got);
		memcpy(want, start, sizeof want);
		gemm_tn(M, NN, K, 2, a, M, b, NN, beta, got, NN);
		gemm_plain(&tn, 2, a, b, beta, want, NN);
		assert_near(got, want, M * NN, 1e-5f);
	}
}

enum { T = 150, H = 4, KV = 2, D = 8, LD = (H + 2 * KV) * D };

/* Attention as its definition says, in double. */
static void attention_plain(const struct attention *a, const float *qkv,
			    float *out)
{
	for (size_t h = 0; h < H; h++)
		for (size_t i = 0; i < T; i++) {
			double p[T], sum = 0;

			for (size_t j = a->from[i]; j < a->to[i]; j++) {
				const float *q = qkv + i * LD + h * D;
				const float *k = qkv + j * LD + H * D +
						 h / (H / KV) * D;
				double dot = 0;

				for (size_t d = 0; d < D; d++)
					dot += q[d] * k[d];
				p[j] = exp(dot / sqrt(D));
				sum += p[j];
			}
			for (size_t d = 0; d < D; d++) {
				double y = 0;

				for (size_t j = a->from[i]; j < a->to[i]; j++)
					y += p[j] / sum *
					     qkv[j * LD + (H + KV) * D +
						 h / (H / KV) * D + d];
				out[i * H * D + h * D + d] = (float)y;
			}
		}
}

static void attention_obeys_spans_and_shared_heads(void **state)
{
	static const uint32_t start[] = { 0, 1, 70, 131 };
	float *qkv = mem_array(T * LD, 4), *out = mem_array(T * H * D, 4);
	float *want = mem_array(T * H * D, 4), *p = mem_array(H * T * T, 4);
	uint32_t from[T], to[T];
	struct attention a = { T, T, H, KV, D, from, to, false };
	struct rng rng;

	(void)state;
	rng_init(&rng, 5, "attention");
	draw(&rng, qkv, T * LD, 2);
	for (int causal = 0; causal < 2; causal++)
		for (size_t documents = 1; documents <= 4; documents += 3)
			for (int keep = 0; keep < 2; keep++) {
				a.forward_only = !keep;
				attention_spans(start, documents, T, causal,
						from, to);
				attention(&a, qkv, LD, qkv + H * D,
					  qkv + (H + KV) * D, LD, out, H * D,
					  p);
				attention_plain(&a, qkv, want);
				assert_near(out, want, T * H * D, 5e-6f);
			}
	free(qkv);
	free(out);
	free(want);
	free(p);
}

static double attention_value(const struct attention *a, const float *qkv,
			      const float *pull, float *out)
{
	double sum = 0;

	attention_plain(a, qkv, out);
	for (size_t i = 0; i < T * H * D; i++)
		sum += (double)pull[i] * out[i];
	return sum;
}

static void gradients_of_attention_agree_with_differences(void **state)
{
	static const uint32_t start[] = { 0, 1, 70, 131 };
	float *qkv = mem_array(T * LD, 4), *out = mem_array(T * H * D, 4);
	float *pull = mem_array(T * H * D, 4), *p = mem_array(H * T * T, 4);
	float *grad = mem_array(T * LD, 4);
	float *scratch = mem_array(ATTENTION_BLOCK * T, 4);
	uint32_t from[T], to[T];
	struct attention a = { T, T, H, KV, D, from, to, false };
	struct rng rng;

	(void)state;
	rng_init(&rng, 6, "attention");
	draw(&rng, qkv, T * LD, 1);
	draw(&rng, pull, T * H * D, 1);
	attention_spans(start, 4, T, true, from, to);
	attention(&a, qkv, LD, qkv + H * D, qkv + (H + KV) * D, LD, out, H * D,
		  p);
	attention_grad(&a, pull, H * D, qkv, LD, qkv + H * D,
		       qkv + (H + KV) * D, LD, p, grad, grad + H * D,
		       grad + (H + KV) * D, scratch);
	for (size_t trial = 0; trial < 60; trial++) {
		size_t i = rng_below(&rng, T * LD);
		float at = qkv[i], step = 1e-2f;
		double up, down, want;

		qkv[i] = at + step;
		up = attention_value(&a, qkv, pull, out);
		qkv[i] = at - step;
		down = attention_value(&a, qkv, pull, out);
		qkv[i] = at;
		want = (up - down) / (2 * (double)step);
		assert_true(fabs(grad[i] - want) <= 2e-3 * (1 + fabs(want)));
	}
	free(qkv);
	free(out);
	free(pull);
	free(p);
	free(grad);
	free(scratch);
}

/* -- the optimiser -- */

static void adamw_follows_its_formula(void **state)
{
	struct adamw adamw = { 0.01, 0.9, 0.95, 1e-8, 0.1 };
	float w[C], m[C] = { 0 }, v[C] = { 0 }, g[C];
	double rw[C], rm[C] = { 0 }, rv[C] = { 0 };
	struct rng rng;

	(void)state;
	rng_init(&rng, 7, "adamw");
	draw(&rng, w, C, 1);
	for (size_t i = 0; i < C; i++)
		rw[i] = w[i];
	for (int step = 1; step <= 20; step++) {
		draw(&rng, g, C, 1);
		adamw_step(&adamw, (uint64_t)step, 0.5f, w, m, v, g, C);
		for (size_t i = 0; i < C; i++) {
			double d = g[i] * 0.5;

			rm[i] = 0.9 * rm[i] + 0.1 * d;
			rv[i] = 0.95 * rv[i] + 0.05 * d * d;
			rw[i] -= 0.01 * 0.1 * rw[i];
			rw[i] -= 0.01 * (rm[i] / (1 - pow(0.9, step))) /
				 (sqrt(rv[i] / (1 - pow(0.95, step))) + 1e-8);
		}
	}
	for (size_t i = 0; i < C; i++)
		assert_true(fabs(w[i] - rw[i]) <= 1e-6);
}

static void rows_of_a_table_come_and_go_by_id(void **state)
{
	static const float table[6] = { 1, 2, 3, 4, 5, 6 };
	static const uint32_t id[3] = { 2, 0, 2 };
	static const float rows[6] = { 5, 6, 1, 2, 5, 6 };
	static const float sums[6] = { 1, 2, 0, 0, 10, 12 };
	float out[6], grad[6] = { 0 };

	(void)state;
	embed_rows(out, table, id, 3, 2);
	assert_memory_equal(out, rows, sizeof out);
	embed_rows_grad(grad, out, id, 3, 2);
	assert_memory_equal(grad, sums, sizeof grad);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			every_forward_kernel_agrees_with_its_plain_loop),
		cmocka_unit_test(
			every_backward_kernel_agrees_with_its_plain_loop),
		cmocka_unit_test(
			polynomials_hold_their_bounds_over_the_whole_range),
		cmocka_unit_test(not_a_number_is_seen_in_the_loss),
		cmocka_unit_test(gradients_of_norms_agree_with_differences),
		cmocka_unit_test(
			gradients_of_activations_agree_with_differences),
		cmocka_unit_test(gradients_of_softmax_agree_with_differences),
		cmocka_unit_test(rotating_back_is_the_gradient_of_rotating),
		cmocka_unit_test(products_agree_with_the_plain_loop),
		cmocka_unit_test(attention_obeys_spans_and_shared_heads),
		cmocka_unit_test(
			gradients_of_attention_agree_with_differences),
		cmocka_unit_test(adamw_follows_its_formula),
		cmocka_unit_test(rows_of_a_table_come_and_go_by_id),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
