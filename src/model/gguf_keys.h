/*
 * gguf_keys.h - what a GGUF says about its model, key by key
 *
 * For the files that write one only: gguf.c has the model and its numbers,
 * gguf_vocabulary.c the vocabulary.  "%s" in the name of a key is the
 * architecture.  An array's values follow it with gguf_put_...().
 */
#ifndef MODEL_GGUF_KEYS_H
#define MODEL_GGUF_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "model/tokenizer.h"

enum gguf_value {
	GGUF_U32 = 4,
	GGUF_I32 = 5,
	GGUF_F32_VALUE = 6,
	GGUF_BOOL = 7,
	GGUF_STRING = 8,
	GGUF_ARRAY = 9,
};

struct gguf_keys {
	struct buf out;
	uint64_t n;
	const char *arch;
};

/* Little-endian. */
void gguf_put_u32(struct buf *out, uint32_t x);
void gguf_put_u64(struct buf *out, uint64_t x);
void gguf_put_f32(struct buf *out, float x);
void gguf_put_string(struct buf *out, struct str text);

void gguf_key_u32(struct gguf_keys *k, const char *name, uint32_t x);
void gguf_key_f32(struct gguf_keys *k, const char *name, double x);
void gguf_key_text(struct gguf_keys *k, const char *name, const char *text);
void gguf_key_no(struct gguf_keys *k, const char *name);
void gguf_key_array(struct gguf_keys *k, const char *name, uint32_t type,
		    uint64_t n);

/* A vocabulary of V tokens, some of them perhaps unknown to the tokenizer. */
void gguf_key_vocabulary(struct gguf_keys *k, const struct tokenizer *tokenizer,
			 uint32_t V, int64_t stop);

#endif
