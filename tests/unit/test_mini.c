/* test_mini.c - the table encoder, how it is stored, and how it is trained */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/file.h"
#include "base/rng.h"
#include "model/mini.h"
#include "nn/eigen.h"
#include "train/deepen.h"
#include "train/likeness.h"
#include "train/lookup.h"
#include "train/neighbours.h"
#include "train/rank.h"

enum { D = 64, BUCKETS = 256 };

static const char *const TEXT[] = {
	"The cat sat on the mat.", "A dog runs.", "東京タワーは高い。",
	"次の文章を英訳してください。", "ネコは何科ですか？", "run", "runs",
	"How high is Tokyo Tower?", "翻訳して", "", "...",
};

enum { TEXTS = sizeof TEXT / sizeof *TEXT };

static void fill(struct rng *rng, float *at, size_t n)
{
	for (size_t i = 0; i < n; i++)
		at[i] = (float)(rng_unit(rng) - 0.5);
}

static struct tokenizer *small_tokenizer(void)
{
	struct tokenizer *tokenizer = NULL;
	struct buf path = { 0 };
	const char *srcdir = getenv("srcdir");

	buf_print(&path, "%s/tests/data/tokenizer/trained.json",
		  srcdir ? srcdir : ".");
	if (tokenizer_open(&tokenizer, path.at) < 0)
		fail_msg("%s", err_text());
	buf_free(&path);
	return tokenizer;
}

/* -- four bits -- */

static void packing_errs_by_half_a_step_at_most_where_nothing_is_cut(
	void **state)
{
	uint8_t q[D / 2];
	uint16_t scale[D / NIBBLE_GROUP];
	struct nibbles table = { 1, D, q, scale };
	float x[D], y[D];
	struct rng rng;

	(void)state;
	rng_init(&rng, 1, "nibble");
	for (int turn = 0; turn < 50; turn++) {
		double error = 0, plain = 0;

		fill(&rng, x, D);
		nibble_pack(x, D, q, scale);
		nibble_row(&table, 0, y);
		for (size_t i = 0; i < D; i++) {
			double step = 0.5 / 7; /* of the largest number */

			error += (double)((x[i] - y[i]) * (x[i] - y[i]));
			plain += step * step / 4;
		}
		assert_true(error <= plain); /* rounding to 15 steps */
	}
	memset(x, 0, sizeof x);
	nibble_pack(x, D, q, scale);
	nibble_row(&table, 0, y);
	assert_memory_equal(x, y, sizeof x);
}

static void whole_steps_come_back_as_they_were(void **state)
{
	uint8_t q[D / 2];
	uint16_t scale[D / NIBBLE_GROUP];
	struct nibbles table = { 1, D, q, scale };
	float x[D], y[D];

	(void)state;
	for (size_t i = 0; i < D; i++)
		x[i] = ((float)(i % 15) - 7) * 0.25f;
	nibble_pack(x, D, q, scale);
	nibble_row(&table, 0, y);
	assert_memory_equal(x, y, sizeof x);
}

static void sums_are_the_same_on_every_instruction_set(void **state)
{
	enum { ROWS = 40 };
	uint8_t q[ROWS * D / 2];
	uint16_t scale[ROWS * D / NIBBLE_GROUP];
	struct nibbles table = { ROWS, D, q, scale };
	uint32_t row[30];
	float x[D], plain[D], fast[D];
	struct rng rng;

	(void)state;
	rng_init(&rng, 2, "nibble");
	for (size_t r = 0; r < ROWS; r++) {
		fill(&rng, x, D);
		nibble_pack(x, D, q + r * D / 2,
			    scale + r * D / NIBBLE_GROUP);
	}
	for (size_t i = 0; i < 30; i++)
		row[i] = (uint32_t)rng_below(&rng, ROWS);
	fill(&rng, plain, D);
	memcpy(fast, plain, sizeof fast);
	nibble_sum_of(ISA_SCALAR, &table, row, 30, 0.3f, plain);
	nibble_sum_of(cpu_isa(), &table, row, 30, 0.3f, fast);
	for (size_t i = 0; i < D; i++)
		assert_true(fabsf(plain[i] - fast[i]) < 1e-5f);
}

/* -- n-grams -- */

