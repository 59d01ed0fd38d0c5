/* folder.c - an export folder that changes as one */
#define _GNU_SOURCE /* renameat2 */
#include "export/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/log.h"

#define STAGING ".itdata.tmp"
#define META "meta"

static char *join(const char *folder, const char *name)
{
	struct buf path = { 0 };

	buf_print(&path, "%s/%s", folder, name);
	return buf_take(&path);
}

static bool exists(const char *folder, const char *name)
{
	char *path = join(folder, name);
	bool found = access(path, F_OK) == 0;

	free(path);
	return found;
}

static bool is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static bool is_empty(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	bool empty = true;

	while (dir && empty && (entry = readdir(dir)))
		empty = is_dots(entry->d_name);
	if (dir)
		closedir(dir);
	return empty;
}

/* Remove the files of a folder, and the folder; what is not there is gone. */
static void clear(const char *path, bool whole)
{
	DIR *dir = opendir(path);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (!is_dots(entry->d_name))
			unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir)
		closedir(dir);
	if (whole)
		rmdir(path);
}

static void clear_staging(struct folder *folder, bool whole)
{
	char *meta = join(folder->staging, META);

	clear(meta, true);
	clear(folder->staging, whole);
	free(meta);
}

static int lock(struct folder *folder)
{
	folder->lock = open(folder->staging,
			    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder->lock < 0)
		return err_sys(ERR_IO, "%s", folder->staging);
	if (flock(folder->lock, LOCK_EX | LOCK_NB) < 0)
		return errno == EWOULDBLOCK
			       ? err_set(ERR_BUSY, "%s: another export writes "
						   "there", folder->path)
			       : err_sys(ERR_IO, "%s", folder->staging);
	return 0;
}

static void release(struct folder *folder)
{
	if (folder->lock >= 0)
		close(folder->lock);
	for (size_t i = 0; i < folder->name.n; i++)
		free(folder->name.at[i]);
	vec_free(&folder->name);
	for (size_t i = 0; i < folder->move.n; i++)
		free(folder->move.at[i].name);
	vec_free(&folder->move);
	free(folder->path);
	free(folder->staging);
}

/* A folder that is there must be an export, finished or not, or empty. */
static int check(struct folder *folder)
{
	struct stat st;

	if (stat(folder->path, &st) < 0) {
		folder->created = true;
		return 0;
	}
	if (!S_ISDIR(st.st_mode))
		return err_set(ERR_USAGE, "%s: not a folder", folder->path);
	if (exists(folder->path, MANIFEST_NAME) ||
	    exists(folder->path, STAGING) || is_empty(folder->path))
		return 0;
	return err_set(ERR_USAGE,
		       "%s holds other files and no export; choose a folder "
		       "that is new or empty", folder->path);
}

int folder_open(struct folder *folder, const char *path)
{
	int rc;

	*folder = (struct folder){
		.path = mem_copy(path, strlen(path)),
		.staging = join(path, STAGING),
		.lock = -1,
	};
	if ((rc = check(folder)) == 0 &&
	    (rc = file_folder(folder->staging)) == 0 &&
	    (rc = lock(folder)) == 0) {
		char *meta = join(folder->staging, META);

		clear_staging(folder, false);
		rc = file_folder(meta);
		free(meta);
		if (rc < 0)
			return folder_close(folder, rc);
	}
	if (rc < 0)
		release(folder);
	return rc;
}

void folder_path(const struct folder *folder, const char *name,
		 struct buf *path)
{
	buf_clear(path);
	buf_print(path, "%s/%s", folder->staging, name);
}

void folder_add(struct folder *folder, const char *name)
{
	vec_push(&folder->name, mem_copy(name, strlen(name)));
}

/* -- moving -- */

/*
 * Put a new file in its place; the one that was there goes to the staging
 * folder.  Where the file system cannot swap, it is replaced for good.
 */
