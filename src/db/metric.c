/* metric.c - every measure: its name, unit, range and definition */
#include "db/metric.h"

#include <math.h>

const struct metric metric_table[] = {
	{ "ambiguity", METRIC_PAIR, "score", 0, 1, METRIC_LOWER, "filter",
	  "How likely the instruction can be read in several ways: the "
	  "weights of the ambiguity rules that match, joined." },
	{ "novelty", METRIC_PAIR, "1 - cosine", 0, 2, METRIC_HIGHER, "score",
	  "Distance from the vector of the nearest other kept pair." },
	{ "density", METRIC_PAIR, "cosine", -1, 1, METRIC_NEITHER, "score",
	  "Mean cosine to the nearest kept pairs: high where pairs crowd." },
	{ "cell", METRIC_PAIR, "number", 0, INFINITY, METRIC_NEITHER, "score",
	  "The part of the space of vectors that the pair lies in, a "
	  "k-means cell." },
	{ "quality", METRIC_PAIR, "score", 0, 1, METRIC_HIGHER, "score",
	  "How well made the pair looks without a model: lengths, "
	  "repetition, form, and what was found in it." },
	{ "compression", METRIC_PAIR, "ratio", 0, INFINITY, METRIC_NEITHER,
	  "score",
	  "Size of the response packed by zlib, divided by its size; low "
	  "where it repeats itself.  Of 200 bytes and more." },
	{ "letters", METRIC_PAIR, "share", 0, 1, METRIC_NEITHER, "score",
	  "Letters and digits among the characters of the response that "
	  "are no white space." },
	{ "agreement", METRIC_PAIR, "0 or 1", 0, 1, METRIC_HIGHER, "score",
	  "1 when the response is in the instruction's language, or the "
	  "instruction names a language." },
	{ "loss", METRIC_PAIR, "nats a token", 0, INFINITY, METRIC_NEITHER,
	  "score",
	  "Mean negative log likelihood of the response, given the "
	  "instruction, under the language model of --lm." },
	{ "perplexity", METRIC_PAIR, "tokens", 1, INFINITY, METRIC_NEITHER,
	  "score", "exp(loss)." },
	{ "ifd_loss", METRIC_PAIR, "ratio", 0, INFINITY, METRIC_NEITHER,
	  "score",
	  "Loss of the response given the instruction, divided by its loss "
	  "alone; above 1 the instruction does not help." },
	{ "ifd_ppl", METRIC_PAIR, "ratio", 0, INFINITY, METRIC_NEITHER,
	  "score", "As ifd_loss, of perplexities." },
	{ "vendi", METRIC_SET, "directions", 1, INFINITY, METRIC_HIGHER,
	  "score",
	  "exp of the entropy of the eigenvalues of X X' / N: how many "
	  "different directions the vectors amount to." },
	{ "coverage", METRIC_SET, "share", 0, 1, METRIC_HIGHER, "score",
	  "Entropy of the sizes of the k-means cells, divided by that of "
	  "equal cells." },
	{ "nearest", METRIC_SET, "1 - cosine", 0, 2, METRIC_HIGHER, "score",
	  "Mean distance to the nearest other pair." },
	{ "novelsum", METRIC_SET, "weighted 1 - cosine", 0, INFINITY,
	  METRIC_HIGHER, "score",
	  "Distances to all others, near ones weighted more and pairs in "
	  "crowds less, of a sample." },
	{ "tokens", METRIC_SET, "tokens", 0, INFINITY, METRIC_NEITHER,
	  "stats",
	  "Tokens of kept pairs, estimated as one for four bytes of UTF-8." },
	{ "distinct_instructions", METRIC_SET, "pairs", 0, INFINITY,
	  METRIC_HIGHER, "stats",
	  "Different instructions among kept pairs." },
	{ "distinct_responses", METRIC_SET, "pairs", 0, INFINITY,
	  METRIC_HIGHER, "stats", "Different responses among kept pairs." },
};

const size_t metric_count = sizeof metric_table / sizeof *metric_table;

const struct metric *metric_find(struct str name)
{
	for (size_t i = 0; i < metric_count; i++)
		if (str_is(name, metric_table[i].name))
			return &metric_table[i];
	return NULL;
}