static size_t grams(const char *text, struct ngrams *ngrams)
{
	struct tokenizer *tokenizer = small_tokenizer();
	struct tokens tokens = { 0 };

	tokenizer_encode(tokenizer, str_of(text), false, 0, &tokens);
	ngrams_find(ngrams, &tokens.piece, 1 << 20);
	tokens_free(&tokens);
	tokenizer_free(tokenizer);
	return ngrams->n;
}

static void runs_are_counted_once_and_by_script(void **state)
{
	struct ngrams ngrams = { 0 };

	(void)state;
	assert_int_equal(grams("run", &ngrams), 5); /* ^ru run un$ ^run run$ */
	assert_int_equal(grams("run RUN, run!", &ngrams), 5);
	assert_int_equal(grams("走った", &ngrams), 4); /* 走 走っ った 走った */
	assert_int_equal(grams("カタ", &ngrams), 1);
	assert_int_equal(grams("... 、。", &ngrams), 0);
	assert_int_equal(grams("", &ngrams), 0);
	ngrams_free(&ngrams);
}

/* By the xxhash package of Python: xxh3_64("走"), xxh3_64("^a$"). */
static void buckets_are_part_of_the_format(void **state)
{
	struct ngrams ngrams = { 0 };

	(void)state;
	assert_int_equal(grams("走", &ngrams), 1);
	assert_int_equal(ngrams.bucket[0], 747164);
	assert_int_equal(grams("a", &ngrams), 1);
	assert_int_equal(ngrams.bucket[0], 824410);
	ngrams_free(&ngrams);
}

/* -- the model -- */

static const char *folder(void)
{
	static char path[64];

	snprintf(path, sizeof path, "test_mini.%d", (int)getpid());
	mkdir(path, 0700);
	return path;
}

static void copy_tokenizer(const char *to)
{
	struct buf from = { 0 }, path = { 0 }, text = { 0 };
	const char *srcdir = getenv("srcdir");

	buf_print(&from, "%s/tests/data/tokenizer/trained.json",
		  srcdir ? srcdir : ".");
	buf_print(&path, "%s/tokenizer.json", to);
	assert_int_equal(file_load(from.at, 1 << 20, &text), 0);
	assert_int_equal(file_save(path.at, buf_view(&text)), 0);
	buf_free(&from);
	buf_free(&path);
	buf_free(&text);
}

static void remove_folder(const char *path)
{
	char name[128];

	snprintf(name, sizeof name, "%s/tokenizer.json", path);
	unlink(name);
	snprintf(name, sizeof name, "%s/model.safetensors", path);
	unlink(name);
	rmdir(path);
}

static void save_table(const char *path, const float *table, size_t tokens,
		       size_t ngrams)
{
	assert_int_equal(mini_save(path, &(struct mini_parts){
		.table = table, .tokens = tokens, .ngrams = ngrams, .d = D,
		.ngram_weight = 1.6 }), 0);
}

static struct mini *opened(const char *path, bool table)
{
	struct mini_spec spec = { .table = table };
	struct mini *mini = NULL;

	if (mini_open(&mini, path, &spec) < 0)
		fail_msg("%s", err_text());
	return mini;
}

static double cosine_of(const float *a, const float *b, size_t n)
{
	double sum = 0;

	for (size_t c = 0; c < n; c++)
		sum += (double)a[c] * (double)b[c];
	return sum;
}

/* A table by chance; what the trainer computes with it, and the saved model. */
static void a_saved_table_gives_nearly_the_same_vectors(void **state)
{
	struct tokenizer *tokenizer = small_tokenizer();
	struct student_input in = { tokenizer, BUCKETS, 256 };
	struct par *par = par_new(2);
	struct features features;
	struct str text[TEXTS];
	struct lookup lookup;
	struct mini *mini = NULL;
	struct mini_room room = { 0 };
	const char *path = folder();
	static float have[TEXTS * D], want[TEXTS * D];
	struct rng rng;

	(void)state;
	for (size_t i = 0; i < TEXTS; i++)
		text[i] = str_of(TEXT[i]);
	lookup_init(&lookup, tokenizer_size(tokenizer), BUCKETS, D);
	rng_init(&rng, 3, "table");
	fill(&rng, lookup.table, (lookup.tokens + BUCKETS) * D);
	features_make(&features, &in, text, TEXTS, par);
	lookup.ngram_weight = 1.6;
	lookup_encode(&lookup, &features, 0, TEXTS, want);

	copy_tokenizer(path);
	save_table(path, lookup.table, lookup.tokens, BUCKETS);
	assert_true(mini_is(path));
	mini = opened(path, false);
	assert_int_equal(mini_dimension(mini), D);
	mini_embed(mini, &room, text, TEXTS, 0, have);
	for (size_t i = 0; i < TEXTS; i++) {
		double cosine = cosine_of(have + i * D, want + i * D, D);

		assert_true(TEXT[i][0] ? cosine > 0.99 : cosine == 0);
	}
	mini_room_free(&room);
	mini_free(mini);
	remove_folder(path);
	features_free(&features);
	lookup_free(&lookup);
	par_free(par);
	tokenizer_free(tokenizer);
}

