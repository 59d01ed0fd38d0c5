/* test_causal.c - the causal model against PyTorch, and against itself */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"
#include "model/causal.h"
#include "model/pass.h"
#include "nn/adamw.h"
#include "nn/grads.h"

enum { ROWS = 2, T = 24, V = 53, N = ROWS * T };

/* The numbers of tests/reference/causal_parity.py. */
struct reference {
	uint32_t id[N];
	struct {
		int row, at;
		float v[V];
	} logit[3];
	size_t logits;
	double loss, step[5];
	struct {
		char name[80];
		double norm;
	} grad[64];
	size_t grads;
};

static const char *const MODELS[] = { "llama", "qwen2", "gpt2" };

static void data_path(char *path, size_t n, const char *name)
{
	snprintf(path, n, "%s/tests/data/train/%s", getenv("srcdir"), name);
}

static void read_numbers(FILE *f, float *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_int_equal(fscanf(f, "%f", &v[i]), 1);
}

static void read_reference(const char *name, struct reference *r)
{
	char path[512], file[64], word[16];
	FILE *f;
	int k;

	*r = (struct reference){ 0 };
	snprintf(file, sizeof file, "%s.txt", name);
	data_path(path, sizeof path, file);
	f = fopen(path, "r");
	assert_non_null(f);
	while (fscanf(f, "%15s", word) == 1) {
		if (strcmp(word, "row") == 0) {
			assert_int_equal(fscanf(f, "%d", &k), 1);
			for (int i = 0; i < T; i++)
				assert_int_equal(
					fscanf(f, "%u", &r->id[k * T + i]), 1);
		} else if (strcmp(word, "logit") == 0) {
			assert_int_equal(fscanf(f, "%d %d",
						&r->logit[r->logits].row,
						&r->logit[r->logits].at),
					 2);
			read_numbers(f, r->logit[r->logits++].v, V);
		} else if (strcmp(word, "loss") == 0) {
			assert_int_equal(fscanf(f, "%lf", &r->loss), 1);
		} else if (strcmp(word, "grad") == 0) {
			assert_int_equal(fscanf(f, "%79s %lf",
						r->grad[r->grads].name,
						&r->grad[r->grads].norm),
					 2);
			r->grads++;
		} else if (strcmp(word, "step") == 0) {
			assert_int_equal(fscanf(f, "%d", &k), 1);
			assert_int_equal(fscanf(f, "%lf", &r->step[k - 1]), 1);
		} else {
			break; /* greedy: test_generate.c */
		}
	}
	fclose(f);
}

/* Both sequences as rows of their own, or one after the other in one row. */
struct arrays {
	uint32_t id[N], position[N], from[N], to[N], target[N];
	float weight[N];
	struct pass_batch batch;
};

static void fill(struct arrays *a, const uint32_t *id, bool packed)
{
	memcpy(a->id, id, sizeof a->id);
	for (uint32_t i = 0; i < N; i++) {
		uint32_t start = packed ? i / T * T : 0;

		a->position[i] = i % T;
		a->from[i] = start;
		a->to[i] = start + i % T + 1;
		a->target[i] = i % T < T - 1 ? id[i + 1] : 0;
		a->weight[i] = i % T < T - 1 ? 1.0f / (N - ROWS) : 0;
	}
	a->batch = (struct pass_batch){
		.rows = packed ? 1 : ROWS,
		.tokens = packed ? N : T,
		.id = a->id,
		.position = a->position,
		.from = a->from,
		.to = a->to,
		.target = a->target,
		.weight = a->weight,
	};
}

static void open_model(struct causal *model, const char *name)
{
	char path[512];

	data_path(path, sizeof path, name);
	if (causal_open(model, path) < 0)
		fail_msg("%s", err_text());
}

static void make_gradient(const struct causal *model, struct causal_params *g)
{
	causal_map(&model->config,
		   mem_array(causal_size(&model->config), sizeof(float)), g);
}

static void free_gradient(struct causal_params *g)
{
	free(g->base);
	free(g->layer);
}

/* Loss and gradient of all weights. */
static double run(struct causal *model, const struct arrays *a,
		  struct causal_params *gradient)
{
	struct pass pass;
	double loss;

