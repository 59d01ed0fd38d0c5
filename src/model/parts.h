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
#include "model/charsmap.h"
#include "model/tokenizer.h"
#include "model/trie.h"
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
	NORMALISE_PATTERN, /* replace what a pattern matches */
	NORMALISE_CHARSMAP, /* as `tokenizers` does it: by grapheme */
	NORMALISE_LONGEST,  /* as SentencePiece does it */
	NORMALISE_STRIP,
	NORMALISE_SPACES, /* ' ' only: none at the ends, one between words */
};

struct normalise_step {
	enum normaliser kind;
	bool clean, chinese, accents, lower; /* BERT: what it does */
	struct str from, to;    /* REPLACE; PREPEND, PATTERN: to */
	struct pattern pattern; /* PATTERN */
	struct charsmap charsmap;
	bool left, right; /* STRIP: at which ends */
};

enum splitter {
	SPLIT_BERT,  /* at white space, and punctuation alone */
	SPLIT_SPACE, /* at white space */
	SPLIT_WORD,  /* \w+|[^\w\s]+ */
	SPLIT_METASPACE,
	SPLIT_SCRIPT,  /* where the script changes; kana are Han */
	SPLIT_PATTERN, /* at what a pattern matches */
	SPLIT_SPACED,  /* no cut: a space before, where there is none */
	SPLIT_BYTES,   /* no cut: each byte becomes a printable character */
};

/* What becomes of a match. */
enum behaviour {
	MATCH_ISOLATED,
	MATCH_REMOVED,
	MATCH_CONTIGUOUS, /* matches side by side are one */
	MATCH_TO_PREVIOUS,
	MATCH_TO_NEXT,
};

enum prepend { PREPEND_ALWAYS, PREPEND_FIRST, PREPEND_NEVER };

struct split_step {
	enum splitter kind;
	struct str mark;      /* METASPACE: in place of a space */
	enum prepend prepend; /* before what does not start with a mark */
	bool cut;             /* before each mark */
	struct pattern pattern;
	struct str source;        /* PATTERN: what it was compiled from */
	enum behaviour behaviour; /* PATTERN */
	bool invert;              /* what does not match is the match */
};

enum decoder {
	DECODE_REPLACE,
	DECODE_BYTES,     /* ByteFallback: "<0x41>" */
	DECODE_LETTERS,   /* ByteLevel: characters that stand for bytes */
	DECODE_FUSE,      /* all tokens to one */
	DECODE_STRIP,     /* up to so many of `from` at either end */
	DECODE_METASPACE, /* `from` is a space; none at the start */
	DECODE_WORDPIECE, /* a space before what has no prefix */
};

struct decode_step {
	enum decoder kind;
	struct str from, to;
	size_t left, right; /* STRIP: at most */
	bool trim;          /* METASPACE; WORDPIECE: clean up */
};

/* Two neighbours that become one piece. */
struct merge {
	uint32_t left, right; /* left NO_TOKEN: an empty slot */
	uint32_t rank, id;    /* the lowest rank first; what they become */
};

enum model { MODEL_WORDPIECE, MODEL_UNIGRAM, MODEL_BPE };

struct added {
	struct str text; /* normalised, when `normal` */
	uint32_t id;
	bool word, left, right; /* only a whole word; takes space with it */
	bool normal;            /* looked for in normalised text */
	bool special;           /* no text: left out when decoding */
	bool hidden;            /* not looked for in texts at all */
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
	enum model model;
	uint32_t unknown;   /* NO_TOKEN: what is unknown is left out */
	bool fallback;      /* what is unknown is written in bytes */
	uint32_t byte[256]; /* their tokens, "<0x41>", or NO_TOKEN */
	/* WordPiece */
	struct str prefix; /* of pieces inside a word: "##" */
	size_t longest_word; /* characters; longer ones are unknown */
	/* Unigram */
	struct trie trie;
	double *score; /* (vocabulary.ids) */
	size_t score_room;
	double unknown_score; /* of a character; below all of them */
	bool single;          /* scores are added in single precision */
	/* BPE; prefix also */
	struct merge *merge; /* (merge_mask + 1) a hash table */
	uint32_t merges, merge_mask;
	struct str suffix;  /* of the last piece of a word */
	bool fuse, whole;   /* unknowns; a word that is a piece needs no merge */
	/* back to text */
	struct decode_step *decode; /* (decodes) */
	size_t decodes, decode_room;
};

#define NO_TOKEN UINT32_MAX