static void a_folder_without_a_model_is_an_error_that_names_it(void **state)
{
	struct mini_spec spec = { 0 };
	struct mini *mini = NULL;
	const char *path = folder();

	(void)state;
	assert_true(mini_open(&mini, path, &spec) < 0);
	assert_non_null(strstr(err_text(), path));
	copy_tokenizer(path);
	assert_true(mini_open(&mini, path, &spec) < 0);
	assert_false(mini_is(path));
	remove_folder(path);
}

static void tables_that_do_not_fit_are_an_error(void **state)
{
	static const struct {
		size_t tokens, ngrams;
		const char *says;
	} wrong[] = {
		{ 549, BUCKETS, "the tokenizer has 550 tokens" },
		{ 550, BUCKETS - 1, "a power of two" },
	};
	static float table[(550 + BUCKETS) * D];
	struct mini_spec spec = { 0 };
	struct mini *mini = NULL;
	const char *path = folder();

	(void)state;
	copy_tokenizer(path);
	for (size_t i = 0; i < 2; i++) {
		save_table(path, table, wrong[i].tokens, wrong[i].ngrams);
		assert_true(mini_open(&mini, path, &spec) < 0);
		assert_non_null(strstr(err_text(), wrong[i].says));
	}
	remove_folder(path);
}

static const char *const ALIKE[][2] = {
	{ "次の文章を英語に翻訳してください。",
	  "Translate the following text into English." },
	{ "ネコは何科ですか？", "What family do cats belong to?" },
	{ "東京の天気を教えてください。", "Tell me the weather in Tokyo." },
	{ "この記事を三行で要約して", "Summarise this article in three lines." },
	{ "朝食の簡単なレシピを考えて", "Suggest an easy recipe for breakfast." },
	{ "健康を保つにはどうすればいいですか", "How can I stay healthy?" },
};

enum { PAIRS = sizeof ALIKE / sizeof *ALIKE };

static void the_bundled_model_finds_translations(void **state)
{
	struct mini *mini;
	struct mini_room room = { 0 };
	struct buf path = { 0 };
	static float vector[2][PAIRS][256];
	const char *srcdir = getenv("srcdir");

	(void)state;
	buf_print(&path, "%s/src/model/mini", srcdir ? srcdir : ".");
	mini = opened(path.at, false);
	assert_int_equal(mini_dimension(mini), 256);
	for (size_t i = 0; i < PAIRS; i++)
		for (size_t side = 0; side < 2; side++) {
			struct str text = str_of(ALIKE[i][side]);

			mini_embed(mini, &room, &text, 1, 0, vector[side][i]);
		}
	for (size_t i = 0; i < PAIRS; i++) {
		double best = -1;
		size_t at = 0;

		for (size_t j = 0; j < PAIRS; j++) {
			double cosine = cosine_of(vector[0][i], vector[1][j],
						  256);

			if (cosine > best) {
				best = cosine;
				at = j;
			}
		}
		assert_int_equal(at, i);
	}
	mini_room_free(&room);
	mini_free(mini);
	buf_free(&path);
}

/* -- training -- */

static void lesson_of(struct lesson *lesson, struct tokenizer *tokenizer,
		      struct par *par)
{
	struct student_input in = { tokenizer, BUCKETS, 256 };
	struct str text[TEXTS];
	struct rng rng;

	*lesson = (struct lesson){ .rows = TEXTS, .d = D };
	for (size_t i = 0; i < TEXTS; i++)
		text[i] = str_of(TEXT[i]);
	features_make(&lesson->features, &in, text, TEXTS, par);
	lesson->row = calloc(TEXTS, sizeof *lesson->row);
	lesson->target = calloc(TEXTS * D, sizeof *lesson->target);
	rng_init(&rng, 5, "target");
	fill(&rng, lesson->target, TEXTS * D);
	for (size_t i = 0; i < TEXTS; i++)
		lesson->row[i] = (uint32_t)i;
}

