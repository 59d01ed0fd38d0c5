/* encode.c - lines of text to a .npy file of vectors */
#include "embed/encode.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/log.h"
#include "base/spill.h"
#include "text/utf8.h"

struct job {
	const char *path;
	struct str rest; /* lines not read yet */
	int64_t read, lines;
	size_t dimension;
	struct file file;
	struct progress progress;
};

/* -- the text, mapped -- */

static int copy(int from, int to)
{
	char bytes[1 << 16];
	ssize_t n;

	while ((n = read(from, bytes, sizeof bytes)) > 0)
		for (ssize_t done = 0, k; done < n; done += k)
			if ((k = write(to, bytes + done,
				       (size_t)(n - done))) < 0)
				return err_sys(ERR_IO, "keeping the input");
	return n < 0 ? err_sys(ERR_IO, "reading the input") : 0;
}

/* A descriptor that can be mapped: of the file, or of a copy of a pipe. */
static int open_input(const char *path)
{
	bool standard = strcmp(path, "-") == 0;
	int fd = standard ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	int whole, rc;

	if (fd < 0 || fstat(fd, &st) < 0)
		return err_sys(ERR_IO, "%s", path);
	if (S_ISREG(st.st_mode) && !standard)
		return fd;
	whole = spill_file();
	rc = whole < 0 ? whole : copy(fd, whole);
	close(fd);
	if (rc < 0 && whole >= 0)
		close(whole);
	return rc < 0 ? rc : whole;
}

static int map_input(const char *path, struct str *text)
{
	int fd = open_input(path);
	struct stat st;
	void *at = NULL;
	int rc = 0;

	*text = (struct str){ "", 0 };
	if (fd < 0)
		return fd;
	if (fstat(fd, &st) < 0)
		rc = err_sys(ERR_IO, "%s", path);
	else if (st.st_size > 0)
		at = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd,
			  0);
	if (at == MAP_FAILED)
		rc = err_sys(ERR_IO, "%s", path);
	else if (at)
		*text = (struct str){ at, (size_t)st.st_size };
	close(fd);
	return rc;
}

static int64_t count_lines(struct str text)
{
	const char *at = text.at, *end = text.at + text.n;
	int64_t n = 0;

	while (at < end) {
		const char *feed = memchr(at, '\n', (size_t)(end - at));

		n++;
		at = feed ? feed + 1 : end;
	}
	return n;
}

static struct str next_line(struct str *rest)
{
	const char *feed = memchr(rest->at, '\n', rest->n);
	struct str line = { rest->at, feed ? (size_t)(feed - rest->at)
					   : rest->n };
	size_t taken = line.n + (feed != NULL);

	rest->at += taken;
	rest->n -= taken;
	if (line.n && line.at[line.n - 1] == '\r')
		line.n--;
	return line;
}

static int read_lines(void *context, struct pool_batch *batch)
{
	struct job *job = context;
	bool more = true;

	while (more && job->rest.n) {
		struct str line = next_line(&job->rest);

		job->read++;
		if (utf8_check(line.at, line.n) != line.n)
			return err_set(ERR_FORMAT, "%s:%lld: not UTF-8",
				       job->path, (long long)job->read);
		more = pool_add(batch, line, job->read);
	}
	return batch->n > 0;
}

/* -- the rows -- */

static int write_header(struct job *job)
{
	struct buf head = { 0 };
	size_t length;
	int rc;

	buf_put(&head, "\x93NUMPY\x01\x00\x00\x00", 10);
	buf_print(&head, "{'descr': '<f4', 'fortran_order': False, 'shape': "
			 "(%lld, %zu), }", (long long)job->lines,
		  job->dimension);
	while (head.n % 64 != 63)
		buf_byte(&head, ' ');
	buf_byte(&head, '\n');
	length = head.n - 10;
	head.at[8] = (char)(length & 0xff);
	head.at[9] = (char)(length >> 8);
	rc = file_write(&job->file, head.at, head.n);
	buf_free(&head);
	return rc;
}

static int write_rows(void *context, const struct pool_batch *batch)
{
	struct job *job = context;

	progress_set(&job->progress,
		     (uint64_t)batch->key[batch->n - 1]);
	return file_write(&job->file, batch->vector,
			  batch->n * job->dimension * sizeof(float));
}

int64_t encode_file(const char *path, const char *out,
		    const struct encoder *encoder, struct par *par)
{
	struct job job = { .path = path,
			   .dimension = encoder_dimension(encoder) };
	struct pool pool = { .encoder = encoder, .read = read_lines,
			     .write = write_rows, .context = &job };
	struct str text;
	int rc = map_input(path, &text);

	if (rc < 0)
		return rc;
	job.rest = text;
	job.lines = count_lines(text);
	if ((rc = file_create(&job.file, out)) < 0)
		goto done;
	progress_start(&job.progress, "encode", "lines", (uint64_t)job.lines);
	rc = write_header(&job);
	if (rc == 0)
		rc = pool_run(&pool, par);
	rc = file_commit(&job.file, rc);
	progress_end(&job.progress);
done:
	if (text.n)
		munmap((void *)(uintptr_t)text.at, text.n);
	return rc < 0 ? rc : job.lines;
}