	assert_int_equal(pass_init(&pass, &model->config, a->batch.rows,
				   a->batch.tokens, gradient != NULL),
			 0);
	pass_forward(&pass, &model->weights, &a->batch);
	loss = pass_loss(&pass, &model->weights, &a->batch, NULL, gradient);
	if (gradient)
		pass_backward(&pass, &model->weights, &a->batch, gradient);
	pass_free(&pass);
	return loss;
}

static double tensor_norm(const struct causal *model,
			  const struct causal_params *g, const char *name)
{
	size_t n;
	struct causal_tensor *t = causal_tensors(&model->config, &n);
	double norm = -1;

	for (size_t i = 0; i < n; i++)
		if (strcmp(t[i].name, name) == 0)
			norm = sqrt(grads()->square_sum(
				g->base + t[i].offset,
				t[i].rows * (t[i].columns ? t[i].columns :
							    1)));
	free(t);
	return norm;
}

static void loss_and_gradients_are_those_of_pytorch(void **state)
{
	(void)state;
	for (size_t m = 0; m < 3; m++) {
		struct reference r;
		struct causal model;
		struct causal_params g;
		struct arrays a;

		read_reference(MODELS[m], &r);
		open_model(&model, MODELS[m]);
		make_gradient(&model, &g);
		fill(&a, r.id, false);
		assert_true(fabs(run(&model, &a, &g) - r.loss) <= 1e-5);
		assert_true(r.grads > 10);
		for (size_t i = 0; i < r.grads; i++) {
			double norm = tensor_norm(&model, &g, r.grad[i].name);

			if (!(fabs(norm / r.grad[i].norm - 1) <= 1e-4))
				fail_msg("%s: %s: %g, should be %g", MODELS[m],
					 r.grad[i].name, norm, r.grad[i].norm);
		}
		free_gradient(&g);
		causal_free(&model);
	}
}

static void logits_are_those_of_pytorch(void **state)
{
	(void)state;
	for (size_t m = 0; m < 3; m++) {
		struct reference r;
		struct causal model;
		struct arrays a;
		struct pass pass;
		float got[V];

		read_reference(MODELS[m], &r);
		open_model(&model, MODELS[m]);
		fill(&a, r.id, false);
		for (size_t i = 0; i < N; i++)
			a.weight[i] = 1;
		pass_init(&pass, &model.config, ROWS, T, false);
		pass_forward(&pass, &model.weights, &a.batch);
		for (size_t i = 0; i < r.logits; i++) {
			size_t at = (size_t)(r.logit[i].row * T +
					     r.logit[i].at);

			pass_logits(&pass, &model.weights, at, 1, got);
			for (size_t v = 0; v < V; v++)
				assert_true(fabsf(got[v] - r.logit[i].v[v]) <=
					    2e-5f);
		}
		pass_free(&pass);
		causal_free(&model);
	}
}

static void step_all(struct causal *model, const struct causal_params *g,
		     uint64_t step, float *m, float *v)
{
	struct adamw adamw = { 0.01, 0.9, 0.95, 1e-8, 0 };
	size_t n;
	struct causal_tensor *t = causal_tensors(&model->config, &n);

	for (size_t i = 0; i < n; i++) {
		size_t at = t[i].offset;

		adamw.decay = t[i].columns ? 0.1 : 0;
		adamw_step(&adamw, step, 1, model->weights.base + at, m + at,
			   v + at, g->base + at,
			   t[i].rows * (t[i].columns ? t[i].columns : 1));
	}
	free(t);
}

static void five_steps_follow_those_of_pytorch(void **state)
{
	(void)state;
	for (size_t k = 0; k < 3; k++) {
		struct reference r;
		struct causal model;
		struct causal_params g;
		struct arrays a;
		size_t size;
		float *m, *v;

		read_reference(MODELS[k], &r);
		open_model(&model, MODELS[k]);
		size = causal_size(&model.config);
		m = mem_array(size, sizeof *m);
		v = mem_array(size, sizeof *v);
		make_gradient(&model, &g);
		fill(&a, r.id, false);
		for (uint64_t step = 1; step <= 5; step++) {
			double loss;

			memset(g.base, 0, size * sizeof(float));
			loss = run(&model, &a, &g);
			assert_true(fabs(loss - r.step[step - 1]) <= 2e-5);
			step_all(&model, &g, step, m, v);
		}
		free_gradient(&g);
		free(m);
		free(v);
		causal_free(&model);
	}
}

