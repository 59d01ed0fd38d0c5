/* unigram_train.c - seeds, expectation-maximisation, pruning */
#include "model/unigram_train.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "model/lattice.h"

enum {
	CUTS = 16,   /* the words in so many parts, whatever the threads */
	ROUNDS = 2,  /* of expectation-maximisation between prunings */
};

static const double SHRINK = 0.75; /* of the pieces stay at a pruning */
static const double LEAST = 0.5;   /* uses that keep a piece in a round */

struct trainer {
	const struct unigram_options *options;
	struct par *par;
	struct spelled text;
	struct stretch *piece; /* (n) */
	double *score;         /* (n) */
	size_t n;
	double tilt;           /* nats a symbol, of the last round */
	double symbols;        /* in the corpus */
};

/* -- seeds -- */

static double worth(const struct stretch *s)
{
	return (double)s->count * s->n;
}

static int by_worth(const void *a, const void *b)
{
	const struct stretch *x = a, *y = b;
	double p = worth(x), q = worth(y);

	if (p != q)
		return p < q ? 1 : -1;
	return (x->at > y->at) - (x->at < y->at);
}

/* Where each symbol stands first, as a stretch of one. */
static void add_symbols(struct trainer *t)
{
	const struct spelled *text = &t->text;
	bool *seen = mem_array(text->symbols, sizeof *seen);

	seen[0] = true;
	for (size_t i = 0; i < text->n; i++) {
		uint16_t symbol = text->symbol[i];

		if (seen[symbol])
			continue;
		seen[symbol] = true;
		t->piece[t->n++] = (struct stretch){
			(uint32_t)i, 1, text->frequency[symbol] };
	}
	free(seen);
}

/* All symbols, then the stretches that are worth most. */
static int choose_seeds(struct trainer *t)
{
	struct stretch *all;
	size_t n, take;
	double sum = 0;
	int rc = spelled_stretches(&t->text, t->par, t->options->longest,
				   &all, &n);

	if (rc < 0)
		return rc;
	qsort(all, n, sizeof *all, by_worth);
	take = n < t->options->seeds ? n : t->options->seeds;
	t->piece = mem_try(t->text.symbols + take, sizeof *t->piece);
	t->score = mem_try(t->text.symbols + take, sizeof *t->score);
	if (!t->piece || !t->score) {
		free(all);
		return ERR_NOMEM;
	}
	add_symbols(t);
	memcpy(t->piece + t->n, all, take * sizeof *all);
	t->n += take;
	free(all);
	for (size_t i = 0; i < t->n; i++)
		sum += worth(&t->piece[i]);
	for (size_t i = 0; i < t->n; i++)
		t->score[i] = log(worth(&t->piece[i]) / sum);
	return 0;
}

/* -- passes over the words, in CUTS parts -- */

struct pass {
	const struct trainer *trainer;
	struct lattice lattice;
	double *sum;       /* (CUTS, n) */
	double loss[CUTS]; /* nats */
	bool best;         /* count the best way, not the expectation */
};

static void count_word(struct pass *pass, size_t w, struct path *path,
		       double *sum, double *loss)
{
	const struct spelled *text = &pass->trainer->text;
	const uint16_t *at = text->symbol + text->start[w];
	size_t symbols = text->start[w + 1] - text->start[w] - 1;
	double count = (double)text->count[w];
	uint32_t best[SPELLED_LONGEST];
	size_t n;

	if (!pass->best) {
		*loss -= count * lattice_expect(&pass->lattice, at, symbols,
						count, path, sum);
		return;
	}
	n = lattice_best(&pass->lattice, at, symbols, SIZE_MAX, path, best);
	for (size_t i = 0; i < n; i++)
		sum[best[i]] += count;
}

/* Words whose first symbol lies in the c-th part of the text. */
static int count_cut(void *context, size_t c)
{
	struct pass *pass = context;
	const struct spelled *text = &pass->trainer->text;
	size_t from = text->n / CUTS * c;
	size_t to = c + 1 == CUTS ? text->n : text->n / CUTS * (c + 1);
	double *sum = pass->sum + c * pass->trainer->n;
	struct path *path = mem_alloc(sizeof *path);
	size_t low = 0, high = text->words;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (text->start[middle] < from)
			low = middle + 1;
		else
			high = middle;
	}
	for (size_t w = low; w < text->words && text->start[w] < to; w++)
		count_word(pass, w, path, sum, &pass->loss[c]);
	path_free(path);
	free(path);
	return 0;
}