static int put_in(const char *from, const char *to, bool *swapped)
{
	*swapped = renameat2(AT_FDCWD, from, AT_FDCWD, to,
			     RENAME_EXCHANGE) == 0;
	if (*swapped || rename(from, to) == 0)
		return 0;
	return err_sys(ERR_IO, "%s", to);
}

static int move(struct folder *folder, const char *name, bool take)
{
	char *staged = join(folder->staging, name);
	char *placed = join(folder->path, name);
	struct move done = { .name = mem_copy(name, strlen(name)),
			     .taken = take };
	int rc = 0;

	fault_point();
	if (fault_hit(FAULT_WRITE)) {
		errno = ENOSPC;
		rc = err_sys(ERR_IO, "%s", placed);
	} else if (take) {
		if (rename(placed, staged) < 0 && errno != ENOENT)
			rc = err_sys(ERR_IO, "%s", placed);
	} else {
		rc = put_in(staged, placed, &done.swapped);
	}
	if (rc == 0)
		vec_push(&folder->move, done);
	else
		free(done.name);
	free(staged);
	free(placed);
	return rc;
}

/* The last step first.  What cannot go back stays: an error was reported. */
static void undo_moves(struct folder *folder)
{
	while (folder->move.n) {
		struct move *done = &folder->move.at[--folder->move.n];
		char *staged = join(folder->staging, done->name);
		char *placed = join(folder->path, done->name);

		if (done->taken)
			(void)rename(staged, placed);
		else if (done->swapped)
			(void)renameat2(AT_FDCWD, staged, AT_FDCWD, placed,
					RENAME_EXCHANGE);
		else
			(void)rename(placed, staged);
		free(done->name);
		free(staged);
		free(placed);
	}
}

static bool is_new(const struct folder *folder, const char *name)
{
	for (size_t i = 0; i < folder->name.n; i++)
		if (strcmp(folder->name.at[i], name) == 0)
			return true;
	return false;
}

/* A file that the old manifest names and the new one does not. */
static int take_old(struct folder *folder, const char *name)
{
	return is_new(folder, name) ? 0 : move(folder, name, true);
}

static int take_olds(struct folder *folder)
{
	struct manifest old;
	int rc = manifest_read(&old, folder->path);

	if (rc == ERR_ABSENT)
		return 0;
	if (rc < 0) {
		log_warn("%s; what it named is left where it is", err_text());
		return 0;
	}
	for (size_t i = 0; rc == 0 && i < old.shards; i++)
		if ((rc = take_old(folder, old.shard[i].file.path)) == 0)
			rc = take_old(folder, old.shard[i].meta.path);
	for (size_t i = 0; rc == 0 && i < old.files; i++)
		rc = take_old(folder, old.file[i].path);
	manifest_free(&old);
	return rc;
}

static int sync_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = fd < 0 || fsync(fd) < 0 ? err_sys(ERR_IO, "%s", path) : 0;

	if (fd >= 0)
		close(fd);
	return rc;
}

static int move_all(struct folder *folder)
{
	char *meta = join(folder->path, META);
	int rc = file_folder(meta);

	for (size_t i = 0; rc == 0 && i < folder->name.n; i++)
		if (strcmp(folder->name.at[i], MANIFEST_NAME) != 0)
			rc = move(folder, folder->name.at[i], false);
	if (rc == 0 && (rc = take_olds(folder)) == 0 &&
	    (rc = sync_folder(meta)) == 0 &&
	    (rc = sync_folder(folder->path)) == 0)
		rc = move(folder, MANIFEST_NAME, false);
	if (rc == 0)
		rc = sync_folder(folder->path);
	free(meta);
	return rc;
}

int folder_close(struct folder *folder, int rc)
{
	if (rc >= 0)
		rc = move_all(folder);
	if (rc < 0)
		undo_moves(folder);
	clear_staging(folder, true);
	if (rc < 0 && folder->created) {
		char *meta = join(folder->path, META);

		rmdir(meta); /* only when they are empty */
		rmdir(folder->path);
		free(meta);
	}
	release(folder);
	return rc;
}
