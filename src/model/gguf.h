/*
 * gguf.h - a causal model as one file for llama.cpp
 *
 *     offset  size
 *     0       4    "GGUF"
 *     4       4    version, 3
 *     8       8    tensors
 *     16      8    keys
 *     24      .    for each key: u64 length and bytes of the key, u32 type,
 *                  value (u32 4, f32 6, bool 7, string 8: u64 length and
 *                  bytes; array 9: u32 type, u64 count, values)
 *     .       .    for each tensor: name as a string, u32 dimensions, u64 each
 *                  of them with the columns first, u32 type (F32 0, F16 1,
 *                  BF16 30), u64 offset from the start of the data
 *     .       .    zeros to a multiple of 32, then the data; each tensor
 *                  starts at a multiple of 32
 *
 * Little-endian.  llama.cpp turns pairs of neighbouring channels where our
 * files turn halves of a head, so the rows of Llama's Q and K change places:
 * row j of the first half goes to 2 j, of the second to 2 j + 1.  Qwen2 and
 * GPT-2 stay as they are.  Vectors are always F32.
 *
 * A vocabulary goes along where llama.cpp has its kind: Unigram as "t5", spaces
 * written as U+2581; byte-level BPE as "gpt2", when words are cut as GPT-2,
 * Llama 3 or Qwen2 cut them.  Normal forms (NFKC, lower case) and Unigram's
 * cuts where the script changes are not known there: such text must come as
 * the tokenizer would make it.  Any other vocabulary is left out ("no_vocab"):
 * tokens go in and out as numbers.
 *
 * Errors     ERR_IO, ERR_NOMEM
 * Source     docs/gguf.md of ggml, version 3
 */
#ifndef MODEL_GGUF_H
#define MODEL_GGUF_H

#include "model/causal.h"
#include "model/tokenizer.h"

enum gguf_type { GGUF_F32 = 0, GGUF_F16 = 1, GGUF_BF16 = 30 };

/* Whether the vocabulary goes along. */
bool gguf_knows(const struct tokenizer *tokenizer);

/* tokenizer may be NULL. */
int gguf_save(const struct causal *model, const struct tokenizer *tokenizer,
	      enum gguf_type type, const char *name, const char *path);

#endif