static void note_loss(void *context, unsigned epoch, double loss)
{
	double *seen = context;

	if (epoch == 1)
		seen[0] = loss;
	seen[1] = loss;
}

/* Train a table with so many threads; its bytes in *table. */
static void train(unsigned threads, float **table, size_t *n, double loss[2])
{
	struct lookup_options options = {
		.epochs = 30, .batch = 5, .rate = 1e-2, .warm = 0.1,
		.similarity = 10, .drop = 0.1, .seed = 9,
		.report = note_loss, .context = loss,
	};
	struct tokenizer *tokenizer = small_tokenizer();
	struct par *par = par_new(threads);
	struct lookup lookup;
	struct lesson lesson;
	struct rng rng;

	lesson_of(&lesson, tokenizer, par);
	lookup_init(&lookup, tokenizer_size(tokenizer), BUCKETS, D);
	*n = (lookup.tokens + BUCKETS) * D;
	rng_init(&rng, 6, "start");
	fill(&rng, lookup.table, *n);
	assert_int_equal(lookup_train(&lookup, &lesson, &options, par), 0);
	*table = lookup.table;
	lesson_free(&lesson);
	par_free(par);
	tokenizer_free(tokenizer);
}

static void threads_do_not_change_a_bit(void **state)
{
	float *one, *three;
	double loss[2];
	size_t n, m;

	(void)state;
	train(1, &one, &n, loss);
	train(3, &three, &m, loss);
	assert_int_equal(n, m);
	assert_memory_equal(one, three, n * sizeof *one);
	assert_true(loss[1] < loss[0] / 2);
	free(one);
	free(three);
}

/* -- layers -- */

static const struct deep_shape SHAPE = { 2, 4, 48 };
static const struct deepen_options LAYERS = {
	.epochs = 12, .reports = 1,
	.batch = 5, .rate = 5e-3, .warm = 0.1, .similarity = 10, .alike = 3,
	.leaf = 3, .seed = 4,
};

struct deep_case {
	struct tokenizer *tokenizer;
	struct par *par;
	struct lesson lesson;
	struct lookup lookup;
	struct deep deep;
};

/* Layers above a table by chance; `stirred` ones do something already. */
static void start_case(struct deep_case *c, unsigned threads, float stirred)
{
	struct rng rng;

	c->tokenizer = small_tokenizer();
	c->par = par_new(threads);
	lesson_of(&c->lesson, c->tokenizer, c->par);
	lookup_init(&c->lookup, tokenizer_size(c->tokenizer), BUCKETS, D);
	c->lookup.ngram_weight = 1.6;
	rng_init(&rng, 6, "start");
	fill(&rng, c->lookup.table, (c->lookup.tokens + BUCKETS) * D);
	assert_int_equal(deep_init(&c->deep, &c->lookup, &c->lesson.features,
				   &SHAPE, 4), 0);
	for (size_t i = 0; stirred > 0 && i < c->deep.n; i++)
		c->deep.weights.base[i] +=
			stirred * (float)(rng_unit(&rng) - 0.5);
}

static void end_case(struct deep_case *c)
{
	deep_free(&c->deep);
	lookup_free(&c->lookup);
	lesson_free(&c->lesson);
	par_free(c->par);
	tokenizer_free(c->tokenizer);
}

static void layers_start_with_the_vectors_of_the_table(void **state)
{
	static float have[TEXTS * D], want[TEXTS * D];
	struct deep_case c;

	(void)state;
	start_case(&c, 2, 0);
	lookup_encode(&c.lookup, &c.lesson.features, 0, TEXTS, want);
	deep_encode(&c.deep, &c.lesson.features, 0, TEXTS, c.par, have);
	for (size_t i = 0; i < TEXTS * D; i++)
		assert_true(fabsf(have[i] - want[i]) < 1e-5f);
	end_case(&c);
}

static double loss_of(struct deep_case *c, float *gradient)
{
	static const uint32_t text[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8 };
	double loss;

	memset(gradient, 0, c->deep.n * sizeof *gradient);
	assert_int_equal(deep_loss(&c->deep, &c->lesson, text, 9, &LAYERS,
				   c->par, &loss, gradient), 0);
	return loss;
}

/*
 * Along the gradient itself the loss rises by its length, and along a random
 * direction by their product; halves of a step of 2e-3, in floats.
 */
