/*
 * words.h - the words of text files, counted
 *
 * Lines are normalised and cut into words as a tokenizer.json says.  Files may
 * be packed with gzip or zstd; "-" is stdin.  Lines that are not UTF-8 are
 * left out and counted.
 *
 * Errors     ERR_IO, ERR_FORMAT with the path (read/input.h)
 */
#ifndef TRAIN_WORDS_H
#define TRAIN_WORDS_H

#include "base/par.h"
#include "model/counted.h"
#include "model/tokenizer.h"

struct words_read {
	uint64_t lines, broken; /* broken: not UTF-8 */
	uint64_t bytes;
};

/* Add the words of all files to `words`. */
int words_count(const char *const *path, size_t paths,
		const struct tokenizer *tokenizer, struct par *par,
		struct counted *words, struct words_read *read);

#endif