static void packed_documents_cost_what_they_cost_alone(void **state)
{
	(void)state;
	for (size_t m = 0; m < 3; m++) {
		struct reference r;
		struct causal model;
		struct causal_params alone, packed;
		struct arrays a;
		double loss;

		read_reference(MODELS[m], &r);
		open_model(&model, MODELS[m]);
		make_gradient(&model, &alone);
		make_gradient(&model, &packed);
		fill(&a, r.id, false);
		loss = run(&model, &a, &alone);
		fill(&a, r.id, true);
		assert_true(fabs(run(&model, &a, &packed) - loss) <= 1e-6);
		for (size_t i = 0; i < causal_size(&model.config); i++)
			assert_true(fabsf(alone.base[i] - packed.base[i]) <=
				    2e-6f);
		free_gradient(&alone);
		free_gradient(&packed);
		causal_free(&model);
	}
}

static void the_gradient_predicts_how_the_loss_changes(void **state)
{
	(void)state;
	for (size_t m = 0; m < 3; m++) {
		struct reference r;
		struct causal model;
		struct causal_params g;
		struct arrays a;
		double up, down, square, step = 2e-3;
		size_t size;

		read_reference(MODELS[m], &r);
		open_model(&model, MODELS[m]);
		size = causal_size(&model.config);
		make_gradient(&model, &g);
		fill(&a, r.id, true);
		run(&model, &a, &g);
		square = grads()->square_sum(g.base, size);
		for (size_t i = 0; i < size; i++)
			model.weights.base[i] +=
				(float)(step * g.base[i] / sqrt(square));
		up = run(&model, &a, NULL);
		for (size_t i = 0; i < size; i++)
			model.weights.base[i] -=
				(float)(2 * step * g.base[i] / sqrt(square));
		down = run(&model, &a, NULL);
		assert_true(fabs((up - down) / (2 * step) / sqrt(square) -
				 1) <= 1e-3);
		free_gradient(&g);
		causal_free(&model);
	}
}

static void pulling_to_itself_changes_nothing(void **state)
{
	struct reference r;
	struct causal model;
	struct causal_params plain, pulled;
	struct arrays a;
	struct pass pass, other;
	struct pass_base base = { &other, &model.weights, 0.5 };
	double loss;

	(void)state;
	read_reference("llama", &r);
	open_model(&model, "llama");
	make_gradient(&model, &plain);
	make_gradient(&model, &pulled);
	fill(&a, r.id, false);
	loss = run(&model, &a, &plain);
	pass_init(&pass, &model.config, ROWS, T, true);
	pass_init(&other, &model.config, ROWS, T, false);
	pass_forward(&pass, &model.weights, &a.batch);
	pass_forward(&other, &model.weights, &a.batch);
	assert_true(fabs(pass_loss(&pass, &model.weights, &a.batch, &base,
				   &pulled) -
			 loss) <= 1e-6);
	pass_backward(&pass, &model.weights, &a.batch, &pulled);
	for (size_t i = 0; i < causal_size(&model.config); i++)
		assert_true(fabsf(plain.base[i] - pulled.base[i]) <= 2e-6f);
	pass_free(&pass);
	pass_free(&other);
	free_gradient(&plain);
	free_gradient(&pulled);
	causal_free(&model);
}

