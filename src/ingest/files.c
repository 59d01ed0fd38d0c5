/* files.c - the files behind the names on the command line */
#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/vec.h"
#include "ingest/ingest.h"

struct files {
	struct ingest_file *at;
	size_t n, room;
};

static bool ends_with(const char *name, const char *ending)
{
	size_t n = strlen(name), m = strlen(ending);

	return n > m && strcmp(name + n - m, ending) == 0;
}

/* In a folder only files that look like data are taken. */
static bool is_data(const char *name)
{
	static const char *const ending[] = {
		".jsonl", ".json", ".csv", ".tsv", ".ndjson",
		".jsonl.gz", ".json.gz", ".csv.gz", ".tsv.gz",
		".jsonl.zst", ".json.zst", ".csv.zst", ".tsv.zst",
	};

	for (size_t i = 0; i < sizeof ending / sizeof *ending; i++)
		if (ends_with(name, ending[i]) && name[0] != '.')
			return true;
	return false;
}

static void add(struct files *files, const char *path, int fd)
{
	struct ingest_file file = {
		.path = mem_copy(path, strlen(path)),
		.fd = fd,
	};
	char name[32];

	if (fd >= 0) {
		snprintf(name, sizeof name, "/dev/fd/%d", fd);
		path = name;
	}
	file.open_path = mem_copy(path, strlen(path));
	vec_push(files, file);
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static int walk(struct files *files, char *folder)
{
	char *const roots[] = { folder, NULL };
	FTS *fts = fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, by_name);
	size_t before = files->n;
	FTSENT *entry;
	int rc = 0;

	if (!fts)
		return err_sys(ERR_IO, "%s", folder);
	while (rc == 0 && (entry = fts_read(fts))) {
		if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR) {
			errno = entry->fts_errno;
			rc = err_sys(ERR_IO, "%s", entry->fts_path);
		} else if (entry->fts_info == FTS_F &&
			   is_data(entry->fts_name)) {
			add(files, entry->fts_path, -1);
		}
	}
	fts_close(fts);
	if (rc == 0 && files->n == before)
		rc = err_set(ERR_ABSENT,
			     "%s: no .jsonl, .json, .csv or .tsv file in this "
			     "folder (.gz and .zst may follow)",
			     folder);
	return rc;
}

/* stdin has no second chance: keep it, unnamed, where it can be read again. */
static int keep_stdin(struct files *files)
{
	const char *folder = getenv("TMPDIR");
	char name[4096], chunk[1 << 16];
	ssize_t n;
	int fd;

	snprintf(name, sizeof name, "%s/itdata-XXXXXX",
		 folder && *folder ? folder : "/tmp");
	fd = mkstemp(name);
	if (fd < 0)
		return err_sys(ERR_IO, "%s", name);
	unlink(name);
	while ((n = read(0, chunk, sizeof chunk)) > 0)
		if (write(fd, chunk, (size_t)n) != n) {
			close(fd);
			return err_sys(ERR_IO,
				       "keeping stdin in a temporary file (set "
				       "TMPDIR to a folder with room)");
		}
	if (n < 0) {
		close(fd);
		return err_sys(ERR_IO, "stdin");
	}
	add(files, "-", fd);
	return 0;
}

int ingest_files(char **name, size_t names, struct ingest_file **file,
		 size_t *n)
{
	struct files files = { 0 };
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < names; i++) {
		struct stat st;

		if (strcmp(name[i], "-") == 0)
			rc = keep_stdin(&files);
		else if (stat(name[i], &st) < 0)
			rc = err_sys(ERR_IO, "%s", name[i]);
		else if (S_ISDIR(st.st_mode))
			rc = walk(&files, name[i]);
		else
			add(&files, name[i], -1);
	}
	if (rc < 0) {
		ingest_files_free(files.at, files.n);
		return rc;
	}
	*file = files.at;
	*n = files.n;
	return 0;
}

void ingest_files_free(struct ingest_file *file, size_t files)
{
	for (size_t i = 0; i < files; i++) {
		if (file[i].fd >= 0)
			close(file[i].fd);
		free(file[i].path);
		free(file[i].open_path);
		buf_free(&file[i].reason);
		buf_free(&file[i].first);
		buf_free(&file[i].damage);
	}
	free(file);
}
