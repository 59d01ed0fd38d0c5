/* files.c - the files behind the names on the command line */
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/spill.h"
#include "base/vec.h"
#include "ingest/ingest.h"
#include "read/tar.h"

struct files {
	struct ingest_file *at;
	size_t n, room;
};

static bool ends_with(const char *name, const char *ending)
{
	size_t n = strlen(name), m = strlen(ending);

	return n > m && strcmp(name + n - m, ending) == 0;
}

/* In a folder or archive only files that look like data are taken. */
static bool is_data(const char *name)
{
	static const char *const ending[] = {
		".jsonl", ".json", ".ndjson", ".csv", ".tsv", ".parquet",
	};
	static const char *const packed[] = { "", ".gz", ".zst", ".xz" };
	static const char *const archive[] = {
		".tar", ".tgz", ".tar.gz", ".tar.zst", ".tar.xz",
	};
	const char *slash = strrchr(name, '/');
	char both[32];

	if ((slash ? slash[1] : name[0]) == '.')
		return false;
	for (size_t i = 0; i < sizeof ending / sizeof *ending; i++)
		for (size_t j = 0; j < sizeof packed / sizeof *packed; j++) {
			snprintf(both, sizeof both, "%s%s", ending[i],
				 packed[j]);
			if (ends_with(name, both))
				return true;
		}
	for (size_t i = 0; i < sizeof archive / sizeof *archive; i++)
		if (ends_with(name, archive[i]))
			return true;
	return false;
}

static struct ingest_file *add(struct files *files, const char *path,
			       const char *open_path, bool found)
{
	struct ingest_file file = {
		.path = mem_copy(path, strlen(path)),
		.open_path = mem_copy(open_path, strlen(open_path)),
		.fd = -1,
		.found = found,
	};

	vec_push(files, file);
	return &files->at[files->n - 1];
}

/* -- what has no second chance is kept, unnamed -- */

static int keep(struct input *input, int *fd, struct buf *damage)
{
	enum { ONCE = 1 << 18 };
	char *bytes = mem_alloc(ONCE);
	ssize_t n;

	*fd = spill_file();
	n = *fd < 0 ? *fd : 1;
	while (n > 0) {
		n = input_read(input, bytes, ONCE);
		if (n > 0 && write(*fd, bytes, (size_t)n) != n)
			n = err_sys(ERR_IO,
				    "keeping %s in a temporary file (set "
				    "TMPDIR to a folder with room)",
				    input->path);
	}
	free(bytes);
	if (n == ERR_FORMAT) { /* damaged: what came before is there */
		buf_text(damage, err_text());
		n = 0;
	}
	if (n < 0 && *fd >= 0)
		close(*fd);
	return (int)n;
}

static int add_kept(struct files *files, const char *path, int fd)
{
	char name[32];

	snprintf(name, sizeof name, "/dev/fd/%d", fd);
	add(files, path, name, false)->fd = fd;
	return 0;
}

static int keep_stream(struct files *files, const char *path)
{
	enum { ONCE = 1 << 18 };
	char *bytes;
	ssize_t n = 1;
	int from = strcmp(path, "-") == 0 ? dup(0)
					  : open(path, O_RDONLY | O_CLOEXEC);
	int fd = from < 0 ? -1 : spill_file();

	if (from < 0)
		return err_sys(ERR_IO, "%s", path);
	bytes = mem_alloc(ONCE);
	while (fd >= 0 && n > 0) {
		n = read(from, bytes, ONCE);
		if (n < 0)
			err_sys(ERR_IO, "%s", path);
		else if (write(fd, bytes, (size_t)n) != n)
			n = err_sys(ERR_IO,
				    "keeping %s in a temporary file (set "
				    "TMPDIR to a folder with room)", path);
	}
	free(bytes);
	close(from);
	if (fd < 0 || n < 0) {
		if (fd >= 0)
			close(fd);
		return ERR_IO;
	}
	return add_kept(files, path, fd);
}

/* -- archives -- */

static void add_member(struct files *files, const struct tar *tar,
		       const char *open_path, const struct buf *damage)
{
	struct ingest_file *file;
	struct buf path = { 0 };

	buf_print(&path, "%s!%s", tar->name, tar->member.at);
	file = add(files, path.at, open_path, true);
	file->part = tar->part;
	if (tar->cut)
		buf_print(&file->damage, "%s: %s", path.at,
			  damage->n ? damage->at : "the archive is cut off");
	buf_free(&path);
}

