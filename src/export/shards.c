/* shards.c - a stretch of the sequence, written */
#include "export/shards.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"

/* Bytes of lines packed as one, and written as one: those stay in cache. */
enum { PACKED = 4 << 20, PLAIN = 1 << 20 };

struct block {
	const struct place *place;
	size_t n;
	struct packer packer;
	struct buf lines, meta, packed, packed_meta;
};

struct writing {
	const struct set *set;
	const struct place *place; /* the next one */
	size_t left, block;
	struct file *file, *meta; /* NULL: not written */
	int fd;                   /* lines go there when both are NULL */
};

static int read_block(void *context, void *item)
{
	struct writing *w = context;
	struct block *block = item;
	size_t bytes = 0;

	block->place = w->place;
	block->n = 0;
	while (w->left && bytes < w->block) {
		bytes += w->set->row[w->place->row].text_n;
		block->n++;
		w->place++;
		w->left--;
	}
	return block->n > 0;
}

static int pack(struct block *block, struct buf *lines, struct buf *packed)
{
	struct buf swap = *lines;

	if (block->packer.pack != PACK_NONE)
		return packer_add(&block->packer, buf_view(lines), packed);
	*lines = *packed;
	*packed = swap;
	return 0;
}

enum { FAR = 16, NEAR = 6 };

/* Rows lie all over memory: ask for them before they are needed. */
static void fetch_ahead(const struct set *set, const struct place *place)
{
	const struct row *near = &set->row[place[NEAR].row];

	__builtin_prefetch(&set->row[place[FAR].row]);
	for (uint32_t i = 0; i < near->text_n && i < 1024; i += 64)
		__builtin_prefetch(near->text + i);
}

static int work_block(void *context, void *item)
{
	struct writing *w = context;
	struct block *block = item;
	int rc;

	buf_clear(&block->lines);
	buf_clear(&block->meta);
	buf_clear(&block->packed);
	buf_clear(&block->packed_meta);
	for (size_t i = 0; i < block->n; i++) {
		const struct place *place = &block->place[i];
		const struct row *row = &w->set->row[place->row];

		if (i + FAR < block->n)
			fetch_ahead(w->set, place);
		if (w->file || !w->meta)
			buf_put(&block->lines, row->text, row->text_n);
		if (w->meta)
			meta_line(w->set, row, place->copy, &block->meta);
	}
	if ((rc = pack(block, &block->lines, &block->packed)) == 0)
		rc = pack(block, &block->meta, &block->packed_meta);
	return rc;
}

static int write_fd(int fd, const char *at, size_t n)
{
	while (n) {
		ssize_t wrote = write(fd, at, n);

		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote < 0)
			return err_sys(ERR_IO, "writing to stdout");
		at += wrote;
		n -= (size_t)wrote;
	}
	return 0;
}

static int write_block(void *context, void *item)
{
	struct writing *w = context;
	struct block *block = item;
	int rc = 0;

	if (!w->meta)
		return write_fd(w->fd, block->packed.at, block->packed.n);
	if (w->file)
		rc = file_write(w->file, block->packed.at, block->packed.n);
	if (rc == 0)
		rc = file_write(w->meta, block->packed_meta.at,
				block->packed_meta.n);
	return rc;
}

static int write_all(struct par *par, struct writing *w, enum pack kind)
{
	size_t slots = par_slots(par);
	struct block *block = mem_array(slots, sizeof *block);
	struct par_map map = {
		.read = read_block,
		.work = work_block,
		.write = write_block,
		.item = block,
		.item_size = sizeof *block,
		.items = slots,
		.context = w,
	};
	int rc;

	w->block = kind == PACK_NONE ? PLAIN : PACKED;
	for (size_t i = 0; i < slots; i++)
		block[i].packer.pack = kind;
	rc = par_map(par, &map);
	for (size_t i = 0; i < slots; i++) {
		packer_free(&block[i].packer);
		buf_free(&block[i].lines);
		buf_free(&block[i].meta);
		buf_free(&block[i].packed);
		buf_free(&block[i].packed_meta);
	}
	free(block);
	return rc;
}

static void fill_in(struct manifest_file *out, const struct file *file)
{
	out->bytes = file->size;
	memcpy(out->sha256, file->sha256, sizeof out->sha256);
}

