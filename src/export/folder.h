/*
 * folder.h - an export folder that changes as one
 *
 * New files gather in FOLDER/.itdata.tmp.  When all of them are there and on
 * the disk, they are moved to their places, files that only the old manifest
 * named are removed, and the new manifest takes the old one's place: that is
 * the moment when the new export is there.  Files trade places with those they
 * replace, so when a step fails all of them go back and the folder is as it
 * was.  A process killed while it moves leaves whole files and
 * the old manifest, which no longer agrees with them (`itdata verify` says
 * no); the same command run again completes it.
 *
 * Files that no manifest names are never touched.  A folder that holds other
 * things and no export is refused.
 *
 *     if ((rc = folder_open(&folder, "DIR")) < 0) ...
 *     folder_path(&folder, "README.md", &path);   write there, then
 *     folder_add(&folder, "README.md");
 *     rc = folder_close(&folder, rc);             manifest.json among them
 *
 * Ownership  a folder copies all names
 * Errors     ERR_IO; ERR_BUSY: another export writes there; ERR_USAGE: the
 *            folder is in use for something else
 */
#ifndef EXPORT_FOLDER_H
#define EXPORT_FOLDER_H

#include "base/buf.h"
#include "base/vec.h"
#include "shard/manifest.h"

struct move {
	char *name;
	bool swapped; /* the file it replaced is in the staging folder */
	bool taken;   /* it was moved out of the folder, not into it */
};

struct folder {
	char *path, *staging;
	int lock;     /* descriptor of the staging folder */
	bool created; /* it was not there before */
	VEC(char *) name;
	VEC(struct move) move; /* done so far */
};

int folder_open(struct folder *folder, const char *path);

/* Where a file of this name is written before it is moved. */
void folder_path(const struct folder *folder, const char *name,
		 struct buf *path);
void folder_add(struct folder *folder, const char *name);

/* Move everything when rc >= 0, else leave all as it was.  Returns rc. */
int folder_close(struct folder *folder, int rc);

#endif
