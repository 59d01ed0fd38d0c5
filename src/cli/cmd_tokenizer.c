/* cmd_tokenizer.c - make a vocabulary from text */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/file.h"
#include "base/json.h"
#include "base/log.h"
#include "cli/command.h"
#include "model/tokenizer_write.h"
#include "train/words.h"

extern const struct command cmd_tokenizer;

static const char *kind = "unigram", *output = "tokenizer.json";
static uint64_t vocabulary = 16384;
static double coverage = 0.9995;

static const struct opt opts[] = {
	OPT_TEXT('o', "output", &output, "FILE", "where the vocabulary goes"),
	OPT_CHOICE(0, "kind", &kind, "unigram|bpe",
		   "unigram: for encoders; bpe: for models that write"),
	OPT_UINT(0, "vocab", &vocabulary, "N", "tokens, bytes included"),
	OPT_REAL(0, "coverage", &coverage, "SHARE",
		 "unigram: of all characters, the share that gets a token of "
		 "its own"),
	OPT_END,
};

static int check_options(void)
{
	if (vocabulary < UNIGRAM_FIRST + 1 || vocabulary > 1 << 20)
		return err_set(ERR_USAGE, "--vocab: %llu is not in %d to %d",
			       (unsigned long long)vocabulary,
			       UNIGRAM_FIRST + 1, 1 << 20);
	if (!(coverage > 0 && coverage <= 1))
		return err_set(ERR_USAGE, "--coverage: %g is not above 0 and "
					  "at most 1", coverage);
	return 0;
}

struct training {
	struct counted words;
	struct words_read read;
	size_t tokens;
	double loss; /* unigram: nats a character */
	struct buf json;
};

static int count_words(struct training *t, enum tokenizer_kind as, char **file,
		       int files, struct par *par)
{
	struct tokenizer *tokenizer = NULL;
	struct buf parts = { 0 };
	int rc;

	tokenizer_parts(as, &parts);
	if ((rc = tokenizer_parse(&tokenizer, buf_view(&parts))) == 0)
		rc = words_count((const char *const *)file, (size_t)files,
				 tokenizer, par, &t->words, &t->read);
	if (rc == 0 && !t->words.word.n)
		rc = err_set(ERR_FORMAT, "there are no words in %s%s", file[0],
			     files > 1 ? " and the other files" : "");
	if (t->read.broken)
		log_note("%llu line%s not UTF-8 and left out",
			 (unsigned long long)t->read.broken,
			 t->read.broken == 1 ? " is" : "s are");
	tokenizer_free(tokenizer);
	buf_free(&parts);
	return rc;
}

static int make_unigram(struct training *t, struct par *par)
{
	struct unigram_options options = {
		.pieces = (uint32_t)vocabulary - UNIGRAM_FIRST,
		.coverage = coverage,
		.longest = 16,
		.seeds = (uint32_t)vocabulary * 16,
	};
	struct unigram unigram;
	int rc = unigram_train(&t->words, &options, par, &unigram);

	if (rc == 0)
		tokenizer_write_unigram(&unigram, &t->json);
	t->tokens = unigram.n + UNIGRAM_FIRST;
	t->loss = unigram.loss;
	unigram_free(&unigram);
	return rc;
}

static int make_bpe(struct training *t)
{
	struct bpe bpe;
	int rc = bpe_train(&t->words, (uint32_t)vocabulary - BPE_FIRST, &bpe);

	if (rc == 0)
		tokenizer_write_bpe(&bpe, &t->json);
	t->tokens = bpe.token.n + BPE_FIRST;
	bpe_train_free(&bpe);
	return rc;
}

static void report(const struct training *t, double seconds, struct buf *out)
{
	struct json json = { .out = out };

	if (!cli.json) {
		buf_print(out, "%zu tokens from %llu lines, %u different words",
			  t->tokens, (unsigned long long)t->read.lines,
			  t->words.word.n);
		if (t->loss > 0)
			buf_print(out, "; %.3f nats a character", t->loss);
		buf_byte(out, '\n');
		return;
	}
	json_open(&json, '{');
	json_key(&json, "tokens");
	json_int(&json, (int64_t)t->tokens);
	json_key(&json, "lines");
	json_int(&json, (int64_t)t->read.lines);
	json_key(&json, "words");
	json_int(&json, t->words.word.n);
	json_key(&json, "loss");
	json_real(&json, t->loss > 0 ? t->loss : NAN);
	json_key(&json, "seconds");
	json_real(&json, seconds);
	json_close(&json, '}');
	buf_byte(out, '\n');
}

static int train(char **file, int files)
{
	enum tokenizer_kind as = strcmp(kind, "bpe") == 0 ? TOKENIZER_BPE
							  : TOKENIZER_UNIGRAM;
	struct par *par = par_new((unsigned)cli.threads);
	struct training t = { 0 };
	struct buf out = { 0 };
	double start = seconds_now();
	int rc = count_words(&t, as, file, files, par);

	if (rc == 0)
		rc = as == TOKENIZER_BPE ? make_bpe(&t) : make_unigram(&t, par);
	if (rc == 0)
		rc = file_save(output, buf_view(&t.json));
	if (rc == 0) {
		report(&t, seconds_now() - start, &out);
		rc = command_print(&out);
	}
	par_free(par);
	counted_free(&t.words);
	buf_free(&t.json);
	buf_free(&out);
	return rc;
}

static int run(int argc, char **argv)
{
	int rc = check_options();

	if (rc < 0)
		return rc;
	if (strcmp(argv[0], "train") != 0)
		return err_set(ERR_USAGE, "'%s' is not something to do with a "
					  "tokenizer; the word is train",
			       argv[0]);
	return train(argv + 1, argc - 1);
}

const struct command cmd_tokenizer = {
	.name = "tokenizer",
	.summary = "make a vocabulary from text",
	.operands = "train FILE...",
	.least = 2,
	.most = -1,
	.about = "Each line of the files is a text.  The tokenizer.json that "
		 "comes out is read by\nitdata and by the tokenizers library, "
		 "with the same tokens.",
	.examples = "  itdata tokenizer train lines.txt -o tokenizer.json\n",
	.opts = opts,
	.run = run,
};
