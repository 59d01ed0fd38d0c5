/*
 * tokenizer_write.h - a new vocabulary as a tokenizer.json
 *
 * unigram   NFKC, lower case; words are cut at white space and where the
 *           script changes; what has no piece is written in its bytes.  Made
 *           for models that read: case and space are gone.
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
#include "model/tokenizer.h"
#include "model/unigram_train.h"

enum tokenizer_kind { TOKENIZER_UNIGRAM };

/* Ids that come before the pieces: "<unk>" and the 256 bytes. */
enum { UNIGRAM_FIRST = 257 };

/* A tokenizer.json of this kind that knows no pieces. */
void tokenizer_parts(enum tokenizer_kind kind, struct buf *out);

/* Pieces get the ids UNIGRAM_FIRST + i. */
void tokenizer_write_unigram(const struct unigram *unigram, struct buf *out);

#endif