static void the_gradient_is_what_differences_say(void **state)
{
	struct deep_case c;
	float *gradient, *other, *start, *way;
	struct rng rng;

	(void)state;
	start_case(&c, 2, 0.2f);
	gradient = calloc(c.deep.n, sizeof *gradient);
	other = calloc(c.deep.n, sizeof *other);
	start = calloc(c.deep.n, sizeof *start);
	way = calloc(c.deep.n, sizeof *way);
	memcpy(start, c.deep.weights.base, c.deep.n * sizeof *start);
	loss_of(&c, gradient);
	rng_init(&rng, 8, "way");
	for (int turn = 0; turn < 6; turn++) {
		double length = 0, wanted = 0, up, down, step = 1e-3;

		if (turn)
			fill(&rng, way, c.deep.n);
		else
			memcpy(way, gradient, c.deep.n * sizeof *way);
		for (size_t i = 0; i < c.deep.n; i++)
			length += (double)(way[i] * way[i]);
		step *= turn ? 4 : 1; /* a random way hardly rises */
		for (size_t i = 0; i < c.deep.n; i++) {
			way[i] *= (float)(1 / sqrt(length));
			wanted += (double)(way[i] * gradient[i]);
			c.deep.weights.base[i] = start[i] +
						 (float)step * way[i];
		}
		up = loss_of(&c, other);
		for (size_t i = 0; i < c.deep.n; i++)
			c.deep.weights.base[i] = start[i] -
						 (float)step * way[i];
		down = loss_of(&c, other);
		assert_true(fabs((up - down) / (2 * step) - wanted) <
			    2e-2 * fabs(wanted) + 2e-4);
	}
	free(gradient);
	free(other);
	free(start);
	free(way);
	end_case(&c);
}

static void note_epochs(void *context, double epochs, double loss)
{
	note_loss(context, (unsigned)epochs, loss);
}

/* Train layers with so many threads to so many epochs of twelve. */
static void train_layers(struct deep_case *c, unsigned threads,
			 const char *checkpoint, double loss[2])
{
	struct deepen_options options = LAYERS;

	options.checkpoint = checkpoint;
	options.report = note_epochs;
	options.context = loss;
	start_case(c, threads, 0);
	assert_int_equal(deepen(&c->deep, &c->lesson, &options, c->par), 0);
}

static void threads_do_not_change_a_bit_of_layers(void **state)
{
	struct deep_case one, three;
	double loss[2];

	(void)state;
	train_layers(&one, 1, NULL, loss);
	assert_true(loss[1] < 0.8 * loss[0]);
	train_layers(&three, 3, NULL, loss);
	assert_memory_equal(one.deep.weights.base, three.deep.weights.base,
			    one.deep.n * sizeof(float));
	end_case(&one);
	end_case(&three);
}

/* What the program computes from the file is what the trainer measured. */
static void saved_layers_give_nearly_the_same_vectors(void **state)
{
	static float have[TEXTS * D], want[TEXTS * D], alone[D];
	struct deep_case c;
	struct mini *mini;
	struct mini_room room = { 0 };
	struct str text[TEXTS];
	const char *path = folder();

	(void)state;
	start_case(&c, 2, 0.2f);
	for (size_t i = 0; i < TEXTS; i++)
		text[i] = str_of(TEXT[i]);
	deep_encode(&c.deep, &c.lesson.features, 0, TEXTS, c.par, want);
	copy_tokenizer(path);
	assert_int_equal(mini_save(path, &(struct mini_parts){
		.table = c.lookup.table, .tokens = c.lookup.tokens,
		.ngrams = BUCKETS, .d = D, .ngram_weight = 1.6,
		.row_scale = c.deep.scale, .config = &c.deep.config,
		.params = &c.deep.weights }), 0);
	mini = opened(path, false);
	assert_true(mini_has_layers(mini));
	mini_embed(mini, &room, text, TEXTS, 0, have);
	for (size_t i = 0; i < TEXTS; i++) {
		double cosine = cosine_of(have + i * D, want + i * D, D);

		assert_true(TEXT[i][0] ? cosine > 0.98 : cosine == 0);
		/* whatever texts stand beside it */
		mini_embed(mini, &room, &text[i], 1, 0, alone);
		assert_memory_equal(alone, have + i * D, sizeof alone);
	}
	mini_free(mini);
	mini = opened(path, true); /* the table alone is there as well */
	lookup_encode(&c.lookup, &c.lesson.features, 0, TEXTS, want);
	mini_embed(mini, &room, text, TEXTS, 0, have);
	for (size_t i = 0; i < TEXTS; i++)
		assert_true(!TEXT[i][0] || cosine_of(have + i * D,
						     want + i * D, D) > 0.99);
	mini_room_free(&room);
	mini_free(mini);
	remove_folder(path);
	end_case(&c);
}

