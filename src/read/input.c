/* input.c - the bytes of a file, unpacked */
#include "read/input.h"

#include <errno.h>
#include <fcntl.h>
#include <lzma.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "base/err.h"
#include "base/mem.h"
#include "read/parquet.h"

enum { PACKED = 1 << 17, XZ_MEMORY = 192 << 20 };

struct input_state {
	int fd;
	unsigned char packed[PACKED]; /* read, not unpacked yet */
	size_t from, to;
	uint64_t before; /* bytes of the file before packed[0] */
	uint64_t left;   /* of the part */
	struct input_part part;
	bool at_end;     /* of the file or part */
	bool inside;     /* a member or frame has begun and not ended; Parquet
			  * is open */
	z_stream gzip;
	ZSTD_DStream *zstd;
	lzma_stream xz;
	struct parquet parquet;
	char *why; /* it is damaged: the message, to be said again */
};

const char *packing_name(enum packing packing)
{
	static const char *const name[] = { "", "gzip", "zstd", "xz",
					    "" };

	return name[packing];
}

static ssize_t read_some(struct input *input, void *at, size_t room)
{
	struct input_state *s = input->state;
	ssize_t n;

	do
		n = read(s->fd, at, s->left < room ? s->left : room);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_sys(ERR_IO, "%s", input->path);
	s->left -= (uint64_t)n;
	s->at_end = n == 0;
	return n;
}

/* Read more when all is used up.  0, or an error. */
static int refill(struct input *input)
{
	struct input_state *s = input->state;
	ssize_t n;

	if (s->from < s->to || s->at_end)
		return 0;
	if ((n = read_some(input, s->packed, PACKED)) < 0)
		return (int)n;
	s->before += s->to;
	s->from = 0;
	s->to = (size_t)n;
	return 0;
}

static enum packing sniff(const unsigned char *at, size_t n)
{
	static const unsigned char zstd[] = { 0x28, 0xb5, 0x2f, 0xfd };

	if (n >= 3 && at[0] == 0x1f && at[1] == 0x8b && at[2] == 8)
		return PACKING_GZIP;
	if (n >= 4 && memcmp(at, zstd, 4) == 0)
		return PACKING_ZSTD;
	/* a frame to be skipped, as seekable files begin with */
	if (n >= 4 && (at[0] & 0xf0) == 0x50 && memcmp(at + 1, "\x2a\x4d\x18",
						       3) == 0)
		return PACKING_ZSTD;
	if (n >= 6 && memcmp(at, "\xfd" "7zXZ", 6) == 0)
		return PACKING_XZ;
	return parquet_is(at, n) ? PACKING_PARQUET : PACKING_NONE;
}

static int start_unpacker(struct input *input)
{
	struct input_state *s = input->state;

	switch (input->packing) {
	case PACKING_NONE:
		return 0;
	case PACKING_GZIP: /* 16: gzip only */
		if (inflateInit2(&s->gzip, 16 + MAX_WBITS) == Z_OK)
			return 0;
		break;
	case PACKING_ZSTD:
		/* --long=27 is the most that zstd unpacks without being asked */
		s->zstd = ZSTD_createDStream();
		if (s->zstd && !ZSTD_isError(ZSTD_DCtx_setParameter(
				       s->zstd, ZSTD_d_windowLogMax, 27)))
			return 0;
		break;
	case PACKING_XZ:
		if (lzma_stream_decoder(&s->xz, XZ_MEMORY,
					LZMA_CONCATENATED) == LZMA_OK)
			return 0;
		break;
	case PACKING_PARQUET: /* when it is read: DuckDB takes its time */
		return 0;
	}
	return err_set(ERR_NOMEM, "%s: out of memory", input->path);
}

static int seek_part(struct input *input, struct input_part part)
{
	struct input_state *s = input->state;

	s->part = part;
	s->left = part.size ? part.size : UINT64_MAX;
	if (part.size && lseek(s->fd, (off_t)part.from, SEEK_SET) < 0)
		return err_sys(ERR_IO, "%s", input->path);
	return 0;
}

int input_open_part(struct input *input, const char *path, const char *name,
		    struct input_part part)
{
	struct input_state *s = mem_alloc(sizeof *s);
	struct stat st;
	int rc;

	*input = (struct input){ .path = name, .state = s };
	s->fd = strcmp(path, "-") == 0 ? dup(0)
				       : open(path, O_RDONLY | O_CLOEXEC);
	if (s->fd < 0 || fstat(s->fd, &st) < 0)
		rc = err_sys(ERR_IO, "%s", name);
	else if (S_ISDIR(st.st_mode))
		rc = err_set(ERR_IO, "%s: is a folder", name);
	else if ((rc = seek_part(input, part)) == 0)
		rc = refill(input);
	if (rc == 0) {
		input->packing = sniff(s->packed, s->to);
		rc = start_unpacker(input);
	}
	if (rc < 0)
		input_close(input);
	return rc;
}

int input_open(struct input *input, const char *path)
{
	return input_open_part(input, path, path, (struct input_part){ 0, 0 });
}

void input_close(struct input *input)
{
	struct input_state *s = input->state;

	if (!s)
		return;
	if (s->fd >= 0)
		close(s->fd);
	if (input->packing == PACKING_GZIP)
		inflateEnd(&s->gzip);
	if (input->packing == PACKING_PARQUET && s->inside)
		parquet_close(&s->parquet);
	ZSTD_freeDStream(s->zstd);
	lzma_end(&s->xz);
	free(s->why);
	free(s);
	input->state = NULL;
}