/* Both files are closed; what the manifest says of them. */
static void finish(struct manifest_shard *shard, const struct set *set,
		   const struct place *place, size_t n, const struct file *file,
		   const struct file *meta)
{
	fill_in(&shard->file, file);
	fill_in(&shard->meta, meta);
	shard->rows = n;
	for (size_t i = 0; i < n; i++) {
		const struct row *row = &set->row[place[i].row];

		shard->group[row->group]++;
		shard->tokens += row->tokens;
	}
}

static int create_both(struct file *file, const char *path, struct file *meta,
		       const char *meta_path)
{
	int rc = file_create(file, path);

	if (rc == 0 && (rc = file_create(meta, meta_path)) < 0)
		return file_commit(file, rc);
	return rc;
}

int shard_write(struct par *par, const struct set *set,
		const struct place *place, size_t n, enum pack pack,
		const char *path, const char *meta_path,
		struct manifest_shard *shard)
{
	struct file file, meta;
	struct writing w = {
		.set = set,
		.place = place,
		.left = n,
		.file = &file,
		.meta = &meta,
	};
	int rc = create_both(&file, path, &meta, meta_path);

	if (rc < 0)
		return rc;
	rc = write_all(par, &w, pack);
	rc = file_commit(&file, rc);
	rc = file_commit(&meta, rc);
	if (rc == 0)
		finish(shard, set, place, n, &file, &meta);
	return rc;
}

/* -- tokens -- */

static int put_ids(struct token_writer *writer, const struct set *set,
		   const struct place *place, size_t n, struct buf *aligned)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < n; i++) {
		const struct row *row = &set->row[place[i].row];

		buf_clear(aligned);
		buf_put(aligned, row->text, row->tokens * sizeof(uint32_t));
		rc = token_writer_put(writer, TOKEN_IDS, aligned->at,
				      row->tokens);
	}
	return rc;
}

static int put_masks(struct token_writer *writer, const struct set *set,
		     const struct place *place, size_t n)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < n; i++) {
		const struct row *row = &set->row[place[i].row];

		rc = token_writer_put(writer, TOKEN_MASK,
				      row->text +
					      row->tokens * sizeof(uint32_t),
				      row->tokens);
	}
	return rc;
}

static int put_documents(struct token_writer *writer, const struct set *set,
			 const struct place *place, size_t n)
{
	uint64_t start = 0;
	int rc = token_writer_put(writer, TOKEN_START, &start, 1);

	for (size_t i = 0; rc == 0 && i < n; i++) {
		start += set->row[place[i].row].tokens;
		rc = token_writer_put(writer, TOKEN_START, &start, 1);
	}
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = token_writer_put(writer, TOKEN_PAIR,
				      &set->row[place[i].row].id, 1);
	return rc;
}

static int put_tokens(struct file *file, const struct set *set,
		      const struct place *place, size_t n,
		      struct token_header header)
{
	struct token_writer writer;
	struct buf aligned = { 0 };
	int rc;

	header.width = token_width(header.vocabulary);
	header.documents = n;
	for (size_t i = 0; i < n; i++) {
		header.tokens += set->row[place[i].row].tokens;
		header.trained += set->row[place[i].row].trained;
	}
	if ((rc = token_writer_start(&writer, file, &header)) == 0 &&
	    (rc = put_ids(&writer, set, place, n, &aligned)) == 0 &&
	    (rc = put_masks(&writer, set, place, n)) == 0)
		rc = put_documents(&writer, set, place, n);
	if (rc == 0)
		rc = token_writer_end(&writer);
	else
		buf_free(&writer.narrow);
	buf_free(&aligned);
	return rc;
}

int shard_write_tokens(struct par *par, const struct set *set,
		       const struct place *place, size_t n,
		       const struct token_header *header, const char *path,
		       const char *meta_path, struct manifest_shard *shard)
{
	struct file file, meta;
	struct writing w = {
		.set = set, .place = place, .left = n, .meta = &meta,
	};
	int rc = create_both(&file, path, &meta, meta_path);

	if (rc < 0)
		return rc;
	if ((rc = put_tokens(&file, set, place, n, *header)) == 0)
		rc = write_all(par, &w, PACK_NONE);
	rc = file_commit(&file, rc);
	rc = file_commit(&meta, rc);
	if (rc == 0)
		finish(shard, set, place, n, &file, &meta);
	return rc;
}

int shard_stream(struct par *par, const struct set *set,
		 const struct place *place, size_t n, enum pack pack, int fd)
{
	struct writing w = {
		.set = set, .place = place, .left = n, .fd = fd,
	};

	return write_all(par, &w, pack);
}
