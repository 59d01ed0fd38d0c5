/*
 * tokens.h - the token shard: text as a trainer eats it
 *
 * Tokens of many documents (pairs) one after the other, with a bit for each
 * that says whether the loss counts it, where each document starts, and which
 * pair it is.  Little-endian; sections start at multiples of 64 and the gaps
 * are zeros, so that the file can be mapped and used as it is.
 *
 *     offset  size
 *      0       8   magic "ITDTOK\r\n"
 *      8       4   version, 1
 *     12       4   width W of a token in bytes: 2, or 4 when V > 65536
 *     16       8   tokens T
 *     24       8   documents D
 *     32       8   trained: bits set in the mask
 *     40       4   vocabulary V; every token is below it
 *     44       4   the token that ends an answer; 4294967295 when none does
 *     48      32   SHA-256 of the tokenizer's file
 *     80      16   name of the chat template, padded with NUL
 *     96      32   zeros
 *    128     W*T   token
 *      .  T/8 up   mask: bit t & 7 of byte t / 8 is set when the loss is taken
 *                  where token t is the one to be predicted
 *      .  8(D+1)   start: first token of each document; the last entry is T
 *      .      8D   pair: id of each document in the database
 *
 * Reading:
 *
 *     if ((rc = token_shard_open(&shard, path)) < 0) ...
 *     rc = token_shard_copy(&shard, from, n, token);
 *     if (token_shard_trained(&shard, t)) ...
 *     token_shard_close(&shard);
 *
 * Writing, with the counts known before:
 *
 *     token_writer_start(&writer, &file, &header);
 *     token_writer_put(&writer, TOKEN_IDS, id, n);  again and again, then
 *     TOKEN_MASK, TOKEN_START and TOKEN_PAIR, in this order
 *     rc = token_writer_end(&writer);
 *
 * Ownership  a shard owns its mapping; pointers are borrowed until close
 * Errors     ERR_IO; ERR_FORMAT: not a token shard, cut off, a start out of
 *            order, a token that is not below V (found by token_shard_copy()
 *            and token_shard_check(): opening reads no tokens)
 * Threads    read-only after token_shard_open()
 */
#ifndef SHARD_TOKENS_H
#define SHARD_TOKENS_H

#include <stdbool.h>

#include "base/file.h"

enum {
	TOKEN_HEADER = 128,
	TOKEN_NO_STOP = -1, /* of header.stop */
	TOKEN_TEMPLATE = 16,
};

struct token_header {
	uint32_t width;
	uint64_t tokens, documents, trained;
	uint32_t vocabulary;
	int64_t stop; /* token, or TOKEN_NO_STOP */
	unsigned char tokenizer[32];        /* SHA-256 */
	char template[TOKEN_TEMPLATE + 1];  /* and a NUL */
};

struct token_shard {
	struct token_header header;
	const unsigned char *token; /* (T) of width bytes */
	const unsigned char *mask;  /* (T) bits */
	const uint64_t *start;      /* (D + 1) */
	const int64_t *pair;        /* (D) */
	void *map;
	size_t size;
};

int token_shard_open(struct token_shard *shard, const char *path);
void token_shard_close(struct token_shard *shard);

/* Tokens [from, from + n), all of them below V.  The range is the caller's. */
int token_shard_copy(const struct token_shard *shard, uint64_t from, size_t n,
		     uint32_t *token);

/* Whether the loss counts token t as a target. */
static inline bool token_shard_trained(const struct token_shard *shard,
				       uint64_t t)
{
	return shard->mask[t / 8] >> (t & 7) & 1;
}

/* Read all of it: every token below V, as many bits as `trained` says. */
int token_shard_check(const struct token_shard *shard);

/* The width that a vocabulary needs. */
uint32_t token_width(uint32_t vocabulary);

enum token_section { TOKEN_IDS, TOKEN_MASK, TOKEN_START, TOKEN_PAIR };

struct token_writer {
	struct file *file;
	struct token_header header;
	enum token_section section;
	uint64_t at;       /* elements written to the section */
	unsigned bits;     /* of the mask, not written yet */
	uint64_t offset;   /* in the file */
	struct buf narrow; /* scratch */
};

/* The file is open and empty; writes the header. */
int token_writer_start(struct token_writer *writer, struct file *file,
		       const struct token_header *header);

/*
 * n elements: uint32_t for IDS, unsigned char 0 or 1 for MASK, uint64_t for
 * START, int64_t for PAIR.
 */
int token_writer_put(struct token_writer *writer, enum token_section section,
		     const void *at, size_t n);

/* Every section is complete; the file is not committed. */
int token_writer_end(struct token_writer *writer);

#endif
