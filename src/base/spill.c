/* spill.c - sort more records than fit in memory */
#include "base/spill.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/fault.h"
#include "base/mem.h"

enum {
	LEAST = 1 << 20,  /* bytes of memory that are always used */
	READ = 1 << 16,   /* bytes read of a run at a time, at least */
	FEW = 24,         /* records sorted by insertion */
	RADIX = 256,
};

/* -- sorting in memory -- */

static int compare(const uint64_t *a, const uint64_t *b, size_t words)
{
	for (size_t w = 0; w < words; w++)
		if (a[w] != b[w])
			return a[w] < b[w] ? -1 : 1;
	return 0;
}

static void copy(uint64_t *to, const uint64_t *from, size_t words)
{
	for (size_t w = 0; w < words; w++)
		to[w] = from[w];
}

static void sort_few(uint64_t *at, size_t n, size_t words)
{
	uint64_t one[16];

	for (size_t i = 1; i < n; i++) {
		size_t j = i;

		copy(one, at + i * words, words);
		for (; j && compare(at + (j - 1) * words, one, words) > 0; j--)
			copy(at + j * words, at + (j - 1) * words, words);
		copy(at + j * words, one, words);
	}
}

/*
 * Radix sort from the top byte down: keys that are hashes fall into small
 * groups after two or three bytes.  `digit` counts bytes from the top of the
 * first word.
 */
static void sort(uint64_t *at, uint64_t *other, size_t n, size_t words,
		 size_t digit)
{
	size_t end[RADIX] = { 0 }, from = 0;
	size_t word = digit / 8;
	unsigned shift = 56 - 8 * (unsigned)(digit % 8);

	if (n <= FEW) {
		sort_few(at, n, words);
		return;
	}
	if (digit == 8 * words)
		return;
	for (size_t i = 0; i < n; i++)
		end[at[i * words + word] >> shift & 0xff]++;
	if (end[at[word] >> shift & 0xff] == n) {
		sort(at, other, n, words, digit + 1);
		return;
	}
	for (size_t b = 0; b < RADIX; b++) {
		size_t size = end[b];

		end[b] = from;
		from += size;
	}
	for (size_t i = 0; i < n; i++) {
		size_t b = at[i * words + word] >> shift & 0xff;

		copy(other + end[b]++ * words, at + i * words, words);
	}
	memcpy(at, other, n * words * sizeof *at);
	from = 0;
	for (size_t b = 0; b < RADIX; b++) {
		sort(at + from * words, other + from * words, end[b] - from,
		     words, digit + 1);
		from = end[b];
	}
}

static int sort_memory(struct spill *spill)
{
	uint64_t *other = mem_try(spill->n + 1, spill->words * sizeof *other);

	if (!other)
		return ERR_NOMEM;
	sort(spill->record, other, spill->n, spill->words, 0);
	free(other);
	return 0;
}

/* -- runs on disk -- */

int spill_file(void)
{
	const char *folder = getenv("TMPDIR");
	char path[4096];
	int fd;

	if (!folder || !*folder)
		folder = "/tmp";
	snprintf(path, sizeof path, "%s/itdata-XXXXXX", folder);
	fd = mkstemp(path);
	if (fd < 0)
		return err_sys(ERR_IO, "%s: temporary file", folder);
	unlink(path);
	return fd;
}

static int write_all(int fd, const char *at, size_t n, uint64_t offset)
{
	while (n) {
		ssize_t done;

		if (fault_hit(FAULT_WRITE)) {
			errno = ENOSPC;
			done = -1;
		} else {
			done = pwrite(fd, at, n, (off_t)offset);
		}
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return err_sys(ERR_IO,
				       "writing a temporary file (TMPDIR "
				       "chooses its folder)");
		at += done;
		n -= (size_t)done;
		offset += (uint64_t)done;
	}
	return 0;
}

static int read_all(int fd, char *at, size_t n, uint64_t offset)
{
	while (n) {
		ssize_t done = pread(fd, at, n, (off_t)offset);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return err_sys(ERR_IO, "reading a temporary file");
		at += done;
		n -= (size_t)done;
		offset += (uint64_t)done;
	}
	return 0;
}

/* Sort what is in memory and write it behind the other runs. */
static int flush(struct spill *spill)
{
	size_t size = spill->n * spill->words * sizeof(uint64_t);
	size_t room = spill->runs;
	int rc;

	if ((rc = sort_memory(spill)) < 0)
		return rc;
	if (spill->fd < 0 && (spill->fd = spill_file()) < 0)
		return spill->fd;
	if ((rc = write_all(spill->fd, (const char *)spill->record, size,
			    spill->size)) < 0)
		return rc;
	mem_grow(&spill->run, &room, spill->runs + 1, sizeof *spill->run);
	spill->run[spill->runs++] = (struct spill_run){
		.offset = spill->size,
		.left = spill->n,
	};
	spill->size += size;
	spill->n = 0;
	return 0;
}

