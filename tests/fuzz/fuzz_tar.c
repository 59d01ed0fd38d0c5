/*
 * fuzz_tar.c - the members of an archive
 *
 * Each lies inside the archive, behind the one before it.
 */
#define _GNU_SOURCE /* memfd_create */
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "read/tar.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int fd = -1;
	struct tar tar;
	uint64_t at = 0;

	if (fd < 0)
		fd = memfd_create("fuzz", 0);
	MUST(fd >= 0 && ftruncate(fd, 0) == 0);
	MUST(pwrite(fd, data, size, 0) == (ssize_t)size);
	MUST(tar_start(&tar, fd, "fuzz") == 0);
	while (tar_next(&tar) > 0) {
		MUST(tar.part.from >= at + TAR_BLOCK);
		MUST(tar.part.from + tar.part.size <= size ||
		     tar.part.size == 0);
		at = tar.part.from + tar.part.size;
	}
	tar_end(&tar);
	return 0;
}