/* How often each piece is used, into sum (n); loss in nats a symbol. */
static int count_uses(struct trainer *t, bool best, double **sum, double *loss)
{
	struct pass pass = { .trainer = t, .best = best };
	double total = 0;
	int rc;

	pass.sum = mem_try(t->n, CUTS * sizeof *pass.sum);
	rc = lattice_init(&pass.lattice, &t->text, t->piece, t->score, t->n,
			  t->tilt);
	if (!pass.sum || rc < 0) {
		lattice_free(&pass.lattice);
		free(pass.sum);
		return ERR_NOMEM;
	}
	memset(pass.sum, 0, t->n * CUTS * sizeof *pass.sum);
	par_for(t->par, CUTS, count_cut, &pass);
	lattice_free(&pass.lattice);
	for (size_t c = 1; c < CUTS; c++)
		for (size_t i = 0; i < t->n; i++)
			pass.sum[i] += pass.sum[c * t->n + i];
	for (size_t c = 0; c < CUTS; c++)
		total += pass.loss[c];
	*sum = pass.sum;
	*loss = total / t->symbols;
	return 0;
}

/* The derivative of log gamma, for x > 0. */
static double digamma(double x)
{
	double r = 0, y;

	for (; x < 7; x++)
		r -= 1 / x;
	x -= 0.5;
	y = 1 / (x * x);
	return r + log(x) + y / 24 - 7 * y * y / 960 + 31 * y * y * y / 8064;
}

/*
 * One round: scores from expected uses.  Pieces that are hardly used go while
 * there are too many; symbols stay.
 */
static int maximise(struct trainer *t)
{
	double *uses, sum = 0, loss;
	bool spare = t->n > t->options->pieces;
	size_t kept = 0;
	int rc = count_uses(t, false, &uses, &loss);

	if (rc < 0)
		return rc;
	t->tilt = loss;
	for (size_t i = 0; i < t->n; i++) {
		if (spare && uses[i] < LEAST && t->piece[i].n > 1)
			continue;
		t->piece[kept] = t->piece[i];
		t->score[kept] = uses[i] < LEAST ? LEAST : uses[i];
		sum += t->score[kept++];
	}
	for (size_t i = 0; i < kept; i++)
		t->score[i] = digamma(t->score[i]) - digamma(sum);
	t->n = kept;
	free(uses);
	return 0;
}

/* -- pruning -- */

struct pruned {
	uint32_t piece;
	double loss; /* what the corpus loses without it */
};

static int by_loss(const void *a, const void *b)
{
	const struct pruned *x = a, *y = b;

	if (x->loss != y->loss)
		return x->loss < y->loss ? 1 : -1;
	return (x->piece > y->piece) - (x->piece < y->piece);
}

/*
 * The likelihood of a corpus of `sum` uses when piece i, used uses[i] times,
 * is written as the n pieces `other` instead: the fall, for one use.
 */
static double loss_without(const double *uses, double sum, size_t i,
			   const uint32_t *other, size_t n)
{
	double all = log(sum + uses[i] * ((double)n - 1)), instead = 0;

	for (size_t k = 0; k < n; k++)
		instead += log(uses[other[k]] + uses[i]) - all;
	return uses[i] / sum * (log(uses[i]) - log(sum) - instead);
}

/* Is the piece itself the best way to write it; what it costs without. */
static double piece_loss(const struct lattice *lattice, const double *uses,
			 double sum, size_t i, struct path *path)
{
	const struct stretch *piece = &lattice->piece[i];
	const uint16_t *at = lattice->text->symbol + piece->at;
	uint32_t other[SPELLED_LONGEST];
	size_t n;

	if (uses[i] <= 0)
		return -1;
	if (lattice_best(lattice, at, piece->n, SIZE_MAX, path, other) > 1)
		return -1;
	n = lattice_best(lattice, at, piece->n, i, path, other);
	return n ? loss_without(uses, sum, i, other, n) : INFINITY;
}

static int rank_pieces(struct trainer *t, const double *uses,
		       struct pruned *rank, size_t *n)
{
	struct path *path = mem_alloc(sizeof *path);
	struct lattice lattice;
	double sum = 0;
	int rc = lattice_init(&lattice, &t->text, t->piece, t->score, t->n,
			      t->tilt);

