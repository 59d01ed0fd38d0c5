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
