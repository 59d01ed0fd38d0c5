/* ngram.c - runs of characters to buckets */
#include "model/ngram.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "text/script.h"
#include "text/utf8.h"

enum { LONGEST = 4 }; /* characters of a run */

static void add(struct ngrams *ngrams, const char *at, size_t n,
		uint32_t buckets)
{
	uint32_t b = (uint32_t)hash64(at, n, 0) & (buckets - 1);
	uint64_t bit = UINT64_C(1) << (b % 64);

	if (ngrams->seen[b / 64] & bit)
		return;
	ngrams->seen[b / 64] |= bit;
	mem_grow(&ngrams->bucket, &ngrams->room, ngrams->n + 1,
		 sizeof *ngrams->bucket);
	ngrams->bucket[ngrams->n++] = b;
}

/* Runs of least to most characters in text. */
static void add_runs(struct ngrams *ngrams, struct str text, unsigned least,
		     unsigned most, uint32_t buckets)
{
	const char *start[LONGEST] = { 0 }; /* of the last characters */
	const char *at = text.at, *end = text.at + text.n;
	size_t n = 0;

	while (at < end) {
		start[n++ % LONGEST] = at;
		utf8_next(&at);
		for (size_t k = least; k <= most && k <= n; k++) {
			const char *from = start[(n - k) % LONGEST];

			add(ngrams, from, (size_t)(at - from), buckets);
		}
	}
}

static void add_kanji(struct ngrams *ngrams, struct str text, uint32_t buckets)
{
	const char *at = text.at, *end = text.at + text.n;

	while (at < end) {
		const char *here = at;

		if (script_of(utf8_next(&at)) == SCRIPT_HAN)
			add(ngrams, here, (size_t)(at - here), buckets);
	}
}

static bool is_inside(uint32_t c)
{
	switch (char_kind(c)) {
	case CHAR_LETTER:
	case CHAR_MARK:
	case CHAR_DIGIT:
	case CHAR_NUMBER:
		return true;
	default:
		return false;
	}
}

/* A word between marks that stand for its edges. */
static void add_edged(struct ngrams *ngrams, struct str word, uint32_t buckets)
{
	enum { SHORT = 128 };
	char edged[SHORT + 2];

	if (word.n > SHORT) {
		add_runs(ngrams, word, 3, 4, buckets);
		return;
	}
	edged[0] = '^';
	memcpy(edged + 1, word.at, word.n);
	edged[word.n + 1] = '$';
	add_runs(ngrams, (struct str){ edged, word.n + 2 }, 3, 4, buckets);
}

static void add_word(struct ngrams *ngrams, struct str word, uint32_t buckets)
{
	const char *at = word.at, *end = at + word.n, *start = NULL;
	uint32_t first = utf8_next(&at);

	if (first == 0x30fc || script_is_cjk(script_of(first))) {
		add_kanji(ngrams, word, buckets);
		add_runs(ngrams, word, 2, 3, buckets);
		return;
	}
	for (at = word.at; at < end;) {
		const char *here = at;
		bool inside = is_inside(utf8_next(&at));

		if (inside && !start)
			start = here;
		if (!inside && start) {
			add_edged(ngrams, (struct str){
				start, (size_t)(here - start) }, buckets);
			start = NULL;
		}
	}
	if (start)
		add_edged(ngrams, (struct str){
			start, (size_t)(end - start) }, buckets);
}

void ngrams_find(struct ngrams *ngrams, const struct pieces *words,
		 uint32_t buckets)
{
	if (ngrams->seen_buckets < buckets) {
		free(ngrams->seen);
		ngrams->seen = mem_array(buckets / 64 + 1,
					 sizeof *ngrams->seen);
		ngrams->seen_buckets = buckets;
	}
	ngrams->n = 0;
	for (size_t i = 0; i < words->n; i++)
		add_word(ngrams, pieces_at(words, i), buckets);
	for (size_t i = 0; i < ngrams->n; i++)
		ngrams->seen[ngrams->bucket[i] / 64] = 0;
}

void ngrams_free(struct ngrams *ngrams)
{
	free(ngrams->bucket);
	free(ngrams->seen);
	*ngrams = (struct ngrams){ 0 };
}