static int add_members(struct files *files, int fd, const char *open_path,
		       const char *name, const struct buf *damage)
{
	struct tar tar;
	size_t before = files->n;
	int rc = tar_start(&tar, fd, name);

	while (rc >= 0 && (rc = tar_next(&tar)) > 0)
		if (is_data(tar.member.at) && tar.part.size)
			add_member(files, &tar, open_path, damage);
	if (rc == 0 && files->n == before)
		rc = err_set(ERR_ABSENT,
			     "%s: no .jsonl, .json, .csv, .tsv or .parquet "
			     "file in this archive", name);
	/* a damaged archive: what came before is taken */
	if (files->n > before &&
	    (rc == ERR_FORMAT || (rc == 0 && damage->n))) {
		struct ingest_file *last = &files->at[files->n - 1];

		if (!last->damage.n)
			buf_text(&last->damage, damage->n ? damage->at
							  : err_text());
		rc = 0;
	}
	tar_end(&tar);
	return rc;
}

static bool is_archive(struct input *input)
{
	char block[TAR_BLOCK];
	size_t n = 0;
	ssize_t got = 1;

	while (n < TAR_BLOCK && got > 0) {
		got = input_read(input, block + n, TAR_BLOCK - n);
		n += got > 0 ? (size_t)got : 0;
	}
	return n == TAR_BLOCK && tar_is_header(block);
}

/* The descriptor whose bytes are the archive, unpacked if need be. */
static int archive_bytes(const struct ingest_file *archive,
			 enum packing packing, int *fd, struct buf *damage)
{
	struct input input;
	int rc;

	if (packing == PACKING_NONE) {
		*fd = open(archive->open_path, O_RDONLY | O_CLOEXEC);
		return *fd < 0 ? err_sys(ERR_IO, "%s", archive->path) : 0;
	}
	rc = input_open_part(&input, archive->open_path, archive->path,
			     archive->part);
	if (rc < 0)
		return rc;
	rc = keep(&input, fd, damage);
	input_close(&input);
	return rc;
}

/* If the file that was just added is an archive, its members take its place. */
static int open_archive(struct files *files)
{
	struct ingest_file archive = files->at[files->n - 1];
	struct buf damage = { 0 };
	struct input input;
	char name[32];
	int fd, rc = input_open_part(&input, archive.open_path, archive.path,
				     archive.part);
	enum packing packing = input.packing;
	bool is = rc == 0 && packing != PACKING_PARQUET &&
		  is_archive(&input);

	if (rc == 0)
		input_close(&input);
	if (!is)
		return rc;
	if ((rc = archive_bytes(&archive, packing, &fd, &damage)) < 0)
		return rc;
	files->n--;
	snprintf(name, sizeof name, "/dev/fd/%d", fd);
	rc = add_members(files, fd,
			 packing ? name : archive.open_path, archive.path,
			 &damage);
	/* who holds the bytes: the first member, or nobody */
	if (!packing) {
		close(fd);
		fd = archive.fd;
	} else if (archive.fd >= 0) {
		close(archive.fd);
	}
	if (rc == 0)
		files->at[files->n - 1].fd = fd;
	else if (fd >= 0)
		close(fd);
	free(archive.path);
	free(archive.open_path);
	buf_free(&damage);
	return rc;
}

/* -- folders -- */

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
			add(files, entry->fts_path, entry->fts_path, true);
			rc = open_archive(files);
		}
	}
	fts_close(fts);
	if (rc == 0 && files->n == before)
		rc = err_set(ERR_ABSENT,
			     "%s: no .jsonl, .json, .csv, .tsv or .parquet "
			     "file in this folder (.gz, .zst or .xz may follow)",
			     folder);
	return rc;
}

static int add_name(struct files *files, char *name)
{
	struct stat st = { 0 };
	int rc = 0;

	if (strcmp(name, "-") != 0 && stat(name, &st) < 0)
		return err_sys(ERR_IO, "%s", name);
	if (S_ISDIR(st.st_mode))
		return walk(files, name);
	if (S_ISREG(st.st_mode))
		add(files, name, name, false);
	else
		rc = keep_stream(files, name);
	return rc < 0 ? rc : open_archive(files);
}

int ingest_files(char **name, size_t names, struct ingest_file **file,
		 size_t *n)
{
	struct files files = { 0 };
	int rc = 0;

	for (size_t i = 0; rc >= 0 && i < names; i++)
		rc = add_name(&files, name[i]);
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
