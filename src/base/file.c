/* file.c - files that appear whole or not at all */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/fault.h"
#include "base/mem.h"

enum { PENDING = 1 << 18 }; /* bytes gathered before a write */

int file_create(struct file *file, const char *path)
{
	struct buf name = { 0 };

	*file = (struct file){ .fd = -1 };
	buf_print(&name, "%s.tmp", path);
	file->temporary = buf_take(&name);
	file->path = mem_copy(path, strlen(path));
	file->fd = open(file->temporary,
			O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (file->fd < 0) {
		err_sys(ERR_IO, "%s", file->temporary);
		free(file->path);
		free(file->temporary);
		return ERR_IO;
	}
	sha256_start(&file->sha);
	return 0;
}

static int write_all(int fd, const char *at, size_t n)
{
	while (n) {
		ssize_t wrote;

		if (fault_hit(FAULT_WRITE)) {
			errno = ENOSPC;
			return -1;
		}
		wrote = write(fd, at, n);
		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote < 0)
			return -1;
		at += wrote;
		n -= (size_t)wrote;
	}
	return 0;
}

static int write_now(struct file *file, const void *at, size_t n)
{
	if (write_all(file->fd, at, n) < 0)
		return err_sys(ERR_IO, "%s", file->path);
	sha256_add(&file->sha, at, n);
	file->size += n;
	return 0;
}

static int flush(struct file *file)
{
	int rc = write_now(file, file->pending.at, file->pending.n);

	if (rc == 0)
		buf_clear(&file->pending);
	return rc;
}

int file_write(struct file *file, const void *at, size_t n)
{
	int rc;

	if (n >= PENDING) { /* large enough to go as it is */
		rc = flush(file);
		return rc < 0 ? rc : write_now(file, at, n);
	}
	buf_put(&file->pending, at, n);
	return file->pending.n < PENDING ? 0 : flush(file);
}

static int sync_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? mem_copy(path, (size_t)(slash - path) + 1)
			     : mem_copy(".", 1);
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = 0;

	if (fd < 0 || fsync(fd) < 0)
		rc = err_sys(ERR_IO, "%s", folder);
	if (fd >= 0)
		close(fd);
	free(folder);
	return rc;
}

static int publish(struct file *file)
{
	int rc = flush(file);

	if (rc < 0)
		return rc;
	if (fsync(file->fd) < 0)
		return err_sys(ERR_IO, "%s", file->path);
	fault_point();
	if (rename(file->temporary, file->path) < 0)
		return err_sys(ERR_IO, "%s", file->path);
	fault_point();
	return sync_folder(file->path);
}

int file_commit(struct file *file, int rc)
{
	if (rc >= 0)
		rc = publish(file);
	if (rc >= 0)
		sha256_hex(&file->sha, file->sha256);
	else
		unlink(file->temporary);
	close(file->fd);
	buf_free(&file->pending);
	free(file->path);
	free(file->temporary);
	return rc;
}

int file_save(const char *path, struct str content)
{
	struct file file;
	int rc = file_create(&file, path);

	if (rc < 0)
		return rc;
	return file_commit(&file, file_write(&file, content.at, content.n));
}

int file_load(const char *path, size_t most, struct buf *buf)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;
	int rc = 0;

	if (fd < 0)
		return err_sys(ERR_IO, "%s", path);
	do {
		buf_room(buf, 1 << 16);
		n = read(fd, buf->at + buf->n, 1 << 16);
		if (n > 0)
			buf->n += (size_t)n;
	} while (n > 0 && buf->n <= most);
	buf_put(buf, "", 0);
	if (n < 0)
		rc = err_sys(ERR_IO, "%s", path);
	else if (buf->n > most)
		rc = err_set(ERR_LIMIT, "%s: larger than %zu bytes", path,
			     most);
	close(fd);
	return rc;
}

int file_folder(const char *path)
{
	char *part = mem_copy(path, strlen(path));
	int rc = 0;

	for (char *at = part + 1; rc == 0 && *at; at++)
		if (*at == '/') {
			*at = '\0';
			if (mkdir(part, 0777) < 0 && errno != EEXIST)
				rc = err_sys(ERR_IO, "%s", part);
			*at = '/';
		}
	if (rc == 0 && mkdir(part, 0777) < 0 && errno != EEXIST)
		rc = err_sys(ERR_IO, "%s", part);
	free(part);
	return rc;
}

static bool is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

void file_shipped(const char *variable, const char *inside,
		  const char *installed, struct buf *path)
{
	const char *named = getenv(variable);
	char program[4096];
	ssize_t n = readlink("/proc/self/exe", program, sizeof program);

	buf_clear(path);
	if (named && *named) {
		buf_text(path, named);
		return;
	}
	while (n > 0 && program[n - 1] != '/')
		n--;
	if (n > 0) {
		buf_put(path, program, (size_t)n);
		buf_text(path, inside);
		if (is_folder(path->at))
			return;
	}
	buf_clear(path);
	buf_text(path, installed);
}
