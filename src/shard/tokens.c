/* tokens.c - the token shard: text as a trainer eats it */
#include "shard/tokens.h"

#include <assert.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"

static const char magic[8] = { 'I', 'T', 'D', 'T', 'O', 'K', '\r', '\n' };

enum { VERSION = 1, ALIGN = 64 };

static uint32_t get32(const unsigned char *at)
{
	return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
	       (uint32_t)at[3] << 24;
}

static uint64_t get64(const unsigned char *at)
{
	return get32(at) | (uint64_t)get32(at + 4) << 32;
}

static void put32(unsigned char *at, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		at[i] = (unsigned char)(value >> 8 * i);
}

static void put64(unsigned char *at, uint64_t value)
{
	put32(at, (uint32_t)value);
	put32(at + 4, (uint32_t)(value >> 32));
}

uint32_t token_width(uint32_t vocabulary)
{
	return vocabulary > 1u << 16 ? 4 : 2;
}

static uint64_t align(uint64_t offset)
{
	return (offset + ALIGN - 1) / ALIGN * ALIGN;
}

/* Where each section starts, and in the last place where the file ends. */
static void layout(const struct token_header *h, uint64_t at[5])
{
	at[TOKEN_IDS] = TOKEN_HEADER;
	at[TOKEN_MASK] = align(at[TOKEN_IDS] + h->width * h->tokens);
	at[TOKEN_START] = align(at[TOKEN_MASK] + (h->tokens + 7) / 8);
	at[TOKEN_PAIR] = align(at[TOKEN_START] + 8 * (h->documents + 1));
	at[4] = at[TOKEN_PAIR] + 8 * h->documents;
}

/* -- reading -- */

static int read_header(struct token_shard *shard, const char *path)
{
	const unsigned char *at = shard->map;
	struct token_header *h = &shard->header;

	if (shard->size < TOKEN_HEADER || memcmp(at, magic, sizeof magic) != 0)
		return err_set(ERR_FORMAT, "%s: not a token shard", path);
	if (get32(at + 8) != VERSION)
		return err_set(ERR_FORMAT,
			       "%s: token shard of version %u; this program "
			       "reads version %d", path, get32(at + 8), VERSION);
	h->width = get32(at + 12);
	h->tokens = get64(at + 16);
	h->documents = get64(at + 24);
	h->trained = get64(at + 32);
	h->vocabulary = get32(at + 40);
	h->stop = get32(at + 44) == UINT32_MAX ? TOKEN_NO_STOP
					       : (int64_t)get32(at + 44);
	memcpy(h->tokenizer, at + 48, sizeof h->tokenizer);
	memcpy(h->template, at + 80, TOKEN_TEMPLATE);
	h->template[TOKEN_TEMPLATE] = '\0';
	if ((h->width != 2 && h->width != 4) || h->trained > h->tokens)
		return err_set(ERR_FORMAT, "%s: broken header", path);
	return 0;
}

/* Counts are bounded by the file's size before they are multiplied. */
static int find_sections(struct token_shard *shard, const char *path)
{
	const struct token_header *h = &shard->header;
	const unsigned char *base = shard->map;
	uint64_t at[5];

	if (h->tokens > shard->size / h->width ||
	    h->documents > shard->size / 16)
		return err_set(ERR_FORMAT, "%s: cut off", path);
	layout(h, at);
	if (at[4] != shard->size)
		return err_set(ERR_FORMAT,
			       "%s: %zu bytes, but its header asks for %llu",
			       path, shard->size, (unsigned long long)at[4]);
	shard->token = base + at[TOKEN_IDS];
	shard->mask = base + at[TOKEN_MASK];
	shard->start = (const uint64_t *)(base + at[TOKEN_START]);
	shard->pair = (const int64_t *)(base + at[TOKEN_PAIR]);
	return 0;
}

static int check_starts(const struct token_shard *shard, const char *path)
{
	const struct token_header *h = &shard->header;

	if (shard->start[0] != 0 || shard->start[h->documents] != h->tokens)
		return err_set(ERR_FORMAT,
			       "%s: documents do not cover its tokens", path);
	for (uint64_t d = 0; d < h->documents; d++)
		if (shard->start[d] > shard->start[d + 1])
			return err_set(ERR_FORMAT,
				       "%s: document %llu ends before it "
				       "starts", path, (unsigned long long)d);
	return 0;
}

int token_shard_open(struct token_shard *shard, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	int rc = 0;

	*shard = (struct token_shard){ 0 };
	if (fd < 0 || fstat(fd, &st) < 0)
		rc = err_sys(ERR_IO, "%s", path);
	else if (st.st_size < TOKEN_HEADER)
		rc = err_set(ERR_FORMAT, "%s: not a token shard", path);
	if (rc == 0) {
		shard->size = (size_t)st.st_size;
		shard->map = mmap(NULL, shard->size, PROT_READ, MAP_SHARED, fd,
				  0);
		if (shard->map == MAP_FAILED) {
			shard->map = NULL;
			rc = err_sys(ERR_IO, "%s", path);
		}
	}
	if (fd >= 0)
		close(fd);
	if (rc == 0 && (rc = read_header(shard, path)) == 0 &&
	    (rc = find_sections(shard, path)) == 0)
		rc = check_starts(shard, path);
	if (rc < 0)
		token_shard_close(shard);
	return rc;
}