/* -- merging -- */

static const uint64_t *head(const struct spill *spill, size_t run)
{
	const struct spill_run *r = &spill->run[run];

	return r->record + r->next * spill->words;
}

/* Equal records keep the order of their runs: that of their coming. */
static int before(const struct spill *spill, size_t a, size_t b)
{
	int order = compare(head(spill, a), head(spill, b), spill->words);

	return order ? order < 0 : a < b;
}

static void sift(struct spill *spill, size_t at)
{
	size_t *heap = spill->heap;

	for (;;) {
		size_t least = at, run;

		for (size_t child = 2 * at + 1;
		     child < spill->heaped && child <= 2 * at + 2; child++)
			if (before(spill, heap[child], heap[least]))
				least = child;
		if (least == at)
			return;
		run = heap[at];
		heap[at] = heap[least];
		heap[least] = run;
		at = least;
	}
}

static int fill(struct spill *spill, struct spill_run *run)
{
	size_t size = spill->words * sizeof(uint64_t);
	size_t most = spill->most / (spill->runs + 1);
	int rc;

	if (most < READ / size)
		most = READ / size;
	if (!run->record && !(run->record = mem_try(most, size)))
		return ERR_NOMEM;
	run->n = run->left < most ? (size_t)run->left : most;
	run->next = 0;
	if ((rc = read_all(spill->fd, (char *)run->record, run->n * size,
			   run->offset)) < 0)
		return rc;
	run->offset += run->n * size;
	run->left -= run->n;
	return 0;
}

static int start_merge(struct spill *spill)
{
	int rc = 0;

	free(spill->record);
	spill->record = NULL;
	spill->room = 0;
	spill->heap = mem_array(spill->runs, sizeof *spill->heap);
	for (size_t i = 0; i < spill->runs; i++) {
		if ((rc = fill(spill, &spill->run[i])) < 0)
			return rc;
		spill->heap[spill->heaped++] = i;
	}
	for (size_t i = spill->heaped; i-- > 0;)
		sift(spill, i);
	return rc;
}

static int next_merged(struct spill *spill, uint64_t *record)
{
	struct spill_run *run;
	int rc;

	if (!spill->heaped)
		return 0;
	run = &spill->run[spill->heap[0]];
	copy(record, run->record + run->next++ * spill->words, spill->words);
	if (run->next == run->n) {
		if (run->left) {
			if ((rc = fill(spill, run)) < 0)
				return rc;
		} else {
			spill->heap[0] = spill->heap[--spill->heaped];
		}
	}
	sift(spill, 0);
	return 1;
}

/* -- the interface -- */

int spill_init(struct spill *spill, size_t words, uint64_t budget)
{
	uint64_t bytes = budget > LEAST ? budget : LEAST;

	/* Half of it is for sorting. */
	*spill = (struct spill){
		.words = words,
		.most = (size_t)(bytes / (2 * words * sizeof(uint64_t))),
		.fd = -1,
	};
	return 0;
}

int spill_put(struct spill *spill, const uint64_t *record)
{
	size_t size = spill->words * sizeof *record;
	int rc;

	if (spill->n == spill->most && (rc = flush(spill)) < 0)
		return rc;
	if ((rc = mem_try_grow(&spill->record, &spill->room, spill->n + 1,
			       size)) < 0)
		return rc;
	copy(spill->record + spill->n++ * spill->words, record, spill->words);
	spill->total++;
	return 0;
}

int spill_sort(struct spill *spill)
{
	int rc;

	spill->next = 0;
	if (!spill->runs)
		return sort_memory(spill);
	if ((rc = flush(spill)) < 0)
		return rc;
	return start_merge(spill);
}

int spill_next(struct spill *spill, uint64_t *record)
{
	if (spill->runs)
		return next_merged(spill, record);
	if (spill->next == spill->n)
		return 0;
	copy(record, spill->record + spill->next++ * spill->words,
	     spill->words);
	return 1;
}

void spill_free(struct spill *spill)
{
	for (size_t i = 0; i < spill->runs; i++)
		free(spill->run[i].record);
	free(spill->run);
	free(spill->heap);
	free(spill->record);
	if (spill->fd > 0)
		close(spill->fd);
	*spill = (struct spill){ .fd = -1 };
}