/* Text in normal form, into tokens->normal. */
void tokenizer_normalise(const struct tokenizer *tokenizer, struct str text,
			 struct tokens *tokens);

/*
 * The words of a normalised text, into tokens->piece.  first: it is the start
 * of all the text.
 */
void tokenizer_split(const struct tokenizer *tokenizer, struct str text,
		     bool first, struct tokens *tokens);

/* The pieces of a word, appended to tokens. */
void wordpiece_encode(const struct tokenizer *tokenizer, struct str word,
		      struct tokens *tokens);

void unigram_encode(const struct tokenizer *tokenizer, struct str text,
		    struct tokens *tokens);

void bpe_encode(const struct tokenizer *tokenizer, struct str word,
		struct tokens *tokens);

/* A merge; ERR_FORMAT: a piece of it is not there. */
int bpe_add(struct tokenizer *tokenizer, struct str left, struct str right,
	    uint32_t rank);

/* The character that stands for a byte (GPT-2), and back; -1: none does. */
size_t letter_of(unsigned char byte, char out[2]);
int byte_of(uint32_t letter);

/* Compile a pattern in which \s, \w, \d mean all of Unicode. */
int tokenizer_pattern(struct pattern *pattern, struct str text);

/* The next match in text from `from` on; false: none. */
bool tokens_match(const struct pattern *pattern, struct tokens *tokens,
		  struct str text, size_t from, struct span *span);

/* Cut text by a pattern into pieces. */
void tokenizer_cut(const struct split_step *step, struct str text,
		   struct tokens *tokens, struct pieces *out);

struct cJSON;

/* The "decoder" of a tokenizer.json. */
int tokenizer_read_decoder(struct tokenizer *tokenizer,
			   const struct cJSON *decoder);

/* The "pre_tokenizer" of a tokenizer.json. */
int tokenizer_read_splitter(struct tokenizer *tokenizer,
			    const struct cJSON *splitter);

/* The "model" of a tokenizer.json. */
int tokenizer_read_model(struct tokenizer *tokenizer, const struct cJSON *model);

/* The next piece of a Unigram vocabulary.  text: it may be found in a text. */
int tokenizer_add_scored(struct tokenizer *tokenizer, struct str piece,
			 double score, bool text);

/* The tokens of single bytes, "<0x00>" to "<0xFF>". */
void tokenizer_find_bytes(struct tokenizer *tokenizer);

/* Say that a {"type": TYPE} of the file is not one that we have. */
int tokenizer_unknown_part(const char *part, const struct cJSON *object);

/* Order of struct added: what is found first stands first. */
int added_longest_first(const void *a, const void *b);

/* Fill in all parts from the bytes of a SentencePiece .model. */
int sentencepiece_read(struct tokenizer *tokenizer, struct str bytes);

/* Fill in all parts from the text of a tokenizer.json. */
int tokenizer_read(struct tokenizer *tokenizer, struct str text);

/* What was written behind the last piece is one more. */
static inline void pieces_end(struct pieces *pieces)
{
	mem_grow(&pieces->end, &pieces->room, pieces->n + 1,
		 sizeof *pieces->end);
	pieces->end[pieces->n++] = pieces->text.n;
}

static inline void pieces_add(struct pieces *pieces, struct str text)
{
	if (!text.n)
		return;
	buf_put(&pieces->text, text.at, text.n);
	pieces_end(pieces);
}

static inline void tokens_add(struct tokens *tokens, uint32_t id)
{
	mem_grow(&tokens->id, &tokens->room, tokens->n + 1,
		 sizeof *tokens->id);
	tokens->id[tokens->n++] = id;
}

static inline void tokens_add_unknown(const struct tokenizer *tokenizer,
				      struct tokens *tokens)
{
	if (tokenizer->unknown != NO_TOKEN)
		tokens_add(tokens, tokenizer->unknown);
}

/* The text in bytes; false, and nothing, when there is no token for one. */
static inline bool bytes_add(const struct tokenizer *tokenizer, struct str text,
			     struct tokens *tokens)
{
	size_t n = tokens->n;

	for (size_t i = 0; i < text.n; i++) {
		uint32_t id = tokenizer->byte[(unsigned char)text.at[i]];

		if (id == NO_TOKEN) {
			tokens->n = n;
			return false;
		}
		tokens_add(tokens, id);
	}
	return true;
}

/* Scratch of so many bytes, valid until the next call. */
static inline void *tokens_work(struct tokens *tokens, size_t bytes)
{
	mem_grow(&tokens->work, &tokens->work_room, bytes, 1);
	return tokens->work;
}

#endif