/* What was unpacked before the damage is given out first. */
static ssize_t damaged(struct input *input, size_t unpacked, const char *why)
{
	struct input_state *s = input->state;
	int rc = err_set(ERR_FORMAT, "byte %llu of the packed file: %s",
			 (unsigned long long)(s->before + s->from), why);

	s->why = mem_copy(err_text(), strlen(err_text()));
	if (unpacked)
		return (ssize_t)unpacked;
	return err_wrap(rc, "%s", input->path);
}

/* What the first look took in, then straight from the file. */
static ssize_t read_plain(struct input *input, char *at, size_t room)
{
	struct input_state *s = input->state;
	size_t n = s->to - s->from;

	if (n == 0)
		return s->at_end ? 0 : read_some(input, at, room);
	if (n > room)
		n = room;
	memcpy(at, s->packed + s->from, n);
	s->from += n;
	return (ssize_t)n;
}

/* One call of the library; what it gave, or an error. */
static ssize_t step_gzip(struct input *input, char *at, size_t room)
{
	struct input_state *s = input->state;
	int rc;

	if (!s->inside) {
		/* zeros behind a member are padding, as gzip(1) has it */
		while (s->from < s->to && !s->packed[s->from])
			s->from++;
		if (s->from == s->to)
			return 0;
		inflateReset(&s->gzip);
		s->inside = true;
	}
	s->gzip.next_in = s->packed + s->from;
	s->gzip.avail_in = (uInt)(s->to - s->from);
	s->gzip.next_out = (Bytef *)at;
	s->gzip.avail_out = (uInt)room;
	rc = inflate(&s->gzip, Z_NO_FLUSH);
	s->from = s->to - s->gzip.avail_in;
	if (rc == Z_STREAM_END)
		s->inside = false;
	else if (rc != Z_OK && rc != Z_BUF_ERROR)
		return damaged(input, room - s->gzip.avail_out,
			       "the gzip data is damaged");
	return (ssize_t)(room - s->gzip.avail_out);
}

static ssize_t step_zstd(struct input *input, char *at, size_t room)
{
	struct input_state *s = input->state;
	ZSTD_inBuffer in = { s->packed, s->to, s->from };
	ZSTD_outBuffer out = { at, room, 0 };
	size_t rc;

	if (!s->inside && s->from == s->to)
		return 0;
	rc = ZSTD_decompressStream(s->zstd, &out, &in);
	s->from = in.pos;
	if (ZSTD_isError(rc))
		return damaged(input, out.pos, ZSTD_getErrorName(rc));
	s->inside = rc != 0;
	return (ssize_t)out.pos;
}

static ssize_t step_xz(struct input *input, char *at, size_t room)
{
	struct input_state *s = input->state;
	lzma_ret rc;
	size_t n;

	s->xz.next_in = s->packed + s->from;
	s->xz.avail_in = s->to - s->from;
	s->xz.next_out = (uint8_t *)at;
	s->xz.avail_out = room;
	rc = lzma_code(&s->xz, s->at_end ? LZMA_FINISH : LZMA_RUN);
	s->from = s->to - s->xz.avail_in;
	s->inside = rc != LZMA_STREAM_END;
	n = room - s->xz.avail_out;
	if (rc == LZMA_MEMLIMIT_ERROR)
		return damaged(input, n, "needs more than 192 MiB to unpack");
	if (rc == LZMA_BUF_ERROR && s->at_end)
		return damaged(input, n, "the file is cut off");
	if (rc != LZMA_OK && rc != LZMA_STREAM_END && rc != LZMA_BUF_ERROR)
		return damaged(input, n, "the xz data is damaged");
	return (ssize_t)n;
}

static ssize_t read_parquet(struct input *input, char *at, size_t room)
{
	struct input_state *s = input->state;
	ssize_t n = 0;

	if (!s->inside)
		n = parquet_open(&s->parquet, s->fd, s->part.from,
				 s->part.size);
	if (n == 0) {
		s->inside = true;
		n = parquet_read(&s->parquet, at, room);
	}
	if (n < 0)
		s->why = mem_copy(err_text(), strlen(err_text()));
	return n < 0 ? err_wrap((int)n, "%s", input->path) : n;
}

ssize_t input_read(struct input *input, char *at, size_t room)
{
	struct input_state *s = input->state;
	ssize_t n = 0;
	int rc;

	if (s->why)
		return err_set(ERR_FORMAT, "%s: %s", input->path, s->why);
	if (input->packing == PACKING_NONE)
		return read_plain(input, at, room);
	if (input->packing == PACKING_PARQUET)
		return read_parquet(input, at, room);
	if (room > 1 << 30)
		room = 1 << 30; /* zlib counts in 32 bits */
	for (;;) {
		if ((rc = refill(input)) < 0)
			return rc;
		switch (input->packing) {
		case PACKING_NONE:
		case PACKING_PARQUET:
			return 0;
		case PACKING_GZIP:
			n = step_gzip(input, at, room);
			break;
		case PACKING_ZSTD:
			n = step_zstd(input, at, room);
			break;
		case PACKING_XZ:
			n = step_xz(input, at, room);
			break;
		}
		if (n != 0)
			return n;
		if (s->at_end && s->inside)
			return damaged(input, 0, "the file is cut off");
		if (s->at_end)
			return 0;
	}
}
