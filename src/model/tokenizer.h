/*
 * tokenizer.h - text to the numbers that a model was trained on
 *
 * A tokenizer is read from the tokenizer.json, or SentencePiece's .model, that
 * stands beside a model's weights.  Text goes through it in four steps, each as the file says: added
 * tokens such as [MASK] are cut out, the rest is normalised, cut into words,
 * and each word becomes pieces of the vocabulary; a post-processor puts tokens
 * such as [CLS] and [SEP] around them.
 *
 *     struct tokens tokens = { 0 };
 *     if ((rc = tokenizer_open(&tokenizer, "model/")) < 0) ...
 *     tokenizer_encode(tokenizer, text, true, 256, &tokens);
 *     use(tokens.id, tokens.n);
 *     tokens_free(&tokens);
 *     tokenizer_free(tokenizer);
 *
 * What it reads: models WordPiece, Unigram and BPE; normalisers Bert,
 * Lowercase, NFC, NFD, NFKC, NFKD, Precompiled, StripAccents, Strip, Prepend,
 * Replace and Sequence; pre-tokenisers Bert, ByteLevel, CharDelimiterSplit,
 * Digits, Metaspace, Punctuation, Split, UnicodeScripts, Whitespace,
 * WhitespaceSplit and Sequence; post-processors Bert, Roberta, Template and
 * Sequence; decoders ByteFallback, ByteLevel, Fuse, Metaspace, Replace, Strip,
 * WordPiece and Sequence.
 *
 * Ownership  struct tokens owns its ids and its scratch; use one again and
 *            again
 * Errors     ERR_FORMAT: the file is broken, or asks for a part that we do not
 *            know (an approximate tokenizer is worse than none)
 * Threads    read-only after tokenizer_open(); each thread has its own tokens
 * Source     the ids are those of the `tokenizers` library, 0.23, and of
 *            sentencepiece 0.2
 */
#ifndef MODEL_TOKENIZER_H
#define MODEL_TOKENIZER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "text/pattern.h"

struct tokenizer;

/* Texts in a row: text i is at[end[i - 1] .. end[i]). */
struct pieces {
	struct buf text;
	size_t *end; /* (n) */
	size_t n, room;
};

struct tokens {
	uint32_t *id; /* (n) */
	size_t n, room;
	struct buf normal, other; /* scratch */
	struct pieces piece, next;
	void *work; /* of the model, `work_room` bytes */
	size_t work_room;
	struct pattern_room matching;
};

/*
 * path: a tokenizer.json or SentencePiece .model, or the folder that holds one
 * (tokenizer.json rather than the other).
 */
int tokenizer_open(struct tokenizer **tokenizer, const char *path);

/* The same from the text of a tokenizer.json. */
int tokenizer_parse(struct tokenizer **tokenizer, struct str json);
void tokenizer_free(struct tokenizer *tokenizer);

/*
 * The tokens of a text, valid UTF-8.  special: with what the post-processor
 * adds.  most: at most so many tokens, those of the text's end are cut; 0 is
 * no limit.  tokens->piece holds the words of what stands behind the last added
 * token, all of them when there is none.
 */
void tokenizer_encode(const struct tokenizer *tokenizer, struct str text,
		      bool special, size_t most, struct tokens *tokens);

/*
 * Append the tokens of a text in which nothing is an added token: a mark that
 * somebody typed stays text.  first: no text stands before it.
 */
void tokenizer_append(const struct tokenizer *tokenizer, struct str text,
		      bool first, struct tokens *tokens);
void tokens_free(struct tokens *tokens);

/*
 * Only normalise and cut: the words into tokens->piece.  Added tokens are not
 * looked for.
 */
void tokenizer_words(const struct tokenizer *tokenizer, struct str text,
		     struct tokens *tokens);

static inline struct str pieces_at(const struct pieces *pieces, size_t i)
{
	size_t start = i ? pieces->end[i - 1] : 0;

	return (struct str){ pieces->text.at + start, pieces->end[i] - start };
}

/*
 * Append the text of tokens, as the file's decoder makes it; special tokens
 * are left out.  Bytes that are no UTF-8 become U+FFFD.
 */
void tokenizer_decode(const struct tokenizer *tokenizer, const uint32_t *id,
		      size_t n, struct buf *text);

/* Text that comes token by token; starts as { 0 }. */
struct decoding {
	uint32_t *id; /* (n) the last ones, which the next may change */
	size_t n, room, shown; /* `shown` of them have been appended */
	struct buf before, after;
};

/*
 * Append what one more token adds: whole characters only, so perhaps nothing
 * yet.  decoding_end() appends what waits and frees; text may be NULL.
 */
void decoding_next(const struct tokenizer *tokenizer,
		   struct decoding *decoding, uint32_t id, struct buf *text);
void decoding_end(const struct tokenizer *tokenizer, struct decoding *decoding,
		  struct buf *text);

/* One more than the largest id. */
uint32_t tokenizer_size(const struct tokenizer *tokenizer);

/* The id of a token by its name. */
bool tokenizer_find(const struct tokenizer *tokenizer, struct str name,
		    uint32_t *id);

/* The name of a token; {NULL, 0} when no token has this id. */
struct str tokenizer_name(const struct tokenizer *tokenizer, uint32_t id);

#endif