/* The pull's gradient, by the loss along it. */
static void the_pull_to_a_base_has_the_right_gradient(void **state)
{
	struct reference r;
	struct causal model, start;
	struct causal_params g;
	struct arrays a;
	struct pass pass, other;
	struct pass_base base = { &other, &start.weights, 2 };
	double value[2], square, step = 2e-3;
	size_t size;

	(void)state;
	read_reference("llama", &r);
	open_model(&model, "llama");
	causal_copy(&start, &model);
	size = causal_size(&model.config);
	for (size_t i = 0; i < size; i++)
		start.weights.base[i] *= 1 + 0.3f * (float)((i * 7) % 5);
	make_gradient(&model, &g);
	fill(&a, r.id, false);
	pass_init(&pass, &model.config, ROWS, T, true);
	pass_init(&other, &model.config, ROWS, T, false);
	pass_forward(&other, &start.weights, &a.batch);
	pass_forward(&pass, &model.weights, &a.batch);
	pass_loss(&pass, &model.weights, &a.batch, &base, &g);
	pass_backward(&pass, &model.weights, &a.batch, &g);
	square = grads()->square_sum(g.base, size);
	for (int side = 0; side < 2; side++) {
		struct causal moved;
		struct causal_params scratch;

		causal_copy(&moved, &model);
		make_gradient(&model, &scratch);
		for (size_t i = 0; i < size; i++)
			moved.weights.base[i] +=
				(float)((side ? -step : step) * g.base[i] /
					sqrt(square));
		pass_forward(&pass, &moved.weights, &a.batch);
		value[side] = pass_loss(&pass, &moved.weights, &a.batch, &base,
					&scratch);
		free_gradient(&scratch);
		causal_free(&moved);
	}
	assert_true(fabs((value[0] - value[1]) / (2 * step) / sqrt(square) -
			 1) <= 1e-3);
	pass_free(&pass);
	pass_free(&other);
	free_gradient(&g);
	causal_free(&model);
	causal_free(&start);
}

/* -- files -- */

static void a_saved_model_comes_back_as_it_was(void **state)
{
	char folder[] = "/tmp/test_causal.XXXXXX", path[128];

	(void)state;
	assert_non_null(mkdtemp(folder));
	for (size_t m = 0; m < 3; m++) {
		struct causal model, back;

		open_model(&model, MODELS[m]);
		assert_int_equal(causal_save(&model, folder), 0);
		assert_int_equal(causal_open(&back, folder), 0);
		assert_true(causal_same_shape(&model.config, &back.config));
		assert_memory_equal(model.weights.base, back.weights.base,
				    causal_size(&model.config) *
					    sizeof(float));
		causal_free(&model);
		causal_free(&back);
	}
	snprintf(path, sizeof path, "%s/model.safetensors", folder);
	unlink(path);
	snprintf(path, sizeof path, "%s/config.json", folder);
	unlink(path);
	rmdir(folder);
}

static void a_config_that_we_cannot_run_exactly_is_refused(void **state)
{
	static const char *const bad[] = {
		"", "[]", "{}", "{\"model_type\":\"mamba\"}",
		"{\"model_type\":\"llama\"}",
		"{\"model_type\":\"gpt2\",\"vocab_size\":9,\"n_layer\":1,"
		"\"n_head\":3,\"n_embd\":16}",
		"{\"model_type\":\"gpt2\",\"vocab_size\":9,\"n_layer\":1,"
		"\"n_head\":2,\"n_embd\":16,\"activation_function\":\"relu\"}",
		"{\"model_type\":\"llama\",\"vocab_size\":9,"
		"\"num_hidden_layers\":1e30,\"num_attention_heads\":2,"
		"\"hidden_size\":8,\"intermediate_size\":8}",
		"{\"model_type\":\"llama\",\"vocab_size\":9,"
		"\"num_hidden_layers\":1,\"num_attention_heads\":2,"
		"\"hidden_size\":8,\"intermediate_size\":8,"
		"\"rope_scaling\":{\"type\":\"linear\"}}",
		"{\"model_type\":\"llama\",\"vocab_size\":9,"
		"\"num_hidden_layers\":1,\"num_attention_heads\":4,"
		"\"num_key_value_heads\":3,\"hidden_size\":8,"
		"\"intermediate_size\":8}",
	};
	struct causal_config c;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_true(causal_config_read(&c, str_of(bad[i])) < 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(logits_are_those_of_pytorch),
		cmocka_unit_test(loss_and_gradients_are_those_of_pytorch),
		cmocka_unit_test(five_steps_follow_those_of_pytorch),
		cmocka_unit_test(packed_documents_cost_what_they_cost_alone),
		cmocka_unit_test(the_gradient_predicts_how_the_loss_changes),
		cmocka_unit_test(pulling_to_itself_changes_nothing),
		cmocka_unit_test(the_pull_to_a_base_has_the_right_gradient),
		cmocka_unit_test(a_saved_model_comes_back_as_it_was),
		cmocka_unit_test(
			a_config_that_we_cannot_run_exactly_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
