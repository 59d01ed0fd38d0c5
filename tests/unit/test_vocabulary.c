/* test_vocabulary.c - training a vocabulary, against counting by hand */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "model/lattice.h"
#include "model/tokenizer_write.h"
#include "model/unigram_train.h"
#include "text/utf8.h"

static const char *const TEXT[] = {
	"東京", "東京タワー", "東京駅", "京都", "タワー", "駅", "the", "then",
	"there", "other", "another", "カタカナ", "ひらがな", "ー",
};

enum { TEXTS = sizeof TEXT / sizeof *TEXT };

static void fill(struct counted *words)
{
	for (size_t i = 0; i < TEXTS; i++)
		counted_add(words, str_of(TEXT[i]), i % 3 + 1);
}

/* Words of few characters, so that much comes back. */
static void fill_random(struct counted *words, uint64_t seed, size_t n)
{
	static const char *const character[] = { "a", "b", "あ", "漢", "c" };
	struct rng rng;
	struct buf word = { 0 };

	rng_init(&rng, seed, "words");
	for (size_t i = 0; i < n; i++) {
		size_t length = 1 + rng_below(&rng, 9);

		buf_clear(&word);
		for (size_t k = 0; k < length; k++)
			buf_text(&word, character[rng_below(&rng, 5)]);
		counted_add(words, buf_view(&word), 1 + rng_below(&rng, 4));
	}
	buf_free(&word);
}

/* -- stretches -- */

/* How often a stretch stands in the text, and whether one symbol follows. */
static uint64_t count_by_hand(const struct spelled *text, uint32_t at,
			      uint32_t n, bool *fixed)
{
	uint64_t count = 0, longest = 0;
	uint64_t *next = calloc(text->symbols, sizeof *next);

	for (size_t w = 0; w < text->words; w++)
		for (size_t i = text->start[w]; i + n < text->start[w + 1];
		     i++)
			if (memcmp(text->symbol + i, text->symbol + at,
				   n * sizeof *text->symbol) == 0) {
				count += text->count[w];
				next[text->symbol[i + n]] += text->count[w];
			}
	for (size_t s = 1; s < text->symbols; s++)
		longest = next[s] > longest ? next[s] : longest;
	*fixed = longest == count;
	free(next);
	return count;
}

static void stretches_are_those_that_come_back(void **state)
{
	struct par *par = par_new(2);
	struct counted words = { 0 };
	struct spelled text;
	struct stretch *all;
	size_t n, expected = 0;

	(void)state;
	fill_random(&words, 7, 60);
	assert_int_equal(spelled_init(&text, &words, 1), 0);
	assert_int_equal(spelled_stretches(&text, par, 4, &all, &n), 0);
	for (size_t i = 0; i < n; i++) {
		bool fixed;

		assert_in_range(all[i].n, 2, 4);
		assert_int_equal(count_by_hand(&text, all[i].at, all[i].n,
					       &fixed), all[i].count);
		assert_true(all[i].n == 4 || !fixed);
	}
	for (size_t at = 0; at < text.n; at++) /* of three, each once */
		for (size_t k = at; k < at + 3 && text.symbol[k]; k++) {
			bool fixed, first = true;

			if (k < at + 2)
				continue;
			for (size_t b = 0; b < at; b++)
				if (memcmp(text.symbol + b, text.symbol + at,
					   3 * sizeof *text.symbol) == 0)
					first = false;
			expected += first && count_by_hand(
				&text, (uint32_t)at, 3, &fixed) >= 2 && !fixed;
		}
	for (size_t i = 0; i < n; i++)
		expected -= all[i].n == 3;
	assert_int_equal(expected, 0);
	free(all);
	spelled_free(&text);
	counted_free(&words);
	par_free(par);
}

static void rare_characters_are_symbol_0(void **state)
{
	struct counted words = { 0 };
	struct spelled text;

	(void)state;
	counted_add(&words, STR("aaaab"), 100);
	counted_add(&words, STR("a漢a"), 1);
	assert_int_equal(spelled_init(&text, &words, 0.99), 0);
	assert_int_equal(text.symbols, 3);
	assert_int_equal(text.code[1], 'a');
	assert_int_equal(text.symbol[text.start[0]], 1);
	assert_int_equal(text.words, 2);
	assert_int_equal(text.symbol[text.start[1] + 1], 0);
	spelled_free(&text);
	counted_free(&words);
}

/* -- lattices -- */

struct by_hand {
	const struct lattice *lattice;
	const uint16_t *at;
	size_t symbols;
	uint32_t way[SPELLED_LONGEST];
	double whole, best;
	double *uses;
};

static void try_ways(struct by_hand *h, size_t from, size_t n, double score)
{
	if (from == h->symbols) {
		h->whole += exp(score);
		h->best = fmax(h->best, score);
		for (size_t i = 0; i < n; i++)
			h->uses[h->way[i]] += exp(score);
		return;
	}
	for (size_t p = 0; p < h->lattice->n; p++) {
		const struct stretch *piece = &h->lattice->piece[p];

		if (piece->n > h->symbols - from ||
		    memcmp(h->lattice->text->symbol + piece->at, h->at + from,
			   piece->n * sizeof *h->at) != 0)
			continue;
		h->way[n] = (uint32_t)p;
		try_ways(h, from + piece->n, n + 1,
			 score + h->lattice->score[p]);
	}
}