void token_shard_close(struct token_shard *shard)
{
	if (shard->map)
		munmap(shard->map, shard->size);
	*shard = (struct token_shard){ 0 };
}

int token_shard_copy(const struct token_shard *shard, uint64_t from, size_t n,
		     uint32_t *token)
{
	const struct token_header *h = &shard->header;
	const unsigned char *at = shard->token + from * h->width;
	uint32_t most = 0;

	for (size_t i = 0; i < n; i++) {
		token[i] = h->width == 2
				   ? (uint32_t)at[2 * i] | at[2 * i + 1] << 8
				   : get32(at + 4 * i);
		most = token[i] > most ? token[i] : most;
	}
	if (n && most >= h->vocabulary)
		return err_set(ERR_FORMAT,
			       "token %u in a shard of a vocabulary of %u",
			       most, h->vocabulary);
	return 0;
}

int token_shard_check(const struct token_shard *shard)
{
	enum { STEP = 4096 };
	uint32_t token[STEP];
	uint64_t total = shard->header.tokens, trained = 0;
	int rc = 0;

	for (uint64_t t = 0; rc == 0 && t < total; t += STEP)
		rc = token_shard_copy(shard, t,
				      total - t < STEP ? total - t : STEP,
				      token);
	for (uint64_t t = 0; t < total; t++)
		trained += token_shard_trained(shard, t);
	if (rc == 0 && trained != shard->header.trained)
		rc = err_set(ERR_FORMAT,
			     "%llu tokens are trained, the header says %llu",
			     (unsigned long long)trained,
			     (unsigned long long)shard->header.trained);
	return rc;
}

/* -- writing -- */

static int write_bytes(struct token_writer *writer, const void *at, size_t n)
{
	writer->offset += n;
	return file_write(writer->file, at, n);
}

int token_writer_start(struct token_writer *writer, struct file *file,
		       const struct token_header *h)
{
	unsigned char head[TOKEN_HEADER] = { 0 };

	*writer = (struct token_writer){ .file = file, .header = *h };
	memcpy(head, magic, sizeof magic);
	put32(head + 8, VERSION);
	put32(head + 12, h->width);
	put64(head + 16, h->tokens);
	put64(head + 24, h->documents);
	put64(head + 32, h->trained);
	put32(head + 40, h->vocabulary);
	put32(head + 44, h->stop < 0 ? UINT32_MAX : (uint32_t)h->stop);
	memcpy(head + 48, h->tokenizer, sizeof h->tokenizer);
	memcpy(head + 80, h->template, strnlen(h->template, TOKEN_TEMPLATE));
	return write_bytes(writer, head, sizeof head);
}

/* The last bits of the mask, and zeros up to where the next section starts. */
static int next_section(struct token_writer *writer)
{
	static const unsigned char zero[ALIGN];
	uint64_t at[5];
	int rc = 0;

	if (writer->section == TOKEN_MASK && writer->at % 8) {
		unsigned char last = (unsigned char)writer->bits;

		rc = write_bytes(writer, &last, 1);
	}
	layout(&writer->header, at);
	writer->section++;
	writer->at = 0;
	if (rc == 0)
		rc = write_bytes(writer, zero,
				 at[writer->section] - writer->offset);
	return rc;
}

static void add_ids(struct token_writer *writer, const uint32_t *id, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char le[4];

		assert(id[i] < writer->header.vocabulary);
		put32(le, id[i]);
		buf_put(&writer->narrow, le, writer->header.width);
	}
}

static void add_mask(struct token_writer *writer, const unsigned char *mask,
		     size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned bit = (unsigned)((writer->at + i) & 7);

		writer->bits |= (unsigned)mask[i] << bit;
		if (bit == 7) {
			buf_byte(&writer->narrow, (char)writer->bits);
			writer->bits = 0;
		}
	}
}

static void add_words(struct token_writer *writer, const uint64_t *word,
		      size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char le[8];

		put64(le, word[i]);
		buf_put(&writer->narrow, le, sizeof le);
	}
}

int token_writer_put(struct token_writer *writer, enum token_section section,
		     const void *at, size_t n)
{
	int rc = 0;

	assert(section >= writer->section);
	while (rc == 0 && writer->section < section)
		rc = next_section(writer);
	if (rc < 0)
		return rc;
	buf_clear(&writer->narrow);
	switch (section) {
	case TOKEN_IDS:
		add_ids(writer, at, n);
		break;
	case TOKEN_MASK:
		add_mask(writer, at, n);
		break;
	case TOKEN_START:
	case TOKEN_PAIR:
		add_words(writer, at, n);
		break;
	}
	writer->at += n;
	return write_bytes(writer, writer->narrow.at, writer->narrow.n);
}

int token_writer_end(struct token_writer *writer)
{
	int rc = token_writer_put(writer, TOKEN_PAIR, NULL, 0);

	buf_free(&writer->narrow);
	return rc;
}
