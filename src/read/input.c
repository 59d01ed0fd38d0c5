/* input.c - the bytes of a file, unpacked */
#include "read/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "base/err.h"
#include "base/mem.h"

enum { PACKED = 1 << 17 };

struct input_state {
	int fd;
	unsigned char packed[PACKED]; /* read, not unpacked yet */
	size_t from, to;
	uint64_t before; /* bytes of the file before packed[0] */
	bool at_end;     /* of the file */
	bool inside;     /* a member or frame has begun and not ended */
	z_stream gzip;
	ZSTD_DStream *zstd;
};

/* Read more when all is used up.  0, or an error. */
static int refill(struct input *input)
{
	struct input_state *s = input->state;
	ssize_t n;

	if (s->from < s->to || s->at_end)
		return 0;
	do
		n = read(s->fd, s->packed, PACKED);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_sys(ERR_IO, "%s", input->path);
	s->before += s->to;
	s->from = 0;
	s->to = (size_t)n;
	s->at_end = n == 0;
	return 0;
}

static enum packing sniff(const unsigned char *at, size_t n)
{
	static const unsigned char zstd[] = { 0x28, 0xb5, 0x2f, 0xfd };

	if (n >= 3 && at[0] == 0x1f && at[1] == 0x8b && at[2] == 8)
		return PACKING_GZIP;
	if (n >= 4 && memcmp(at, zstd, 4) == 0)
		return PACKING_ZSTD;
	return PACKING_NONE;
}

int input_open(struct input *input, const char *path)
{
	struct input_state *s = mem_alloc(sizeof *s);
	struct stat st;
	int rc;

	*input = (struct input){ .path = path, .state = s };
	s->fd = strcmp(path, "-") == 0 ? dup(0)
				       : open(path, O_RDONLY | O_CLOEXEC);
	if (s->fd < 0 || fstat(s->fd, &st) < 0) {
		rc = err_sys(ERR_IO, "%s", path);
		goto done;
	}
	if (S_ISDIR(st.st_mode)) {
		rc = err_set(ERR_IO, "%s: is a folder", path);
		goto done;
	}
	if ((rc = refill(input)) < 0)
		goto done;
	input->packing = sniff(s->packed, s->to);
	/* 16: gzip only */
	if (input->packing == PACKING_GZIP &&
	    inflateInit2(&s->gzip, 16 + MAX_WBITS) != Z_OK)
		rc = err_set(ERR_NOMEM, "%s: out of memory", path);
	if (input->packing == PACKING_ZSTD) {
		s->zstd = ZSTD_createDStream();
		/* --long=27 is the most that zstd unpacks without being asked */
		if (!s->zstd ||
		    ZSTD_isError(ZSTD_DCtx_setParameter(
			    s->zstd, ZSTD_d_windowLogMax, 27)))
			rc = err_set(ERR_NOMEM, "%s: out of memory", path);
	}
done:
	if (rc < 0)
		input_close(input);
	return rc;
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
	ZSTD_freeDStream(s->zstd);
	free(s);
	input->state = NULL;
}

static int damaged(const struct input *input, const char *why)
{
	const struct input_state *s = input->state;

	return err_set(ERR_FORMAT, "%s: byte %llu of the packed file: %s",
		       input->path, (unsigned long long)(s->before + s->from),
		       why);
}

static ssize_t read_plain(struct input *input, char *at, size_t room)
{
	struct input_state *s = input->state;
	size_t n = s->to - s->from;

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
		return damaged(input, "the gzip data is damaged");
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
		return damaged(input, ZSTD_getErrorName(rc));
	s->inside = rc != 0;
	return (ssize_t)out.pos;
}

ssize_t input_read(struct input *input, char *at, size_t room)
{
	struct input_state *s = input->state;
	ssize_t n;
	int rc;

	if (room > 1 << 30)
		room = 1 << 30; /* zlib counts in 32 bits */
	for (;;) {
		if ((rc = refill(input)) < 0)
			return rc;
		switch (input->packing) {
		case PACKING_NONE:
			return read_plain(input, at, room);
		case PACKING_GZIP:
			n = step_gzip(input, at, room);
			break;
		case PACKING_ZSTD:
			n = step_zstd(input, at, room);
			break;
		}
		if (n != 0)
			return n;
		if (s->at_end && s->inside)
			return damaged(input, "the file is cut off");
		if (s->at_end)
			return 0;
	}
}