static void check_word(const struct lattice *lattice, size_t w)
{
	const struct spelled *text = lattice->text;
	const uint16_t *at = text->symbol + text->start[w];
	size_t symbols = text->start[w + 1] - text->start[w] - 1, n;
	struct by_hand h = { .lattice = lattice, .at = at, .symbols = symbols,
			     .best = -INFINITY };
	double *uses = calloc(lattice->n, sizeof *uses), best = 0, likely;
	uint32_t way[SPELLED_LONGEST];
	struct path *path = calloc(1, sizeof *path);

	h.uses = calloc(lattice->n, sizeof *h.uses);
	try_ways(&h, 0, 0, 0);
	likely = lattice_expect(lattice, at, symbols, 2, path, uses);
	assert_true(fabs(likely - log(h.whole)) < 1e-9);
	for (size_t p = 0; p < lattice->n; p++)
		assert_true(fabs(uses[p] - 2 * h.uses[p] / h.whole) < 1e-9);
	n = lattice_best(lattice, at, symbols, SIZE_MAX, path, way);
	for (size_t i = 0; i < n; i++)
		best += lattice->score[way[i]];
	assert_true(fabs(best - h.best) < 1e-9);
	path_free(path);
	free(path);
	free(uses);
	free(h.uses);
}

static void sums_and_maxima_are_over_all_ways(void **state)
{
	struct par *par = par_new(1);
	struct counted words = { 0 };
	struct spelled text;
	struct lattice lattice;
	struct stretch *all;
	double *score;
	size_t n;

	(void)state;
	fill_random(&words, 3, 40);
	assert_int_equal(spelled_init(&text, &words, 1), 0);
	assert_int_equal(spelled_stretches(&text, par, 3, &all, &n), 0);
	all = realloc(all, (n + text.symbols) * sizeof *all);
	for (size_t s = 1; s < text.symbols; s++)
		for (size_t i = 0; i < text.n; i++)
			if (text.symbol[i] == s) {
				all[n++] = (struct stretch){ (uint32_t)i, 1,
							     1 };
				break;
			}
	score = malloc(n * sizeof *score);
	for (size_t i = 0; i < n; i++)
		score[i] = -2 - 0.01 * (double)(i * 7 % 31);
	assert_int_equal(lattice_init(&lattice, &text, all, score, n, 1.5), 0);
	for (size_t w = 0; w < text.words; w++)
		check_word(&lattice, w);
	lattice_free(&lattice);
	free(all);
	free(score);
	spelled_free(&text);
	counted_free(&words);
	par_free(par);
}

/* -- the trainer -- */

static void train(unsigned threads, uint32_t pieces, struct unigram *out)
{
	struct unigram_options options = { .pieces = pieces, .coverage = 1,
					   .longest = 8, .seeds = 1000 };
	struct par *par = par_new(threads);
	struct counted words = { 0 };

	fill(&words);
	fill_random(&words, 11, 200);
	assert_int_equal(unigram_train(&words, &options, par, out), 0);
	counted_free(&words);
	par_free(par);
}

static void threads_do_not_change_a_bit(void **state)
{
	struct unigram one, five;
	struct buf a = { 0 }, b = { 0 };

	(void)state;
	train(1, 80, &one);
	train(5, 80, &five);
	tokenizer_write_unigram(&one, &a);
	tokenizer_write_unigram(&five, &b);
	assert_int_equal(one.n, 80);
	assert_true(str_equal(buf_view(&a), buf_view(&b)));
	buf_free(&a);
	buf_free(&b);
	unigram_free(&one);
	unigram_free(&five);
}

static void every_character_stays_and_scores_fall(void **state)
{
	struct unigram unigram;
	double sum = 0;
	bool found = false;

	(void)state;
	train(2, 60, &unigram);
	for (size_t i = 0; i < unigram.n; i++) {
		sum += exp(unigram.score[i]);
		found |= str_is(unigram.piece[i], "駅");
		assert_true(i == 0 ||
			    unigram.score[i] <= unigram.score[i - 1]);
	}
	assert_true(found);
	assert_true(sum > 0.5 && sum <= 1);
	unigram_free(&unigram);
}

static void more_pieces_make_the_text_likelier(void **state)
{
	struct unigram few, many;

	(void)state;
	train(1, 50, &few);
	train(1, 150, &many);
	assert_true(many.loss < few.loss);
	unigram_free(&few);
	unigram_free(&many);
}

static void too_few_pieces_for_the_characters_is_an_error(void **state)
{
	struct unigram_options options = { .pieces = 5, .coverage = 1,
					   .longest = 8, .seeds = 1000 };
	struct par *par = par_new(1);
	struct counted words = { 0 };
	struct unigram unigram;

	(void)state;
	fill(&words);
	assert_true(unigram_train(&words, &options, par, &unigram) < 0);
	unigram_free(&unigram);
	counted_free(&words);
	par_free(par);
}

