/*
 * wordpiece.c - the longest piece first, from the left
 *
 * A word that cannot be put together to its end is one unknown token.
 * Source: Schuster and Nakajima, "Japanese and Korean voice search", 2012, as
 * BERT does it.
 */
#include "model/parts.h"
#include "text/utf8.h"

/* The longest piece at `at`, at most `n` bytes: its length, or 0. */
static size_t longest_piece(const struct tokenizer *tokenizer, const char *at,
			    size_t n, bool inside, struct buf *scratch,
			    uint32_t *id)
{
	const struct vocabulary *v = &tokenizer->vocabulary;
	size_t extra = inside ? tokenizer->prefix.n : 0;

	if (n + extra > v->longest)
		n = v->longest > extra ? v->longest - extra : 0;
	buf_clear(scratch);
	if (inside)
		buf_str(scratch, tokenizer->prefix);
	buf_put(scratch, at, n);
	for (; n > 0; n--)
		if (vocabulary_find(v, (struct str){ scratch->at, extra + n },
				    id))
			return n;
	return 0;
}

void wordpiece_encode(const struct tokenizer *tokenizer, struct str word,
		      struct tokens *tokens)
{
	size_t first = tokens->n, done = 0, n = 0;
	uint32_t id = 0;

	if (word.n > tokenizer->longest_word &&
	    utf8_count(word.at, word.n) > tokenizer->longest_word)
		done = word.n + 1;
	for (; done < word.n; done += n) {
		n = longest_piece(tokenizer, word.at + done, word.n - done,
				  done > 0, &tokens->other, &id);
		if (!n)
			break;
		tokens_add(tokens, id);
	}
	if (done == word.n)
		return;
	tokens->n = first;
	tokens_add_unknown(tokenizer, tokens);
}
