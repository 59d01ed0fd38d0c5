/* tar.c - the regular files in a tar archive: names and places */
#include "read/tar.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"

/* Where fields of a header stand. */
enum {
	NAME = 0, NAME_N = 100, SIZE = 124, SIZE_N = 12, SUM = 148, SUM_N = 8,
	TYPE = 156, MAGIC = 257, PREFIX = 345, PREFIX_N = 155,
	EXTENSION = 1 << 20, /* bytes of a long name or pax header, at most */
};

/* Octal with spaces around it, or base 256 when the top bit is set. */
static bool number(const char *at, size_t n, uint64_t *value)
{
	size_t i = 0;

	*value = 0;
	if ((unsigned char)at[0] & 0x80) {
		if ((unsigned char)at[0] != 0x80)
			return false; /* negative, or beyond 2^88 */
		for (i = 1; i < n; i++) {
			if (*value >> 56)
				return false;
			*value = *value << 8 | (unsigned char)at[i];
		}
		return true;
	}
	while (i < n && at[i] == ' ')
		i++;
	for (; i < n && at[i] >= '0' && at[i] <= '7'; i++)
		*value = *value << 3 | (uint64_t)(at[i] - '0');
	return i == n || at[i] == ' ' || at[i] == '\0';
}

bool tar_is_header(const char block[TAR_BLOCK])
{
	uint64_t said, sum = 0;

	for (int i = 0; i < TAR_BLOCK; i++)
		sum += i >= SUM && i < SUM + SUM_N ? ' '
						   : (unsigned char)block[i];
	return block[NAME] && number(block + SUM, SUM_N, &said) && said == sum;
}

static ssize_t read_at(const struct tar *tar, char *at, size_t n, uint64_t from)
{
	size_t done = 0;

	while (done < n) {
		ssize_t got = pread(tar->fd, at + done, n - done,
				    (off_t)(from + done));

		if (got < 0)
			return err_sys(ERR_IO, "%s", tar->name);
		if (got == 0)
			break;
		done += (size_t)got;
	}
	return (ssize_t)done;
}

int tar_start(struct tar *tar, int fd, const char *name)
{
	struct stat st;

	*tar = (struct tar){
		.fd = fd, .name = name, .long_size = UINT64_MAX
	};
	if (fstat(fd, &st) < 0)
		return err_sys(ERR_IO, "%s", name);
	tar->size = (uint64_t)st.st_size;
	return 0;
}

void tar_end(struct tar *tar)
{
	buf_free(&tar->member);
	buf_free(&tar->long_name);
}

static int damaged(const struct tar *tar, const char *why)
{
	return err_set(ERR_FORMAT, "%s: byte %llu of the tar archive: %s",
		       tar->name, (unsigned long long)tar->at, why);
}

static size_t field_n(const char *at, size_t n)
{
	const char *end = memchr(at, '\0', n);

	return end ? (size_t)(end - at) : n;
}

static void take_name(struct tar *tar, const char *block)
{
	buf_clear(&tar->member);
	if (tar->long_name.n) {
		buf_str(&tar->member, buf_view(&tar->long_name));
		buf_clear(&tar->long_name);
		return;
	}
	if (memcmp(block + MAGIC, "ustar\0", 6) == 0 && block[PREFIX]) {
		buf_put(&tar->member, block + PREFIX,
			field_n(block + PREFIX, PREFIX_N));
		buf_byte(&tar->member, '/');
	}
	buf_put(&tar->member, block + NAME, field_n(block + NAME, NAME_N));
}

/* Records "LENGTH key=value\n" of a pax header. */
static void take_pax(struct tar *tar, const char *at, size_t n)
{
	const char *end = at + n;

	while (at < end) {
		char *behind;
		unsigned long length = strtoul(at, &behind, 10);
		const char *value;

		if (length == 0 || length > (size_t)(end - at) ||
		    *behind != ' ' || at[length - 1] != '\n')
			return;
		behind++;
		value = memchr(behind, '=', (size_t)(at + length - behind));
		if (value && strncmp(behind, "path=", 5) == 0) {
			buf_clear(&tar->long_name);
			buf_put(&tar->long_name, value + 1,
				(size_t)(at + length - 1 - (value + 1)));
		} else if (value && strncmp(behind, "size=", 5) == 0) {
			tar->long_size = strtoull(value + 1, NULL, 10);
		}
		at += length;
	}
}

/* What a header in front of the member's own says. */
static int take_extension(struct tar *tar, char type, uint64_t size)
{
	char *text;
	ssize_t n;

	if (size > EXTENSION)
		return damaged(tar, "a header of more than 1 MiB");
	text = mem_alloc((size_t)size + 1);
	n = read_at(tar, text, (size_t)size, tar->at + TAR_BLOCK);
	if (n == (ssize_t)size && type == 'L') {
		buf_clear(&tar->long_name);
		buf_put(&tar->long_name, text, field_n(text, (size_t)size));
	} else if (n == (ssize_t)size && type == 'x') {
		take_pax(tar, text, (size_t)size);
	}
	free(text);
	return n < 0 ? (int)n : 0;
}

int tar_next(struct tar *tar)
{
	char block[TAR_BLOCK];
	uint64_t size;
	int rc;

	for (;;) {
		ssize_t n = read_at(tar, block, TAR_BLOCK, tar->at);
		char type = block[TYPE];

		if (n < 0)
			return (int)n;
		if (n == 0 || (n == TAR_BLOCK && !block[NAME]))
			return 0; /* blocks of zeros stand at the end */
		if (n < TAR_BLOCK)
			return damaged(tar, "cut off");
		if (!tar_is_header(block) ||
		    !number(block + SIZE, SIZE_N, &size))
			return damaged(tar, "no header of a member");
		if (type == 'L' || type == 'x' || type == 'g' || type == 'K') {
			if ((rc = take_extension(tar, type, size)) < 0)
				return rc;
		} else {
			take_name(tar, block);
			if (tar->long_size != UINT64_MAX)
				size = tar->long_size;
			tar->long_size = UINT64_MAX;
		}
		if (size > UINT64_MAX / 4)
			return damaged(tar, "a member of an absurd size");
		tar->part = (struct input_part){ tar->at + TAR_BLOCK, size };
		tar->at = tar->part.from +
			  (size + TAR_BLOCK - 1) / TAR_BLOCK * TAR_BLOCK;
		if (type != '0' && type != '\0' && type != '7')
			continue;
		tar->cut = tar->part.from + size > tar->size;
		if (tar->cut)
			tar->part.size = tar->size > tar->part.from
						 ? tar->size - tar->part.from
						 : 0;
		return 1;
	}
}