	*n = 0;
	for (size_t i = 0; i < t->n && rc == 0; i++)
		sum += uses[i];
	for (size_t i = 0; i < t->n && rc == 0; i++) {
		double loss = INFINITY;

		if (t->piece[i].n > 1)
			loss = piece_loss(&lattice, uses, sum, i, path);
		if (loss >= 0)
			rank[(*n)++] = (struct pruned){ (uint32_t)i, loss };
	}
	lattice_free(&lattice);
	path_free(path);
	free(path);
	qsort(rank, *n, sizeof *rank, by_loss);
	return rc;
}

/* Keep the `most` pieces that the corpus would miss. */
static int prune(struct trainer *t, size_t most)
{
	struct pruned *rank = mem_try(t->n, sizeof *rank);
	bool *keep = mem_array(t->n, sizeof *keep);
	double *uses = NULL, loss;
	size_t n = 0, kept = 0;
	int rc = rank ? count_uses(t, true, &uses, &loss) : ERR_NOMEM;

	if (rc < 0 || (rc = rank_pieces(t, uses, rank, &n)) < 0)
		goto done;
	for (size_t i = 0; i < n && i < most; i++)
		keep[rank[i].piece] = true;
	for (size_t i = 0; i < t->n; i++) {
		if (!keep[i])
			continue;
		t->piece[kept] = t->piece[i];
		t->score[kept++] = t->score[i];
	}
	t->n = kept;
done:
	free(rank);
	free(keep);
	free(uses);
	return rc;
}

/* -- the whole -- */

static int shrink(struct trainer *t)
{
	size_t wanted = t->options->pieces, margin = wanted + wanted / 10;
	int rc = 0;

	for (;;) {
		for (int i = 0; i < ROUNDS && rc == 0; i++)
			rc = maximise(t);
		if (rc < 0 || t->n <= wanted)
			return rc;
		if (t->n <= margin) {
			rc = prune(t, wanted);
		} else {
			double most = SHRINK * (double)t->n;

			rc = prune(t, most > (double)margin ? (size_t)most
							    : margin);
		}
		if (rc < 0)
			return rc;
	}
}

struct scored {
	struct str piece;
	double score;
};

static int by_score(const void *a, const void *b)
{
	const struct scored *x = a, *y = b;
	size_t n = x->piece.n < y->piece.n ? x->piece.n : y->piece.n;
	int c;

	if (x->score != y->score)
		return x->score < y->score ? 1 : -1;
	c = memcmp(x->piece.at, y->piece.at, n);
	return c ? c : (x->piece.n > y->piece.n) - (x->piece.n < y->piece.n);
}

static void give(struct trainer *t, struct unigram *out)
{
	struct scored *all = mem_array(t->n, sizeof *all);
	struct buf text = { 0 };

	for (size_t i = 0; i < t->n; i++) {
		buf_clear(&text);
		spelled_text(&t->text, t->piece[i].at, t->piece[i].n, &text);
		all[i].piece = arena_str(&out->arena, buf_view(&text));
		all[i].score = t->score[i];
	}
	qsort(all, t->n, sizeof *all, by_score);
	out->n = t->n;
	out->piece = mem_array(t->n, sizeof *out->piece);
	out->score = mem_array(t->n, sizeof *out->score);
	for (size_t i = 0; i < t->n; i++) {
		out->piece[i] = all[i].piece;
		out->score[i] = all[i].score;
	}
	out->loss = t->tilt;
	buf_free(&text);
	free(all);
}

int unigram_train(const struct counted *words,
		  const struct unigram_options *options, struct par *par,
		  struct unigram *out)
{
	struct trainer t = { .options = options, .par = par, .tilt = 2 };
	int rc = spelled_init(&t.text, words, options->coverage);

	*out = (struct unigram){ 0 };
	if (rc < 0)
		goto done;
	if (t.text.symbols - 1 > options->pieces) {
		rc = err_set(ERR_USAGE,
			     "%u pieces cannot hold the %zu characters of the "
			     "text; ask for more, or for less --coverage",
			     options->pieces, t.text.symbols - 1);
		goto done;
	}
	for (size_t w = 0; w < t.text.words; w++)
		t.symbols += (double)t.text.count[w] *
			     (t.text.start[w + 1] - t.text.start[w] - 1);
	if ((rc = choose_seeds(&t)) == 0 && (rc = shrink(&t)) == 0)
		give(&t, out);
done:
	spelled_free(&t.text);
	free(t.piece);
	free(t.score);
	return rc;
}

void unigram_free(struct unigram *unigram)
{
	free(unigram->piece);
	free(unigram->score);
	arena_free(&unigram->arena);
	*unigram = (struct unigram){ 0 };
}
