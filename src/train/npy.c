/* npy.c - NumPy matrices, read */
#include "train/npy.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "nn/half.h"

enum { HEADER_MOST = 4096 };

static int map_file(struct npy *npy, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return err_sys(ERR_IO, "%s", path);
	if (fstat(fd, &st) < 0) {
		close(fd);
		return err_sys(ERR_IO, "%s", path);
	}
	npy->size = (size_t)st.st_size;
	npy->map = npy->size ? mmap(NULL, npy->size, PROT_READ, MAP_SHARED, fd,
				    0) : MAP_FAILED;
	close(fd);
	if (npy->map == MAP_FAILED) {
		npy->map = NULL;
		return npy->size ? err_sys(ERR_IO, "%s", path)
				 : err_set(ERR_FORMAT, "%s: empty", path);
	}
	return 0;
}

/* The text behind 'KEY': in the header, or NULL. */
static const char *value_of(const char *header, const char *key)
{
	const char *at = strstr(header, key);

	if (!at)
		return NULL;
	at += strlen(key);
	while (*at == ' ' || *at == ':' || *at == '\'')
		at++;
	return at;
}

static int read_header(struct npy *npy, const char *header)
{
	const char *type = value_of(header, "'descr'");
	const char *order = value_of(header, "'fortran_order'");
	const char *shape = value_of(header, "'shape'");
	unsigned long long rows, columns;
	int end = 0;

	if (!type || !order || !shape)
		return err_set(ERR_FORMAT, "the header names no descr, "
					   "fortran_order or shape");
	if (strncmp(type, "<f4'", 4) != 0 && strncmp(type, "<f2'", 4) != 0)
		return err_set(ERR_FORMAT, "numbers of type %.4s; float32 and "
					   "float16 are read", type);
	npy->half = type[2] == '2';
	if (strncmp(order, "False", 5) != 0)
		return err_set(ERR_FORMAT, "stored by columns "
					   "(fortran_order)");
	if (sscanf(shape, "(%llu, %llu)%n", &rows, &columns, &end) != 2 ||
	    !end)
		return err_set(ERR_FORMAT, "not a matrix: %.40s", shape);
	npy->rows = rows;
	npy->columns = columns;
	return 0;
}

static int read_all(struct npy *npy)
{
	const unsigned char *at = npy->map;
	char header[HEADER_MOST + 1];
	size_t start = 10, n;
	uint64_t numbers;
	int rc;

	if (npy->size < 12 || memcmp(at, "\x93NUMPY", 6) != 0 ||
	    at[6] < 1 || at[6] > 3)
		return err_set(ERR_FORMAT, "not an .npy file");
	n = at[8] | (size_t)at[9] << 8;
	if (at[6] > 1) {
		n |= (size_t)at[10] << 16 | (size_t)at[11] << 24;
		start = 12;
	}
	if (n > HEADER_MOST || n > npy->size - start)
		return err_set(ERR_FORMAT, "a header of %zu bytes", n);
	memcpy(header, at + start, n);
	header[n] = '\0';
	if ((rc = read_header(npy, header)) < 0)
		return rc;
	npy->at = (const char *)at + start + n;
	if (__builtin_mul_overflow(npy->rows, npy->columns, &numbers) ||
	    numbers > (npy->size - start - n) / (npy->half ? 2 : 4))
		return err_set(ERR_FORMAT, "cut off: %zu x %zu numbers do not "
					   "fit", npy->rows, npy->columns);
	return 0;
}

int npy_open(struct npy *npy, const char *path)
{
	int rc;

	*npy = (struct npy){ 0 };
	if ((rc = map_file(npy, path)) < 0)
		return rc;
	if ((rc = read_all(npy)) < 0) {
		npy_close(npy);
		return err_wrap(rc, "%s", path);
	}
	return 0;
}

void npy_close(struct npy *npy)
{
	if (npy->map)
		munmap(npy->map, npy->size);
	*npy = (struct npy){ 0 };
}

void npy_row(const struct npy *npy, size_t i, float *out)
{
	size_t n = npy->columns;

	if (!npy->half) {
		memcpy(out, npy->at + i * n * 4, n * 4);
		return;
	}
	for (size_t c = 0; c < n; c++) {
		uint16_t half;

		memcpy(&half, npy->at + (i * n + c) * 2, 2);
		out[c] = half_float(half);
	}
}