static void an_order_has_every_text_once_and_neighbours_together(void **state)
{
	enum { N = 64, LEAF = 4 };
	struct lesson lesson = { .rows = N, .d = 2 };
	uint32_t row[N], order[N], seen[N] = { 0 };
	float target[N * 2];
	double near = 0;
	struct rng rng;

	(void)state;
	for (size_t i = 0; i < N; i++) { /* around a circle */
		row[i] = (uint32_t)i;
		target[2 * i] = (float)cos((double)i * 6.2831853 / N);
		target[2 * i + 1] = (float)sin((double)i * 6.2831853 / N);
	}
	lesson.features.texts = N;
	lesson.row = row;
	lesson.target = target;
	rng_init(&rng, 1, "order");
	neighbours_order(&lesson, LEAF, &rng, order);
	for (size_t i = 0; i < N; i++)
		seen[order[i]]++;
	for (size_t i = 0; i < N; i++)
		assert_int_equal(seen[i], 1);
	for (size_t i = 0; i < N; i += 2)
		near += cosine_of(target + 2 * order[i],
				  target + 2 * order[i + 1], 2);
	assert_true(near / (N / 2) > 0.7); /* by chance 0 */
}

static void eigenvectors_rebuild_the_matrix(void **state)
{
	enum { N = 12 };
	double a[N * N], copy[N * N], value[N], vector[N * N];
	struct rng rng;

	(void)state;
	rng_init(&rng, 4, "matrix");
	for (size_t i = 0; i < N; i++)
		for (size_t j = 0; j <= i; j++)
			a[i * N + j] = a[j * N + i] = rng_unit(&rng) - 0.5;
	memcpy(copy, a, sizeof a);
	eigen_symmetric(copy, N, value, vector);
	for (size_t i = 0; i < N; i++)
		for (size_t j = 0; j < N; j++) {
			double sum = 0;

			for (size_t k = 0; k < N; k++)
				sum += value[k] * vector[k * N + i] *
				       vector[k * N + j];
			assert_true(fabs(sum - a[i * N + j]) < 1e-12);
		}
	for (size_t k = 1; k < N; k++)
		assert_true(value[k] <= value[k - 1]);
}

static void ranks_that_tie_share_their_mean(void **state)
{
	static const double a[] = { 1, 2, 2, 3 }, b[] = { 10, 30, 20, 40 };
	static const double down[] = { 3, 2, 2, 1 };

	(void)state;
	assert_true(fabs(spearman(a, b, 4) - 0.948683298) < 1e-9);
	assert_true(fabs(spearman(a, a, 4) - 1) < 1e-12);
	assert_true(fabs(spearman(a, down, 4) + 1) < 1e-12);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
	packing_errs_by_half_a_step_at_most_where_nothing_is_cut),
		cmocka_unit_test(whole_steps_come_back_as_they_were),
		cmocka_unit_test(sums_are_the_same_on_every_instruction_set),
		cmocka_unit_test(runs_are_counted_once_and_by_script),
		cmocka_unit_test(buckets_are_part_of_the_format),
		cmocka_unit_test(a_saved_table_gives_nearly_the_same_vectors),
		cmocka_unit_test(
			a_folder_without_a_model_is_an_error_that_names_it),
		cmocka_unit_test(tables_that_do_not_fit_are_an_error),
		cmocka_unit_test(the_bundled_model_finds_translations),
		cmocka_unit_test(threads_do_not_change_a_bit),
		cmocka_unit_test(layers_start_with_the_vectors_of_the_table),
		cmocka_unit_test(the_gradient_is_what_differences_say),
		cmocka_unit_test(threads_do_not_change_a_bit_of_layers),
		cmocka_unit_test(saved_layers_give_nearly_the_same_vectors),
		cmocka_unit_test(
			an_order_has_every_text_once_and_neighbours_together),
		cmocka_unit_test(eigenvectors_rebuild_the_matrix),
		cmocka_unit_test(ranks_that_tie_share_their_mean),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