/* -- merges -- */

/* The letters of bytes that a word is written in. */
static void add_letters(struct counted *words, const char *text, uint64_t n)
{
	struct buf word = { 0 };

	for (; *text; text++) {
		buf_room(&word, 4);
		word.n += utf8_put(word.at + word.n,
				   bpe_letter((unsigned char)*text));
	}
	counted_add(words, buf_view(&word), n);
	buf_free(&word);
}

enum { LONGEST = 16, WORDS = 60 };

struct plain_word {
	uint32_t symbol[LONGEST];
	size_t n;
	uint64_t count;
};

static uint64_t count_pair(const struct plain_word *word, uint32_t left,
			   uint32_t right)
{
	uint64_t count = 0;

	for (size_t w = 0; w < WORDS; w++)
		for (size_t i = 0; i + 1 < word[w].n; i++)
			if (word[w].symbol[i] == left &&
			    word[w].symbol[i + 1] == right)
				count += word[w].count;
	return count;
}

/* The most frequent pair, the lower numbers first: its count. */
static uint64_t best_pair(const struct plain_word *word, uint32_t symbols,
			  uint32_t *left, uint32_t *right)
{
	uint64_t most = 0;

	for (uint32_t a = 0; a < symbols; a++)
		for (uint32_t b = 0; b < symbols; b++) {
			uint64_t count = count_pair(word, a, b);

			if (count <= most)
				continue;
			most = count;
			*left = a;
			*right = b;
		}
	return most;
}

static void merge_plain(struct plain_word *word, uint32_t left, uint32_t right,
			uint32_t made)
{
	for (size_t w = 0; w < WORDS; w++) {
		size_t to = 0;

		for (size_t i = 0; i < word[w].n; to++) {
			bool both = i + 1 < word[w].n &&
				    word[w].symbol[i] == left &&
				    word[w].symbol[i + 1] == right;

			word[w].symbol[to] = both ? made : word[w].symbol[i];
			i += both ? 2 : 1;
		}
		word[w].n = to;
	}
}

/*
 * Words of a, b and c: recounting everything at each step gives the merges.
 * Their letters are themselves, and have numbers in the order of code points.
 */
static void merges_are_those_of_counting_anew(void **state)
{
	struct plain_word plain[WORDS] = { 0 };
	struct counted words = { 0 };
	uint32_t a = 'a' - '!', symbols = 3, number[40] = { a, a + 1, a + 2 };
	struct rng rng;
	struct bpe bpe;

	(void)state;
	rng_init(&rng, 13, "words");
	for (size_t w = 0; w < WORDS; w++) {
		char text[LONGEST + 1] = "";

		plain[w].n = 1 + rng_below(&rng, LONGEST - 1);
		plain[w].count = 1 + rng_below(&rng, 3);
		for (size_t i = 0; i < plain[w].n; i++) {
			plain[w].symbol[i] = (uint32_t)rng_below(&rng, 3);
			text[i] = (char)('a' + plain[w].symbol[i]);
		}
		add_letters(&words, text, plain[w].count);
	}
	assert_int_equal(bpe_train(&words, BPE_BYTES + 20, &bpe), 0);
	assert_in_range(bpe.n, 20, 30);
	for (size_t i = 0; i < bpe.n; i++) {
		uint32_t left = 0, right = 0, made;
		struct buf name = { 0 };

		assert_true(best_pair(plain, symbols, &left, &right) >= 2);
		assert_int_equal(bpe.merge[i].left, number[left]);
		assert_int_equal(bpe.merge[i].right, number[right]);
		buf_str(&name, map_key(&bpe.token, number[left]));
		buf_str(&name, map_key(&bpe.token, number[right]));
		assert_true(map_find(&bpe.token, buf_view(&name), &made));
		buf_free(&name);
		for (uint32_t s = 0; s < symbols; s++)
			assert_true(number[s] != made); /* none made twice */
		number[symbols] = made;
		merge_plain(plain, left, right, symbols++);
	}
	bpe_train_free(&bpe);
	counted_free(&words);
}

static void letters_of_bytes_are_those_of_gpt_2(void **state)
{
	(void)state;
	assert_int_equal(bpe_letter('A'), 'A');
	assert_int_equal(bpe_letter(' '), 0x120);
	assert_int_equal(bpe_letter('\n'), 0x10a);
	assert_int_equal(bpe_letter(0xad), 0x143);
	assert_int_equal(bpe_letter(0xff), 0xff);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(stretches_are_those_that_come_back),
		cmocka_unit_test(rare_characters_are_symbol_0),
		cmocka_unit_test(sums_and_maxima_are_over_all_ways),
		cmocka_unit_test(threads_do_not_change_a_bit),
		cmocka_unit_test(every_character_stays_and_scores_fall),
		cmocka_unit_test(more_pieces_make_the_text_likelier),
		cmocka_unit_test(
			too_few_pieces_for_the_characters_is_an_error),
		cmocka_unit_test(merges_are_those_of_counting_anew),
		cmocka_unit_test(letters_of_bytes_are_those_of_gpt_2),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
