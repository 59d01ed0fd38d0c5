/*
 * parts.h - what a tokenizer is put together from
 *
 * Only the files of the tokenizer include this.  Normalisers and
 * pre-tokenisers are lists of steps; a Sequence in the file is just more of
 * them.
 *
 * Source     the format is that of the `tokenizers` library's tokenizer.json
 */
#ifndef MODEL_PARTS_H
#define MODEL_PARTS_H

#include "base/mem.h"
#include "model/tokenizer.h"
#include "model/vocabulary.h"

enum normaliser {
	NORMALISE_BERT,
	NORMALISE_LOWER,
	NORMALISE_NFC,
	NORMALISE_NFD,
	NORMALISE_NFKC,
	NORMALISE_NFKD,
	NORMALISE_STRIP_ACCENTS,
	NORMALISE_PREPEND,
	NORMALISE_REPLACE,
};

struct normalise_step {
	enum normaliser kind;
	bool clean, chinese, accents, lower; /* BERT: what it does */
	struct str from, to;                 /* REPLACE, PREPEND (to) */
};

enum splitter {
	SPLIT_BERT,  /* at white space, and punctuation alone */
	SPLIT_SPACE, /* at white space */
	SPLIT_WORD,  /* \w+|[^\w\s]+ */
};

struct split_step {
	enum splitter kind;
};

struct added {
	struct str text; /* normalised, when `normal` */
	uint32_t id;
	bool word, left, right; /* only a whole word; takes space with it */
	bool normal;            /* looked for in normalised text */
};

struct tokenizer {
	struct arena arena;
	struct vocabulary vocabulary;
	struct normalise_step *normalise; /* (normalises) */
	struct split_step *split;         /* (splits) */
	size_t normalises, splits;
	size_t normalise_room, split_room;
	struct added *added; /* (addeds) longest first */
	size_t addeds, added_room;
	bool starts[256]; /* bytes that an added token starts with */
	uint32_t *before, *after; /* around a text */
	size_t befores, afters, before_room, after_room;
	/* WordPiece */
	struct str prefix; /* of pieces inside a word: "##" */
	uint32_t unknown;
	size_t longest_word; /* characters; longer ones are unknown */
};

/* Text in normal form, into `out`; tokens->other is scratch. */
void tokenizer_normalise(const struct tokenizer *tokenizer, struct str text,
			 struct buf *out, struct buf *scratch);

/* The words of a normalised text, into tokens->piece. */
void tokenizer_split(const struct tokenizer *tokenizer, struct str text,
		     struct tokens *tokens);

/* The pieces of a word, appended to tokens. */
void wordpiece_encode(const struct tokenizer *tokenizer, struct str word,
		      struct tokens *tokens);

/* Fill in all parts from the text of a tokenizer.json. */
int tokenizer_read(struct tokenizer *tokenizer, struct str text);

static inline struct str piece_at(const struct pieces *pieces, size_t i)
{
	size_t start = i ? pieces->end[i - 1] : 0;

	return (struct str){ pieces->text.at + start, pieces->end[i] - start };
}

static inline void pieces_add(struct pieces *pieces, struct str text)
{
	if (!text.n)
		return;
	buf_put(&pieces->text, text.at, text.n);
	mem_grow(&pieces->end, &pieces->room, pieces->n + 1,
		 sizeof *pieces->end);
	pieces->end[pieces->n++] = pieces->text.n;
}

static inline void tokens_add(struct tokens *tokens, uint32_t id)
{
	mem_grow(&tokens->id, &tokens->room, tokens->n + 1,
		 sizeof *tokens->id);
	tokens->id[tokens->n++] = id;
}

#endif
