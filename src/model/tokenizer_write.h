/*
 * tokenizer_write.h - a new vocabulary as a tokenizer.json
 *
 * unigram   NFKC, lower case; words are cut at white space and where the
 *           script changes; what has no piece is written in its bytes.  Made
 *           for models that read: case and space are gone.
 * bpe       the text as it is, byte by byte as GPT-2 has it; words are cut by
 *           the pattern of GPT-2.  Made for models that write.  Three tokens
 *           end texts and mark turns: <|endoftext|>, <|im_start|>, <|im_end|>
 *
 *     tokenizer_parts(TOKENIZER_UNIGRAM, &json);    no vocabulary yet
 *     tokenizer_from(&tokenizer, buf_view(&json));  to cut text into words
 *     ... train ...
 *     tokenizer_write_unigram(&unigram, &json);
 *     file_save("tokenizer.json", buf_view(&json));
 *
 * Source     the format and the ids are those of the `tokenizers` library, 0.23
 */
#ifndef MODEL_TOKENIZER_WRITE_H
#define MODEL_TOKENIZER_WRITE_H

#include "base/buf.h"
#include "model/bpe_train.h"
#include "model/tokenizer.h"
#include "model/unigram_train.h"

enum tokenizer_kind { TOKENIZER_UNIGRAM, TOKENIZER_BPE };

/* Ids that come before the pieces: "<unk>" and the 256 bytes. */
enum { UNIGRAM_FIRST = 257 };

/* Ids that come before the bytes: the three tokens above. */
enum { BPE_FIRST = 3 };

/* A tokenizer.json of this kind that knows no pieces. */
void tokenizer_parts(enum tokenizer_kind kind, struct buf *out);

/* Pieces get the ids UNIGRAM_FIRST + i. */
void tokenizer_write_unigram(const struct unigram *unigram, struct buf *out);

/* Bytes and merges get the ids BPE_FIRST + number. */
void tokenizer_write_bpe(const struct bpe *bpe, struct buf *out);

#endif
