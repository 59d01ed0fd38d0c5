/*
 * quality.h - how well made a pair looks, without a model
 *
 *   compression  zlib size of the response / its size; low where it repeats
 *                itself, high where it is noise; not for less than 200 bytes
 *   letters      share of letters and digits among the characters of the
 *                response that are no white space
 *   agreement    1: the response is in the language of the instruction, or the
 *                instruction names a language; 0: it is not
 *   quality      1, times .5 for each of: compression outside .15 to .85 (.1 to
 *                .9 in Japanese and Chinese), letters below .25, agreement 0,
 *                a violated constraint; times .25 for any other finding; times
 *                1 - ambiguity
 *
 * The bounds are those of web-text filters, widened until code, tables and
 * lists of the clean sets pass; quality ranks, it decides nothing by itself.
 *
 *     quality_measure(&measurer, &pair, &found, &quality);
 *
 * Threads    a measurer each
 * Source     Data-Juicer and HojiChar for the kinds of measures
 */
#ifndef SCORE_QUALITY_H
#define SCORE_QUALITY_H

#include "db/pair.h"

/* What other stages said of the pair. */
struct found {
	bool violated, defect;
	double ambiguity; /* 0: none */
};

struct quality {
	double quality, letters, agreement;
	double compression; /* NAN: too short to tell */
};

struct measurer {
	struct buf packed;
};

void quality_measure(struct measurer *measurer, const struct pair *pair,
		     const struct found *found, struct quality *quality);
void measurer_free(struct measurer *measurer);

#endif
